"""Accuracy against what people decided: whose gold, and whose labels."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from annotator.domain.certainty import MODELS
from annotator.domain.identity import pseudonym
from annotator.services import agreement
from annotator.services.agreement.gold_of_people import gold_of_people
from annotator.services.judging import project_judgments
from annotator.store.corpus import Subject
from tests.factories import Factory
from tests.labelled import NOISE, Labelled, prose

ALICE, BOB = (pseudonym(b"k" * 32, name) for name in ("alice", "bob"))


@pytest.fixture
def subjects(labelled: Labelled) -> list[Subject]:
    """Alice says noise of all four, bob of the first two only."""
    made = labelled.paragraphs("One.", "Two.", "Three.", "Four.")
    for number, subject in enumerate(made):
        labelled.says("alice", subject, NOISE)
        labelled.says("bob", subject, NOISE if number < 2 else prose(["economic"]))
    return made


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    return Labelled.empty(make)


def decide(labelled: Labelled, subject: Subject, *alternatives: list[str], **given: Any) -> None:
    lead = labelled.person("lead", role="lead")
    wanted = {"question": "content", "method": "person", "people": [lead.id]} | given
    labelled.make.gold(subject.id, alternatives=list(alternatives), **wanted)


def gold(session: Session, labelled: Labelled, question: str = "content") -> Any:
    found = agreement.score_project(session, project_id=labelled.project.id, replicates=0)
    (entry,) = [each for each in found["questions"] if each["question"] == question]
    return entry["gold"]


def right(found: Any, name: str) -> tuple[int, int]:
    (one,) = [each for each in found["annotators"] if each["annotator"] == name]
    return one["right"], one["n"]


def test_annotators_and_aggregates_are_held_against_what_people_decided(
    session: Session, labelled: Labelled, subjects: list[Subject]
) -> None:
    for subject in subjects[:3]:
        decide(labelled, subject, ["boilerplate"])
    found = gold(session, labelled)
    assert (right(found, ALICE), right(found, BOB)) == ((3, 3), (2, 3))
    vote = found["aggregates"]["vote"]
    assert (vote["n"], vote["right"], vote["ties"]) == (3, 2, 1)
    assert vote["low"] < vote["value"] < vote["high"]
    assert set(found["aggregates"]) >= {"vote", "one_coin", "mace", "dawid_skene"}


def test_gold_that_follows_from_votes_says_nothing(
    session: Session, labelled: Labelled, subjects: list[Subject]
) -> None:
    for subject, method in zip(subjects, ("unanimous", "majority"), strict=False):
        decide(labelled, subject, ["boilerplate"], method=method, people=None)
    assert gold(session, labelled) is None


def test_nobody_is_held_against_their_own_decision(
    session: Session, labelled: Labelled, subjects: list[Subject]
) -> None:
    alice = labelled.person("alice").id
    decide(labelled, subjects[2], ["boilerplate"], people=[alice])
    decide(labelled, subjects[3], ["boilerplate"])
    found = gold(session, labelled)
    assert (right(found, ALICE), right(found, BOB)) == ((1, 1), (0, 2))
    assert found["items"] == 2


def test_every_alternative_is_right_also_of_sets(
    session: Session, labelled: Labelled, subjects: list[Subject]
) -> None:
    decide(labelled, subjects[2], ["security"], ["economic"], question="frames")
    decide(labelled, subjects[3], ["security", "economic"], question="frames")
    labelled.says("cat", subjects[2], prose(["security", "economic"]))
    labelled.says("cat", subjects[3], prose(["economic", "security"]))
    found = gold(session, labelled, "frames")
    assert (right(found, BOB), right(found, pseudonym(b"k" * 32, "cat"))) == ((1, 2), (1, 2))


def test_gold_under_a_codebook_with_another_meaning_is_passed_over(
    session: Session, labelled: Labelled, subjects: list[Subject], make: Factory
) -> None:
    newer = make.codebook(labelled.project, labelled.codebook.yaml, number=2)
    decide(labelled, subjects[0], ["boilerplate"], codebook_version_id=newer.id)
    assert gold(session, labelled) is None


def test_gold_that_nobody_can_judge_holds_nobody_to_it(
    session: Session, labelled: Labelled, subjects: list[Subject]
) -> None:
    labelled.says("cat", subjects[0], prose(russia="1"))
    decide(labelled, subjects[0], ["unclear"], question="stance.russia")
    assert gold(session, labelled, "stance.russia") is None


def test_only_the_aggregates_that_are_asked_for_are_estimated(
    session: Session,
    labelled: Labelled,
    subjects: list[Subject],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decide(labelled, subjects[0], ["boilerplate"])
    judgments = project_judgments(session, project_id=labelled.project.id)
    known = gold_of_people(session, project_id=labelled.project.id)
    monkeypatch.setitem(MODELS, "mace", refused)
    (entry,) = agreement.scored(judgments, gold=known, only="content", aggregates=("vote",))[
        "questions"
    ]
    assert set(entry["gold"]["aggregates"]) == {"vote"}
    assert entry["gold"]["annotators"]
    (entry,) = agreement.scored(judgments, gold=known, only="content", aggregates=())["questions"]
    assert entry["gold"]["aggregates"] == {}


def test_no_model_is_estimated_for_a_question_without_gold(
    session: Session,
    labelled: Labelled,
    subjects: list[Subject],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judgments = project_judgments(session, project_id=labelled.project.id)
    for name in ("one_coin", "mace", "dawid_skene"):
        monkeypatch.setitem(MODELS, name, refused)
    (entry,) = agreement.scored(judgments, gold=[], only="content")["questions"]
    assert entry["gold"] is None


def refused(*_: Any, **__: Any) -> Any:
    raise AssertionError("this model was estimated")
