"""Documents and their paragraphs, for the lead's pages and for whoever needs the text again."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from annotator.store.corpus import Document, DocumentVersion, Paragraph


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
