"""Taking back the last step: gold is as it was before, and the record keeps both."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.adjudication import Decision
from annotator.errors import Conflict
from annotator.services.adjudication import batches, deciding, policies, undoing
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment
from annotator.store.queries import decisions as made
from annotator.store.settling import Adjudication, AdjudicationUndo, Gold, GoldBatch
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose

MAIN = Decision("decided", (("main",),), "It argues.")
BOILERPLATE = Decision("decided", (("boilerplate",),), "A caption.")


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    labelled = Labelled.empty(make)
    labelled.person("lead", role="lead")
    return labelled


@pytest.fixture
def subject(labelled: Labelled) -> Subject:
    (subject,) = labelled.paragraphs("A paragraph.")
    labelled.says("alice", subject, NOISE)
    labelled.says("bob", subject, prose(["economic"]))
    labelled.says("chen", subject, prose(["economic"]))
    return subject


def decide(
    session: Session, labelled: Labelled, subject: Subject, by: str = "lead", **given: Decision
) -> None:
    deciding.decide(
        session,
        project_id=labelled.project.id,
        subject_id=subject.id,
        user_id=labelled.person(by, role="lead").id,
        decisions=given,
        seen=made.decision_count(session, subject.id),
        now=NOW,
    )


def undo(session: Session, labelled: Labelled) -> int:
    return undoing.undo_last(
        session, project_id=labelled.project.id, user_id=labelled.person("lead").id, now=NOW
    )


def gold(session: Session) -> dict[str, object]:
    return {row.question: row.alternatives or row.state for row in session.scalars(select(Gold))}


def test_gold_is_gone_and_the_record_is_not(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    decide(session, labelled, subject, content=BOILERPLATE)
    assert gold(session)["frames"] == "void"
    assert undo(session, labelled) == subject.id
    assert gold(session) == {}
    assert len(session.scalars(select(Adjudication)).all()) == 1
    assert len(session.scalars(select(AdjudicationUndo)).all()) == 1
    with pytest.raises(Conflict, match="no decision of yours"):
        undo(session, labelled)


def test_what_was_decided_before_holds_again(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    decide(session, labelled, subject, content=MAIN)
    session.flush()
    deciding.decide(
        session,
        project_id=labelled.project.id,
        subject_id=subject.id,
        user_id=labelled.person("lead").id,
        decisions={"content": BOILERPLATE},
        seen=1,
        now=NOW.replace(hour=10),
    )
    undo(session, labelled)
    assert gold(session) == {"content": [["main"]]}


def test_what_a_policy_wrote_holds_again_unless_its_run_was_undone(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    run = policies.apply_policy(
        session,
        project_id=labelled.project.id,
        policy=policies.Policy("majority"),
        actor_id=None,
        now=NOW,
    )
    assert gold(session)["content"] == [["main"]]
    decide(session, labelled, subject, content=BOILERPLATE)
    undo(session, labelled)
    row = session.scalars(select(Gold).where(Gold.question == "content")).one()
    assert (row.alternatives, row.method, row.batch_id) == ([["main"]], "majority", run.batch_id)
    decide(session, labelled, subject, content=BOILERPLATE)
    assert run.batch_id is not None
    batches.undo_batch(
        session,
        project_id=labelled.project.id,
        batch_id=run.batch_id,
        actor_id=None,
        now=NOW,
    )
    assert gold(session)["content"] == [["boilerplate"]]
    undo(session, labelled)
    assert gold(session) == {}


def test_what_another_has_decided_since_is_not_undone(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    decide(session, labelled, subject, content=MAIN)
    decide(session, labelled, subject, by="other", content=BOILERPLATE)
    with pytest.raises(Conflict, match="decided about this since"):
        undo(session, labelled)
    assert gold(session)["content"] == [["boilerplate"]]


def test_who_was_asked_the_rest_is_no_longer_asked(
    session: Session, labelled: Labelled, subject: Subject
) -> None:
    decide(session, labelled, subject, content=MAIN)
    asked = select(Assignment.state).where(Assignment.reason == "recode")
    assert session.scalars(asked).all() == ["open"]
    undo(session, labelled)
    assert session.scalars(asked).all() == ["withdrawn"]


def test_a_run_of_a_policy_that_voided_a_decision_gives_it_back(
    session: Session, labelled: Labelled, make: Factory
) -> None:
    (subject,) = labelled.paragraphs("Another.")
    for name, answers in (
        ("alice", NOISE),
        ("bob", NOISE),
        ("dora", NOISE),
        ("chen", prose(["economic"])),
        ("emil", prose(["security"])),
    ):
        labelled.says(name, subject, answers)
    decide(session, labelled, subject, frames=Decision("decided", (("economic",),)))
    run = policies.apply_policy(
        session,
        project_id=labelled.project.id,
        policy=policies.Policy("majority"),
        actor_id=None,
        now=NOW,
    )
    assert gold(session)["frames"] == "void"
    batch = session.scalars(select(GoldBatch)).one()
    assert batch.parameters == {"at_least": 2, "margin": 1}
    batches.undo_batch(
        session, project_id=labelled.project.id, batch_id=run.batch_id or 0, actor_id=None, now=NOW
    )
    assert gold(session) == {"frames": [["economic"]]}
