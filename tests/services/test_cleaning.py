"""A document of a clean-up round as a page: its stretch, what is shown, and saving it in one go."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.domain.saving import Save
from annotator.errors import AnswersInvalid, Conflict, NotFound, SavesRefused, StaleAnnotation
from annotator.services import assigning, cleaning, sheets
from annotator.services.cleaning import CleaningPage
from annotator.store.corpus import Paragraph, Project, Suggestion
from annotator.store.database import Database
from annotator.store.labelling import AnnotationRevision, Assignment, Round
from annotator.store.people import User
from annotator.store.queries import cleaning as queries
from tests.factories import NOW, Factory
from tests.services.test_annotating import add_codebook

MAIN = {"content": ["main"]}
NOISE = {"content": ["boilerplate"], "noise_type": ["caption"]}
TEXTS = ("A caption", "The Harbour Gazette reports.", "A caption")


@dataclass
class Case:
    session: Session
    project: Project
    round: Round
    alice: User
    bob: User

    def ids(self, user: User | None = None) -> list[int]:
        return list(
            self.session.scalars(
                select(Assignment.id)
                .where(Assignment.user_id == (user or self.alice).id)
                .order_by(Assignment.rank)
            )
        )

    def page(self, assignment_id: int | None = None) -> CleaningPage:
        found = cleaning.page_of(
            self.session,
            project_id=self.project.id,
            assignment_id=assignment_id or self.ids()[0],
            user_id=self.alice.id,
        )
        assert found is not None
        return found

    def save(self, saves: Iterable[tuple[int, Save]]) -> dict[int, tuple[int, bool]]:
        saved = cleaning.save_page(
            self.session,
            project_id=self.project.id,
            user_id=self.alice.id,
            saves=list(saves),
            now=NOW,
        )
        return {one: (done.revision, done.created) for one, done in saved.items()}


def a_save(answers: dict[str, list[str]], **given: int | bool) -> Save:
    return Save(**({"save_id": str(uuid.uuid4()), "seen_revision": 0, "answers": answers} | given))  # type: ignore[arg-type]


def build(
    session: Session, *, documents: int = 2, kind: str = "cleanup", suggestions: str | None = None
) -> Case:
    make = Factory(session)
    project = make.project()
    alice, bob = make.member(project), make.member(project)
    source = make.source(project, "Harbour Gazette")
    for _ in range(documents):
        make.document(project, source, texts=TEXTS)
    add_codebook(session, project, None)
    report = assigning.assign(
        session,
        project_id=project.id,
        overlap=2,
        kind=kind,
        suggestions=suggestions,
        seed=1,
        actor_id=None,
        now=NOW,
    )
    return Case(session, project, session.get_one(Round, report.round_id), alice, bob)


@pytest.fixture
def case(session: Session) -> Case:
    return build(session)


class TestThePage:
    def test_it_has_the_whole_document_masked_and_in_reading_order(self, case: Case) -> None:
        page = case.page(case.ids()[1])
        assert [line.number for line in page.lines] == [1, 2, 3]
        texts = [line.task.paragraph.text for line in page.lines if line.task.paragraph]
        assert texts == ["A caption", "The [source] reports.", "A caption"]
        assert (page.heading, page.is_whole, page.place.document) == (None, True, 1)
        assert [question.code for question in page.gate.questions] == ["content", "noise_type"]

    def test_it_leads_to_the_next_document_and_back_to_one_that_is_open(self, case: Case) -> None:
        first, second = case.page(), case.page(case.ids()[3])
        assert (first.following, first.preceding) == (case.ids()[3], None)
        assert (second.following, second.preceding) == (case.ids()[0], case.ids()[2])
        case.save((one, a_save(MAIN)) for one in case.ids()[:3])
        again = case.page(case.ids()[3])
        assert again.following is None
        assert (again.documents.done, again.documents.total, again.progress.left) == (1, 2, 3)

    def test_a_long_document_comes_in_stretches(
        self, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cleaning, "STRETCH", 2)
        first, rest = case.page(), case.page(case.ids()[2])
        assert [line.number for line in first.lines] == [1, 2]
        assert (first.following, first.total, first.is_whole) == (case.ids()[2], 3, False)
        assert [line.number for line in rest.lines] == [3]
        assert rest.preceding == case.ids()[0]

    @pytest.mark.parametrize(("policy", "told"), [("hidden", None), ("after_choice", 1)])
    def test_suggestions_and_repeats_are_told_only_if_the_lead_lets_them(
        self, session: Session, policy: str, told: int | None
    ) -> None:
        case = build(session, documents=1, suggestions=policy)
        for paragraph_id in session.scalars(select(Paragraph.id)):
            session.add(
                Suggestion(
                    paragraph_id=paragraph_id,
                    noise_type="repeat",
                    probability=0.9,
                    reasons=["The Harbour Gazette has it twice."],
                    made_by="rules 1",
                )
            )
        session.flush()
        last = case.page().lines[-1]
        reasons = last.task.suggestion.reasons if last.task.suggestion else None
        assert last.repeat_of == told
        assert reasons == (("The [source] has it twice.",) if told else None)

    def test_another_kind_of_round_has_no_such_page(self, session: Session) -> None:
        case = build(session, kind="main")
        found = cleaning.page_of(
            session,
            project_id=case.project.id,
            assignment_id=case.ids()[0],
            user_id=case.alice.id,
        )
        assert found is None

    def test_anothers_paragraph_is_not_there(self, case: Case) -> None:
        with pytest.raises(NotFound):
            case.page(case.ids(case.bob)[0])

    @pytest.mark.parametrize("kind", ["cleanup", "main"])
    def test_only_tasks_of_such_a_round_are_cleaned_whole(
        self, session: Session, kind: str
    ) -> None:
        case = build(session, kind=kind)
        ahead = sheets.next_sheets(session, project_id=case.project.id, user_id=case.alice.id, n=1)
        assert cleaning.is_cleaned_whole(ahead.sheets[0]) is (kind == "cleanup")

    def test_documents_are_counted_for_each_person(self, case: Case) -> None:
        case.save((one, a_save(MAIN)) for one in case.ids()[:4])
        done = queries.documents_done(case.session, [case.round.id])
        assert done[case.round.id, case.alice.id] == queries.DocumentsDone(1, 2)
        assert done[case.round.id, case.bob.id] == queries.DocumentsDone(0, 2)
        assert queries.documents_done(case.session, []) == {}


class TestSaving:
    def test_a_page_is_saved_and_the_same_page_again_changes_nothing(self, case: Case) -> None:
        first, second, third = case.ids()[:3]
        saves = [(third, a_save(NOISE)), (first, a_save(MAIN)), (second, a_save(MAIN))]
        assert case.save(saves) == dict.fromkeys((first, second, third), (1, True))
        assert case.save(saves) == dict.fromkeys((first, second, third), (1, False))
        stored = case.session.scalar(select(func.count(AnnotationRevision.id)))
        assert stored == 3

    def test_each_line_in_the_way_is_told_with_its_own_error(self, case: Case) -> None:
        first, second, third = case.ids()[:3]
        case.save([(second, a_save(MAIN))])
        stranger = case.ids(case.bob)[0]
        with pytest.raises(SavesRefused) as caught:
            case.save(
                [
                    (first, a_save({"content": ["boilerplate"]})),
                    (second, a_save(NOISE)),
                    (third, a_save(MAIN)),
                    (stranger, a_save(MAIN)),
                ]
            )
        refused = caught.value.refused
        assert {one: type(error) for one, error in refused.items()} == {
            first: AnswersInvalid,
            second: StaleAnnotation,
            stranger: NotFound,
        }
        assert str(caught.value).startswith("3 of the answers cannot be saved")

    def test_a_closed_round_takes_nothing(self, case: Case) -> None:
        assigning.close_round(
            case.session,
            project_id=case.project.id,
            round_id=case.round.id,
            actor_id=None,
            now=NOW,
        )
        case.session.expire_all()
        with pytest.raises(SavesRefused) as caught:
            case.save([(one, a_save(MAIN)) for one in case.ids()[:2]])
        assert {type(error) for error in caught.value.refused.values()} == {Conflict}


def test_a_page_of_which_a_line_is_refused_is_not_stored_at_all(database: Database) -> None:
    with database.write() as session:
        case = build(session, documents=1)
        first, second, _ = case.ids()
    for answers, stored in (({"content": ["junk"]}, 0), (MAIN, 2)):
        try:
            with database.write() as session:
                here = replace(case, session=session)
                here.save([(first, a_save(MAIN)), (second, a_save(answers))])
        except SavesRefused:
            assert stored == 0
        with database.read() as session:
            assert session.scalar(select(func.count(AnnotationRevision.id))) == stored
