from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.errors import TooManyTries
from annotator.services import throttling
from annotator.services.throttling import TRIES_PER_ADDRESS, TRIES_PER_NAME
from annotator.store.database import Database
from annotator.store.people import SignInTry
from tests.factories import NOW


def count(
    session: Session, name: str = "alice", address: str = "192.0.2.1", now: datetime = NOW
) -> int:
    return throttling.count_try(session, name=name, address=address, now=now)


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SignInTry)) or 0


def test_it_lets_ten_tries_of_a_name_pass(session: Session) -> None:
    for number in range(TRIES_PER_NAME):
        count(session, address=f"192.0.2.{number}")
    with pytest.raises(TooManyTries) as caught:
        count(session, address="198.51.100.7")
    assert caught.value.retry_after == 300
    assert str(caught.value) == "Too many tries to sign in; wait 5 minutes and try again."
    assert kept(session) == TRIES_PER_NAME


def test_a_name_is_counted_in_whatever_letters(session: Session) -> None:
    for name in ["alice", "ALICE", " Alice ", "ａlice", "aLICE"] * 2:
        count(session, name)
    with pytest.raises(TooManyTries):
        count(session, "Alice")


def test_another_name_may_still_try(session: Session) -> None:
    for _ in range(TRIES_PER_NAME):
        count(session)
    assert count(session, "bob") > 0


def test_it_lets_a_hundred_tries_from_an_address_pass(session: Session) -> None:
    for number in range(TRIES_PER_ADDRESS):
        count(session, f"person {number}")
    with pytest.raises(TooManyTries):
        count(session, "one more")
    assert count(session, "one more", "192.0.2.2") > 0


def test_one_subscriber_of_ipv6_is_one_address(session: Session) -> None:
    for number in range(TRIES_PER_ADDRESS):
        count(session, f"person {number}", f"2001:db8:1:2::{number:x}")
    with pytest.raises(TooManyTries):
        count(session, "one more", "2001:db8:1:2:ffff::1")
    assert count(session, "one more", "2001:db8:1:3::1") > 0


def test_an_ipv4_address_in_ipv6_clothes_is_itself(session: Session) -> None:
    for number in range(TRIES_PER_ADDRESS):
        count(session, f"person {number}", "::ffff:192.0.2.1")
    with pytest.raises(TooManyTries):
        count(session, "one more", "192.0.2.1")
    assert count(session, "one more", "::ffff:192.0.2.2") > 0


def test_a_client_without_an_address_is_counted_too(session: Session) -> None:
    for number in range(TRIES_PER_ADDRESS):
        count(session, f"person {number}", "")
    with pytest.raises(TooManyTries):
        count(session, "one more", "")


@pytest.mark.parametrize(
    ("seconds", "retry_after", "words"),
    [
        (0, 300, "5 minutes"),
        (239.5, 61, "2 minutes"),
        (241, 59, "a minute"),
        (299.9, 1, "a minute"),
    ],
)
def test_it_says_how_long_to_wait(
    session: Session, seconds: float, retry_after: int, words: str
) -> None:
    for _ in range(TRIES_PER_NAME):
        count(session)
    with pytest.raises(TooManyTries, match=f"wait {words} and") as caught:
        count(session, now=NOW + timedelta(seconds=seconds))
    assert caught.value.retry_after == retry_after


def test_after_the_wait_one_may_try_again(session: Session) -> None:
    for number in range(TRIES_PER_NAME):
        count(session, now=NOW + timedelta(seconds=number))
    # The first has fallen out of the window, the second not yet.
    assert count(session, now=NOW + timedelta(minutes=5)) > 0
    with pytest.raises(TooManyTries) as caught:
        count(session, now=NOW + timedelta(minutes=5))
    assert caught.value.retry_after == 1


def test_being_refused_does_not_make_the_wait_longer(session: Session) -> None:
    for _ in range(TRIES_PER_NAME):
        count(session)
    for minute in range(1, 5):
        with pytest.raises(TooManyTries) as caught:
            count(session, now=NOW + timedelta(minutes=minute))
        assert caught.value.retry_after == 300 - 60 * minute


def test_a_try_that_fitted_is_forgotten_with_the_old_ones(session: Session) -> None:
    count(session, now=NOW - timedelta(minutes=6))
    failed = count(session, now=NOW)
    fitted = count(session, now=NOW)
    throttling.forget_try(session, try_id=fitted, now=NOW)
    assert session.scalars(select(SignInTry.id)).all() == [failed]


def test_what_was_typed_as_a_name_is_not_kept(session: Session) -> None:
    count(session, "my secret password")
    count(session, "\ud800")
    assert {len(row) for row in session.scalars(select(SignInTry.name_hash))} == {64}


def test_tries_at_the_same_moment_cannot_slip_through(database: Database) -> None:
    def attempt(_: int) -> bool:
        try:
            with database.write() as session:
                count(session)
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(40)))
    assert passed.count(True) == TRIES_PER_NAME
