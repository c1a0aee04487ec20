"""The very paragraphs on which two labels met, and those that are kept from a lead who labels."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from annotator.services.adjudication import leases
from annotator.services.agreement.disagreements import PAGE, Disagreements, disagreements
from annotator.services.judging import project_judgments
from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose

MIXED = ("boilerplate", "main")


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    """They agree on the first, differ on the second and third; three people on the last."""
    labelled = Labelled.empty(make)
    labelled.person("lea", role="lead")
    first, second, third, last = labelled.paragraphs("First.", "Second.", "Third.", "Last.")
    for subject, alice, bob in (
        (first, NOISE, NOISE),
        (second, NOISE, prose(["economic"])),
        (third, prose(["security"]), NOISE),
        (last, prose(["economic"]), prose(["security"])),
    ):
        labelled.says("alice", subject, alice)
        labelled.says("bob", subject, bob)
    labelled.says("cat", last, prose(["economic", "security"]))
    return labelled


def found(
    session: Session,
    labelled: Labelled,
    question: str = "content",
    labels: tuple[str, str] | None = MIXED,
    page: int = 1,
) -> Disagreements:
    return disagreements(
        session,
        project_judgments(session, project_id=labelled.project.id),
        project_id=labelled.project.id,
        user_id=labelled.people["lea"].id,
        question=question,
        labels=labels,
        page=page,
    )


def test_it_finds_where_both_labels_were_said_in_reading_order(
    session: Session, labelled: Labelled
) -> None:
    listed = found(session, labelled)
    assert [each.text for each in listed.shown] == ["Second.", "Third."]
    assert [sorted(label for _, label in each.votes) for each in listed.shown] == [
        ["boilerplate", "main"],
        ["boilerplate", "main"],
    ]
    assert (listed.total, listed.kept_back, listed.pages) == (2, 0, 1)


def test_sets_are_compared_whole(session: Session, labelled: Labelled) -> None:
    listed = found(session, labelled, "frames", ("economic", "economic|security"))
    assert [each.text for each in listed.shown] == ["Last."]
    assert len(listed.shown[0].votes) == 3


def test_without_labels_it_finds_all_that_differ(session: Session, labelled: Labelled) -> None:
    assert [each.text for each in found(session, labelled, "frames", None).shown] == ["Last."]
    assert found(session, labelled, "genre", None).shown == ()


def test_labels_that_nobody_said_meet_nowhere(session: Session, labelled: Labelled) -> None:
    assert found(session, labelled, labels=("main", "no such label")).total == 0


def give_to_lea(labelled: Labelled, subject_id: int, **given: Any) -> Assignment:
    subject = labelled.make.session.get_one(Subject, subject_id)
    return labelled.says("lea", subject, None, **given)


def test_what_the_lead_still_labels_is_kept_back(session: Session, labelled: Labelled) -> None:
    second, third = found(session, labelled).shown
    give_to_lea(labelled, second.subject_id)
    listed = found(session, labelled)
    assert [each.text for each in listed.shown] == [third.text]
    assert (listed.total, listed.kept_back) == (1, 1)


def test_it_is_shown_once_the_round_is_closed(session: Session, labelled: Labelled) -> None:
    give_to_lea(labelled, found(session, labelled).shown[0].subject_id)
    labelled.round.closed_at = NOW + timedelta(days=9)
    session.flush()
    assert found(session, labelled).kept_back == 0


def test_it_is_shown_to_a_lead_who_has_seen_the_votes(session: Session, labelled: Labelled) -> None:
    second = found(session, labelled).shown[0]
    give_to_lea(labelled, second.subject_id)
    leases.disclose(
        session,
        subject_id=second.subject_id,
        user_id=labelled.people["lea"].id,
        now=NOW,
    )
    assert found(session, labelled).kept_back == 0


def test_work_in_a_training_round_keeps_nothing_back(
    session: Session, labelled: Labelled, make: Factory
) -> None:
    training = make.round(labelled.project, labelled.codebook, kind="training")
    give_to_lea(labelled, found(session, labelled).shown[0].subject_id, round=training)
    assert found(session, labelled).kept_back == 0


def test_a_page_past_the_end_is_the_last(session: Session, make: Factory) -> None:
    labelled = Labelled.empty(make)
    labelled.person("lea", role="lead")
    for subject in labelled.paragraphs(*(f"Text {number}." for number in range(PAGE + 2))):
        labelled.says("alice", subject, NOISE)
        labelled.says("bob", subject, prose())
    listed = found(session, labelled, page=9)
    assert (listed.page, listed.pages, listed.total) == (2, 2, PAGE + 2)
    assert [each.text for each in listed.shown] == [f"Text {PAGE}.", f"Text {PAGE + 1}."]
