"""Who is calling: the person behind a session's cookie or a bearer token.

Cookies and tokens are 32 random bytes; the database holds only their SHA-256. A slow hash would
protect nothing here, since nobody can guess 256 random bits, and it would cost every request.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from annotator.store.people import ApiToken, SignInSession, User

IDLE_LIMIT = timedelta(hours=8)
ABSOLUTE_LIMIT = timedelta(days=7)
# A write for each request would cost more than the request itself.
TOUCH_AFTER = timedelta(minutes=5)
TOKEN_BYTES = 32

# Made once, since every request asks one of them: see `annotator.store.statements`.
_PERSON_OF_SESSION = (
    select(User.id, User.name, User.role, SignInSession.id, SignInSession.seen_at)
    .join(SignInSession, SignInSession.user_id == User.id)
    .where(
        SignInSession.token_hash == bindparam("token_hash"),
        SignInSession.seen_at > bindparam("idle_since"),
        SignInSession.created_at > bindparam("begun_since"),
        User.disabled_at.is_(None),
    )
)
_PERSON_OF_TOKEN = (
    select(User.id, User.name, User.role)
    .join(ApiToken, ApiToken.user_id == User.id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.revoked_at.is_(None),
        User.disabled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is signed in; a caller by token has neither `session_id` nor `seen_at`."""

    id: int
    name: str
    role: str
    session_id: int | None
    seen_at: datetime | None


def new_token() -> str:
    """A secret for a cookie, a link or a script: 43 characters that fit in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def person_of_session(reading: Session | Connection, *, token: str, now: datetime) -> Person | None:
    """The person whose cookie this is; None when it is unknown, too old, or they are disabled."""
    row = reading.execute(
        _PERSON_OF_SESSION,
        {
            "token_hash": hash_of_token(token),
            "idle_since": now - IDLE_LIMIT,
            "begun_since": now - ABSOLUTE_LIMIT,
        },
    ).one_or_none()
    return None if row is None else Person(*row)


def person_of_token(reading: Session | Connection, *, token: str) -> Person | None:
    """The person whose API token this is; None when it is revoked or they are disabled."""
    row = reading.execute(_PERSON_OF_TOKEN, {"token_hash": hash_of_token(token)}).one_or_none()
    if row is None:
        return None
    return Person(id=row.id, name=row.name, role=row.role, session_id=None, seen_at=None)


def is_stale(person: Person, *, now: datetime) -> bool:
    """Whether the session's time of last use should be written again."""
    return person.seen_at is not None and now - person.seen_at >= TOUCH_AFTER


def touch_session(session: Session, *, session_id: int, now: datetime) -> None:
    """Note that the session is in use, so that it does not run out as idle."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))
