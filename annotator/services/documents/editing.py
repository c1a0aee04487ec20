"""What a lead says of a document: title, address, author, date, language, id and source."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotator.domain.document import ImportRecord
from annotator.errors import DataInvalid, DocumentRefused
from annotator.formats.fields import record as checked_record
from annotator.services.documents.inspecting import inspect
from annotator.services.masking import mark_blindable
from annotator.store.audit import record
from annotator.store.corpus import Document, DocumentVersion, MergedDocument, Source

KEY_NEEDED = "A document needs an id: a new version of it is known by that."
KEY_TAKEN = "The source “{source}” has another document with the id “{key}”: choose another one."
SOURCE_GONE = "Choose a source of this project that is neither withdrawn nor merged into another."


@dataclass(frozen=True, slots=True)
class Description:
    """The fields as written; blank ones are left empty."""

    title: str
    url: str
    byline: str
    published_on: str
    lang: str
    key: str
    source_id: int


def describe_document(
    session: Session,
    *,
    document: Document,
    description: Description,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Replace what is said of a document; the rules are those of an import.

    In another source, or in another language, what may be noise is looked for anew.

    Raises:
        DataInvalid: a field cannot be taken, or the source has a document with this id.
    """
    said = _checked(description)
    source = _source(session, document, description.source_id)
    _refuse_taken(session, document, source, said.key)
    looks_anew = (document.source_id, document.lang) != (source.id, said.lang)
    if document.source_id != source.id:
        # It no longer goes back when the source that it came with is taken out again.
        session.execute(delete(MergedDocument).where(MergedDocument.document_id == document.id))
    document.source_id, document.key = source.id, said.key
    document.title, document.url, document.byline = said.title, said.url, said.byline
    document.published_on, document.lang = said.published_on, said.lang
    session.flush()
    mark_blindable(session, project_id=document.project_id)
    if looks_anew:
        inspect(session, project_id=document.project_id, version_ids=[newest(session, document.id)])
    record(
        session,
        action="document.described",
        at=now,
        actor_id=actor_id,
        project_id=document.project_id,
        object_id=document.id,
        source=source.id,
    )


def newest(session: Session, document_id: int) -> int:
    """The id of the newest version of a document."""
    return session.scalars(
        select(DocumentVersion.id)
        .where(DocumentVersion.document_id == document_id)
        .order_by(DocumentVersion.number.desc())
        .limit(1)
    ).one()


def _checked(description: Description) -> ImportRecord:
    values = {
        # The reader of tables wants a text, and checks the rest as for any import.
        "text": "-",
        "external_id": description.key.strip(),
        **{
            name: getattr(description, name).strip() or None
            for name in ("title", "url", "byline", "published_on", "lang")
        },
    }
    if not values["external_id"]:
        raise DataInvalid(KEY_NEEDED)
    try:
        return checked_record("", values, name="")
    except DocumentRefused as error:
        raise DataInvalid(error.reason[:1].upper() + error.reason[1:]) from error


def _source(session: Session, document: Document, source_id: int) -> Source:
    found = session.scalars(
        select(Source).where(
            Source.id == source_id,
            Source.project_id == document.project_id,
            Source.withdrawn_at.is_(None),
            Source.merged_into_id.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise DataInvalid(SOURCE_GONE)
    return found


def _refuse_taken(session: Session, document: Document, source: Source, key: str) -> None:
    taken = session.scalar(
        select(Document.id).where(
            Document.source_id == source.id, Document.key == key, Document.id != document.id
        )
    )
    if taken is not None:
        raise DataInvalid(KEY_TAKEN.format(source=source.name, key=key[:60]))
