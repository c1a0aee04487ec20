"""Saving is where no label may be lost, doubled or stored under another's name."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.domain.spans import Span
from annotator.errors import (
    AnswersInvalid,
    Conflict,
    DataInvalid,
    NotFound,
    StaleAnnotation,
)
from annotator.services import annotating, assigning, codebooks, sheets
from annotator.services.annotating import Save
from annotator.store.audit import AuditEvent, broken_links
from annotator.store.corpus import Project, Subject
from annotator.store.database import Database
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    Disclosure,
    Round,
)
from annotator.store.people import User
from annotator.store.queries import labelling as queries
from annotator.store.queries import progress
from tests.factories import NOW, Factory

NOISE = {"content": ["boilerplate"], "noise_type": ["caption"]}
MAIN = {"content": ["main"], "frames": [], "targets": []}


def a_save(answers: dict[str, Any] | None = None, **given: Any) -> Save:
    defaults: dict[str, Any] = {
        "save_id": str(uuid.uuid4()),
        "seen_revision": 0,
        "answers": NOISE if answers is None else answers,
        "seconds": 3.5,
    }
    return Save(**(defaults | given))


@dataclass
class Case:
    """A project with two documents of two paragraphs, given to alice and bob."""

    session: Session
    make: Factory
    project: Project
    alice: User
    bob: User
    round: Round

    def queue(self, user: User, n: int = 50) -> tuple[queries.Task, ...]:
        return sheets.next_assignments(
            self.session, project_id=self.project.id, user_id=user.id, n=n
        ).assignments

    def save(self, task: queries.Task, user: User, save: Save) -> annotating.Saved:
        return annotating.save_annotation(
            self.session, assignment_id=task.id, user_id=user.id, save=save, now=NOW
        )

    def revisions(self, task: queries.Task) -> list[AnnotationRevision]:
        return list(
            self.session.scalars(
                select(AnnotationRevision)
                .join(Annotation, Annotation.id == AnnotationRevision.annotation_id)
                .where(Annotation.assignment_id == task.id)
                .order_by(AnnotationRevision.number)
            )
        )


def build(session: Session, *, blind: bool = True, texts: tuple[str, ...] = ()) -> Case:
    make = Factory(session)
    project = make.project(source_blind=blind)
    alice, bob = make.member(project), make.member(project)
    source = make.source(project, "The Ledger", domains=["ledger.example"])
    for _ in range(2):
        make.document(
            project,
            source,
            texts=texts or ("A caption", "A smiling 😀 body sentence.", "Third.", "Fourth."),
            title="A telling title",
        )
    add_codebook(session, project)
    report = assigning.assign(
        session, project_id=project.id, overlap=2, seed=4, actor_id=None, now=NOW
    )
    found = session.get_one(Round, report.round_id)
    return Case(session, make, project, alice, bob, found)


def add_codebook(session: Session, project: Project, yaml: str | None = None) -> None:
    codebooks.add_version(
        session,
        project_id=project.id,
        yaml=yaml or codebooks.default_yaml(),
        name="codebook.yaml",
        editorial=False,
        actor_id=None,
        now=NOW,
    )


@pytest.fixture
def case(session: Session) -> Case:
    return build(session)


class TestTheQueue:
    def test_it_comes_document_by_document_in_reading_order(self, case: Case) -> None:
        tasks = case.queue(case.alice)
        scopes = [task.scope for task in tasks]
        assert scopes == (["paragraph"] * 4 + ["document"]) * 2
        texts = [task.paragraph.text for task in tasks[:4] if task.paragraph]
        assert texts == ["A caption", "A smiling 😀 body sentence.", "Third.", "Fourth."]
        assert [task.rank for task in tasks] == list(range(1, 11))

    def test_it_shows_two_paragraphs_before_and_after(self, case: Case) -> None:
        shown = [task.paragraph for task in case.queue(case.alice, 4)]
        first, last = shown[0], shown[3]
        assert first is not None
        assert last is not None
        assert first.before == ()
        assert first.after == ("A smiling 😀 body sentence.", "Third.")
        assert last.before == ("A smiling 😀 body sentence.", "Third.")
        assert last.after == ()

    def test_it_says_how_much_is_left_and_changes_nothing(self, case: Case) -> None:
        for _ in range(2):
            upcoming = sheets.next_assignments(
                case.session, project_id=case.project.id, user_id=case.alice.id, n=1
            )
            assert upcoming.remaining == 10
            assert len(upcoming.assignments) == 1
        assert not case.session.dirty

    def test_it_goes_on_after_what_is_done_or_skipped(self, case: Case) -> None:
        first, second, third, *_ = case.queue(case.alice)
        case.save(first, case.alice, a_save())
        annotating.skip(
            case.session, assignment_id=second.id, user_id=case.alice.id, reason="?", now=NOW
        )
        assert case.queue(case.alice)[0].id == third.id
        assert len(case.queue(case.bob)) == 10

    def test_a_stranger_has_no_queue(self, case: Case) -> None:
        assert case.queue(case.make.user()) == ()
        nothing = case.make.project()
        found = sheets.next_assignments(case.session, project_id=nothing.id, user_id=case.alice.id)
        assert (found.assignments, found.remaining) == ((), 0)

    def test_who_left_the_project_has_no_queue(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        membership = case.alice.memberships[0]
        case.session.delete(membership)
        case.session.flush()
        assert case.queue(case.alice) == ()
        with pytest.raises(NotFound):
            case.save(task, case.alice, a_save())

    def test_a_blind_round_says_nothing_of_the_source(self, case: Case) -> None:
        for task in case.queue(case.alice):
            assert "Ledger" not in repr(task)
            assert "ledger.example" not in repr(task)
            assert "telling" not in repr(task)

    def test_an_open_round_shows_where_a_document_comes_from(self, session: Session) -> None:
        case = build(session, blind=False)
        task = next(task for task in case.queue(case.alice) if task.scope == "document")
        assert task.document is not None
        assert (task.document.title, task.document.source) == ("A telling title", "The Ledger")

    def test_a_document_is_shown_whole(self, case: Case) -> None:
        task = next(task for task in case.queue(case.alice) if task.scope == "document")
        assert task.document is not None
        assert len(task.document.paragraphs) == 4

    def test_it_knows_the_place_in_the_document_and_the_work(self, case: Case) -> None:
        tasks = case.queue(case.alice)
        found = progress.places_of(case.session, tasks=tasks, user_id=case.alice.id)
        places = [found[task.id] for task in tasks]
        assert [(p.paragraph, p.document) for p in places] == [
            (1, 1), (2, 1), (3, 1), (4, 1), (4, 1), (1, 2), (2, 2), (3, 2), (4, 2), (4, 2),
        ]  # fmt: skip
        assert {(p.paragraphs, p.documents) for p in places} == {(4, 2)}

    def test_going_back_leads_to_the_one_before(self, case: Case) -> None:
        first, second, third, *_ = case.queue(case.alice)
        case.save(first, case.alice, a_save())
        case.save(second, case.alice, a_save())

        def before(task: queries.Task) -> int | None:
            return progress.previous_id(case.session, task=task, user_id=case.alice.id)

        assert before(third) == second.id
        assert before(second) == first.id
        assert before(first) is None
        last = progress.last_id(case.session, project_id=case.project.id, user_id=case.alice.id)
        assert last == second.id

    def test_progress_adds_up(self, case: Case) -> None:
        first, second, *_ = case.queue(case.alice)
        case.save(first, case.alice, a_save())
        annotating.skip(
            case.session, assignment_id=second.id, user_id=case.alice.id, reason="?", now=NOW
        )
        (found,) = progress.progress(
            case.session, project_id=case.project.id, user_id=case.alice.id
        )
        assert (found.done, found.skipped, found.left, found.total) == (1, 1, 8, 10)
        assert found.is_open


class TestSaving:
    def test_it_stores_the_answers_as_the_first_revision(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        save = a_save(note=" A doubt. ", context_before=1, context_after=2)
        assert case.save(task, case.alice, save) == annotating.Saved(1, created=True)
        (stored,) = case.revisions(task)
        assert stored.answers == NOISE
        assert (stored.number, stored.save_id, stored.seconds) == (1, save.save_id, 3.5)
        assert (stored.note, stored.context_before, stored.context_after) == ("A doubt.", 1, 2)
        assert not stored.after_feedback
        assert case.session.get_one(Assignment, task.id).state == "done"

    def test_a_second_save_is_a_new_revision_and_the_first_is_kept(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        case.save(task, case.alice, a_save())
        assert case.save(task, case.alice, a_save(MAIN, seen_revision=1)).revision == 2
        assert [r.answers for r in case.revisions(task)] == [NOISE, MAIN]
        shown = queries.task_of(case.session, assignment_id=task.id, user_id=case.alice.id)
        assert shown is not None
        assert (shown.revision, shown.answers) == (2, MAIN)

    def test_the_same_save_again_is_stored_once(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        save = a_save()
        assert case.save(task, case.alice, save).created
        assert case.save(task, case.alice, save) == annotating.Saved(1, created=False)
        shouted = replace(save, save_id=save.save_id.upper())
        assert case.save(task, case.alice, shouted) == annotating.Saved(1, created=False)
        assert len(case.revisions(task)) == 1

    def test_a_save_sent_again_after_a_newer_one_keeps_its_number(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        first = a_save()
        case.save(task, case.alice, first)
        case.save(task, case.alice, a_save(MAIN, seen_revision=1))
        assert case.save(task, case.alice, first) == annotating.Saved(1, created=False)

    def test_a_save_sent_again_after_the_round_closed_is_still_known(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        save = a_save()
        case.save(task, case.alice, save)
        case.round.closed_at = NOW
        case.session.flush()
        assert not case.save(task, case.alice, save).created

    def test_a_save_id_with_other_answers_is_a_conflict_and_not_taken_for_known(
        self, case: Case
    ) -> None:
        task = case.queue(case.alice)[0]
        save = a_save()
        case.save(task, case.alice, save)
        for other in (replace(save, answers=MAIN), replace(save, note="A doubt.")):
            with pytest.raises(StaleAnnotation) as caught:
                case.save(task, case.alice, other)
            assert caught.value.annotation["answers"] == NOISE

    def test_a_save_id_cannot_serve_two_assignments(self, case: Case) -> None:
        first, second, *_ = case.queue(case.alice)
        save = a_save()
        case.save(first, case.alice, save)
        with pytest.raises(DataInvalid, match="used for another assignment"):
            case.save(second, case.alice, save)
        theirs = case.queue(case.bob)[0]
        with pytest.raises(DataInvalid, match="used for another assignment"):
            case.save(theirs, case.bob, save)

    @pytest.mark.parametrize("seen", [0, 2])
    def test_an_unseen_revision_is_a_conflict_that_shows_it(self, case: Case, seen: int) -> None:
        task = case.queue(case.alice)[0]
        case.save(task, case.alice, a_save(note="first"))
        with pytest.raises(StaleAnnotation) as caught:
            case.save(task, case.alice, a_save(MAIN, seen_revision=seen))
        assert caught.value.revision == 1
        assert caught.value.annotation["answers"] == NOISE
        assert caught.value.annotation["note"] == "first"
        assert len(case.revisions(task)) == 1

    def test_a_revision_seen_where_there_is_none_is_a_conflict(self, case: Case) -> None:
        with pytest.raises(StaleAnnotation):
            case.save(case.queue(case.alice)[0], case.alice, a_save(seen_revision=1))

    def test_what_was_settled_meanwhile_is_said_once_before_it_is_changed(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        case.save(task, case.alice, a_save())
        case.make.gold(task.subject_id, "content", [["boilerplate"]])
        change = a_save(MAIN, seen_revision=1)
        with pytest.raises(StaleAnnotation, match="The lead has settled this meanwhile") as caught:
            case.save(task, case.alice, change)
        assert (caught.value.settled, caught.value.revision) == (True, 1)
        assert caught.value.annotation["answers"] == NOISE
        case.save(task, case.alice, replace(change, settled_seen=True))
        assert [each.answers for each in case.revisions(task)] == [NOISE, MAIN]

    def test_a_change_after_it_was_settled_is_told_only_once(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        case.save(task, case.alice, a_save())
        case.make.gold(
            task.subject_id, "content", [["main"]], settled_at=NOW - timedelta(minutes=1)
        )
        assert case.save(task, case.alice, a_save(MAIN, seen_revision=1)).revision == 2

    def test_a_first_answer_is_taken_though_it_is_settled_already(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        case.make.gold(task.subject_id, "content", [["boilerplate"]])
        assert case.save(task, case.alice, a_save(MAIN)).created

    def test_a_forged_assignment_is_not_found(self, case: Case) -> None:
        theirs = case.queue(case.bob)[0]
        with pytest.raises(NotFound):
            case.save(theirs, case.alice, a_save())
        with pytest.raises(NotFound):
            case.save(replace(theirs, id=10**9), case.alice, a_save())
        assert queries.task_of(
            case.session, assignment_id=theirs.id, user_id=case.alice.id
        ) is None  # fmt: skip

    def test_two_annotators_answer_one_paragraph_apart(self, case: Case) -> None:
        mine = case.queue(case.alice)[0]
        theirs = next(t for t in case.queue(case.bob) if t.subject_id == mine.subject_id)
        case.save(mine, case.alice, a_save())
        case.save(theirs, case.bob, a_save(MAIN))
        assert [r.answers for r in case.revisions(mine)] == [NOISE]
        assert [r.answers for r in case.revisions(theirs)] == [MAIN]

    @pytest.mark.parametrize(
        ("answers", "question", "sentence"),
        [
            ({"content": ["nonsense"]}, "content", "is not a label"),
            ({"content": ["main", "mixed"]}, "content", "Choose one label"),
            (NOISE | {"frames": ["economic"]}, "frames", "does not apply"),
            ({}, "content", "required"),
            (MAIN | {"nothing": ["x"]}, "nothing", "has no question"),
            (MAIN | {"genre": ["opinion"]}, "genre", "not asked in this task"),
            ({"content": "main"}, "content", "Send a list"),
        ],
    )
    def test_answers_outside_the_codebook_are_refused(
        self, case: Case, answers: dict[str, Any], question: str, sentence: str
    ) -> None:
        task = case.queue(case.alice)[0]
        with pytest.raises(AnswersInvalid) as caught:
            case.save(task, case.alice, a_save(answers))
        assert sentence in caught.value.problems[question]
        assert case.revisions(task) == []

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"seconds": -1.0}, "seconds"),
            ({"seconds": float("nan")}, "seconds"),
            ({"seconds": float("inf")}, "seconds"),
            ({"note": "x" * 2001}, "note"),
            ({"note": "bell\x07"}, "note"),
            ({"context_before": -1}, "context"),
        ],
    )
    def test_odd_fields_are_refused_by_name(
        self, case: Case, given: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(AnswersInvalid) as caught:
            case.save(case.queue(case.alice)[0], case.alice, a_save(**given))
        assert set(caught.value.problems) == {field}

    def test_a_save_id_must_be_a_uuid(self, case: Case) -> None:
        with pytest.raises(DataInvalid, match="must be a UUID"):
            case.save(case.queue(case.alice)[0], case.alice, a_save(save_id="1"))

    def test_a_closed_round_takes_no_labels(self, case: Case) -> None:
        first, second, *_ = case.queue(case.alice)
        case.save(first, case.alice, a_save())
        assigning.close_round(
            case.session, project_id=case.project.id, round_id=case.round.id, actor_id=1, now=NOW
        )
        for task, seen in ((first, 1), (second, 0)):
            with pytest.raises(Conflict, match="is closed, so nothing was saved"):
                case.save(task, case.alice, a_save(seen_revision=seen))

    def test_work_that_was_taken_back_is_refused_with_a_sentence(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        case.session.get_one(Assignment, task.id).state = "withdrawn"
        case.session.flush()
        with pytest.raises(Conflict, match="taken back"):
            case.save(task, case.alice, a_save())

    @pytest.mark.parametrize(
        ("kind", "after"),
        [("votes", True), ("gold", True), ("feedback", True), ("unmasked", False)],
    )
    def test_it_marks_what_was_said_after_feedback(
        self, case: Case, kind: str, *, after: bool
    ) -> None:
        first, second, *_ = case.queue(case.alice)
        for user in (case.alice, case.bob):
            subject = first.subject_id if user is case.alice else second.subject_id
            case.session.add(
                Disclosure(user_id=user.id, subject_id=subject, kind=kind, shown_at=NOW)
            )
        case.session.flush()
        case.save(first, case.alice, a_save())
        case.save(second, case.alice, a_save())
        assert case.revisions(first)[0].after_feedback is after
        assert not case.revisions(second)[0].after_feedback

    def test_document_questions_are_checked_as_such(self, case: Case) -> None:
        task = next(task for task in case.queue(case.alice) if task.scope == "document")
        with pytest.raises(AnswersInvalid) as caught:
            case.save(task, case.alice, a_save({"genre": ["opinion"]}))
        assert {"primary_frame", "recognised"} <= set(caught.value.problems)


class TestSkippingAndFlagging:
    def test_a_skipped_task_keeps_its_reason_until_it_is_answered(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        annotating.skip(
            case.session, assignment_id=task.id, user_id=case.alice.id, reason=" Odd ", now=NOW
        )
        row = case.session.get_one(Assignment, task.id)
        case.session.refresh(row)
        assert (row.state, row.skip_reason) == ("skipped", "Odd")
        case.save(task, case.alice, a_save())
        case.session.refresh(row)
        assert (row.state, row.skip_reason) == ("done", None)

    def test_skipping_needs_a_reason(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        with pytest.raises(DataInvalid, match="Say in a few words why"):
            annotating.skip(
                case.session, assignment_id=task.id, user_id=case.alice.id, reason=" ", now=NOW
            )

    def test_what_is_answered_cannot_be_skipped(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        case.save(task, case.alice, a_save())
        with pytest.raises(Conflict, match="answered this already"):
            annotating.skip(
                case.session, assignment_id=task.id, user_id=case.alice.id, reason="x", now=NOW
            )

    def test_a_flag_leaves_the_task_open(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        annotating.flag(
            case.session, assignment_id=task.id, user_id=case.alice.id, note="Look!", now=NOW
        )
        row = case.session.get_one(Assignment, task.id)
        case.session.refresh(row)
        assert (row.state, row.flag_note) == ("open", "Look!")

    @pytest.mark.parametrize("note", ["", "x" * 2001, "bell\x07"])
    def test_an_odd_flag_is_refused(self, case: Case, note: str) -> None:
        with pytest.raises(DataInvalid):
            annotating.flag(
                case.session,
                assignment_id=case.queue(case.alice)[0].id,
                user_id=case.alice.id,
                note=note,
                now=NOW,
            )

    @pytest.mark.parametrize("act", [annotating.skip, annotating.flag])
    def test_only_ones_own_can_be_skipped_or_flagged(
        self, case: Case, act: Callable[..., None]
    ) -> None:
        word = "reason" if act is annotating.skip else "note"
        with pytest.raises(NotFound):
            act(
                case.session,
                assignment_id=case.queue(case.bob)[0].id,
                user_id=case.alice.id,
                now=NOW,
                **{word: "x"},
            )


SPANNED = """
code: spanned
title: {en: With evidence}
languages: [en]
questions:
- code: tone
  name: {en: Tone}
  scope: paragraph
  scale: set
  spans: must
  labels:
  - {code: warm, name: {en: Warm}}
  - {code: cold, name: {en: Cold}}
