"""What a person is told of their own labels: gently, in closed rounds, and nothing of others."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from annotator.services.agreement import own
from annotator.services.agreement.own import LEAST_OF_EACH, LEAST_SHARED, Compared, ComparedRound
from tests.factories import NOW, Factory
from tests.labelled import NOISE, Labelled, prose


def label(
    labelled: Labelled, count: int = LEAST_SHARED, *, cats: int = LEAST_OF_EACH, wrong: int = 0
) -> None:
    """Alice and bob label `count` paragraphs, cat the last ones; alice differs on the first."""
    texts = (f"Text {number}." for number in range(count))
    for number, subject in enumerate(labelled.paragraphs(*texts)):
        truth = NOISE if number % 2 else prose()
        other = prose() if number % 2 else NOISE
        labelled.says("alice", subject, other if number < wrong else truth)
        labelled.says("bob", subject, truth)
        if number >= count - cats:
            labelled.says("cat", subject, truth)


def close(labelled: Labelled) -> None:
    labelled.round.closed_at = NOW + timedelta(days=9)
    labelled.make.session.flush()


def of_alice(session: Session, labelled: Labelled) -> ComparedRound:
    (found,) = own.compared(
        session, project_id=labelled.project.id, user_id=labelled.people["alice"].id
    )
    return found


def content(found: ComparedRound) -> Compared:
    (one,) = [each for each in found.questions if each.question.code == "content"]
    return one


@pytest.fixture
def labelled(make: Factory) -> Labelled:
    return Labelled.empty(make)


def test_nothing_is_said_before_the_round_is_closed(session: Session, labelled: Labelled) -> None:
    label(labelled)
    found = of_alice(session, labelled)
    assert (found.name, found.is_open, found.questions) == ("main", True, ())


def test_it_says_in_words_how_often_others_said_the_same(
    session: Session, labelled: Labelled
) -> None:
    label(labelled, wrong=6)
    close(labelled)
    found = content(of_alice(session, labelled))
    assert (found.items, found.words) == (LEAST_SHARED, "about 7 times in 10")


def test_it_says_nothing_of_too_few_labels(session: Session, labelled: Labelled) -> None:
    label(labelled, LEAST_SHARED - 1)
    close(labelled)
    found = content(of_alice(session, labelled))
    assert (found.items, found.words) == (LEAST_SHARED - 1, None)


def test_it_says_nothing_where_it_would_be_about_one_other_person(
    session: Session, labelled: Labelled
) -> None:
    label(labelled, cats=LEAST_OF_EACH - 1)
    close(labelled)
    assert content(of_alice(session, labelled)).words is None


def test_all_the_same_and_all_but_one_read_alike(session: Session, make: Factory) -> None:
    """Else "all" would tell what the others said of each paragraph."""
    said = []
    for wrong in (0, 1):
        labelled = Labelled.empty(make)
        labelled.people = {name: make.user() for name in ("alice", "bob", "cat")}
        label(labelled, wrong=wrong)
        close(labelled)
        said.append(content(of_alice(session, labelled)).words)
    assert said == ["nearly always", "nearly always"]


def test_someone_without_work_is_told_nothing(session: Session, labelled: Labelled) -> None:
    label(labelled)
    close(labelled)
    user = labelled.person("eve")
    assert own.compared(session, project_id=labelled.project.id, user_id=user.id) == ()


def test_what_nobody_else_labelled_is_left_out(session: Session, labelled: Labelled) -> None:
    label(labelled)
    (subject,) = labelled.paragraphs("Alone.")
    labelled.says("alice", labelled.whole(subject), {"genre": ["opinion"]})
    close(labelled)
    codes = {each.question.code for each in of_alice(session, labelled).questions}
    assert "genre" not in codes
    assert "content" in codes
