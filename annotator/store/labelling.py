"""Who labels what under which codebook, and what they said."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.domain import suggestion_policy
from annotator.store.base import Base, Id, one_of
from annotator.store.corpus import SCOPES, Subject

ROUND_KINDS = ("cleanup", "training", "pilot", "main", "retest")
ASSIGNMENT_REASONS = ("sample", "adaptive", "recode", "retest")
ASSIGNMENT_STATES = ("open", "done", "skipped", "withdrawn")
ORIGINS = ("person", "imported", "machine")
DISCLOSURE_KINDS = ("votes", "gold", "feedback", "unmasked")


class CodebookVersion(Base):
    """An immutable, numbered codebook. `editorial`: the meaning of every label is as before."""

    __tablename__ = "codebook_versions"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("project_id", "content_hash"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    content_hash: Mapped[str]
    yaml: Mapped[str]
    editorial: Mapped[bool]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class CodebookReading(Base):
    """A person said that they had read what is new in this version."""

    __tablename__ = "codebook_readings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    codebook_version_id: Mapped[int] = mapped_column(
        ForeignKey("codebook_versions.id"), primary_key=True
    )
    read_at: Mapped[datetime]


class Round(Base):
    """A stretch of work with a purpose, under one codebook version.

    `thresholds` maps a question to the agreement that the lead stated before the round began.
    Paragraphs and documents are labelled while it is open, sources are rated once it is closed.
    `suggestions`: whether annotators see what the machine takes for noise.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        CheckConstraint(one_of("kind", ROUND_KINDS), name="kind_known"),
        CheckConstraint("overlap >= 1", name="overlap_positive"),
        CheckConstraint("sample_share > 0 AND sample_share <= 1", name="sample_share_in_range"),
        CheckConstraint(
            one_of("suggestions", suggestion_policy.POLICIES), name="suggestions_known"
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_versions.id"))
    name: Mapped[str]
    kind: Mapped[str]
    blind: Mapped[bool]
    overlap: Mapped[int]
    sample_share: Mapped[float]
    seed: Mapped[int]
    suggestions: Mapped[str] = mapped_column(default=suggestion_policy.HIDDEN)
    thresholds: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    codebook_version: Mapped[CodebookVersion] = relationship()


class Assignment(Base):
    """One subject given to one annotator, and why.

    `inclusion_probability` is the chance with which the subject came into the overlap sample;
    `rank` orders an annotator's work; `occasion` counts the times the person gets the subject.
    `withdrawn_at` is set where the work was taken back with its document, whose moment it is.
    `checks_gold`: gold was propagated to it, and it is asked all the same, to see if that is right.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("round_id", "subject_id", "user_id", "reason", "occasion"),
        CheckConstraint(one_of("scope", SCOPES), name="scope_known"),
        CheckConstraint(one_of("reason", ASSIGNMENT_REASONS), name="reason_known"),
        CheckConstraint(one_of("state", ASSIGNMENT_STATES), name="state_known"),
        CheckConstraint("occasion >= 1", name="occasion_positive"),
        CheckConstraint(
            "inclusion_probability > 0 AND inclusion_probability <= 1",
            name="inclusion_probability_in_range",
        ),
        CheckConstraint("(state = 'skipped') = (skip_reason IS NOT NULL)", name="skip_has_reason"),
        # The queue of one person, in order, and what is left of it.
        Index("ix_assignments_queue", "user_id", "round_id", "state", "rank"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    scope: Mapped[str]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    occasion: Mapped[int] = mapped_column(default=1)
    inclusion_probability: Mapped[float]
    overlapping: Mapped[bool]
    checks_gold: Mapped[bool] = mapped_column(default=False, server_default=false())
    rank: Mapped[int]
    state: Mapped[str] = mapped_column(default="open")
    skip_reason: Mapped[str | None]
    skipped_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    flag_note: Mapped[str | None]
    created_at: Mapped[datetime]

    round: Mapped[Round] = relationship()
    subject: Mapped[Subject] = relationship()


class Annotation(Base):
    """One annotator's answers to one subject; what was said is in its revisions."""

    __tablename__ = "annotations"
    __table_args__ = (
        CheckConstraint(one_of("origin", ORIGINS), name="origin_known"),
        CheckConstraint("revision >= 1", name="revision_positive"),
    )

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    revision: Mapped[int]
    origin: Mapped[str]
    saved_at: Mapped[datetime]

    assignment: Mapped[Assignment] = relationship()


class AnnotationRevision(Base):
    """What was saved once; append-only, so that history is never overwritten.

    `save_id` is made by the client, so that the same save sent twice is stored once.
    `after_feedback`: the annotator had seen a vote, gold or feedback on the subject before.
    """

    __tablename__ = "annotation_revisions"
    __table_args__ = (
        UniqueConstraint("annotation_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("seconds IS NULL OR seconds >= 0", name="seconds_not_negative"),
        CheckConstraint("context_before >= 0 AND context_after >= 0", name="context_not_negative"),
    )

    id: Mapped[Id]
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotations.id"))
    number: Mapped[int]
    save_id: Mapped[str] = mapped_column(unique=True)
    answers: Mapped[dict[str, Any]]
    spans: Mapped[list[Any]]
    note: Mapped[str | None]
    seconds: Mapped[float | None]
    context_before: Mapped[int] = mapped_column(default=0)
    context_after: Mapped[int] = mapped_column(default=0)
    masked: Mapped[bool]
    suggestion_shown: Mapped[bool] = mapped_column(default=False)
    suggested_label: Mapped[str | None]
    after_feedback: Mapped[bool]
    saved_at: Mapped[datetime]


class Disclosure(Base):
    """Append-only: when a person saw votes, gold or feedback on a subject, or its source."""

    __tablename__ = "disclosures"
    __table_args__ = (
        CheckConstraint(one_of("kind", DISCLOSURE_KINDS), name="kind_known"),
        Index("ix_disclosures_subject_id_user_id", "subject_id", "user_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    kind: Mapped[str]
    shown_at: Mapped[datetime]
