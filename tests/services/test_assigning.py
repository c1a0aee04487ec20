"""Giving out work: each paragraph to so many different people, once, and never again in a round."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import AnnotatorError, Conflict, DataInvalid, NotFound
from annotator.services import annotating, assigning, codebooks, sheets
from annotator.services.assigning import AssignReport
from annotator.store.audit import AuditEvent
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Project, Source, Subject
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round
from annotator.store.people import User
from annotator.store.queries import rounds as round_queries
from tests.factories import NOW, Factory

SMALL = """
code: small
title: {en: Small}
languages: [en]
questions:
- code: content
  name: {en: Content}
  scope: paragraph
  scale: nominal
  cleanup: true
  labels:
  - {code: main, name: {en: Main}}
  - {code: boilerplate, name: {en: Boilerplate}}
- code: tone
  name: {en: Tone}
  scope: paragraph
  scale: nominal
  show_if: {content: main}
  labels:
  - {code: warm, name: {en: Warm}}
  - {code: cold, name: {en: Cold}}
"""
WHOLE = """
- code: genre
  name: {en: Genre}
  scope: document
  scale: nominal
  labels:
  - {code: news, name: {en: News}}
  - {code: opinion, name: {en: Opinion}}
- code: reliable
  name: {en: Reliable}
  scope: source
  scale: nominal
  labels:
  - {code: "yes", name: {en: "Yes"}}
  - {code: "no", name: {en: "No"}}
