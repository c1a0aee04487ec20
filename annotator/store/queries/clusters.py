"""Clusters of near-duplicates for the lead's pages, and for propagating labels through them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Source,
    Subject,
    Suggestion,
)
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round
from annotator.store.people import User
from annotator.store.queries.documents import is_current
from annotator.store.settling import Gold, GoldBatch, Propagation

ON_A_PAGE: Final = 50
STATES: Final = ("undecided", "decided", "reopened")
# Training teaches, it settles nothing.
VOTING_ROUNDS: Final = ("cleanup", "pilot", "main")


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """A cluster in a list; `open` counts its paragraphs without gold: what a decision settles."""

    id: int
    kind: str
    paragraphs: int
    documents: int
    open: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A paragraph of a cluster. `gold` is the method of its gold on the first clean-up question."""

    cluster_id: int
    subject_id: int
    paragraph_id: int
    text: str
    lang: str | None
    position: int
    similarity: float
    document_id: int
    document: str
    source_id: int
    source: str
    gold: str | None
    batch_id: int | None
    alternatives: list[Any] | None


@dataclass(frozen=True, slots=True)
class VoteRow:
    cluster_id: int
    annotation_id: int
    subject_id: int
    document_id: int
    source_id: int
    saved_at: datetime
    answers: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class PropagationRow:
    """What was propagated through a cluster, with what its batch says of how."""

    id: int
    rule: str
    cluster_id: int
    batch_id: int
    made_at: datetime
    made_by: str | None
    undone_at: datetime | None
    reopened_by_id: int | None
    parameters: dict[str, Any]
    gold: int


def clusters(
    session: Session,
    *,
    project_id: int,
    gate: str,
    state: str | None = None,
    kind: str | None = None,
    source_id: int | None = None,
    page: int = 1,
) -> tuple[list[ClusterRow], int]:
    """One page of the clusters of two paragraphs or more, and how many there are.

    Those in which a decision settles most come first; `gate` is the first clean-up question.
    """
    opened = func.sum(case((Gold.id.is_(None), 1), else_=0))
    statement = (
        _members(gate)
        .with_only_columns(
            Cluster.id,
            Cluster.kind,
            func.count(Paragraph.id).label("paragraphs"),
            func.count(Document.id.distinct()).label("documents"),
            opened.label("open"),
        )
        .where(Cluster.project_id == project_id)
        .group_by(Cluster.id, Cluster.kind)
        .having(func.count(Paragraph.id) > 1)
    )
    if kind is not None:
        statement = statement.where(Cluster.kind == kind)
    if source_id is not None:
        statement = statement.where(Document.source_id == source_id)
    if state is not None:
        statement = statement.where(_in_state(state))
    counted = statement.subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    rows = session.execute(
        statement.order_by(opened.desc(), Cluster.id)
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
    )
    return [ClusterRow(*cast("tuple[Any, ...]", row)) for row in rows], total


def has_cluster(session: Session, *, project_id: int, cluster_id: int) -> bool:
    """Whether the cluster is one of the project; asked before anything is told of it."""
    return (
        session.scalar(
            select(Cluster.id).where(Cluster.id == cluster_id, Cluster.project_id == project_id)
        )
        is not None
    )


def members(
    session: Session, *, project_id: int, cluster_ids: Collection[int], gate: str
) -> list[MemberRow]:
    """The paragraphs that stand today, by cluster and in the order they came."""
    rows = session.execute(
        _members(gate)
        .with_only_columns(
            ClusterMember.cluster_id,
            Subject.id,
            Paragraph.id,
            Paragraph.text,
            Paragraph.lang,
            Paragraph.position,
            ClusterMember.similarity,
            Document.id,
            func.coalesce(Document.title, Document.key),
            Source.id,
            Source.name,
            Gold.method,
            Gold.batch_id,
            Gold.alternatives,
        )
        .where(Cluster.project_id == project_id, Cluster.id.in_(cluster_ids))
        .order_by(ClusterMember.cluster_id, Document.id, Paragraph.position)
    )
    return [MemberRow(*cast("tuple[Any, ...]", row)) for row in rows]


