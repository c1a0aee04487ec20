"""Which paragraphs stand in several documents of one source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph
from annotator.store.queries.documents import is_current

_AT_ONCE = 500


def newly_repeated(session: Session, *, project_id: int, since_version_id: int) -> list[int]:
    """Older versions with a paragraph that a new document of the source repeats for the first time.

    New is every version from `since_version_id` on. Where two old documents shared the paragraph
    already, theirs is known as a repeat.
    """
    if not _has_older(session, project_id, since_version_id):
        return []
    new = (
        select(Document.source_id, Paragraph.duplicate_key)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(DocumentVersion.id >= since_version_id, Document.project_id == project_id)
        .distinct()
        .subquery()
    )
    once = (
        select(func.min(DocumentVersion.id))
        .select_from(new)
        .join(Paragraph, Paragraph.duplicate_key == new.c.duplicate_key)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(
            Document,
            (Document.id == DocumentVersion.document_id) & (Document.source_id == new.c.source_id),
        )
        .where(DocumentVersion.id < since_version_id, is_current())
        .group_by(new.c.source_id, new.c.duplicate_key)
        .having(func.count(DocumentVersion.id.distinct()) == 1)
    )
    return sorted(set(session.scalars(once)))


def _has_older(session: Session, project_id: int, version_id: int) -> bool:
    older = (
        select(DocumentVersion.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.project_id == project_id, DocumentVersion.id < version_id)
    )
    return session.scalar(older.limit(1)) is not None


@dataclass(slots=True)
class Holders:
    """In how many current documents of a source a paragraph stands; each is asked for once."""

    session: Session
    documents: dict[int, int] = field(default_factory=dict)
    holding: dict[tuple[int, str], int] = field(default_factory=dict)

    def learn(self, source_id: int, keys: Iterable[str]) -> None:
        """Count the documents of a source, and those that hold a paragraph with each key."""
        self._count_documents(source_id)
        unknown = {key for key in keys if (source_id, key) not in self.holding}
        self._count_holding(source_id, sorted(unknown))

    def elsewhere(self, source_id: int, keys: Iterable[str]) -> dict[str, int]:
        """Other documents of the source with each of these paragraphs; those in none left out."""
        counts = {key: self.holding.get((source_id, key), 1) - 1 for key in keys}
        return {key: count for key, count in counts.items() if count > 0}

    def _count_documents(self, source_id: int) -> None:
        if source_id not in self.documents:
            self.documents[source_id] = self.session.scalars(
                select(func.count(Document.id)).where(
                    Document.source_id == source_id, Document.withdrawn_at.is_(None)
                )
            ).one()

    def _count_holding(self, source_id: int, keys: Sequence[str]) -> None:
        for at in range(0, len(keys), _AT_ONCE):
            rows = self.session.execute(
                select(Paragraph.duplicate_key, func.count(Document.id.distinct()))
                .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
                .join(Document, Document.id == DocumentVersion.document_id)
                .where(
                    Paragraph.duplicate_key.in_(keys[at : at + _AT_ONCE]),
                    Document.source_id == source_id,
                    is_current(),
                )
                .group_by(Paragraph.duplicate_key)
            )
            self.holding.update(((source_id, key), count) for key, count in rows)
