"""What administrators do with accounts, and how a person gets and changes a password.

`actor_id` is who does it; None is the command line, whose user owns the database anyway.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from annotator.domain import person_name
from annotator.errors import Conflict, DataInvalid, Forbidden, NotFound
from annotator.services import sessions
from annotator.services.accounts import hash_of_token, new_token
from annotator.services.passwords import ChosenPassword
from annotator.store import audit
from annotator.store.people import USER_ROLES, ApiToken, Invite, User
from annotator.store.queries import people as queries
from annotator.store.queries.people import wait_for_turn

INVITE_LIFETIME = timedelta(hours=72)

NAME_TAKEN = "{name} exists already; choose another name (capital letters make no difference)."
ROLE_UNKNOWN = "A role is one of {roles}."
NOBODY_NAMED = "Nobody is called {name}; the list of people shows who there is."
NOT_YOURSELF_ROLE = "Nobody changes their own role; ask another administrator."
NOT_YOURSELF = "Nobody disables or enables their own account; ask another administrator."
LAST_ADMIN = "{name} is the only administrator left; make someone else an administrator first."
IS_DISABLED = "{name} is disabled; enable the account first."
INVITE_GONE = (
    "This link was used already, has run out, or is not complete; "
    "ask an administrator for a new one."
)


@dataclass(frozen=True, slots=True)
class Invited:
    """Who an invite link is for; `context` are words that their password may not hold."""

    user_id: int
    name: str
    context: tuple[str, ...]


def add_person(
    session: Session,
    *,
    name: str,
    role: str,
    actor_id: int | None,
    now: datetime,
    password: ChosenPassword | None = None,
) -> User:
    """A new account; without a password, an invite link lets the person choose one.

    Raises:
        DataInvalid: the name or the role cannot be.
        Conflict: somebody has that name, in whatever letters.
    """
    name = person_name.cleaned(name)
    _require_role(role)
    wait_for_turn(session)
    if (taken := queries.user_named(session, name)) is not None:
        raise Conflict(NAME_TAKEN.format(name=taken.name))
    user = User(
        name=name,
        role=role,
        password_hash=None if password is None else password.hash,
        created_at=now,
    )
    session.add(user)
    session.flush()
    _record(session, "user.added", user, actor_id=actor_id, now=now, role=role)
    return user


def person_named(session: Session, *, name: str) -> User:
    """Raises:
    NotFound: nobody has this name, in whatever letters.
    """
    user = queries.user_named(session, name)
    if user is None:
        raise NotFound(NOBODY_NAMED.format(name=name))
    return user


def invite(session: Session, *, user_id: int, actor_id: int | None, now: datetime) -> str:
    """The token of a new one-time link to choose a password; earlier links end.

    Raises:
        Conflict: the account is disabled.
    """
    user = _user(session, user_id)
    if user.disabled_at is not None:
        raise Conflict(IS_DISABLED.format(name=user.name))
    _end_invites(session, user_id=user_id, now=now)
    token = new_token()
    session.add(
        Invite(
            user_id=user_id,
            token_hash=hash_of_token(token),
            created_at=now,
            expires_at=now + INVITE_LIFETIME,
        )
    )
    _record(session, "user.invited", user, actor_id=actor_id, now=now)
    return token


def invited(session: Session, *, token: str, now: datetime) -> Invited:
    """Whom the link is for; reads only.

    Raises:
        NotFound: the link was used, has run out, or never was one.
    """
    found = queries.open_invite(session, token_hash=hash_of_token(token), now=now)
    if found is None:
        raise NotFound(INVITE_GONE)
    context = password_context(session, user_id=found.user_id)
    return Invited(user_id=found.user_id, name=found.user.name, context=context)


def accept_invite(session: Session, *, token: str, password: ChosenPassword, now: datetime) -> int:
    """Use the link, once: the password is set and all sessions of before end. Returns the user.

    Raises:
        NotFound: the link was used meanwhile, or has run out.
    """
    wait_for_turn(session)
    found = queries.open_invite(session, token_hash=hash_of_token(token), now=now)
    if found is None:
        raise NotFound(INVITE_GONE)
    found.used_at = now
    found.user.password_hash = password.hash
    sessions.end_sessions(session, user_id=found.user_id)
    _record(session, "password.chosen", found.user, actor_id=found.user_id, now=now)
    return found.user_id


def change_password(
    session: Session, *, user_id: int, session_id: int, password: ChosenPassword, now: datetime
) -> str:
    """Set one's own password; other sessions and open links end. Returns the new token."""
    user = _user(session, user_id)
    user.password_hash = password.hash
    _end_invites(session, user_id=user_id, now=now)
    sessions.end_sessions(session, user_id=user_id, but=session_id)
    _record(session, "password.changed", user, actor_id=user_id, now=now)
    return sessions.renew_session(session, session_id=session_id)


