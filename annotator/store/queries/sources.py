"""Sources of a project, for the lead's pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Source, Subject
from annotator.store.labelling import Assignment


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A source with what blind labelling masks, and how many documents in use are from it."""

    id: int
    name: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
    exemptions: tuple[str, ...]
    documents: int
    withdrawn_at: datetime | None
    merged_into_id: int | None


def stands_for_itself() -> ColumnElement[bool]:
    """True of a source in a release: one that was merged into another does so only where people
    were asked about it, since labels keep the name they were given under.
    """
    asked = (
        exists()
        .where(
            Subject.source_id == Source.id,
            Assignment.subject_id == Subject.id,
            Assignment.state != "withdrawn",
        )
        .correlate(Source)
    )
    return or_(Source.merged_into_id.is_(None), asked)


def sources(session: Session, *, project_id: int) -> list[SourceShown]:
    """By name, without those that were withdrawn or merged into another."""
    rows = session.execute(
        select(Source, func.count(Document.id))
        .outerjoin(Document, (Document.source_id == Source.id) & Document.withdrawn_at.is_(None))
        .where(
            Source.project_id == project_id,
            Source.withdrawn_at.is_(None),
            Source.merged_into_id.is_(None),
        )
        .group_by(Source.id)
        .order_by(Source.name)
    )
    return [_shown(source, documents) for source, documents in rows]


def left_out(session: Session, *, project_id: int) -> list[SourceShown]:
    """Those that were withdrawn or merged into another, by name."""
    rows = session.scalars(
        select(Source)
        .where(
            Source.project_id == project_id,
            or_(Source.withdrawn_at.is_not(None), Source.merged_into_id.is_not(None)),
        )
        .order_by(Source.name)
    )
    return [_shown(source, 0) for source in rows]


def source_shown(session: Session, source: Source) -> SourceShown:
    documents = session.scalar(
        select(func.count(Document.id)).where(
            Document.source_id == source.id, Document.withdrawn_at.is_(None)
        )
    )
    return _shown(source, documents or 0)


def _shown(source: Source, documents: int) -> SourceShown:
    return SourceShown(
        id=source.id,
        name=source.name,
        domains=tuple(source.domains),
        aliases=tuple(source.aliases),
        exemptions=tuple(source.mask_exemptions),
        documents=documents,
        withdrawn_at=source.withdrawn_at,
        merged_into_id=source.merged_into_id,
    )