- code: plain
  name: {en: Plain}
  scope: paragraph
  scale: nominal
  required: false
  labels:
  - {code: "yes", name: {en: "Yes"}}
  - {code: "no", name: {en: "No"}}
"""


class TestEvidence:
    @pytest.fixture
    def case(self, session: Session) -> Case:
        make = Factory(session)
        project = make.project()
        alice, bob = make.member(project), make.member(project)
        make.document(project, texts=("A smiling 😀 body.",))
        add_codebook(session, project, SPANNED)
        report = assigning.assign(
            session, project_id=project.id, overlap=1, seed=1, actor_id=None, now=NOW
        )
        owner = alice if report.people[alice.name] else bob
        return Case(session, make, project, owner, bob, session.get_one(Round, report.round_id))

    def test_offsets_count_code_points_and_come_with_the_words(self, case: Case) -> None:
        task = case.queue(case.alice)[0]
        span = Span("tone", "warm", 12, 16, "body")
        case.save(task, case.alice, a_save({"tone": ["warm"]}, spans=[span]))
        assert case.revisions(task)[0].spans == [
            {"question": "tone", "label": "warm", "start": 12, "end": 16, "quote": "body"}
        ]

    @pytest.mark.parametrize(
        ("answers", "span", "sentence"),
        [
            (["warm"], None, "Mark the words that show “warm”"),
            (["warm"], ("tone", "warm", 13, 17, "body"), "are not “body”"),
            (["warm"], ("tone", "warm", -4, -1, "ody"), "are not “ody”"),
            (["warm"], ("tone", "warm", 12, 99, "body."), "are not “body.”"),
            (["warm"], ("tone", "warm", 12, 12, ""), "are not “”"),
            (["warm"], ("tone", "cold", 12, 16, "body"), "“cold” is not chosen"),
            (["warm"], ("plain", "yes", 12, 16, "body"), "takes no marked passages"),
            (["warm"], ("other", "yes", 12, 16, "body"), "takes no marked passages"),
        ],
    )
    def test_evidence_that_does_not_fit_is_refused(
        self, case: Case, answers: list[str], span: Any, sentence: str
    ) -> None:
        spans = [Span(*span)] if span else []
        with pytest.raises(AnswersInvalid) as caught:
            case.save(case.queue(case.alice)[0], case.alice, a_save({"tone": answers}, spans=spans))
        assert sentence in caught.value.problems["spans"]

    def test_the_same_passage_twice_is_refused(self, case: Case) -> None:
        span = Span("tone", "warm", 12, 16, "body")
        with pytest.raises(AnswersInvalid, match="marked twice"):
            case.save(
                case.queue(case.alice)[0],
                case.alice,
                a_save({"tone": ["warm"]}, spans=[span, span]),
            )

    def test_an_empty_set_needs_no_evidence(self, case: Case) -> None:
        assert case.save(case.queue(case.alice)[0], case.alice, a_save({"tone": []})).created


def test_each_save_leaves_one_event_and_the_chain_holds(database: Database) -> None:
    with database.write() as session:
        case = build(session)
    with database.write() as session:
        case.session = session
        for task in case.queue(case.alice):
            if task.scope == "paragraph":
                case.save(task, case.alice, a_save())
    with database.read() as session:
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "annotation.saved")
        ).all()
        assert len(events) == 8
        assert {event.actor_id for event in events} == {case.alice.id}
        assert list(broken_links(session)) == []


def test_eight_threads_lose_nothing(database: Database) -> None:
    with database.write() as session:
        case = build(session, texts=tuple(f"Paragraph {n}." for n in range(60)))
    with database.read() as session:
        queue = sheets.next_assignments(
            session, project_id=case.project.id, user_id=case.alice.id, n=500
        ).assignments
    saves = [(task.id, a_save()) for task in queue if task.scope == "paragraph"]
    # Every save is sent twice, as a client does that did not see the answer.
    jobs = [(task_id, save, NOW + timedelta(seconds=1)) for task_id, save in saves * 2]

    def send(job: tuple[int, Save, Any]) -> bool:
        task_id, save, now = job
        with database.write() as session:
            return annotating.save_annotation(
                session, assignment_id=task_id, user_id=case.alice.id, save=save, now=now
            ).created

    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(send, jobs))
    assert created.count(True) == len(saves) == 120
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AnnotationRevision)) == 120
        assert list(broken_links(session)) == []


def test_of_eight_saves_at_once_on_one_task_one_is_taken(database: Database) -> None:
    with database.write() as session:
        case = build(session)
        task = case.queue(case.alice)[0]

    def send(_: int) -> str:
        try:
            with database.write() as session:
                annotating.save_annotation(
                    session, assignment_id=task.id, user_id=case.alice.id, save=a_save(), now=NOW
                )
        except StaleAnnotation:
            return "stale"
        return "saved"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(8)))
    assert sorted(outcomes) == ["saved"] + ["stale"] * 7


def test_reading_the_queue_is_possible_where_nothing_may_be_written(database: Database) -> None:
    with database.write() as session:
        case = build(session)
    with database.read() as session:
        found = sheets.next_assignments(
            session, project_id=case.project.id, user_id=case.alice.id, n=4
        )
    assert len(found.assignments) == 4


def test_a_subject_is_in_the_queue_once(case: Case) -> None:
    subjects = [task.subject_id for task in case.queue(case.alice)]
    assert len(subjects) == len(set(subjects)) == 10
    everything = case.session.scalars(select(Subject.id)).all()
    assert set(subjects) <= set(everything)
