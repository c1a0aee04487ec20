"""How disagreement is settled: decisions, leases, gold labels and where they came from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from annotator.store.base import Base, Id, one_of

OUTCOMES = ("decided", "undecidable", "codebook_unclear")
GOLD_STATES = ("decided", "void", "undecidable", "codebook_unclear")
GOLD_METHODS = ("unanimous", "majority", "model", "person", "consensus", "propagated")
METHODS_BY_PEOPLE = ("person", "consensus")
PROPAGATION_RULES = ("lead", "agreeing_labels")
CAUSES = ("slip", "guideline_gap", "ambiguous_text", "missing_context", "outside_knowledge")


class Adjudication(Base):
    """A person's decision on one question of a subject; append-only, a change is a new `number`.

    `alternatives` is a list of answer lists: more than one means that several are right.
    `blind_alternatives` is what was decided before the votes were shown. `self_adjudicated`: the
    decision is by someone who had annotated the subject, which a release counts. `participants` are
    set if it is a consensus, reached by these users on `agreed_on`. `overruled`: it is against what
    most annotators said; null where they had no majority. `second`: it only measures how far
    adjudicators agree, and is no gold. `replaced` is the gold that stood there before, so that the
    decision can be undone.
    """

    __tablename__ = "adjudications"
    __table_args__ = (
        UniqueConstraint("subject_id", "question", "adjudicator_id", "number"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome_known"),
        CheckConstraint(
            "(outcome = 'decided') = (alternatives IS NOT NULL)", name="decided_has_alternatives"
        ),
        CheckConstraint("cause IS NULL OR " + one_of("cause", CAUSES), name="cause_known"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[Id]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_versions.id"))
    question: Mapped[str]
    adjudicator_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int]
    outcome: Mapped[str]
    blind_alternatives: Mapped[list[Any] | None]
    alternatives: Mapped[list[Any] | None]
    reason: Mapped[str | None]
    cause: Mapped[str | None]
    self_adjudicated: Mapped[bool]
    participants: Mapped[list[Any] | None]
    agreed_on: Mapped[date | None]
    overruled: Mapped[bool | None]
    second: Mapped[bool] = mapped_column(default=False, server_default=false())
    replaced: Mapped[dict[str, Any] | None]
    decided_at: Mapped[datetime]


class AdjudicationUndo(Base):
    """Append-only: a decision was taken back by whoever had made it."""

    __tablename__ = "adjudication_undos"

    adjudication_id: Mapped[int] = mapped_column(ForeignKey("adjudications.id"), primary_key=True)
    undone_at: Mapped[datetime]


class BlindDecision(Base):
    """Append-only: what an adjudicator held to be right before the votes were shown."""

    __tablename__ = "blind_decisions"
    __table_args__ = (
        UniqueConstraint("subject_id", "question", "adjudicator_id"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome_known"),
        CheckConstraint(
            "(outcome = 'decided') = (alternatives IS NOT NULL)", name="decided_has_alternatives"
        ),
    )

    id: Mapped[Id]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    question: Mapped[str]
    adjudicator_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str]
    alternatives: Mapped[list[Any] | None]
    decided_at: Mapped[datetime]


class AdjudicationSettings(Base):
    """How a project adjudicates; a project without a row has the values of `settings` there."""

    __tablename__ = "adjudication_settings"
    __table_args__ = (
        CheckConstraint("second_share >= 0 AND second_share <= 1", name="second_share_in_range"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    blind_first: Mapped[bool]
    second_share: Mapped[float]
    changed_at: Mapped[datetime]


class AcceptedDifference(Base):
    """Copies of one text may have different gold, and why; it holds for just this gold.

    `signature` names the gold of all copies as it was when the difference was accepted.
    """

    __tablename__ = "accepted_differences"
    __table_args__ = (UniqueConstraint("cluster_id", "question", "signature"),)

    id: Mapped[Id]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("clusters.id"))
    question: Mapped[str]
    signature: Mapped[str]
    reason: Mapped[str]
    accepted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime]


class Recode(Base):
    """What of an assignment the lead has settled already: its annotator is asked the rest alone.

    `answers` are as in an annotation; they were not said by the annotator.
    """

    __tablename__ = "recodes"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    answers: Mapped[dict[str, Any]]


class AdjudicationLease(Base):
    """Held while a lead looks at a subject, so that two leads never settle the same one."""

    __tablename__ = "adjudication_leases"

    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime]


class GoldBatch(Base):
    """What one run of a policy wrote, so that it can be undone as one step."""

    __tablename__ = "gold_batches"

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    policy: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]


class Gold(Base):
    """The resulting label of one question of a subject, and how it was reached.

    `people` names who decided, if and only if the method is people; pseudonyms are made at export.
    """

    __tablename__ = "gold"
    __table_args__ = (
        UniqueConstraint("subject_id", "question"),
        CheckConstraint(one_of("state", GOLD_STATES), name="state_known"),
        CheckConstraint(one_of("method", GOLD_METHODS), name="method_known"),
        CheckConstraint(
            "(state = 'decided') = (alternatives IS NOT NULL)", name="decided_has_alternatives"
        ),
        CheckConstraint(
            f"({one_of('method', METHODS_BY_PEOPLE)}) = (people IS NOT NULL)",
            name="people_if_by_people",
        ),
    )

    id: Mapped[Id]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_versions.id"))
    question: Mapped[str]
    state: Mapped[str]
    alternatives: Mapped[list[Any] | None]
    method: Mapped[str]
    people: Mapped[list[Any] | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("gold_batches.id"), index=True)
    settled_at: Mapped[datetime]


class Propagation(Base):
    """Gold that was written through a cluster, of all that `batch_id` wrote, and undone when.

    `rule` is `lead` where a person decided about the whole cluster, or about one copy and had the
    others follow, which `adjudication_id` names; or `agreeing_labels`, which names the annotation
    that it comes from. `reopened_by_id` is the annotation that said otherwise.
    """

    __tablename__ = "propagations"
    __table_args__ = (
        CheckConstraint(one_of("rule", PROPAGATION_RULES), name="rule_known"),
        CheckConstraint(
            "(rule = 'lead') = (annotation_id IS NULL)", name="annotation_unless_by_lead"
        ),
    )

    id: Mapped[Id]
    rule: Mapped[str]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("clusters.id"), index=True)
    annotation_id: Mapped[int | None] = mapped_column(ForeignKey("annotations.id"))
    adjudication_id: Mapped[int | None] = mapped_column(ForeignKey("adjudications.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("gold_batches.id"), index=True)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("annotations.id"))
