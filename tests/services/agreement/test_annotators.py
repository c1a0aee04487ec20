"""Annotators beside one another: pace, how often the same, what differs, and over time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from annotator.domain.identity import pseudonym
from annotator.services.agreement import annotators, scored
from annotator.services.judging import Judgments, project_judgments
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose

ALICE, BOB, CAT, DAN = (pseudonym(b"k" * 32, name) for name in ("alice", "bob", "cat", "dan"))


@pytest.fixture
def judgments(session: Session, make: Factory) -> Judgments:
    """Alice and bob label 25 paragraphs, cat the first 5; bob errs on every fifth."""
    labelled = Labelled.empty(make)
    for number, subject in enumerate(
        labelled.paragraphs(*(f"Text {number}." for number in range(25)))
    ):
        truth = NOISE if number % 2 else prose(["economic"])
        saved = {"seconds": float(number), "saved_at": NOW + timedelta(hours=number)}
        labelled.says("alice", subject, truth, saved=saved)
        labelled.says("bob", subject, NOISE if number % 5 == 0 else truth, saved=saved)
        if number < 5:
            labelled.says("cat", subject, truth, saved=saved | {"seconds": None})
    training = make.round(labelled.project, labelled.codebook, kind="training")
    labelled.says("dan", subject, NOISE, round=training)
    return project_judgments(session, project_id=labelled.project.id)


def entries(judgments: Judgments) -> list[dict[str, Any]]:
    return list(scored(judgments, replicates=0)["questions"])


def test_it_tells_how_much_and_how_fast_in_the_rounds_that_are_scored(
    judgments: Judgments,
) -> None:
    found = annotators.paces(judgments)
    assert {name: (pace.tasks, pace.seconds) for name, pace in found.items()} == {
        ALICE: (25, 12.0),
        BOB: (25, 12.0),
        CAT: (5, None),
        DAN: (0, None),
    }


def test_it_tells_how_often_each_said_what_others_said(judgments: Judgments) -> None:
    same = annotators.same_as_others(judgments)["content"]
    # Bob differs on 0, 10 and 20, where the truth is text; on 0 alice still has cat beside her.
    assert same[ALICE] == (25, (22 + 0.5) / 25)
    assert same[BOB] == (25, 22 / 25)
    assert same[CAT] == (5, (4 + 0.5) / 5)
    assert annotators.same_as_others(judgments)["genre"] == {}


def test_one_annotator_in_full(judgments: Judgments) -> None:
    made = annotators.on_questions(judgments, BOB, entries(judgments))
    found = {each.question.code: each for each in made}
    content = found["content"]
    assert (content.labels, content.commonest, content.share) == (25, "boilerplate", 15 / 25)
    assert content.others.same == annotators.same_as_others(judgments)["content"][BOB][1]
    assert content.others.largest_confusion() == ("boilerplate", "main", 3.0)
    (entry,) = scored(judgments, replicates=0, only="content")["questions"]
    assert content.alpha == entry["statistics"]["krippendorff_alpha"]["value"]
    assert content.alpha_without == 1.0
    competence = {each["annotator"]: each["competence"] for each in entry["annotators"]}
    assert content.competence == competence[BOB]
    assert "genre" not in found


def test_nobody_has_nothing(judgments: Judgments) -> None:
    assert annotators.on_questions(judgments, DAN, entries(judgments)) == ()


def test_it_goes_over_time_in_windows_of_their_own_items(judgments: Judgments) -> None:
    first, second = annotators.drift(judgments, "content", BOB)
    assert (first.items, first.same) == (20, 18 / 20)
    assert (second.items, second.same) == (20, 18 / 20)
    assert (first.first, second.last) == (NOW, NOW + timedelta(hours=24))
    assert annotators.drift(judgments, "content", CAT) == ()