def votes(
    session: Session, *, project_id: int, cluster_ids: Collection[int] | None = None
) -> list[VoteRow]:
    """What active people say of paragraphs in clusters now, the oldest first."""
    statement = (
        select(
            ClusterMember.cluster_id,
            Annotation.id,
            Subject.id,
            Document.id,
            Document.source_id,
            AnnotationRevision.saved_at,
            AnnotationRevision.answers,
        )
        .select_from(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .join(User, User.id == Assignment.user_id)
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .join(
            AnnotationRevision,
            and_(
                AnnotationRevision.annotation_id == Annotation.id,
                AnnotationRevision.number == Annotation.revision,
            ),
        )
        .join(Subject, Subject.id == Assignment.subject_id)
        .join(Document, Document.id == Subject.document_id)
        .join(ClusterMember, ClusterMember.paragraph_id == Subject.paragraph_id)
        .where(
            Round.project_id == project_id,
            Round.kind.in_(VOTING_ROUNDS),
            Assignment.state == "done",
            Annotation.origin != "machine",
            User.disabled_at.is_(None),
            Document.withdrawn_at.is_(None),
        )
        .order_by(AnnotationRevision.saved_at, Annotation.id)
    )
    if cluster_ids is not None:
        statement = statement.where(ClusterMember.cluster_id.in_(cluster_ids))
    return [VoteRow(*cast("tuple[Any, ...]", row)) for row in session.execute(statement)]


def propagations(
    session: Session, *, project_id: int, cluster_ids: Collection[int] | None = None
) -> list[PropagationRow]:
    """The newest first; `gold` counts what of it still stands, in labels.

    What follows from a decision about one paragraph is that decision's, and left out.
    """
    statement = (
        select(
            Propagation.id,
            Propagation.rule,
            Propagation.cluster_id,
            Propagation.batch_id,
            Propagation.made_at,
            User.name,
            Propagation.undone_at,
            Propagation.reopened_by_id,
            GoldBatch.parameters,
            func.count(Gold.id),
        )
        .join(GoldBatch, GoldBatch.id == Propagation.batch_id)
        .outerjoin(User, User.id == GoldBatch.made_by_id)
        .outerjoin(Gold, Gold.batch_id == GoldBatch.id)
        .where(GoldBatch.project_id == project_id, Propagation.adjudication_id.is_(None))
        .group_by(Propagation.id, User.name, GoldBatch.id)
        .order_by(Propagation.id.desc())
    )
    if cluster_ids is not None:
        statement = statement.where(Propagation.cluster_id.in_(cluster_ids))
    return [PropagationRow(*cast("tuple[Any, ...]", row)) for row in session.execute(statement)]


def open_tasks(
    session: Session, subject_ids: Sequence[int], *, spare_sample: bool
) -> list[Assignment]:
    """Tasks that nobody has answered, but those that check gold.

    With `spare_sample` those of the overlap sample of a pilot or main round are left out: agreement
    is computed on it, as it was drawn.
    """
    statement = (
        select(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.subject_id.in_(subject_ids),
            Assignment.state == "open",
            Assignment.checks_gold.is_(False),
            Round.kind.in_(VOTING_ROUNDS),
        )
        .order_by(Assignment.id)
    )
    if spare_sample:
        statement = statement.where(or_(Round.kind == "cleanup", Assignment.overlapping.is_(False)))
    return list(session.scalars(statement))


def propagated_subjects(session: Session, *, project_id: int) -> frozenset[int]:
    """Whatever has propagated gold."""
    return frozenset(
        session.scalars(
            select(Gold.subject_id)
            .join(Subject, Subject.id == Gold.subject_id)
            .where(Subject.project_id == project_id, Gold.method == "propagated")
            .distinct()
        )
    )


def checks(
    session: Session, *, project_id: int, gate: str
) -> list[tuple[dict[str, list[str]], list[Any] | None]]:
    """What people said blind of paragraphs with propagated gold, beside that gold."""
    rows = session.execute(
        select(AnnotationRevision.answers, Gold.alternatives)
        .select_from(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .join(
            AnnotationRevision,
            and_(
                AnnotationRevision.annotation_id == Annotation.id,
                AnnotationRevision.number == 1,
            ),
        )
        .outerjoin(
            Gold,
            and_(
                Gold.subject_id == Assignment.subject_id,
                Gold.question == gate,
                Gold.method == "propagated",
            ),
        )
        .where(
            Round.project_id == project_id,
            Assignment.checks_gold.is_(True),
            Assignment.state == "done",
        )
    )
    return [(row.answers, row.alternatives) for row in rows]


def documents_of_sources(session: Session, *, project_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Document.source_id, func.count(Document.id))
        .where(Document.project_id == project_id, Document.withdrawn_at.is_(None))
        .group_by(Document.source_id)
    )
    return {row[0]: row[1] for row in rows}


def suggestions(session: Session, paragraph_ids: Collection[int]) -> dict[int, Suggestion]:
    """The newest suggestion of each paragraph."""
    rows = session.scalars(
        select(Suggestion).where(Suggestion.paragraph_id.in_(paragraph_ids)).order_by(Suggestion.id)
    )
    return {row.paragraph_id: row for row in rows}


def neighbours(session: Session, paragraph_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The text before and the text after each of these paragraphs; empty at an end."""
    shown, near = Paragraph.__table__.alias("shown"), Paragraph.__table__.alias("near")
    rows = session.execute(
        select(shown.c.id, near.c.position - shown.c.position, near.c.text)
        .join(
            near,
            and_(
                near.c.version_id == shown.c.version_id,
                near.c.cut == shown.c.cut,
                func.abs(near.c.position - shown.c.position) == 1,
            ),
        )
        .where(shown.c.id.in_(paragraph_ids))
    )
    found: dict[int, tuple[str, str]] = {}
    for paragraph_id, step, text in rows:
        before, after = found.get(paragraph_id, ("", ""))
        found[paragraph_id] = (text, after) if step < 0 else (before, text)
    return found


def _members(gate: str) -> Select[Any]:
    return (
        select(Cluster.id)
        .join(ClusterMember, ClusterMember.cluster_id == Cluster.id)
        .join(Paragraph, Paragraph.id == ClusterMember.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Source, Source.id == Document.source_id)
        .join(Subject, Subject.paragraph_id == Paragraph.id)
        .outerjoin(Gold, and_(Gold.subject_id == Subject.id, Gold.question == gate))
        .where(is_current(), Source.withdrawn_at.is_(None))
    )


def _in_state(state: str) -> ColumnElement[bool]:
    """By the last thing that was propagated through the cluster."""
    last = (
        select(func.max(Propagation.id))
        .where(Propagation.adjudication_id.is_(None))
        .group_by(Propagation.cluster_id)
    )
    standing = select(Propagation.cluster_id).where(Propagation.id.in_(last))
    decided = Cluster.id.in_(
        standing.where(Propagation.undone_at.is_(None), Propagation.reopened_by_id.is_(None))
    )
    reopened = Cluster.id.in_(standing.where(Propagation.reopened_by_id.is_not(None)))
    return {"decided": decided, "reopened": reopened}.get(state, ~decided & ~reopened)
