"""Suggestions of noise for whole documents; the rules themselves are in `domain.noise`.

A line that a second document of the source repeats turns out to be noise in the first one, too, so
new documents can bring suggestions to old ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Session

from annotator.domain import noise
from annotator.domain.segmentation import Piece
from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Project,
    Suggestion,
)
from annotator.store.queries.documents import is_current

_VERSIONS_AT_ONCE = 100
_KEYS_AT_ONCE = 500


def suggest_noise(
    session: Session, *, project_id: int, version_ids: Sequence[int]
) -> dict[int, int]:
    """Make the suggestions of these versions anew; gives how many each has, by version id.

    Exact clusters must be there already: only what is in a cluster is looked for elsewhere.
    """
    languages = session.scalars(select(Project.languages).where(Project.id == project_id)).one()
    counts = _Counts(session)
    found: dict[int, int] = {}
    for at in range(0, len(version_ids), _VERSIONS_AT_ONCE):
        some = version_ids[at : at + _VERSIONS_AT_ONCE]
        documents = [list(rows) for _, rows in groupby(_paragraphs(session, some), _VERSION)]
        counts.learn(documents)
        suggestions = {rows[0].version_id: _suggest(rows, languages, counts) for rows in documents}
        _replace(session, some, [row for rows in suggestions.values() for row in rows])
        found |= {version_id: len(rows) for version_id, rows in suggestions.items()}
    return found


def newly_repeated(session: Session, *, project_id: int, since_version_id: int) -> list[int]:
    """Older versions with a paragraph that a new document of the source repeats for the first time.

    New is every version from `since_version_id` on. Where two old documents shared the paragraph
    already, theirs is known as a repeat.
    """
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


_VERSION = attrgetter("version_id")


def _paragraphs(session: Session, version_ids: Sequence[int]) -> Iterable[Row[Any]]:
    return session.execute(
        select(
            Paragraph.id,
            Paragraph.version_id,
            Paragraph.start,
            Paragraph.end,
            Paragraph.text,
            Paragraph.tail,
            Paragraph.duplicate_key,
            Document.source_id,
            Document.lang,
            ClusterMember.cluster_id,
        )
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .where(Paragraph.version_id.in_(version_ids))
        .order_by(Paragraph.version_id, Paragraph.cut, Paragraph.position)
    )


@dataclass(slots=True)
class _Counts:
    """In how many documents of a source a paragraph stands; asked once, for many documents."""

    session: Session
    documents: dict[int, int] = field(default_factory=dict)
    holding: dict[tuple[int, str], int] = field(default_factory=dict)

    def learn(self, documents: Iterable[Sequence[Row[Any]]]) -> None:
        unknown: dict[int, set[str]] = {}
        for rows in documents:
            keys = unknown.setdefault(rows[0].source_id, set())
            keys.update(row.duplicate_key for row in rows if row.cluster_id is not None)
        for source_id, keys in unknown.items():
            self._count_documents(source_id)
            known = {key for key in keys if (source_id, key) in self.holding}
            self._count_holding(source_id, sorted(keys - known))

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
        for at in range(0, len(keys), _KEYS_AT_ONCE):
            rows = self.session.execute(
                select(Paragraph.duplicate_key, func.count(Document.id.distinct()))
                .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
                .join(Document, Document.id == DocumentVersion.document_id)
                .where(
                    Paragraph.duplicate_key.in_(keys[at : at + _KEYS_AT_ONCE]),
                    Document.source_id == source_id,
                    is_current(),
                )
                .group_by(Paragraph.duplicate_key)
            )
            self.holding.update(((source_id, key), count) for key, count in rows)


def _suggest(
    rows: Sequence[Row[Any]], languages: Sequence[str], counts: _Counts
) -> list[dict[str, Any]]:
    source_id = rows[0].source_id
    suggestions = noise.suggest(
        [Piece(row.start, row.end, row.text, row.tail) for row in rows],
        lang=rows[0].lang,
        langs=languages,
        seen_elsewhere=counts.elsewhere(source_id, {row.duplicate_key for row in rows}),
        documents_of_source=counts.documents[source_id],
    )
    return [
        {
            "paragraph_id": rows[one.position].id,
            "noise_type": one.noise_type,
            "probability": one.probability,
            "reasons": list(one.reasons),
            "repeat_of_id": None if one.repeat_of is None else rows[one.repeat_of].id,
            "made_by": noise.MADE_BY,
        }
        for one in suggestions
    ]


def _replace(
    session: Session, version_ids: Sequence[int], suggestions: Sequence[dict[str, Any]]
) -> None:
    theirs = select(Paragraph.id).where(Paragraph.version_id.in_(version_ids))
    session.execute(
        delete(Suggestion).where(
            Suggestion.paragraph_id.in_(theirs), Suggestion.made_by == noise.MADE_BY
        )
    )
    if suggestions:
        session.execute(insert(Suggestion), suggestions)
