"""Search in titles and texts, in any case of any script.

Every text is looked at, which takes a third of a second for 100,000 paragraphs on SQLite; an index
of trigrams would answer at once, and make the database three times as large and imports slower.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, String, collate, func, literal, select, text
from sqlalchemy.orm import Session

from annotator.domain.searching import Excerpt, excerpt, folded
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Source
from annotator.store.queries.documents import is_current

HITS: Final = 50
TITLES: Final = 20
# The first that a PostgreSQL server has: the columns sort by code point, which knows ASCII only.
_COLLATIONS: Final = ("pg_unicode_fast", "pg_c_utf8", "und-x-icu", "ucs_basic")


@dataclass(frozen=True, slots=True)
class TitleHit:
    document_id: int
    source: str
    title: Excerpt


@dataclass(frozen=True, slots=True)
class TextHit:
    """`number` counts the paragraphs of the document from 1."""

    paragraph_id: int
    document_id: int
    title: str
    source: str
    number: int
    lang: str | None
    text: Excerpt


@dataclass(frozen=True, slots=True)
class Found:
    """`after`: the paragraph to go on from, None where all hits are shown."""

    titles: tuple[TitleHit, ...]
    texts: tuple[TextHit, ...]
    after: int | None


def search(
    session: Session,
    *,
    project_id: int,
    words: str,
    source_id: int | None = None,
    after: int = 0,
) -> Found:
    """Documents of a project in use whose title or text holds the words as they stand.

    `after` is the id of the last paragraph shown; titles come with the first hits only.
    """
    holds = _holding(session, words)
    conditions = [Document.project_id == project_id, Document.withdrawn_at.is_(None)]
    if source_id is not None:
        conditions.append(Document.source_id == source_id)
    titles = [] if after else _titles(session, conditions, holds, words)
    texts = _texts(session, [*conditions, Paragraph.id > after], holds, words)
    return Found(
        tuple(titles),
        tuple(texts[:HITS]),
        texts[HITS - 1].paragraph_id if len(texts) > HITS else None,
    )


def _titles(session: Session, conditions: list[Any], holds: Any, words: str) -> list[TitleHit]:  # noqa: ANN401 - a function of columns
    # A document without a title is shown under its key.
    title = func.coalesce(Document.title, Document.key)
    rows = session.execute(
        select(Document.id, Source.name, title.label("title"))
        .join(Source, Source.id == Document.source_id)
        .where(*conditions, holds(title))
        .order_by(Document.id)
        .limit(TITLES)
    )
    return [TitleHit(row.id, row.name, excerpt(row.title, words)) for row in rows]


def _texts(session: Session, conditions: list[Any], holds: Any, words: str) -> list[TextHit]:  # noqa: ANN401 - a function of columns
    rows = session.execute(
        select(
            Paragraph.id,
            Document.id.label("document_id"),
            func.coalesce(Document.title, Document.key).label("title"),
            Source.name,
            Paragraph.position,
            Paragraph.lang,
            Paragraph.text,
        )
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Source, Source.id == Document.source_id)
        .where(*conditions, holds(Paragraph.text), is_current())
        .order_by(Paragraph.id)
        .limit(HITS + 1)
    )
    return [
        TextHit(
            row.id,
            row.document_id,
            row.title,
            row.name,
            row.position + 1,
            row.lang,
            excerpt(row.text, words),
        )
        for row in rows
    ]


def _holding(session: Session, words: str) -> Any:  # noqa: ANN401 - a function of columns
    if session.get_bind().dialect.name != "postgresql":
        return lambda column: func.holds_folded(column, folded(words)) == 1
    known = set(session.scalars(text("SELECT collname FROM pg_collation")))
    collation = next(each for each in _COLLATIONS if each in known)

    def holds(column: ColumnElement[str]) -> ColumnElement[bool]:
        small = [func.lower(collate(each, collation)) for each in (column, literal(words, String))]
        return func.strpos(*small) > 0

    return holds
