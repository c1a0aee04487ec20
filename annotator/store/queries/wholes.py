"""What is labelled as a whole: a document with its text, a source with what was read of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import Assignment

TaskRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A whole document; title, source and date are None in a source-blind round.

    `subjects` has that of each paragraph, as long as noise is to be left out of them.
    """

    id: int
    title: str | None
    source: str | None
    published_on: date | None
    lang: str | None
    paragraphs: tuple[str, ...]
    subjects: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A source and those of its documents that the person labelled in the round."""

    id: int
    name: str
    domains: tuple[str, ...]
    documents: tuple[tuple[str, str | None, date | None], ...]  # title or key, URL, date


def document_shown(session: Session, row: TaskRow, user_id: int) -> DocumentShown:
    """The document of a task that is about all of it."""
    document, source = session.execute(
        select(Document, Source.name)
        .join(Source, Source.id == Document.source_id)
        .where(Document.id == row.document_id)
    ).one()
    texts = _texts(session, row, user_id)
    return DocumentShown(
        id=document.id,
        title=None if row.blind else document.title,
        source=None if row.blind else source,
        published_on=None if row.blind else document.published_on,
        lang=document.lang,
        paragraphs=tuple(text for text, _ in texts),
        subjects=tuple(subject_id for _, subject_id in texts),
    )


def _texts(session: Session, row: TaskRow, user_id: int) -> list[tuple[str, int | None]]:
    """The text that the person labelled, also when a newer version came in since; each paragraph
    with its subject.
    """
    cut = session.execute(
        select(Paragraph.version_id, Paragraph.cut)
        .join(Subject, Subject.paragraph_id == Paragraph.id)
        .join(Assignment, Assignment.subject_id == Subject.id)
        .where(
            Subject.document_id == row.document_id,
            Assignment.round_id == row.round_id,
            Assignment.user_id == user_id,
        )
        .order_by(Paragraph.version_id.desc(), Paragraph.cut.desc())
        .limit(1)
    ).first()
    if cut is None:
        return []
    rows = session.execute(
        select(Paragraph.text, Subject.id)
        .outerjoin(Subject, Subject.paragraph_id == Paragraph.id)
        .where(Paragraph.version_id == cut.version_id, Paragraph.cut == cut.cut)
        .order_by(Paragraph.position)
    )
    return [(text, subject_id) for text, subject_id in rows]


def source_shown(session: Session, row: TaskRow, user_id: int) -> SourceShown:
    """The source of a task that is about it."""
    source = session.get_one(Source, row.source_id)
    labelled = (
        select(Subject.document_id)
        .join(Assignment, Assignment.subject_id == Subject.id)
        .where(
            Assignment.round_id == row.round_id,
            Assignment.user_id == user_id,
            Assignment.state == "done",
        )
    )
    documents = session.execute(
        select(func.coalesce(Document.title, Document.key), Document.url, Document.published_on)
        .join(Source, Source.id == Document.source_id)
        .where(
            func.coalesce(Source.merged_into_id, Source.id) == row.source_id,
            Document.id.in_(labelled),
        )
        .order_by(Document.published_on, Document.id)
    )
    return SourceShown(
        id=source.id,
        name=source.name,
        domains=tuple(source.domains),
        documents=tuple((title, url, published) for title, url, published in documents),
    )
