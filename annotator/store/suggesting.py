"""What a project's own gold made of the suggestions of noise."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.base import Base, Id


class NoiseRefit(Base):
    """A refit of the suggestions; append-only but for `in_use`, which one of a project can be.

    `base` is the version of the shipped suggestions that it was fitted over; `fit` its weights;
    `held_out` how it fared by source on sources that the fit had not seen. `paragraphs` counts
    those with gold that it was fitted to, `noise` the ones that are noise.
    """

    __tablename__ = "noise_refits"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        Index(
            "uq_noise_refits_in_use",
            "project_id",
            unique=True,
            sqlite_where=text("in_use"),
            postgresql_where=text("in_use"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    base: Mapped[str]
    fit: Mapped[dict[str, Any]]
    held_out: Mapped[list[Any]]
    paragraphs: Mapped[int]
    noise: Mapped[int]
    in_use: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
