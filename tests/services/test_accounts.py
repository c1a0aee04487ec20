"""Who is calling: sessions and tokens, when they work and when no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from annotator.services import accounts
from annotator.services.accounts import Person, hash_of_token
from annotator.store.people import ApiToken, SignInSession, User
from tests.factories import NOW, Factory

SECRET = "secret"


def session_of(session: Session, user: User, token: str = SECRET) -> SignInSession:
    row = SignInSession(
        token_hash=hash_of_token(token), user_id=user.id, created_at=NOW, seen_at=NOW
    )
    session.add(row)
    session.flush()
    return row


def token_of(session: Session, user: User, token: str = SECRET) -> ApiToken:
    row = ApiToken(token_hash=hash_of_token(token), user_id=user.id, created_at=NOW)
    session.add(row)
    session.flush()
    return row


def test_it_knows_the_person_of_a_session(session: Session, make: Factory) -> None:
    row = session_of(session, make.user("alice", role="lead"))
    assert accounts.person_of_session(session, token=SECRET, now=NOW) == Person(
        id=row.user_id, name="alice", role="lead", session_id=row.id, seen_at=NOW
    )


def test_it_knows_the_person_of_a_token(session: Session, make: Factory) -> None:
    row = token_of(session, make.user("alice", role="lead"))
    assert accounts.person_of_token(session, token=SECRET) == Person(
        id=row.user_id, name="alice", role="lead", session_id=None, seen_at=None
    )


@pytest.mark.parametrize("token", ["", "Secret", "secret ", "\ud800", "x" * 10_000])
def test_it_knows_nobody_by_another_secret(session: Session, make: Factory, token: str) -> None:
    user = make.user()
    session_of(session, user)
    token_of(session, user)
    assert accounts.person_of_session(session, token=token, now=NOW) is None
    assert accounts.person_of_token(session, token=token) is None


def test_a_session_is_no_token_and_a_token_no_session(session: Session, make: Factory) -> None:
    session_of(session, make.user(), "cookie")
    token_of(session, make.user(), "bearer")
    assert accounts.person_of_token(session, token="cookie") is None
    assert accounts.person_of_session(session, token="bearer", now=NOW) is None


def test_the_secret_itself_is_not_in_the_database(session: Session, make: Factory) -> None:
    row = session_of(session, make.user(), "a secret of a browser")
    assert len(row.token_hash) == 64
    assert "secret" not in row.token_hash


def test_a_session_left_alone_for_eight_hours_is_over(session: Session, make: Factory) -> None:
    session_of(session, make.user())
    almost = NOW + timedelta(hours=8) - timedelta(microseconds=1)
    assert accounts.person_of_session(session, token=SECRET, now=almost) is not None
    over = NOW + timedelta(hours=8)
    assert accounts.person_of_session(session, token=SECRET, now=over) is None


def test_a_session_in_use_is_over_after_seven_days(session: Session, make: Factory) -> None:
    row = session_of(session, make.user())
    almost = NOW + timedelta(days=7) - timedelta(microseconds=1)
    row.seen_at = almost
    session.flush()
    assert accounts.person_of_session(session, token=SECRET, now=almost) is not None
    over = NOW + timedelta(days=7)
    assert accounts.person_of_session(session, token=SECRET, now=over) is None


def test_a_disabled_person_has_neither_session_nor_token(session: Session, make: Factory) -> None:
    user = make.user(disabled_at=NOW)
    session_of(session, user)
    token_of(session, user)
    assert accounts.person_of_session(session, token=SECRET, now=NOW) is None
    assert accounts.person_of_token(session, token=SECRET) is None


def test_a_revoked_token_is_over(session: Session, make: Factory) -> None:
    token_of(session, make.user()).revoked_at = NOW
    session.flush()
    assert accounts.person_of_token(session, token=SECRET) is None


def test_a_session_is_stale_after_five_minutes(session: Session, make: Factory) -> None:
    row = session_of(session, make.user())
    later = NOW + timedelta(minutes=5)
    person = accounts.person_of_session(session, token=SECRET, now=later)
    assert person is not None
    assert accounts.is_stale(person, now=later)
    assert not accounts.is_stale(person, now=later - timedelta(seconds=1))
    accounts.touch_session(session, session_id=row.id, now=later)
    touched = accounts.person_of_session(session, token=SECRET, now=later)
    assert touched is not None
    assert touched.seen_at == later
    assert not accounts.is_stale(touched, now=later)


def test_a_caller_by_token_is_never_stale(session: Session, make: Factory) -> None:
    token_of(session, make.user())
    person = accounts.person_of_token(session, token=SECRET)
    assert person is not None
    assert not accounts.is_stale(person, now=NOW + timedelta(days=365))


def test_touching_one_session_leaves_the_others(session: Session, make: Factory) -> None:
    user = make.user()
    one, other = session_of(session, user, "one"), session_of(session, user, "other")
    accounts.touch_session(session, session_id=one.id, now=NOW + timedelta(hours=1))
    session.refresh(other)
    assert other.seen_at == NOW


def test_it_asks_the_database_once(session: Session, make: Factory) -> None:
    user = make.user()
    session_of(session, user)
    token_of(session, user)
    asked: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    accounts.person_of_session(session, token=SECRET, now=NOW)
    assert len(asked) == 1
    accounts.person_of_token(session, token=SECRET)
    assert len(asked) == 2


def test_new_tokens_are_long_and_differ() -> None:
    tokens = {accounts.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
