"""People: accounts, how they sign in, and their role in each project."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.base import Base, Id, one_of

USER_ROLES = ("admin", "lead", "annotator")
MEMBER_ROLES = ("lead", "annotator")


class User(Base):
    """A person. Without a password only an invite link lets them in; disabled, nothing does."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(one_of("role", USER_ROLES), name="role_known"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")


class Invite(Base):
    """A one-time link to choose a password; only the hash of its token is kept."""

    __tablename__ = "invites"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class SignInSession(Base):
    """A signed-in browser: the cookie holds a random id, this row its hash."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str | None]
    browser: Mapped[str | None]

    user: Mapped[User] = relationship()


class ApiToken(Base):
    """A bearer token for scripts; shown once, only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class SignInTry(Base):
    """A failed try to sign in, counted to slow down guessing; `name` is what was typed, hashed."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (
        Index("ix_sign_in_tries_name_hash_at", "name_hash", "at"),
        Index("ix_sign_in_tries_address_at", "address", "at"),
    )

    id: Mapped[Id]
    name_hash: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class Membership(Base):
    """The role of a person in a project."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "project_id"),
        CheckConstraint(one_of("role", MEMBER_ROLES), name="role_known"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    role: Mapped[str]
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="memberships")
