"""In a blind round an annotator sees nothing of the source; what is stored is of the original."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.spans import Span
from annotator.errors import AnswersInvalid, NotFound, StaleAnnotation
from annotator.services import annotating, assigning, masking, sheets
from annotator.services.documents.sources import describe_source
from annotator.services.mask_review import review
from annotator.services.seen_text import StoredText, as_seen
from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import AnnotationRevision, Disclosure
from annotator.store.queries.labelling import Task
from annotator.store.queries.masking import publishers
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose
from tests.services.test_annotating import a_save
from tests.small_codebook import SMALL

TEXTS = (
    "😀 By Ann Author for the Harbour Gazette",
    "Гавань reports that Beijing sent a fleet, as harbour-gazette.example wrote.",
    "The Gazettes’ Kremlin correspondent.",
    "Bob Writer is with the HARBOUR GAZETTE’s desk.",
    "@HarbourGazette",
)
MASKED = (
    "😀 By [source] for the [source]",
    "[source] reports that Beijing sent a fleet, as [source] wrote.",
    "The Gazettes’ Kremlin correspondent.",
    "[source] is with the [source] desk.",
    "@[source]",
)
CODEBOOK = SMALL.replace("code: frames", "code: frames\n    spans: may", 1).replace(
    "name: {en: Russia}", "name: {en: Russia}, aliases: {en: [Kremlin, Beijing]}"
)


@dataclass
class Case:
    labelled: Labelled
    source: Source
    document: Document
    subjects: list[Subject]

    @property
    def session(self) -> Session:
        return self.labelled.make.session

    def task(self, at: int, **given: Any) -> Task:
        """The task of alice on the paragraph at this place."""
        made = self.labelled.says("alice", self.subjects[at], None, **given)
        return self.shown(made.id)

    def shown(self, assignment_id: int) -> Task:
        return sheets.sheet_of(
            self.session, project_id=None, assignment_id=assignment_id, user_id=self.alice
        ).task

    @property
    def alice(self) -> int:
        return self.labelled.person("alice").id

    def publisher(self) -> Subject:
        """The source as what is rated."""
        subject = Subject(
            project_id=self.labelled.project.id, scope="source", source_id=self.source.id
        )
        self.session.add(subject)
        self.session.flush()
        return subject

    def save(self, task: Task, answers: Any = None, **given: Any) -> AnnotationRevision:
        save = a_save(NOISE if answers is None else answers, **given)
        annotating.save_annotation(
            self.session, assignment_id=task.id, user_id=self.alice, save=save, now=NOW
        )
        return self.session.scalars(
            select(AnnotationRevision).where(AnnotationRevision.save_id == save.save_id)
        ).one()


@pytest.fixture
def case(make: Factory) -> Case:
    return built(make)


def built(make: Factory, name: str = "Harbour Gazette", **given: Any) -> Case:
    labelled = Labelled.empty(make, yaml=CODEBOOK)
    source = make.source(
        labelled.project,
        name,
        aliases=given.pop("aliases", ["Гавань"]),
        domains=["harbour-gazette.example"],
    )
    document = make.document(
        labelled.project, source, texts=TEXTS, byline="By Ann Author", title="A title", **given
    )
    make.document(labelled.project, source, texts=("Else.",), byline="Bob Writer")
    return Case(labelled, source, document, labelled.paragraphs_of(document))


class TestWhatIsShown:
    def test_a_paragraph_and_its_neighbours_are_masked(self, case: Case) -> None:
        shown = case.task(2).paragraph
        assert shown is not None
        assert (*shown.before, shown.text, *shown.after) == MASKED

    def test_a_whole_document_is_masked(self, case: Case) -> None:
        made = case.labelled.says("alice", case.labelled.whole(case.subjects[0]), None)
        shown = case.shown(made.id).document
        assert shown is not None
        assert shown.paragraphs == ()
        case.task(0)
        shown = case.shown(made.id).document
        assert shown is not None
        assert shown.paragraphs == MASKED

    def test_the_next_tasks_are_masked(self, case: Case) -> None:
        for subject in case.subjects:
            case.labelled.says("alice", subject, None)
        found = sheets.next_assignments(
            case.session, project_id=case.labelled.project.id, user_id=case.alice, n=50
        )
        assert [task.paragraph.text for task in found.assignments if task.paragraph] == list(MASKED)

    def test_an_open_round_masks_nothing(self, case: Case) -> None:
        case.labelled.round.blind = False
        shown = case.task(2).paragraph
        assert shown is not None
        assert (*shown.before, shown.text, *shown.after) == TEXTS

    def test_a_source_is_shown_by_its_name(self, case: Case) -> None:
        subject = case.publisher()
        made = case.labelled.says("alice", subject, None)
        shown = case.shown(made.id).source
        assert shown is not None
        assert shown.name == "Harbour Gazette"

    def test_names_of_sources_that_were_merged_into_it_are_masked_too(self, case: Case) -> None:
        make, project = case.labelled.make, case.labelled.project
        make.source(project, "Old Courier", merged_into_id=case.source.id)
        newer = make.source(project, "Moniteur", aliases=["Else Daily"])
        case.source.merged_into_id = newer.id
        case.session.flush()
        found = publishers(case.session, [case.document.id])[case.document.id]
        assert found.names == ("Moniteur", "Harbour Gazette")
        assert set(found.aliases) == {"Else Daily", "Гавань"}
        assert found.bylines == ("Bob Writer", "By Ann Author")

    def test_a_target_of_the_rounds_codebook_stays_visible(self, make: Factory) -> None:
        case = built(make, "Beijing", aliases=["Harbour Gazette"])
        shown = case.task(1).paragraph
        assert shown is not None
        assert "Beijing sent a fleet, as [source]" in shown.text

    def test_ones_own_work_is_listed_as_it_was_seen(self, case: Case) -> None:
        version = case.labelled.codebook.id
        given = [
            StoredText(TEXTS[0], case.document.id, masked_by=version),
            StoredText(TEXTS[0], case.document.id, masked_by=None),
            StoredText("Harbour Gazette", None, masked_by=version),
        ]
        assert as_seen(case.session, given) == [MASKED[0], TEXTS[0], "Harbour Gazette"]
        assert as_seen(case.session, []) == []

    def test_ones_own_work_hides_what_the_codebook_of_its_round_hid(self, make: Factory) -> None:
        case = built(make, "Beijing", aliases=["Harbour Gazette"])
        older = case.labelled.codebook
        newer = make.codebook(
            case.labelled.project, CODEBOOK.replace("Kremlin, Beijing", "Kremlin"), number=2
        )
        given = [
            StoredText("Seen from Beijing.", case.document.id, masked_by=version.id)
            for version in (older, newer)
        ]
        assert as_seen(case.session, given) == ["Seen from Beijing.", "Seen from [source]."]


class TestContext:
    def test_it_reaches_further_in_reading_order(self, case: Case) -> None:
        task = case.task(3)
        found = sheets.context(
            case.session, assignment_id=task.id, user_id=case.alice, before=20, after=1
        )
        assert found == sheets.Context(MASKED[:3], MASKED[4:])

    def test_it_is_of_ones_own_task(self, case: Case) -> None:
        task = case.task(3)
        bob = case.labelled.person("bob").id
        with pytest.raises(NotFound):
            sheets.context(case.session, assignment_id=task.id, user_id=bob, before=1, after=1)

    def test_a_document_has_none(self, case: Case) -> None:
        made = case.labelled.says("alice", case.labelled.whole(case.subjects[0]), None)
        found = sheets.context(
            case.session, assignment_id=made.id, user_id=case.alice, before=3, after=3
        )
        assert found == sheets.Context((), ())


class TestPassages:
    answers = prose(["economic"])

    def span(self, start: int, end: int, quote: str) -> Span:
        return Span("frames", "economic", start, end, quote)

    def test_they_are_sent_on_the_view_and_stored_on_the_original(self, case: Case) -> None:
        task = case.task(1)
        sent = (self.span(0, 16, "[source] reports"), self.span(22, 29, "Beijing"))
        stored = case.save(task, self.answers, spans=sent).spans
        assert [(one["start"], one["end"], one["quote"]) for one in stored] == [
            (0, 14, "Гавань reports"),
            (20, 27, "Beijing"),
        ]
        text = case.session.get_one(Paragraph, task.paragraph.id).text if task.paragraph else ""
        assert all(text[one["start"] : one["end"]] == one["quote"] for one in stored)
        assert case.shown(task.id).spans == [one.as_json() for one in sent]

    def test_one_that_touches_a_mask_covers_all_of_it_and_is_stored_once(self, case: Case) -> None:
        task = case.task(1)
        sent = (self.span(2, 6, "ourc"), self.span(0, 8, "[source]"))
        stored = case.save(task, self.answers, spans=sent).spans
        assert [one["quote"] for one in stored] == ["Гавань"]

    def test_words_of_the_original_are_no_quote(self, case: Case) -> None:
        with pytest.raises(AnswersInvalid) as caught:
            case.save(case.task(1), self.answers, spans=(self.span(0, 6, "Гавань"),))
        assert "mark the passage again" in caught.value.problems["spans"]

    def test_a_conflict_shows_them_on_the_view(self, case: Case) -> None:
        task = case.task(1)
        sent = (self.span(0, 16, "[source] reports"),)
        case.save(task, self.answers, spans=sent)
        with pytest.raises(StaleAnnotation) as caught:
            case.save(task, self.answers, spans=sent)
        assert caught.value.annotation["spans"] == [sent[0].as_json()]

    def test_the_same_save_again_is_known(self, case: Case) -> None:
        task = case.task(1)
        save = a_save(self.answers, spans=(self.span(0, 16, "[source] reports"),))
        for created in (True, False):
            saved = annotating.save_annotation(
                case.session, assignment_id=task.id, user_id=case.alice, save=save, now=NOW
            )
            assert saved == annotating.Saved(1, created=created)

    def test_the_same_save_again_is_known_though_the_mask_has_grown(self, case: Case) -> None:
        task = case.task(1)
        save = a_save(self.answers, spans=(self.span(22, 34, "Beijing sent"),))
        asked: dict[str, Any] = {"assignment_id": task.id, "user_id": case.alice, "now": NOW}
        annotating.save_annotation(case.session, save=save, **asked)
        case.source.aliases = ["Гавань", "sent a fleet"]
        case.session.flush()
        again = annotating.save_annotation(case.session, save=save, **asked)
        assert again == annotating.Saved(1, created=False)
        with pytest.raises(StaleAnnotation):
            annotating.save_annotation(case.session, save=replace(save, note="more"), **asked)
        other = replace(save, spans=(*save.spans, *save.spans))
        with pytest.raises(AnswersInvalid):
            annotating.save_annotation(case.session, save=other, **asked)

    def test_a_mask_that_grows_changes_no_stored_passage(self, case: Case) -> None:
        task = case.task(1)
        case.save(task, self.answers, spans=(self.span(22, 34, "Beijing sent"),))
        case.source.aliases = ["Гавань", "sent a fleet"]
        case.session.flush()
        (shown,) = case.shown(task.id).spans
        assert shown["quote"] == "Beijing [source]"
        again = case.save(task, self.answers, seen_revision=1, spans=(Span(**shown),))
        assert [one["quote"] for one in again.spans] == ["Beijing sent a fleet"]


class TestWhetherItWasMasked:
    def test_a_label_of_a_blind_round_is(self, case: Case) -> None:
        assert case.save(case.task(0)).masked

    def test_a_label_of_an_open_round_is_not(self, case: Case) -> None:
        case.labelled.round.blind = False
        assert not case.save(case.task(0)).masked

    @pytest.mark.parametrize("name", ["Beijing", "The Kremlin", "Russia"])
    def test_a_source_called_like_a_target_cannot_be_hidden(self, make: Factory, name: str) -> None:
        labelled = Labelled.empty(make, yaml=CODEBOOK)
        source = make.source(labelled.project, name)
        document = make.document(labelled.project, source)
        case = Case(labelled, source, document, labelled.paragraphs_of(document))
        assert not case.save(case.task(0)).masked

    @pytest.mark.parametrize("scope", ["paragraph", "document", "source"])
    def test_who_was_shown_the_source_before_is_no_longer_blind(
        self, case: Case, scope: str
    ) -> None:
        seen = {
            "paragraph": case.subjects[0],
            "document": case.labelled.whole(case.subjects[0]),
            "source": case.publisher(),
        }[scope]
        task = case.task(0)
        first = case.save(task)
        case.session.add(
            Disclosure(user_id=case.alice, subject_id=seen.id, kind="unmasked", shown_at=NOW)
        )
        case.session.flush()
        second = case.save(task, seen_revision=1)
        assert (first.masked, second.masked) == (True, False)
        assert not second.after_feedback

    def test_what_another_person_saw_does_not_count(self, case: Case) -> None:
        bob = case.labelled.person("bob")
        whole = case.labelled.whole(case.subjects[0])
        case.session.add(
            Disclosure(user_id=bob.id, subject_id=whole.id, kind="unmasked", shown_at=NOW)
        )
        case.session.flush()
        assert case.save(case.task(0)).masked

    def test_who_labelled_it_in_an_open_round_is_no_longer_blind(self, case: Case) -> None:
        opened = case.labelled.make.round(
            case.labelled.project, case.labelled.codebook, blind=False
        )
        case.labelled.says("alice", case.subjects[1], NOISE, round=opened, state="done")
        assert not case.save(case.task(0)).masked

    def test_being_asked_to_rate_the_source_discloses_the_documents_labelled(
        self, case: Case
    ) -> None:
        case.save(case.task(0))
        assigning.close_round(
            case.session,
            project_id=case.labelled.project.id,
            round_id=case.labelled.round.id,
            actor_id=None,
            now=NOW,
        )
        (found,) = case.session.scalars(select(Disclosure))
        whole = case.labelled.whole(case.subjects[0])
        assert (found.user_id, found.subject_id, found.kind) == (case.alice, whole.id, "unmasked")
        make, project = case.labelled.make, case.labelled.project
        later = make.round(project, case.labelled.codebook, kind="retest")
        assert not case.save(case.task(1, round=later)).masked


class TestBlindable:
    def describe(self, case: Case, **given: Any) -> None:
        asked = {"domains": [], "aliases": [], "exemptions": []} | given
        describe_source(case.session, source=case.source, actor_id=None, now=NOW, **asked)

    def blindable(self, case: Case) -> list[bool]:
        return list(case.session.scalars(select(Document.blindable).order_by(Document.id)))

    def test_it_is_unless_a_name_is_that_of_a_target(self, case: Case) -> None:
        for aliases, expected in ((["Gazette"], True), (["Russia"], False), ([], True)):
            self.describe(case, aliases=aliases)
            assert self.blindable(case) == [expected, expected]

    def test_it_is_not_if_the_lead_exempts_the_sources_own_name(self, case: Case) -> None:
        self.describe(case, exemptions=["harbour gazette"])
        assert self.blindable(case) == [False, False]

    def test_a_byline_that_is_a_target_makes_its_document_not_blindable(self, case: Case) -> None:
        case.document.byline = "Russia"
        self.describe(case)
        assert self.blindable(case) == [False, True]

    def test_a_project_without_a_codebook_has_no_targets(self, make: Factory) -> None:
        project = make.project()
        make.document(project, make.source(project, "Russia"))
        masking.mark_blindable(make.session, project_id=project.id)
        assert make.session.scalars(select(Document.blindable)).all() == [True]


class TestTheReview:
    def test_it_lists_every_place_in_the_texts_as_they_stand(self, case: Case) -> None:
        found = review(case.session, case.source)
        assert [(hit.paragraph, hit.words) for hit in found.hits] == [
            (1, "Ann Author"),
            (1, "Harbour Gazette"),
            (2, "Гавань"),
            (2, "harbour-gazette.example"),
            (4, "Bob Writer"),
            (4, "HARBOUR GAZETTE’s"),
            (5, "HarbourGazette"),
        ]
        assert (found.total, found.is_whole, found.not_blindable) == (7, True, ())
        assert {(entry.kind, entry.name): entry.hits for entry in found.entries} == {
            ("name", "Harbour Gazette"): 3,
            ("alias", "Гавань"): 1,
            ("address", "harbour-gazette.example"): 1,
            ("byline", "Ann Author"): 1,
            ("byline", "Bob Writer"): 1,
        }

    def test_it_says_which_documents_are_not_blindable(self, case: Case) -> None:
        case.document.byline = "Kremlin"
        (found,) = review(case.session, case.source).not_blindable
        assert found.document_id == case.document.id
        assert "author is given as “Kremlin”" in found.why

    def test_documents_of_merged_sources_are_searched_with_it(self, case: Case) -> None:
        newer = case.labelled.make.source(case.labelled.project, "Moniteur")
        case.source.merged_into_id = newer.id
        case.session.flush()
        assert review(case.session, newer).total == 7
