"""The docket: who says what of a subject now, under which codebook, and what is settled."""

import pytest
from sqlalchemy.orm import Session

from annotator.domain.adjudication import VOID, Ruling
from annotator.services.adjudication.dockets import Case, cases, ruling_of
from annotator.store.corpus import Subject
from annotator.store.labelling import AnnotationRevision
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose
from tests.small_codebook import SMALL


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    return Labelled.empty(make)


@pytest.fixture
def subject(labelled: Labelled) -> Subject:
    return labelled.paragraphs("A paragraph.")[0]


def only(session: Session, labelled: Labelled) -> Case:
    (case,) = cases(session, project_id=labelled.project.id)
    return case


def test_it_tells_votes_from_those_led_past_the_question(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    labelled.says("alice", subject, prose(["economic", "security"], russia="1"))
    labelled.says("bob", subject, NOISE)
    case = only(session, labelled)
    alice, bob = (labelled.person(name).id for name in ("alice", "bob"))
    assert case.votes["content"] == {alice: ("main",), bob: ("boilerplate",)}
    assert case.votes["frames"] == {alice: ("security", "economic")}
    assert case.gated["frames"] == {bob}
    assert case.gated["stance.china"] == {alice, bob}
    assert case.disputed == ("content",)


def test_what_was_left_blank_is_neither_a_vote_nor_gated(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    labelled.says("alice", subject, prose())
    case = only(session, labelled)
    assert (case.votes["part"], case.gated["part"]) == ({}, set())
    assert case.standings["part"] == "unanswered"


def test_it_asks_only_what_is_scored(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    labelled.says("alice", subject, prose() | {"confidence": ["2"]})
    case = only(session, labelled)
    assert [question.code for question in case.questions] == [
        *("content", "frames", "targets", "stance.russia", "stance.china", "part"),
    ]
    assert "confidence" not in case.votes


def test_a_clean_up_round_asks_less_and_votes_all_the_same(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    cleanup = labelled.make.round(labelled.project, labelled.codebook, kind="cleanup", name="clean")
    for name in ("alice", "bob"):
        labelled.says(name, subject, {"content": ["main"]}, round=cleanup)
    case = only(session, labelled)
    assert [question.code for question in case.questions] == ["content"]
    assert case.standings == {"content": "unanimous"}


def test_the_newest_revision_speaks_even_after_feedback(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    assignment = labelled.make.assignment(labelled.round, subject, labelled.person("alice"))
    annotation = labelled.make.annotation(assignment, NOISE)
    annotation.revision = 2
    session.add(
        AnnotationRevision(
            annotation_id=annotation.id,
            number=2,
            save_id="second",
            answers=prose(["economic"]),
            spans=[],
            note="On second thought.",
            masked=False,
            after_feedback=True,
            saved_at=NOW,
        )
    )
    session.flush()
    case = only(session, labelled)
    alice = labelled.person("alice").id
    assert case.votes["frames"] == {alice: ("economic",)}
    assert case.notes == {alice: "On second thought."}


def test_a_codebook_with_another_meaning_takes_the_earlier_votes_away(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    labelled.says("alice", subject, NOISE)
    second = labelled.make.codebook(
        labelled.project, SMALL.replace("Main text", "Body"), number=2, editorial=False
    )
    later = labelled.make.round(labelled.project, second, name="later")
    labelled.says("bob", subject, prose(), round=later)
    case = only(session, labelled)
    assert case.version_id == second.id
    assert set(case.votes["content"]) == {labelled.person("bob").id}


def test_an_editorial_codebook_keeps_the_earlier_votes(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    labelled.says("alice", subject, NOISE)
    second = labelled.make.codebook(
        labelled.project, SMALL.replace("Main text", "Body"), number=2, editorial=True
    )
    later = labelled.make.round(labelled.project, second, name="later")
    labelled.says("bob", subject, prose(), round=later)
    case = only(session, labelled)
    assert case.disputed == ("content",)
    assert case.codebook.question("content").by_code["main"].name_in("en") == "Body"


def test_the_text_asked_with_an_answer_stands_at_its_question(
    session: Session, make: Factory
) -> None:
    yaml = SMALL.replace(
        "questions:\n", "details:\n  evidence: {name: {en: Evidence}}\nquestions:\n"
    ).replace("name: {en: Reliability}\n", "name: {en: Reliability}\n    details: [evidence]\n")
    labelled = Labelled.empty(make, yaml=yaml)
    source = make.source(labelled.project)
    rated = Subject(project_id=labelled.project.id, scope="source", source_id=source.id)
    session.add(rated)
    session.flush()
    labelled.says(
        "alice", rated, {"reliability": ["a"], "reliability.evidence": ["A correction page."]}
    )
    case = only(session, labelled)
    alice = labelled.person("alice").id
    assert case.remarks == {"reliability": {alice: "A correction page."}}
    assert [question.code for question in case.questions] == ["reliability"]
    assert (case.document_id, case.position) == (0, 0)


def test_gold_stands_in_the_case(session: Session, labelled: Labelled, subject: Subject) -> None:
    labelled.says("alice", subject, NOISE)
    labelled.says("bob", subject, prose())
    labelled.make.gold(subject.id, "content", [["boilerplate"]])
    labelled.make.gold(subject.id, "frames", None)
    case = only(session, labelled)
    assert case.gold == {"content": Ruling("decided", (("boilerplate",),)), "frames": VOID}
    assert case.disputed == ()
    assert ruling_of("decided", [["a", "b"], []]) == Ruling("decided", (("a", "b"), ()))


def test_only_what_differs_can_be_asked_for(session: Session, labelled: Labelled) -> None:
    same, differs, single = labelled.paragraphs("Same.", "Differs.", "Single.")
    for name, answers in (("alice", NOISE), ("bob", prose())):
        labelled.says(name, same, NOISE)
        labelled.says(name, differs, answers)
    labelled.says("alice", single, NOISE)
    project_id = labelled.project.id
    assert [case.subject_id for case in cases(session, project_id=project_id)] == [
        *(same.id, differs.id, single.id),
    ]
    found = cases(session, project_id=project_id, differing=True)
    assert [case.subject_id for case in found] == [differs.id]
    assert cases(session, project_id=project_id, subject_ids=[same.id], differing=True) == []
    assert cases(session, project_id=labelled.make.project().id) == []