"""


@dataclass
class Case:
    session: Session
    make: Factory
    project: Project
    people: list[User]

    def assign(self, **given: Any) -> AssignReport:
        defaults: dict[str, Any] = {
            "project_id": self.project.id,
            "overlap": 2,
            "seed": 3,
            "actor_id": None,
            "now": NOW,
        }
        return assigning.assign(self.session, **(defaults | given))

    def close(self, report: AssignReport) -> assigning.CloseReport:
        return assigning.close_round(
            self.session,
            project_id=self.project.id,
            round_id=report.round_id,
            actor_id=None,
            now=NOW,
        )

    def move(self, from_user: User, to_user: User, **given: Any) -> assigning.Moved:
        return assigning.reassign(
            self.session,
            project_id=self.project.id,
            from_user_id=from_user.id,
            to_user_id=to_user.id,
            actor_id=None,
            now=NOW,
            **given,
        )

    def rows(self, report: AssignReport, scope: str = "paragraph") -> list[Assignment]:
        return list(
            self.session.scalars(
                select(Assignment)
                .where(Assignment.round_id == report.round_id, Assignment.scope == scope)
                .order_by(Assignment.user_id, Assignment.rank)
                .execution_options(populate_existing=True)
            )
        )

    def codebook(self, yaml: str) -> None:
        codebooks.add_version(
            self.session,
            project_id=self.project.id,
            yaml=yaml,
            name="codebook.yaml",
            editorial=False,
            actor_id=None,
            now=NOW,
        )

    def paragraphs(self, document: Document) -> list[int]:
        return list(
            self.session.scalars(
                select(Subject.id)
                .join(Paragraph, Paragraph.id == Subject.paragraph_id)
                .where(Subject.document_id == document.id)
                .order_by(Paragraph.position)
            )
        )

    def annotate(self, rows: list[Assignment]) -> None:
        for row in rows:
            self.make.annotation(row, {"content": ["boilerplate"]})


def build(session: Session, *, people: int = 3, documents: int = 4) -> Case:
    make = Factory(session)
    project = make.project()
    case = Case(session, make, project, [make.member(project) for _ in range(people)])
    case.codebook(SMALL + WHOLE)
    for n in range(documents):
        make.document(project, texts=tuple(f"Paragraph {n} {m}." for m in range(3 + n)))
    return case


@pytest.fixture
def case(session: Session) -> Case:
    return build(session)


class TestBeginning:
    def test_it_gives_each_paragraph_to_two_different_people(self, case: Case) -> None:
        report = case.assign()
        rows = case.rows(report)
        takers = Counter(row.subject_id for row in rows)
        assert set(takers.values()) == {2}
        assert len({(row.subject_id, row.user_id) for row in rows}) == len(rows) == 2 * 18
        assert (report.begun, report.paragraphs, report.overlapping) == (True, 18, 18)
        assert report.assignments == 36 + 8
        assert sum(report.people.values()) == 36

    def test_it_stores_why_and_how_likely(self, case: Case) -> None:
        row = case.rows(case.assign())[0]
        assert (row.reason, row.occasion, row.state) == ("sample", 1, "open")
        assert (row.overlapping, row.inclusion_probability) == (True, 1.0)

    def test_it_stores_the_round_with_what_it_was_begun_with(self, case: Case) -> None:
        report = case.assign(
            round_name=" pilot one ", kind="pilot", seed=9, thresholds={"content": 0.8}
        )
        stored = case.session.get_one(Round, report.round_id)
        assert (stored.name, stored.kind, stored.seed) == ("pilot one", "pilot", 9)
        assert (stored.overlap, stored.sample_share, stored.blind) == (2, 1.0, True)
        assert stored.thresholds == {"content": 0.8}

    def test_a_seed_that_is_not_given_is_drawn_and_stored(self, case: Case) -> None:
        report = case.assign(seed=None)
        assert case.session.get_one(Round, report.round_id).seed == report.seed
        assert 0 <= report.seed <= assigning.LARGEST_SEED

    def test_blindness_can_differ_from_the_project(self, case: Case) -> None:
        report = case.assign(blind=False)
        assert not case.session.get_one(Round, report.round_id).blind

    def test_only_a_share_overlaps_and_the_rest_is_labelled_once(self, case: Case) -> None:
        rows = case.rows(case.assign(sample_share=0.5))
        takers = Counter(row.subject_id for row in rows)
        for row in rows:
            assert takers[row.subject_id] == (2 if row.overlapping else 1)
            assert row.inclusion_probability == 0.5
        documents = {
            case.session.get_one(Subject, row.subject_id).document_id
            for row in rows
            if row.overlapping
        }
        assert len(documents) == 2

    def test_the_document_is_asked_about_after_its_last_paragraph(self, case: Case) -> None:
        report = case.assign()
        for row in case.rows(report, "document"):
            subject = case.session.get_one(Subject, row.subject_id)
            ranks = [
                other.rank
                for other in case.rows(report)
                if other.user_id == row.user_id
                and case.session.get_one(Subject, other.subject_id).document_id
                == subject.document_id
            ]
            assert max(ranks) + 1 == row.rank

    def test_a_cleanup_round_asks_nothing_of_the_document(self, case: Case) -> None:
        report = case.assign(kind="cleanup", round_name="cleanup")
        assert case.rows(report, "document") == []
        assert len(case.rows(report)) == 36

    def test_only_some_people_can_get_the_work(self, case: Case) -> None:
        chosen = case.people[:2]
        report = case.assign(only=[user.id for user in chosen])
        assert {row.user_id for row in case.rows(report)} == {user.id for user in chosen}

    def test_disabled_people_and_leads_get_no_work(self, case: Case) -> None:
        case.people[0].disabled_at = NOW
        lead = case.make.member(case.project, role="lead")
        case.session.flush()
        takers = {row.user_id for row in case.rows(case.assign())}
        assert takers == {case.people[1].id, case.people[2].id}
        assert lead.id not in takers

    def test_withdrawn_and_superseded_text_is_left_out(self, case: Case) -> None:
        documents = case.session.scalars(select(Document).order_by(Document.id)).all()
        documents[0].withdrawn_at = NOW
        case.session.get_one(Source, documents[1].source_id).withdrawn_at = NOW
        first = case.paragraphs(documents[2])[0]
        replaced = case.session.get_one(Subject, first).paragraph
        assert replaced is not None
        replaced.superseded_by_id = replaced.id + 1
        case.session.flush()
        given = {row.subject_id for row in case.rows(case.assign())}
        assert given == set(case.paragraphs(documents[2])[1:]) | set(case.paragraphs(documents[3]))

    def test_it_takes_the_newest_version_of_a_document(self, case: Case) -> None:
        document = case.session.scalars(select(Document).order_by(Document.id)).all()[0]
        old = case.paragraphs(document)
        version = DocumentVersion(
            document_id=document.id,
            number=2,
            text_hash="new",
            characters=5,
            head="",
            file_name="x",
            told=[],
            imported_at=NOW,
        )
        case.session.add(version)
        case.session.flush()
        paragraph = Paragraph(
            version_id=version.id, position=0, start=0, end=4, text="New.", tail="\n",
            lang="en", duplicate_key="new.",
        )  # fmt: skip
        case.session.add(paragraph)
        case.session.flush()
        subject = Subject(
            project_id=case.project.id,
            scope="paragraph",
            document_id=document.id,
            paragraph_id=paragraph.id,
        )
        case.session.add(subject)
        case.session.flush()
        given = {row.subject_id for row in case.rows(case.assign())}
        assert subject.id in given
        assert not given & set(old)

    def test_it_leaves_one_event(self, database: Database) -> None:
        with database.write() as session:
            report = build(session).assign()
        with database.read() as session:
            (event,) = session.scalars(
                select(AuditEvent).where(AuditEvent.action == "round.begun")
            ).all()
            assert (event.object_id, event.details["paragraphs"]) == (report.round_id, 18)


class TestRefusing:
    @pytest.mark.parametrize(
        ("given", "error", "sentence"),
        [
            ({"overlap": 4}, DataInvalid, "An overlap of 4 needs 4 annotators"),
            ({"overlap": 0}, DataInvalid, "whole number of 1 or more"),
            ({"sample_share": 0.0}, DataInvalid, "above 0 and up to 1"),
            ({"sample_share": 1.1}, DataInvalid, "above 0 and up to 1"),
            ({"seed": -1}, DataInvalid, "The seed must be"),
            ({"seed": 2**31}, DataInvalid, "The seed must be"),
            ({"round_name": " "}, DataInvalid, "1 to 60 characters"),
            ({"round_name": "x" * 61}, DataInvalid, "1 to 60 characters"),
            ({"round_name": "a\x00b"}, DataInvalid, "on one line"),
            ({"kind": "guess"}, DataInvalid, "not a kind of round"),
            (
                {"suggestions": "always"},
                DataInvalid,
                "choose among hidden, after_choice, random_share",
            ),
            ({"thresholds": {"mood": 0.5}}, DataInvalid, "asks no “mood”"),
            ({"thresholds": {"tone": 1.5}}, DataInvalid, "from 0 to 1"),
            ({"thresholds": {"tone": float("nan")}}, DataInvalid, "from 0 to 1"),
            ({"kind": "retest"}, DataInvalid, "Nothing has been labelled"),
        ],
    )
    def test_it_says_what_cannot_be_given_out(
        self, database: Database, given: dict[str, Any], error: type[AnnotatorError], sentence: str
    ) -> None:
        with database.write() as session:
            case = build(session)
        with pytest.raises(error, match=sentence), database.write() as session:
            case.session = session
            case.assign(**given)
        with database.read() as session:
            assert session.scalars(select(Round)).all() == []

    def test_without_annotators_there_is_nobody_to_give_it_to(self, session: Session) -> None:
        with pytest.raises(DataInvalid, match="no active annotators"):
            build(session, people=0).assign(overlap=1)

    def test_without_documents_there_is_nothing_to_give(self, session: Session) -> None:
        with pytest.raises(DataInvalid, match="no documents to label"):
            build(session, documents=0).assign()

    def test_without_a_codebook_nothing_can_be_asked(self, make: Factory) -> None:
        project = make.project()
        make.member(project)
        with pytest.raises(NotFound, match="no codebook"):
            Case(make.session, make, project, []).assign(overlap=1)

    def test_a_codebook_without_cleanup_questions_has_no_cleanup_round(self, case: Case) -> None:
        case.codebook((SMALL + WHOLE).replace("  cleanup: true\n", ""))
        with pytest.raises(DataInvalid, match="asks nothing in a round of the kind cleanup"):
            case.assign(kind="cleanup")


class TestExtending:
    def test_the_same_again_gives_nothing_new(self, case: Case) -> None:
        case.assign()
        with pytest.raises(DataInvalid, match="is in the round “main” already"):
            case.assign()

    def test_it_gives_out_only_documents_that_are_new(self, case: Case) -> None:
        before = case.assign()
        old = {row.id for row in case.rows(before)}
        document = case.make.document(case.project, texts=("New one.", "New two."))
        report = case.assign(seed=None)
        assert (report.begun, report.round_id) == (False, before.round_id)
        added = [row for row in case.rows(report) if row.id not in old]
        assert {row.subject_id for row in added} == set(case.paragraphs(document))
        assert report.paragraphs == 2

    def test_new_work_comes_after_the_old(self, case: Case) -> None:
        report = case.assign()
        case.make.document(case.project, texts=("New one.", "New two."))
        case.assign(seed=None)
        for user in case.people:
            ranks = [
                row.rank
                for scope in ("paragraph", "document")
                for row in case.rows(report, scope)
                if row.user_id == user.id
            ]
            assert len(ranks) == len(set(ranks))

    def test_a_new_annotator_is_caught_up_first(self, case: Case) -> None:
        case.assign()
        late = case.make.member(case.project)
        case.make.document(case.project, texts=("New one.", "New two."))
        assert case.assign(seed=None).people[late.name] == 2

    @pytest.mark.parametrize(
        "given",
        [
            {"overlap": 3},
            {"kind": "pilot"},
            {"sample_share": 0.5},
            {"seed": 4},
            {"blind": False},
            {"suggestions": "after_choice"},
        ],
    )
    def test_other_settings_are_refused(self, case: Case, given: dict[str, Any]) -> None:
        case.assign()
        case.make.document(case.project)
        with pytest.raises(Conflict, match="was begun with"):
            case.assign(**given)

    def test_it_goes_on_showing_suggestions_as_it_was_begun(self, case: Case) -> None:
        before = case.assign(suggestions="random_share")
        case.make.document(case.project)
        case.assign(seed=None)
        with pytest.raises(Conflict, match="suggestions random_share, not hidden"):
            case.assign(suggestions="hidden")
        assert case.session.get_one(Round, before.round_id).suggestions == "random_share"

    def test_another_codebook_is_refused(self, case: Case) -> None:
        case.assign()
        case.make.document(case.project)
        case.codebook(SMALL + WHOLE.replace("News", "Report"))
        with pytest.raises(Conflict, match="was begun with codebook version 1, not 2"):
            case.assign()

    def test_a_closed_round_is_not_extended(self, case: Case) -> None:
        case.close(case.assign())
        case.make.document(case.project)
        with pytest.raises(Conflict, match="is closed: give the new round another name"):
            case.assign()


class TestGates:
    def test_what_is_settled_as_noise_is_not_asked_again(self, case: Case) -> None:
        document = case.session.scalars(select(Document).order_by(Document.id)).all()[0]
        noise, doubt, text = case.paragraphs(document)
        for subject, alternatives in (
            (noise, [["boilerplate"]]),
            (doubt, [["boilerplate"], ["main"]]),
            (text, [["main"]]),
        ):
            case.make.gold(subject, "content", alternatives, method="unanimous")
        report = case.assign()
        given = {row.subject_id for row in case.rows(report)}
        assert noise not in given
        assert {doubt, text} <= given
        assert (report.left_out, report.paragraphs) == (1, 17)
        cleanup = case.assign(kind="cleanup", round_name="cleanup")
        assert noise in {row.subject_id for row in case.rows(cleanup)}


class TestRetest:
    def test_people_get_their_own_paragraphs_again_with_the_next_occasion(self, case: Case) -> None:
        main = case.assign()
        done = [row for row in case.rows(main) if row.user_id == case.people[0].id]
        case.annotate(done)
        report = case.assign(kind="retest", round_name="again", overlap=1)
        rows = case.rows(report)
        assert {row.user_id for row in rows} == {case.people[0].id}
        assert [row.subject_id for row in rows] != []
        assert {row.subject_id for row in rows} == {row.subject_id for row in done}
        assert {(r.reason, r.occasion, r.overlapping) for r in rows} == {("retest", 2, False)}

    def test_a_share_is_of_whole_documents(self, case: Case) -> None:
        case.annotate(case.rows(case.assign(only=[user.id for user in case.people[:2]])))
        report = case.assign(kind="retest", round_name="again", overlap=1, sample_share=0.25)
        for user in case.people[:2]:
            documents = {
                case.session.get_one(Subject, row.subject_id).document_id
                for row in case.rows(report)
                if row.user_id == user.id
            }
            assert len(documents) == 1
        assert {row.inclusion_probability for row in case.rows(report)} == {0.25}

    def test_the_third_time_is_the_third_occasion(self, case: Case) -> None:
        case.annotate(case.rows(case.assign()))
        case.annotate(case.rows(case.assign(kind="retest", round_name="second", overlap=1)))
        third = case.assign(kind="retest", round_name="third", overlap=1)
        assert {row.occasion for row in case.rows(third)} == {3}


class TestClosing:
    def test_open_work_is_taken_back_and_the_sources_are_given_to_who_labelled_them(
        self, case: Case
    ) -> None:
        report = case.assign()
        done = case.rows(report)[0]
        case.annotate([done])
        closed = case.close(report)
        assert (closed.unfinished, closed.ratings) == (report.assignments - 1, 1)
        (rating,) = case.rows(report, "source")
        document = case.session.get_one(Subject, done.subject_id).document
        assert document is not None
        assert rating.user_id == done.user_id
        assert case.session.get_one(Subject, rating.subject_id).source_id == document.source_id
        assert {row.state for row in case.rows(report)} == {"done", "withdrawn"}

    def test_ratings_are_the_next_tasks_and_show_the_source(self, case: Case) -> None:
        report = case.assign()
        done = case.rows(report)[0]
        case.annotate([done])
        case.close(report)
        upcoming = sheets.next_assignments(
            case.session, project_id=case.project.id, user_id=done.user_id, n=5
        )
        assert upcoming.remaining == 1
        (task,) = upcoming.assignments
        assert task.scope == "source"
        assert task.can_be_saved
        assert task.source is not None
        assert task.source.name.startswith("Source")
        assert len(task.source.documents) == 1
        saved = annotating.save_annotation(
            case.session,
            assignment_id=task.id,
            user_id=done.user_id,
            save=annotating.Save("00000000-0000-4000-8000-aaaaaaaaaaaa", 0, {"reliable": ["yes"]}),
            now=NOW,
        )
        assert saved.revision == 1

    def test_open_rounds_come_before_the_sources_of_closed_ones(self, case: Case) -> None:
        first = case.assign(only=[case.people[0].id], overlap=1, round_name="first")
        case.annotate(case.rows(first))
        case.close(first)
        case.assign(only=[case.people[0].id], overlap=1, round_name="second")
        tasks = sheets.next_assignments(
            case.session, project_id=case.project.id, user_id=case.people[0].id, n=99
        ).assignments
        scopes = [task.scope for task in tasks]
        assert scopes[-4:] == ["source"] * 4
        assert "source" not in scopes[:-4]

    def test_a_source_is_rated_once_under_one_codebook(self, case: Case) -> None:
        for name in ("first", "second"):
            report = case.assign(round_name=name, only=[case.people[0].id], overlap=1)
            case.annotate(case.rows(report))
            closed = case.close(report)
            assert closed.ratings == (4 if name == "first" else 0)

    @pytest.mark.parametrize("kind", ["training", "cleanup"])
    def test_rounds_that_do_not_count_ask_for_no_ratings(self, case: Case, kind: str) -> None:
        report = case.assign(kind=kind)
        case.annotate(case.rows(report))
        assert case.close(report).ratings == 0

    def test_a_codebook_without_source_questions_asks_for_none(self, session: Session) -> None:
        case = build(session)
        case.codebook(SMALL)
        report = case.assign()
        case.annotate(case.rows(report))
        assert case.close(report).ratings == 0

    def test_it_is_closed_once(self, case: Case) -> None:
        report = case.assign()
        case.close(report)
        with pytest.raises(Conflict, match="closed already"):
            case.close(report)

    def test_a_round_of_another_project_is_not_found(self, case: Case) -> None:
        report = case.assign()
        with pytest.raises(NotFound):
            assigning.close_round(
                case.session,
                project_id=case.make.project().id,
                round_id=report.round_id,
                actor_id=None,
                now=NOW,
            )


class TestMoving:
    def test_open_work_goes_to_the_end_of_the_others_queue(self, case: Case) -> None:
        report = case.assign(overlap=1)
        alice, bob, _ = case.people
        mine = [row for row in case.rows(report) if row.user_id == alice.id]
        case.annotate(mine[:1])
        last = max(r.rank for s in ("paragraph", "document") for r in case.rows(report, s)
                   if r.user_id == bob.id)  # fmt: skip
        open_before = (
            len(mine) - 1 + sum(row.user_id == alice.id for row in case.rows(report, "document"))
        )
        moved = case.move(alice, bob)
        assert (moved.moved, moved.kept) == (open_before, 0)
        rows = {row.id: row for row in case.rows(report)}
        assert rows[mine[0].id].user_id == alice.id
        assert all(rows[row.id].user_id == bob.id for row in mine[1:])
        assert all(rows[row.id].rank > last for row in mine[1:])

    def test_nobody_gets_a_paragraph_twice(self, case: Case) -> None:
        report = case.assign(overlap=3)
        alice, bob, _ = case.people
        moved = case.move(alice, bob, round_id=report.round_id)
        assert (moved.moved, moved.kept) == (0, report.assignments // 3)

    def test_one_round_can_be_moved_alone(self, case: Case) -> None:
        first = case.assign(overlap=1, round_name="first", only=[case.people[0].id])
        second = case.assign(overlap=1, round_name="second", only=[case.people[0].id])
        case.move(case.people[0], case.people[1], round_id=second.round_id)
        assert {row.user_id for row in case.rows(first)} == {case.people[0].id}
        assert {row.user_id for row in case.rows(second)} == {case.people[1].id}

    def test_it_is_refused_to_oneself_and_to_who_is_no_annotator(self, case: Case) -> None:
        case.assign()
        with pytest.raises(DataInvalid, match="two different people"):
            case.move(case.people[0], case.people[0])
        for stranger in (case.make.user(), case.make.member(case.project, role="lead")):
            with pytest.raises(DataInvalid, match="active annotator"):
                case.move(case.people[0], stranger)


class TestTheLeadsView:
    def test_it_counts_each_persons_work(self, case: Case) -> None:
        report = case.assign()
        rows = [row for row in case.rows(report) if row.user_id == case.people[0].id]
        case.annotate(rows[:2])
        annotating.skip(
            case.session,
            assignment_id=rows[2].id,
            user_id=case.people[0].id,
            reason="Cut off",
            now=NOW,
        )
        annotating.flag(
            case.session,
            assignment_id=rows[3].id,
            user_id=case.people[0].id,
            note="Look",
            now=NOW,
        )
        (shown,) = round_queries.rounds_shown(case.session, case.project.id)
        mine = next(person for person in shown.people if person.user_id == case.people[0].id)
        assert (mine.done, mine.skipped, mine.flagged) == (2, 1, 1)
        assert (shown.done, shown.total, shown.documents) == (3, report.assignments, 4)
        assert (shown.flagged, shown.codebook_number) == (1, 1)
        flags = round_queries.flags(case.session, case.project.id)
        assert [(f.skip_reason, f.flag_note) for f in flags] == [(None, "Look"), ("Cut off", None)]


def test_in_eight_hundred_assignments_at_once_none_is_given_twice(database: Database) -> None:
    """Two leads press the button at the same moment; one is told that nothing is new."""
    with database.write() as session:
        make = Factory(session)
        project = make.project()
        for _ in range(4):
            make.member(project)
        Case(session, make, project, []).codebook(SMALL)
        for _ in range(20):
            make.document(project, texts=tuple(f"Paragraph {n}." for n in range(20)))

    def press(_: int) -> str:
        try:
            with database.write() as session:
                Case(session, make, project, []).assign()
        except (DataInvalid, Conflict) as error:
            return type(error).__name__
        return "given"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(press, range(4)))
    assert outcomes.count("given") == 1
    with database.read() as session:
        rows = session.execute(select(Assignment.subject_id, Assignment.user_id)).all()
    assert len(rows) == len(set(rows)) == 800
    assert set(Counter(row.subject_id for row in rows).values()) == {2}
