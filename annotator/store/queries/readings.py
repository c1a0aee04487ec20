"""The text that is decided about, with a little of what stands around it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Source, Subject
from annotator.store.queries.documents import is_current


@dataclass(frozen=True, slots=True)
class Reading:
    """What is decided about: the text, and a little of what stands around it.

    Of a document `text` is all of it; of a source it is the name, and `documents` their titles.
    """

    scope: str
    text: str
    lang: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    document_id: int | None
    document: str | None
    documents: tuple[str, ...] = ()


CONTEXT = 2
LISTED = 50


def reading_of(session: Session, *, project_id: int, subject_id: int) -> Reading | None:
    """The text of a subject of this project; None if there is no such."""
    subject = session.scalar(
        select(Subject).where(Subject.id == subject_id, Subject.project_id == project_id)
    )
    if subject is None:
        return None
    if subject.source_id is not None:
        return _source_reading(session, subject.source_id)
    document = session.get_one(Document, subject.document_id)
    if subject.paragraph_id is not None:
        return _paragraph_reading(session, subject.paragraph_id, document)
    return _document_reading(session, document)


def _paragraph_reading(session: Session, paragraph_id: int, document: Document) -> Reading:
    here = session.get_one(Paragraph, paragraph_id)
    around = session.execute(
        select(Paragraph.position, Paragraph.text)
        .where(
            Paragraph.version_id == here.version_id,
            Paragraph.cut == here.cut,
            Paragraph.position.between(here.position - CONTEXT, here.position + CONTEXT),
        )
        .order_by(Paragraph.position)
    ).all()
    return Reading(
        scope="paragraph",
        text=here.text,
        lang=here.lang or document.lang,
        before=tuple(row.text for row in around if row.position < here.position),
        after=tuple(row.text for row in around if row.position > here.position),
        document_id=document.id,
        document=document.title or document.key,
    )


def _document_reading(session: Session, document: Document) -> Reading:
    texts = session.scalars(
        select(Paragraph.text)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.id == document.id, is_current())
        .order_by(Paragraph.position)
    )
    return Reading(
        scope="document",
        text="\n\n".join(texts),
        lang=document.lang,
        before=(),
        after=(),
        document_id=document.id,
        document=document.title or document.key,
    )


def _source_reading(session: Session, source_id: int) -> Reading:
    source = session.get_one(Source, source_id)
    documents = session.execute(
        select(Document.title, Document.key)
        .where(Document.source_id == source_id, Document.withdrawn_at.is_(None))
        .order_by(Document.id)
        .limit(LISTED)
    )
    titles = tuple(row.title or row.key for row in documents)
    return Reading("source", source.name, None, (), (), None, None, titles)
