"""Which documents and paragraphs stand today, and the text of a version as it came in."""

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.orm import Session, aliased

from annotator.store.corpus import (
    Document,
    DocumentVersion,
    Paragraph,
)
from annotator.store.publishing import Job


def is_current() -> ColumnElement[bool]:
    """True of paragraphs that stand for their document today.

    The query joins `Paragraph`, `DocumentVersion` and `Document`. Left out are earlier versions,
    paragraphs of an earlier cut, and documents that were withdrawn.
    """
    return and_(
        is_latest_version(), Paragraph.superseded_by_id.is_(None), Document.withdrawn_at.is_(None)
    )


def is_latest_version() -> ColumnElement[bool]:
    """True of the newest version of a document; the query joins `DocumentVersion`."""
    other = aliased(DocumentVersion)
    newest = (
        select(func.max(other.number))
        .where(other.document_id == DocumentVersion.document_id)
        .correlate(DocumentVersion)
        .scalar_subquery()
    )
    return DocumentVersion.number == newest


def tell_planner(session: Session) -> None:
    """Let PostgreSQL count the rows that this transaction has added.

    Its planner knows tables as they were when last looked at: after a large import, before the
    commit, it takes them for nearly empty and joins them by loops that take minutes. SQLite plans
    without counts.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE documents, document_versions, paragraphs, cluster_members"))


def document_text(session: Session, version_id: int) -> str:
    """The text of a version exactly as it was imported, from its head and paragraphs."""
    head = session.scalars(
        select(DocumentVersion.head).where(DocumentVersion.id == version_id)
    ).one()
    latest_cut = (
        select(func.max(Paragraph.cut)).where(Paragraph.version_id == version_id).scalar_subquery()
    )
    paragraphs = session.execute(
        select(Paragraph.text, Paragraph.tail)
        .where(Paragraph.version_id == version_id, Paragraph.cut == latest_cut)
        .order_by(Paragraph.position)
    )
    return head + "".join(text + tail for text, tail in paragraphs)


def imports_under_way(session: Session, *, project_id: int) -> list[int]:
    """Ids of the jobs that look at files or store them, and have not ended."""
    return list(
        session.scalars(
            select(Job.id)
            .where(
                Job.project_id == project_id,
                Job.kind.in_(("review", "import")),
                Job.state.in_(("queued", "running")),
            )
            .order_by(Job.id)
        )
    )
