"""Who had taken text for boilerplate is asked the rest, and says nothing else by that."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.adjudication import Decision
from annotator.domain.saving import Save
from annotator.errors import AnswersInvalid
from annotator.services import annotating, judging, sheets
from annotator.services.adjudication import deciding, policies
from annotator.services.adjudication.dockets import cases
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose

SAVE_ID = "00000000-0000-4000-9000-000000000001"


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    labelled = Labelled.empty(make)
    labelled.person("lead", role="lead")
    return labelled


@pytest.fixture
def subject(session: Session, labelled: Labelled) -> Subject:
    """A paragraph settled as main, which alice took for boilerplate."""
    (subject,) = labelled.paragraphs("A paragraph.")
    labelled.says("alice", subject, NOISE)
    labelled.says("bob", subject, prose(["economic"]))
    deciding.decide(
        session,
        project_id=labelled.project.id,
        subject_id=subject.id,
        user_id=labelled.person("lead").id,
        decisions={"content": Decision("decided", (("main",),))},
        seen=0,
        now=NOW,
    )
    return subject


def save(session: Session, labelled: Labelled, answers: dict[str, list[str]]) -> None:
    (task,) = sheets.next_assignments(
        session, project_id=labelled.project.id, user_id=labelled.person("alice").id
    ).assignments
    annotating.save_annotation(
        session,
        assignment_id=task.id,
        user_id=labelled.person("alice").id,
        save=Save(SAVE_ID, 0, answers, seconds=1.0),
        now=NOW,
    )


def test_only_who_was_led_past_is_asked_and_sees_the_rest(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    asked = session.scalars(select(Assignment).where(Assignment.reason == "recode")).one()
    assert (asked.user_id, asked.subject_id) == (labelled.person("alice").id, subject.id)
    (task,) = sheets.next_assignments(
        session, project_id=labelled.project.id, user_id=labelled.person("alice").id
    ).assignments
    assert (task.settled, task.answers) == ({"content": ["main"]}, {"content": ["main"]})


@pytest.mark.parametrize("closed", [False, True])
def test_the_rest_counts_for_gold_and_the_first_word_on_the_gate_stays(
    session: Session, labelled: Labelled, subject: Subject, closed: bool
) -> None:
    if closed:
        labelled.round.closed_at = NOW
    save(session, labelled, prose(["economic"]))
    (case,) = cases(session, project_id=labelled.project.id)
    alice, bob = (labelled.person(name).id for name in ("alice", "bob"))
    assert case.votes["content"] == {alice: ("boilerplate",), bob: ("main",)}
    assert case.votes["frames"] == {alice: ("economic",), bob: ("economic",)}
    assert alice not in case.gated["frames"]
    rows = judging.project_judgments(session, project_id=labelled.project.id).rows
    again = {row.excluded for row in rows if row.reason == "recode"}
    assert "recode" in again
    assert "" not in again


def test_the_gate_cannot_be_answered_otherwise(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    with pytest.raises(AnswersInvalid, match="The lead has settled this question"):
        save(session, labelled, NOISE)


def test_nobody_is_asked_twice_and_policies_ask_too(session: Session, labelled: Labelled) -> None:
    (subject,) = labelled.paragraphs("Another.")
    for name, answers in (("alice", NOISE), ("bob", prose()), ("chen", prose())):
        labelled.says(name, subject, answers)
    for _ in range(2):
        policies.apply_policy(
            session,
            project_id=labelled.project.id,
            policy=policies.Policy("majority"),
            actor_id=None,
            now=NOW,
        )
    asked = session.scalars(select(Assignment.user_id).where(Assignment.reason == "recode")).all()
    assert asked == [labelled.person("alice").id]
