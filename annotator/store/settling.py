"""How disagreement is settled: decisions, leases, gold labels and where they came from."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
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
    decision is by someone who had annotated the subject, which a release counts.
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
    decided_at: Mapped[datetime]


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

    `rule` is `lead` where a person decided about the whole cluster, or `agreeing_labels`, which
    names the annotation that it comes from. `reopened_by_id` is the annotation that said otherwise.
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
    batch_id: Mapped[int] = mapped_column(ForeignKey("gold_batches.id"), index=True)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("annotations.id"))