def disable(session: Session, *, user_id: int, actor_id: int | None, now: datetime) -> None:
    """Shut a person out at once: sessions, tokens and links end. What they labelled stays.

    Raises:
        Forbidden: it is oneself.
        Conflict: it is the last administrator.
    """
    user = _user(session, user_id)
    if user_id == actor_id:
        raise Forbidden(NOT_YOURSELF)
    if user.disabled_at is not None:
        return
    _require_another_admin(session, user)
    user.disabled_at = now
    sessions.end_sessions(session, user_id=user_id)
    _end_invites(session, user_id=user_id, now=now)
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    _record(session, "user.disabled", user, actor_id=actor_id, now=now)


def enable(session: Session, *, user_id: int, actor_id: int | None, now: datetime) -> None:
    """Let a person in again, with the password they had.

    Raises:
        Forbidden: it is oneself.
    """
    user = _user(session, user_id)
    if user_id == actor_id:
        raise Forbidden(NOT_YOURSELF)
    if user.disabled_at is None:
        return
    user.disabled_at = None
    _record(session, "user.enabled", user, actor_id=actor_id, now=now)


def change_role(
    session: Session, *, user_id: int, role: str, actor_id: int | None, now: datetime
) -> None:
    """Give a person another role; their sessions end, so that nothing of the old one lingers.

    Raises:
        DataInvalid: there is no such role.
        Forbidden: it is oneself.
        Conflict: it is the last administrator.
    """
    _require_role(role)
    user = _user(session, user_id)
    if user_id == actor_id:
        raise Forbidden(NOT_YOURSELF_ROLE)
    if user.role == role:
        return
    _require_another_admin(session, user)
    before, user.role = user.role, role
    sessions.end_sessions(session, user_id=user_id)
    _record(session, "user.role_changed", user, actor_id=actor_id, now=now, before=before, to=role)


def password_context(session: Session, *, user_id: int) -> tuple[str, ...]:
    """Words that guessers know of a person: the name, the projects."""
    name = session.get_one(User, user_id).name
    return (name, *name.split(), *queries.project_words(session, user_id=user_id))


def _user(session: Session, user_id: int) -> User:
    """The account, as it stands now, and nobody else is changing it."""
    wait_for_turn(session)
    user = session.get(User, user_id, populate_existing=True)
    if user is None:
        raise NotFound(NOBODY_NAMED.format(name="that"))
    return user


def _require_role(role: str) -> None:
    if role not in USER_ROLES:
        raise DataInvalid(ROLE_UNKNOWN.format(roles=", ".join(USER_ROLES)))


def _require_another_admin(session: Session, user: User) -> None:
    is_active_admin = user.role == "admin" and user.disabled_at is None
    if is_active_admin and queries.count_active_admins(session) == 1:
        raise Conflict(LAST_ADMIN.format(name=user.name))


def _end_invites(session: Session, *, user_id: int, now: datetime) -> None:
    session.execute(
        update(Invite)
        .where(Invite.user_id == user_id, Invite.used_at.is_(None), Invite.expires_at > now)
        .values(expires_at=now)
    )


def _record(
    session: Session,
    action: str,
    user: User,
    *,
    actor_id: int | None,
    now: datetime,
    **details: str,
) -> None:
    audit.record(
        session,
        action=action,
        at=now,
        actor_id=actor_id,
        project_id=None,
        object_id=user.id,
        **details,
    )
