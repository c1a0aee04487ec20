"""The same text in several documents: decided once, and listed where gold differs."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.adjudication import Decision
from annotator.errors import DataInvalid, NotFound
from annotator.services.adjudication import consistency, copies, deciding, undoing
from annotator.services.adjudication.consistency import Difference
from annotator.store.corpus import Cluster, ClusterMember, Subject
from annotator.store.queries import decisions as made
from annotator.store.settling import Gold, GoldBatch, Propagation
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose

MAIN = Decision("decided", (("main",),))
BOILERPLATE = Decision("decided", (("boilerplate",),))


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    labelled = Labelled.empty(make)
    labelled.person("lead", role="lead")
    return labelled


@pytest.fixture
def places(session: Session, labelled: Labelled) -> list[Subject]:
    """One text in three documents, in the first of them twice."""
    first, repeat = labelled.paragraphs("A text.", "A text.")
    found = [first, *labelled.paragraphs("A text."), *labelled.paragraphs("A text."), repeat]
    cluster = Cluster(project_id=labelled.project.id, kind="exact", key="a text.")
    session.add(cluster)
    session.flush()
    for subject in found:
        assert subject.paragraph_id is not None
        session.add(
            ClusterMember(paragraph_id=subject.paragraph_id, cluster_id=cluster.id, similarity=1.0)
        )
        labelled.says("alice", subject, NOISE)
        labelled.says("bob", subject, prose(["economic"]))
    session.flush()
    return found


def decide(
    session: Session, labelled: Labelled, subject: Subject, *, copy: bool, **given: Decision
) -> int:
    asked: dict[str, Any] = {
        "project_id": labelled.project.id,
        "subject_id": subject.id,
        "user_id": labelled.person("lead").id,
    }
    seen = made.decision_count(session, subject.id)
    settled = deciding.decide(session, decisions=given, seen=seen, now=NOW, **asked)
    if not copy:
        return 0
    ids = dict(settled.decision_ids)
    return copies.copy_decisions(session, decision_ids=ids, now=NOW, **asked)


def content(session: Session) -> dict[int, tuple[object, str]]:
    rows = session.scalars(select(Gold).where(Gold.question == "content"))
    return {row.subject_id: (row.alternatives, row.method) for row in rows}


def test_a_decision_is_copied_to_the_first_place_in_each_other_document(
    session: Session, labelled: Labelled, places: list[Subject]
) -> None:
    assert decide(session, labelled, places[0], copy=True, content=BOILERPLATE) == 2
    copied = ([["boilerplate"]], "propagated")
    assert content(session) == {
        places[0].id: ([["boilerplate"]], "person"),
        places[1].id: copied,
        places[2].id: copied,
    }
    states = session.scalars(select(Gold.state).where(Gold.question == "frames")).all()
    assert states == ["void"] * 3
    row = session.scalars(select(Propagation)).one()
    assert (row.rule, row.annotation_id, row.undone_at) == ("lead", None, None)
    batch = session.get_one(GoldBatch, row.batch_id)
    assert batch.parameters == {"from_subject": places[0].id, "questions": ["content"]}


def test_undoing_the_decision_undoes_the_copies(
    session: Session, labelled: Labelled, places: list[Subject]
) -> None:
    decide(session, labelled, places[0], copy=True, content=BOILERPLATE)
    undoing.undo_last(
        session, project_id=labelled.project.id, user_id=labelled.person("lead").id, now=NOW
    )
    assert content(session) == {}
    assert session.scalars(select(Propagation.undone_at)).all() == [NOW]


def test_what_a_person_decided_of_a_copy_stays_and_the_difference_is_listed(
    session: Session, labelled: Labelled, places: list[Subject]
) -> None:
    decide(session, labelled, places[1], copy=False, content=MAIN)
    assert decide(session, labelled, places[0], copy=True, content=BOILERPLATE) == 1
    (found,) = listed(session, labelled)
    assert (found.question, len(found.places), found.reason) == ("content", 3, None)
    accept(session, labelled, found, "Here it is a quotation.")
    accept(session, labelled, found, "Twice changes nothing.")
    (again,) = listed(session, labelled)
    assert again.reason == "Here it is a quotation."
    decide(session, labelled, places[1], copy=False, content=Decision("undecidable"))
    (anew,) = listed(session, labelled)
    assert (anew.reason, anew.signature != found.signature) == (None, True)


def test_a_repeat_in_the_same_document_may_differ(
    session: Session, labelled: Labelled, places: list[Subject]
) -> None:
    assert copies.others(session, project_id=labelled.project.id, subject_id=places[3].id) == []
    decide(session, labelled, places[0], copy=False, content=MAIN)
    decide(session, labelled, places[3], copy=True, content=BOILERPLATE)
    assert listed(session, labelled) == []


def test_a_difference_needs_a_reason_and_must_be_there(
    session: Session, labelled: Labelled, places: list[Subject]
) -> None:
    decide(session, labelled, places[0], copy=False, content=MAIN)
    decide(session, labelled, places[1], copy=False, content=BOILERPLATE)
    (found,) = listed(session, labelled)
    with pytest.raises(DataInvalid, match="Say in a few words why"):
        accept(session, labelled, found, "  ")
    with pytest.raises(DataInvalid, match="too long"):
        accept(session, labelled, found, "x" * 1001)
    decide(session, labelled, places[1], copy=False, content=MAIN)
    with pytest.raises(NotFound, match="no such difference any more"):
        accept(session, labelled, found, "Why not.")


def listed(session: Session, labelled: Labelled) -> list[Difference]:
    return consistency.differences(session, project_id=labelled.project.id)


def accept(session: Session, labelled: Labelled, found: Difference, reason: str) -> None:
    consistency.accept(
        session,
        project_id=labelled.project.id,
        cluster_id=found.cluster_id,
        question=found.question,
        signature=found.signature,
        reason=reason,
        user_id=labelled.person("lead").id,
        now=NOW,
    )
