"""Releases and the background jobs that make them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.base import Base, Id, one_of

JOB_STATES = ("queued", "running", "done", "failed")


class Release(Base):
    """A frozen, numbered export. Its rows are in the folder, its manifest is here too.

    `changes` is what differs from the release before; None for the first, and where the files of
    that one were gone.
    """

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    seed: Mapped[int]
    options: Mapped[dict[str, Any]]
    manifest: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any] | None]
    folder: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Job(Base):
    """Work for the background process. A lease that ran out is taken over by the next worker."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(one_of("state", JOB_STATES), name="state_known"),
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress_in_range"),
        CheckConstraint(
            "(state = 'running') = (leased_until IS NOT NULL)", name="running_has_lease"
        ),
        Index("ix_jobs_state_id", "state", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    progress: Mapped[float] = mapped_column(default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
