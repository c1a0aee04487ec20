"""Signing in and out, from the counted try to the end of the session."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import NotFound, TooManyTries
from annotator.services import accounts, passwords, sessions
from annotator.services.passwords import Verdict
from annotator.services.sessions import Browser, Entry
from annotator.store import audit
from annotator.store.audit import AuditEvent
from annotator.store.people import SignInSession, SignInTry, User
from tests.factories import NOW, Factory

HASH = "a hash that is never looked into here"
FITS = Verdict(fits=True)
DOES_NOT_FIT = Verdict(fits=False)
FIREFOX = Browser(address="192.0.2.1", name="Firefox on Linux")


def sign_in(
    session: Session, name: str, verdict: Verdict = FITS, now: datetime = NOW
) -> Entry | None:
    attempt = sessions.begin_sign_in(session, name=name, address="192.0.2.1", now=now)
    return sessions.finish_sign_in(
        session, attempt=attempt, verdict=verdict, browser=FIREFOX, now=now
    )


def entered(session: Session, user: User, now: datetime = NOW) -> Entry:
    entry = sign_in(session, user.name, now=now)
    assert entry is not None
    return entry


def actions(session: Session) -> list[str]:
    audit.append_pending(session)
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_password_that_fits_begins_a_session(session: Session, make: Factory) -> None:
    user = make.user("alice", password_hash=HASH)
    entry = entered(session, user)
    person = accounts.person_of_session(session, token=entry.token, now=NOW)
    assert person is not None
    assert (person.id, person.name) == (entry.user_id, "alice") == (user.id, "alice")
    row = session.get_one(SignInSession, person.session_id)
    assert (row.address, row.browser) == ("192.0.2.1", "Firefox on Linux")
    assert actions(session) == ["session.begun"]


def test_the_name_may_be_typed_in_whatever_letters(session: Session, make: Factory) -> None:
    make.user("Žygimantas", password_hash=HASH)
    assert sign_in(session, " žYGIMANTAS") is not None


def test_a_password_that_fits_is_not_counted_as_a_try(session: Session, make: Factory) -> None:
    user = make.user(password_hash=HASH)
    for _ in range(15):
        entered(session, user)
    assert session.scalars(select(SignInTry)).all() == []


def test_a_wrong_password_begins_nothing_and_is_counted(session: Session, make: Factory) -> None:
    make.user("alice", password_hash=HASH)
    assert sign_in(session, "alice", DOES_NOT_FIT) is None
    assert len(session.scalars(select(SignInTry)).all()) == 1
    assert session.scalars(select(SignInSession)).all() == []
    assert actions(session) == ["sign_in.failed"]


def test_an_unknown_name_is_answered_like_a_wrong_password(session: Session, make: Factory) -> None:
    make.user("alice", password_hash=HASH)
    assert sign_in(session, "nobody", DOES_NOT_FIT) is None
    assert len(session.scalars(select(SignInTry)).all()) == 1
    assert actions(session) == ["sign_in.failed"]


@pytest.mark.parametrize("given", [{"disabled_at": NOW}, {"password_hash": None}])
def test_nobody_enters_who_is_disabled_or_never_chose_a_password(
    session: Session, make: Factory, given: dict[str, Any]
) -> None:
    make.user("alice", **{"password_hash": HASH, **given})
    attempt = sessions.begin_sign_in(session, name="alice", address="", now=NOW)
    assert attempt.password_hash is None
    verdict = passwords.check("whatever they type", attempt.password_hash)
    entry = sessions.finish_sign_in(
        session, attempt=attempt, verdict=verdict, browser=FIREFOX, now=NOW
    )
    assert entry is None


def test_an_unknown_name_never_enters_even_if_the_verdict_said_so(session: Session) -> None:
    assert sign_in(session, "nobody", FITS) is None


@pytest.mark.parametrize("change", [{"disabled_at": NOW}, {"password_hash": "another"}])
def test_nobody_enters_whose_account_changed_while_the_password_was_checked(
    session: Session, make: Factory, change: dict[str, Any]
) -> None:
    user = make.user("alice", password_hash=HASH)
    attempt = sessions.begin_sign_in(session, name="alice", address="", now=NOW)
    for name, value in change.items():
        setattr(user, name, value)
    session.flush()
    entry = sessions.finish_sign_in(
        session, attempt=attempt, verdict=FITS, browser=FIREFOX, now=NOW
    )
    assert entry is None


def test_the_eleventh_wrong_password_must_wait(session: Session, make: Factory) -> None:
    make.user("alice", password_hash=HASH)
    for _ in range(10):
        assert sign_in(session, "alice", DOES_NOT_FIT) is None
    with pytest.raises(TooManyTries):
        sign_in(session, "alice", FITS)
    assert sign_in(session, "alice", FITS, NOW + timedelta(minutes=5)) is not None


def test_a_better_hash_replaces_the_one_that_was_kept(session: Session, make: Factory) -> None:
    user = make.user("alice", password_hash=HASH)
    assert sign_in(session, "alice", Verdict(fits=True, better_hash="better")) is not None
    assert user.password_hash == "better"


def test_every_sign_in_gives_another_secret(session: Session, make: Factory) -> None:
    user = make.user(password_hash=HASH)
    assert entered(session, user).token != entered(session, user).token


def test_signing_in_sweeps_out_sessions_that_are_over(session: Session, make: Factory) -> None:
    user = make.user(password_hash=HASH)
    entered(session, user)
    later = NOW + timedelta(hours=8)
    entered(session, user, now=later)
    assert [row.created_at for row in session.scalars(select(SignInSession))] == [later]


def test_signing_out_ends_this_session_and_no_other(session: Session, make: Factory) -> None:
    user = make.user(password_hash=HASH)
    here, there = entered(session, user), entered(session, user)
    sessions.end_session_of_token(session, token=here.token, now=NOW)
    assert accounts.person_of_session(session, token=here.token, now=NOW) is None
    assert accounts.person_of_session(session, token=there.token, now=NOW) is not None
    assert actions(session) == ["session.begun", "session.begun", "session.ended"]


@pytest.mark.parametrize("token", [None, "", "unknown"])
def test_signing_out_without_a_session_is_fine(session: Session, token: str | None) -> None:
    sessions.end_session_of_token(session, token=token, now=NOW)
    assert actions(session) == []


def test_one_ends_an_own_session_by_its_id(session: Session, make: Factory) -> None:
    user = make.user(password_hash=HASH)
    entry = entered(session, user)
    person = accounts.person_of_session(session, token=entry.token, now=NOW)
    assert person is not None
    assert person.session_id is not None
    sessions.end_session(session, session_id=person.session_id, user_id=user.id, now=NOW)
    assert accounts.person_of_session(session, token=entry.token, now=NOW) is None


def test_nobody_ends_the_session_of_another(session: Session, make: Factory) -> None:
    alice, bob = make.user(password_hash=HASH), make.user(password_hash=HASH)
    entry = entered(session, alice)
    row = session.scalars(select(SignInSession)).one()
    with pytest.raises(NotFound, match="ended already"):
        sessions.end_session(session, session_id=row.id, user_id=bob.id, now=NOW)
    with pytest.raises(NotFound, match="ended already"):
        sessions.end_session(session, session_id=row.id + 1, user_id=alice.id, now=NOW)
    assert accounts.person_of_session(session, token=entry.token, now=NOW) is not None


def test_all_sessions_of_a_person_end_but_one(session: Session, make: Factory) -> None:
    alice, bob = make.user(password_hash=HASH), make.user(password_hash=HASH)
    kept, ended, of_bob = entered(session, alice), entered(session, alice), entered(session, bob)
    person = accounts.person_of_session(session, token=kept.token, now=NOW)
    assert person is not None
    sessions.end_sessions(session, user_id=alice.id, but=person.session_id)

    def works(entry: Entry) -> bool:
        return accounts.person_of_session(session, token=entry.token, now=NOW) is not None

    assert [works(entry) for entry in (kept, ended, of_bob)] == [True, False, True]
    sessions.end_sessions(session, user_id=alice.id)
    assert [works(entry) for entry in (kept, of_bob)] == [False, True]


def test_a_renewed_session_has_another_secret_and_the_same_age(
    session: Session, make: Factory
) -> None:
    entry = entered(session, make.user(password_hash=HASH))
    before = accounts.person_of_session(session, token=entry.token, now=NOW)
    assert before is not None
    assert before.session_id is not None
    token = sessions.renew_session(session, session_id=before.session_id)
    assert accounts.person_of_session(session, token=entry.token, now=NOW) is None
    assert accounts.person_of_session(session, token=token, now=NOW) == before
    over = NOW + timedelta(days=7)
    assert accounts.person_of_session(session, token=token, now=over) is None


def test_the_name_of_a_browser_is_cut(session: Session, make: Factory) -> None:
    user = make.user()
    chatty = Browser(address=None, name="x" * 5000)
    sessions.begin_session(session, user_id=user.id, browser=chatty, now=NOW)
    assert session.scalars(select(SignInSession.browser)).one() == "x" * 200
