"""Clusters of the same or nearly the same text, as adjudication needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Subject,
)
from annotator.store.queries.documents import is_current
from annotator.store.settling import AcceptedDifference, Gold


@dataclass(frozen=True, slots=True)
class Copy:
    subject_id: int
    document_id: int
    cluster_id: int


def copies_of(session: Session, *, project_id: int, subject_id: int) -> list[Copy]:
    """All places of the text that stand today, this one too, in reading order."""
    own = aliased(Subject)
    statement = (
        select(Subject.id, Subject.document_id, ClusterMember.cluster_id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == Subject.document_id)
        .where(
            Subject.project_id == project_id,
            Document.withdrawn_at.is_(None),
            is_current(),
            ClusterMember.cluster_id.in_(
                select(ClusterMember.cluster_id)
                .join(own, own.paragraph_id == ClusterMember.paragraph_id)
                .where(own.id == subject_id)
            ),
        )
        .order_by(Subject.document_id, Paragraph.position)
    )
    return [Copy(*cast("tuple[int, int, int]", row)) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class CopyGold:
    """Gold of one question at one place of a text."""

    cluster_id: int
    document_id: int
    position: int
    subject_id: int
    question: str
    state: str
    alternatives: list[list[str]] | None
    text: str
    document: str


def gold_of_copies(session: Session, project_id: int) -> Iterator[CopyGold]:
    """Gold of every text that stands in several places, by cluster, question and reading order."""
    statement = (
        select(
            ClusterMember.cluster_id,
            Subject.document_id,
            Paragraph.position,
            Subject.id,
            Gold.question,
            Gold.state,
            Gold.alternatives,
            Paragraph.text,
            func.coalesce(Document.title, Document.key),
        )
        .join(Subject, Subject.id == Gold.subject_id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .join(Cluster, Cluster.id == ClusterMember.cluster_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == Subject.document_id)
        .where(Cluster.project_id == project_id, Document.withdrawn_at.is_(None), is_current())
        .order_by(ClusterMember.cluster_id, Gold.question, Subject.document_id, Paragraph.position)
    )
    for row in session.execute(statement):
        yield CopyGold(*row)


def accepted(session: Session, project_id: int) -> dict[tuple[int, str, str], str]:
    """The differences that a lead accepted, by cluster, question and signature, with the reason."""
    rows = session.execute(
        select(
            AcceptedDifference.cluster_id,
            AcceptedDifference.question,
            AcceptedDifference.signature,
            AcceptedDifference.reason,
        )
        .join(Cluster, Cluster.id == AcceptedDifference.cluster_id)
        .where(Cluster.project_id == project_id)
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}
