"""Documents and their paragraphs, for the lead's pages and for whoever needs the text again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.orm import Session, aliased

from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Source,
    Suggestion,
)
from annotator.store.publishing import Job

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list; `suggested` counts its paragraphs that may be noise."""

    id: int
    title: str
    source_id: int
    source: str
    published_on: date | None
    lang: str | None
    version_number: int
    paragraphs: int
    suggested: int


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """`repeat_of` is the position of the copy that stays, from 0."""

    noise_type: str
    probability: float
    reasons: tuple[str, ...]
    repeat_of: int | None


@dataclass(frozen=True, slots=True)
class ParagraphShown:
    """`elsewhere` counts the paragraphs of other documents with the same text."""

    position: int
    text: str
    lang: str | None
    suggestion: SuggestionShown | None
    elsewhere: int


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """The newest version of a document, whole."""

    id: int
    title: str
    key: str
    source: str
    url: str | None
    byline: str | None
    published_on: date | None
    lang: str | None
    version_number: int
    file_name: str
    told: tuple[str, ...]
    imported_at: datetime
    paragraphs: tuple[ParagraphShown, ...]


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


def how_many(session: Session, *, project_id: int) -> int:
    """Documents of a project without those that were withdrawn."""
    statement = select(func.count(Document.id)).where(
        Document.project_id == project_id, Document.withdrawn_at.is_(None)
    )
    return session.scalar(statement) or 0


def documents(session: Session, *, project_id: int, page: int) -> list[DocumentRow]:
    """One page of the list, counted from 1: by source, then in the order they came in."""
    rows = session.execute(
        select(
            Document.id,
            func.coalesce(Document.title, Document.key),
            Source.id,
            Source.name,
            Document.published_on,
            Document.lang,
            DocumentVersion.number,
            DocumentVersion.id,
        )
        .join(Source, Source.id == Document.source_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            Document.project_id == project_id,
            Document.withdrawn_at.is_(None),
            is_latest_version(),
        )
        .order_by(Source.name, Document.id)
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
    ).all()
    counts = _counts(session, [row[-1] for row in rows])
    return [DocumentRow(*row[:-1], *counts.get(row[-1], (0, 0))) for row in rows]


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


def document(session: Session, *, document_id: int) -> DocumentShown:
    """Every paragraph of the newest version, with its suggestion and repeats."""
    row = session.execute(
        select(Document, DocumentVersion, Source.name)
        .join(Source, Source.id == Document.source_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Document.id == document_id, is_latest_version())
    ).one()
    found, version, source = row
    return DocumentShown(
        id=found.id,
        title=found.title or found.key,
        key=found.key,
        source=source,
        url=found.url,
        byline=found.byline,
        published_on=found.published_on,
        lang=found.lang,
        version_number=version.number,
        file_name=version.file_name,
        told=tuple(version.told),
        imported_at=version.imported_at,
        paragraphs=_paragraphs(session, version.id),
    )


def _counts(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        select(
            Paragraph.version_id,
            func.count(Paragraph.id.distinct()),
            func.count(Suggestion.paragraph_id.distinct()),
        )
        .outerjoin(Suggestion, Suggestion.paragraph_id == Paragraph.id)
        .where(Paragraph.version_id.in_(version_ids), Paragraph.superseded_by_id.is_(None))
        .group_by(Paragraph.version_id)
    )
    return {version_id: (paragraphs, suggested) for version_id, paragraphs, suggested in rows}


def _paragraphs(session: Session, version_id: int) -> tuple[ParagraphShown, ...]:
    rows = session.execute(
        select(Paragraph, Suggestion, ClusterMember.cluster_id)
        .outerjoin(Suggestion, Suggestion.paragraph_id == Paragraph.id)
        .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .where(Paragraph.version_id == version_id, Paragraph.superseded_by_id.is_(None))
        .order_by(Paragraph.position, Suggestion.id)
    ).all()
    positions = {paragraph.id: paragraph.position for paragraph, _, _ in rows}
    clusters = [cluster_id for _, _, cluster_id in rows if cluster_id is not None]
    elsewhere = _elsewhere(session, clusters, version_id)
    # The newest suggestion stands where several were made.
    shown = {
        paragraph.position: ParagraphShown(
            position=paragraph.position,
            text=paragraph.text,
            lang=paragraph.lang,
            suggestion=_suggestion(suggestion, positions),
            elsewhere=elsewhere.get(cluster_id, 0),
        )
        for paragraph, suggestion, cluster_id in rows
    }
    return tuple(shown.values())


def _suggestion(suggestion: Suggestion | None, positions: dict[int, int]) -> SuggestionShown | None:
    if suggestion is None:
        return None
    return SuggestionShown(
        suggestion.noise_type,
        suggestion.probability,
        tuple(suggestion.reasons),
        positions.get(suggestion.repeat_of_id or 0),
    )


def _elsewhere(session: Session, cluster_ids: Sequence[int], version_id: int) -> dict[int, int]:
    rows = session.execute(
        select(ClusterMember.cluster_id, func.count(Paragraph.id))
        .join(Paragraph, Paragraph.id == ClusterMember.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(
            ClusterMember.cluster_id.in_(cluster_ids),
            Paragraph.version_id != version_id,
            is_current(),
        )
        .group_by(ClusterMember.cluster_id)
    )
    return dict(rows.all())
