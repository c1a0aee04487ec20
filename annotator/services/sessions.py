"""Signing in and out: a try, its verdict, and the sessions that come of it.

Checking a password is slow and must not hold up other writers, so signing in takes two
transactions with the check between them:

    with database.write() as session:
        attempt = begin_sign_in(session, ...)  # counted, and committed whatever comes
    verdict = passwords.check(typed, attempt.password_hash)
    with database.write() as session:
        entry = finish_sign_in(session, attempt=attempt, verdict=verdict, ...)
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from annotator.errors import NotFound
from annotator.services import throttling
from annotator.services.accounts import ABSOLUTE_LIMIT, IDLE_LIMIT, hash_of_token, new_token
from annotator.services.passwords import Verdict
from annotator.store import audit
from annotator.store.people import SignInSession, User
from annotator.store.queries.people import user_named, wait_for_turn

LONGEST_BROWSER = 200
NO_SUCH_SESSION = "This session has ended already."


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted try; an unknown name has neither `user_id` nor `password_hash`."""

    try_id: int
    user_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A session just begun; `token` belongs in the cookie and is kept nowhere else."""

    user_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a session is used from, so that its owner can recognise it."""

    address: str | None
    name: str | None


def begin_sign_in(session: Session, *, name: str, address: str, now: datetime) -> Attempt:
    """Count a try for this name and find the hash to check the password against.

    Raises:
        TooManyTries: with the seconds to wait.
    """
    try_id = throttling.count_try(session, name=name, address=address, now=now)
    user = user_named(session, name)
    if user is None or user.disabled_at is not None:
        return Attempt(try_id=try_id, user_id=None, password_hash=None)
    return Attempt(try_id=try_id, user_id=user.id, password_hash=user.password_hash)


def finish_sign_in(
    session: Session, *, attempt: Attempt, verdict: Verdict, browser: Browser, now: datetime
) -> Entry | None:
    """Begin a session if the password fitted; None says no, and never why."""
    user = confirmed(session, attempt=attempt, verdict=verdict, now=now)
    if user is None:
        return None
    if verdict.better_hash is not None:
        user.password_hash = verdict.better_hash
    _delete_expired(session, now=now)
    return begin_session(session, user_id=user.id, browser=browser, now=now)


def confirmed(
    session: Session, *, attempt: Attempt, verdict: Verdict, now: datetime
) -> User | None:
    """The person, if the password fitted and is still theirs; the failed try is noted."""
    wait_for_turn(session)
    user = None if attempt.user_id is None else session.get_one(User, attempt.user_id)
    # Between the two transactions an administrator may have disabled the account, or its owner
    # changed the password.
    unchanged = (
        user is not None
        and user.disabled_at is None
        and user.password_hash == attempt.password_hash
    )
    if user is None or not unchanged or not verdict.fits:
        audit.record(
            session, action="sign_in.failed", at=now, actor_id=None, object_id=attempt.user_id
        )
        return None
    throttling.forget_try(session, try_id=attempt.try_id, now=now)
    return user


def begin_session(session: Session, *, user_id: int, browser: Browser, now: datetime) -> Entry:
    token = new_token()
    row = SignInSession(
        token_hash=hash_of_token(token),
        user_id=user_id,
        created_at=now,
        seen_at=now,
        address=browser.address,
        browser=None if browser.name is None else browser.name[:LONGEST_BROWSER],
    )
    session.add(row)
    session.flush()
    audit.record(session, action="session.begun", at=now, actor_id=user_id, object_id=row.id)
    return Entry(user_id=user_id, token=token)


def renew_session(session: Session, *, session_id: int) -> str:
    """Give the session another token; the old cookie is worth nothing from now on."""
    token = new_token()
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(token_hash=hash_of_token(token))
    )
    return token


def end_session_of_token(session: Session, *, token: str | None, now: datetime) -> None:
    """Sign out the browser with this cookie; one that is signed out already stays so."""
    mine = SignInSession.token_hash == hash_of_token(token or "")
    row = session.scalar(select(SignInSession).where(mine))
    if row is not None:
        _end(session, row, now=now)


def end_session(session: Session, *, session_id: int, user_id: int, now: datetime) -> None:
    """End one of a person's own sessions.

    Raises:
        NotFound: it is not theirs, or has ended.
    """
    row = session.get(SignInSession, session_id)
    if row is None or row.user_id != user_id:
        raise NotFound(NO_SUCH_SESSION)
    _end(session, row, now=now)


def end_sessions(session: Session, *, user_id: int, but: int | None = None) -> None:
    """End all sessions of a person, except the one with the id `but`."""
    theirs = delete(SignInSession).where(SignInSession.user_id == user_id)
    session.execute(theirs if but is None else theirs.where(SignInSession.id != but))


def _end(session: Session, row: SignInSession, *, now: datetime) -> None:
    session.delete(row)
    audit.record(session, action="session.ended", at=now, actor_id=row.user_id, object_id=row.id)


def _delete_expired(session: Session, *, now: datetime) -> None:
    session.execute(
        delete(SignInSession).where(
            (SignInSession.seen_at <= now - IDLE_LIMIT)
            | (SignInSession.created_at <= now - ABSOLUTE_LIMIT)
        )
    )
