"""Whether the database is in order: the file, its references, the audit trail, texts, history.

Findings name rows, never their text.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session, aliased

from annotator.store.audit import AuditEvent, AuditHead, broken_links
from annotator.store.corpus import Document, DocumentVersion, Paragraph
from annotator.store.labelling import Annotation, AnnotationRevision
from annotator.store.models import Base

COUNTED: Final[dict[str, type[Base]]] = {
    "documents": Document,
    "paragraphs": Paragraph,
    "annotations": Annotation,
    "audit_events": AuditEvent,
}

UNREADABLE = "The database cannot be read any further ({detail}); restore a backup."
UNREADABLE_ROW = "A row holds what cannot be read ({detail})."
DAMAGED = "The database file is damaged: {detail}."
POINTS_NOWHERE = "Row {row} of {table} points to a row of {parent} that is not there."
SWITCHED_OFF = "The server does not watch over {table}: {rule} is switched off or was never tried."
NO_HEAD = "The end of the audit trail (the row of audit_head) is missing."
NO_PARAGRAPHS = "Document {id} ({key}), version {number}, has no paragraphs."
NOT_ITS_TEXT = (
    "Document {id} ({key}), version {number}: its paragraphs do not give back the text that was "
    "imported."
)
WRONG_REVISION = (
    "Annotation {id} is said to be at revision {stated}, but its history holds {found} revisions, "
    "the last of them {last}."
)

_SWITCHED_OFF: Final = text(
    "SELECT r.relname AS name, t.tgname AS rule FROM pg_trigger t"
    " JOIN pg_class r ON r.oid = t.tgrelid WHERE t.tgenabled = 'D' AND r.relname IN :tables"
    " UNION SELECT r.relname, c.conname FROM pg_constraint c"
    " JOIN pg_class r ON r.oid = c.conrelid WHERE NOT c.convalidated AND r.relname IN :tables"
    " ORDER BY 1, 2"
).bindparams(bindparam("tables", expanding=True))


def findings(session: Session) -> Iterator[str]:
    """A sentence for everything that is not as the program left it.

    Raises:
        Unavailable: the database is away.
    """
    for check in _CHECKS:
        try:
            yield from check(session)
        except OperationalError:
            raise
        except DatabaseError as error:
            # PostgreSQL answers nothing more in this transaction, and SQLite nothing true.
            yield UNREADABLE.format(detail=error.orig)
            return
        except ValueError as error:
            yield UNREADABLE_ROW.format(detail=error)


def counts(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    return {
        name: session.scalars(select(func.count()).select_from(model)).one()
        for name, model in COUNTED.items()
    }


def _storage(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        return _sqlite_file(session)
    return _postgresql_rules(session)


def _sqlite_file(session: Session) -> Iterator[str]:
    for (detail,) in session.execute(text("PRAGMA integrity_check")):
        if detail != "ok":
            yield DAMAGED.format(detail=detail)
    for table, row, parent, _key in session.execute(text("PRAGMA foreign_key_check")):
        yield POINTS_NOWHERE.format(row=row, table=table, parent=parent)


def _postgresql_rules(session: Session) -> Iterator[str]:
    """The server holds foreign keys and checks by itself, unless someone told it not to."""
    tables = list(Base.metadata.tables)
    for row in session.execute(_SWITCHED_OFF, {"tables": tables}):
        yield SWITCHED_OFF.format(table=row.name, rule=row.rule)


def _audit(session: Session) -> Iterator[str]:
    if session.get(AuditHead, 1) is None:
        yield NO_HEAD
        return
    yield from broken_links(session)


def _texts(session: Session) -> Iterator[str]:
    rows = session.execute(_paragraphs_of_versions().execution_options(yield_per=1000))
    for _version, group in groupby(rows, key=lambda row: row.version_id):
        paragraphs = list(group)
        first = paragraphs[0]
        named = {"id": first.document_id, "key": first.key, "number": first.number}
        if first.position is None:
            yield NO_PARAGRAPHS.format(**named)
        elif not _give_back(first, paragraphs):
            yield NOT_ITS_TEXT.format(**named)


def _paragraphs_of_versions() -> Select[*tuple[Any, ...]]:
    """Every version of every document with the paragraphs of its newest cut, in order."""
    other = aliased(Paragraph)
    newest = (
        select(func.max(other.cut))
        .where(other.version_id == DocumentVersion.id)
        .correlate(DocumentVersion)
        .scalar_subquery()
    )
    return (
        select(
            DocumentVersion.id.label("version_id"),
            DocumentVersion.number,
            DocumentVersion.head,
            DocumentVersion.characters,
            DocumentVersion.text_hash,
            Document.id.label("document_id"),
            Document.key,
            Paragraph.position,
            Paragraph.start,
            Paragraph.end,
            Paragraph.text,
            Paragraph.tail,
        )
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(
            Paragraph,
            and_(Paragraph.version_id == DocumentVersion.id, Paragraph.cut == newest),
        )
        .order_by(DocumentVersion.id, Paragraph.position)
    )


def _give_back(version: Row[Any], paragraphs: Sequence[Row[Any]]) -> bool:
    """Whether head, texts and tails are, in this order, what the version was made from."""
    digest = hashlib.sha256(version.head.encode())
    at = len(version.head)
    for position, one in enumerate(paragraphs):
        if (one.position, one.start, one.end) != (position, at, at + len(one.text)):
            return False
        digest.update((one.text + one.tail).encode())
        at = one.end + len(one.tail)
    return (at, digest.hexdigest()) == (version.characters, version.text_hash)


def _history(session: Session) -> Iterator[str]:
    last, found = func.max(AnnotationRevision.number), func.count(AnnotationRevision.id)
    wrong = (
        select(Annotation.id, Annotation.revision, last.label("last"), found.label("found"))
        .outerjoin(AnnotationRevision, AnnotationRevision.annotation_id == Annotation.id)
        .group_by(Annotation.id, Annotation.revision)
        .having(or_(last.is_(None), last != Annotation.revision, found != Annotation.revision))
        .order_by(Annotation.id)
    )
    for row in session.execute(wrong):
        yield WRONG_REVISION.format(
            id=row.id, stated=row.revision, found=row.found, last=row.last or "none"
        )


_CHECKS: Final[tuple[Callable[[Session], Iterator[str]], ...]] = (
    _storage,
    _audit,
    _texts,
    _history,
)
