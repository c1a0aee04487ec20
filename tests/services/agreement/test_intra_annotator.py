"""How far people agree with themselves, of a project: which labels stand beside which."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.identity import pseudonym
from annotator.services import agreement, assigning
from annotator.services.agreement.intra_annotator import repeated
from annotator.services.judging import project_judgments
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment, Round
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Answers, Labelled, prose

ALICE = pseudonym(b"k" * 32, "alice")


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    """Alice labels six paragraphs and two of them again, once otherwise; bob labels four."""
    labelled = Labelled.empty(make)
    subjects = labelled.paragraphs(*(f"Text {number}." for number in range(6)))
    for number, subject in enumerate(subjects):
        labelled.says("alice", subject, NOISE if number % 2 else prose())
        if number < 4:
            labelled.says("bob", subject, NOISE)
    retest = make.round(labelled.project, labelled.codebook, name="again", kind="retest")
    says_again(labelled, subjects[0], NOISE, retest)
    says_again(labelled, subjects[5], NOISE, retest)
    return labelled


def says_again(
    labelled: Labelled, subject: Subject, answers: Answers, retest: Round, **given: Any
) -> Assignment:
    return labelled.says(
        "alice", subject, answers, round=retest, **({"reason": "retest", "occasion": 2} | given)
    )


def pairs(session: Session, labelled: Labelled, round_name: str | None = None) -> list[Any]:
    found = project_judgments(session, project_id=labelled.project.id, round_name=round_name)
    return sorted((one.first, one.second) for one in repeated(found, "content"))


def test_the_first_label_stands_beside_that_of_the_retest_also_where_nobody_else_labelled(
    session: Session, labelled: Labelled
) -> None:
    whole = agreement.score_project(session, project_id=labelled.project.id, replicates=0)
    (content,) = [each for each in whole["questions"] if each["question"] == "content"]
    found = content["intra_annotator"]
    assert (found["items"], found["percent_agreement"]["value"]) == (2, 0.5)
    assert [each["annotator"] for each in found["annotators"]] == [ALICE]
    assert pairs(session, labelled) == [("boilerplate", "boilerplate"), ("main", "boilerplate")]
    assert whole["questions"][-1]["intra_annotator"] is None


def test_agreement_itself_is_what_it_was_without_the_retest(
    session: Session, labelled: Labelled
) -> None:
    content = agreement.score_project(session, project_id=labelled.project.id, replicates=0)
    (entry,) = [each for each in content["questions"] if each["question"] == "content"]
    assert (entry["counted"], entry["excluded"]) == (8, {"retest": 2, "single_coded": 2})


def test_it_is_there_when_the_retest_is_looked_at_alone(
    session: Session, labelled: Labelled
) -> None:
    assert pairs(session, labelled, "again") == pairs(session, labelled)
    assert pairs(session, labelled, "main") == pairs(session, labelled)


def test_a_retest_without_independence_or_under_another_meaning_stands_beside_nothing(
    session: Session, labelled: Labelled, make: Factory
) -> None:
    (subject, other) = labelled.paragraphs("Once more.", "And again.")
    for each in (subject, other):
        labelled.says("alice", each, NOISE)
    retest = session.scalars(select(Round).where(Round.kind == "retest")).one()
    says_again(labelled, subject, NOISE, retest, saved={"after_feedback": True})
    newer = make.codebook(labelled.project, labelled.codebook.yaml, number=2)
    later = make.round(labelled.project, newer, name="later", kind="retest")
    says_again(labelled, other, NOISE, later)
    assert len(pairs(session, labelled)) == 2


def test_assigning_a_retest_gives_people_their_own_paragraphs_again_and_their_labels_meet(
    session: Session, make: Factory
) -> None:
    labelled = Labelled.empty(make)
    subjects = labelled.paragraphs("One.", "Two.", "Three.")
    for subject in subjects:
        labelled.says("alice", subject, NOISE)
    labelled.says("bob", subjects[0], NOISE)
    report = assigning.assign(
        session,
        project_id=labelled.project.id,
        overlap=1,
        round_name="again",
        kind="retest",
        actor_id=None,
        now=NOW + timedelta(days=9),
    )
    assert report.people == {"alice": 3, "bob": 1}
    given = select(Assignment).where(Assignment.round_id == report.round_id)
    for task in session.scalars(given).all():
        make.annotation(task, prose())
    assert pairs(session, labelled) == [("boilerplate", "main")] * 4
