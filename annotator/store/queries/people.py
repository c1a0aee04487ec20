"""People, their sessions and tokens, for the pages that list them and the services that ask."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from annotator.domain import person_name
from annotator.store.audit import AuditHead
from annotator.store.corpus import Project
from annotator.store.people import ApiToken, Invite, Membership, SignInSession, User


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as administrators see them; `invited_until` is set while a link is open."""

    id: int
    name: str
    role: str
    is_disabled: bool
    has_password: bool
    invited_until: datetime | None
    seen_at: datetime | None
    projects: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser, as its owner sees it."""

    id: int
    created_at: datetime
    seen_at: datetime
    address: str | None
    browser: str | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token that works, without the token."""

    id: int
    created_at: datetime


def wait_for_turn(session: Session) -> None:
    """Let one transaction at a time look at accounts and change them, on both databases.

    SQLite has one writer anyway; on PostgreSQL two administrators could otherwise disable each
    other, or make two people of one name. The row is the one where all audited writers meet.
    """
    session.execute(select(AuditHead.id).where(AuditHead.id == 1).with_for_update())


def user_named(session: Session, name: str) -> User | None:
    """The person of this name, in whatever letters.

    All names are compared here, since SQLite folds only the letters of English; a known name then
    takes as long to find as an unknown one.
    """
    key = person_name.key(name)
    for row in session.execute(select(User.id, User.name)).all():
        if person_name.key(row.name) == key:
            return session.get_one(User, row.id)
    return None


def people(session: Session, *, now: datetime) -> list[PersonRow]:
    """Everybody, by name."""
    # Correlated counts: joins would multiply sessions by memberships.
    mine = SignInSession.user_id == User.id
    seen_at = select(func.max(SignInSession.seen_at)).where(mine).scalar_subquery()
    open_links = Invite.used_at.is_(None) & (Invite.expires_at > now)
    invited_until = (
        select(func.max(Invite.expires_at))
        .where(Invite.user_id == User.id, open_links)
        .scalar_subquery()
    )
    projects = select(func.count()).where(Membership.user_id == User.id).scalar_subquery()
    rows = session.execute(
        select(
            User.id,
            User.name,
            User.role,
            User.disabled_at.is_not(None).label("is_disabled"),
            User.password_hash.is_not(None).label("has_password"),
            invited_until.label("invited_until"),
            seen_at.label("seen_at"),
            projects.label("projects"),
        ).order_by(User.name)
    )
    return [PersonRow(**row._mapping) for row in rows]  # noqa: SLF001 - the documented name


def name_of(session: Session, *, user_id: int) -> str:
    return session.get_one(User, user_id).name


def count_active_admins(session: Session) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(User)
            .where(User.role == "admin", User.disabled_at.is_(None))
        )
        or 0
    )


def open_invite(session: Session, *, token_hash: str, now: datetime) -> Invite | None:
    """The link with its person, while it works: not used, not run out, the account enabled."""
    return session.scalar(
        select(Invite)
        .join(Invite.user)
        .options(joinedload(Invite.user))
        .where(
            Invite.token_hash == token_hash,
            Invite.used_at.is_(None),
            Invite.expires_at > now,
            User.disabled_at.is_(None),
        )
    )


def project_words(session: Session, *, user_id: int) -> list[str]:
    """Slugs and titles of the projects of a person."""
    rows = session.execute(
        select(Project.slug, Project.title).join(Membership).where(Membership.user_id == user_id)
    )
    return [word for row in rows for word in row]


def sessions_of(
    session: Session, *, user_id: int, idle_since: datetime, begun_since: datetime
) -> list[SessionRow]:
    """A person's sessions that still work, the one used last first."""
    rows = session.execute(
        select(
            SignInSession.id,
            SignInSession.created_at,
            SignInSession.seen_at,
            SignInSession.address,
            SignInSession.browser,
        )
        .where(
            SignInSession.user_id == user_id,
            SignInSession.seen_at > idle_since,
            SignInSession.created_at > begun_since,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return [SessionRow(*row) for row in rows]


def tokens_of(session: Session, *, user_id: int) -> list[TokenRow]:
    """A person's tokens that still work, the newest first."""
    rows = session.execute(
        select(ApiToken.id, ApiToken.created_at)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return [TokenRow(*row) for row in rows]
