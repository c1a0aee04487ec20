"""Storing documents that were read and cut: what is new, what changed, what stands already.

Rows go in by the thousand in Core inserts. A document is the same again when project, source and
key are; its text is the same again when the hash is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from annotator.domain.document import ImportRecord
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import Segmented
from annotator.services.documents.succession import keep_subjects
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Subject

Status = Literal["new", "changed", "unchanged", "refused"]
STATUSES: tuple[Status, ...] = get_args(Status)

_AT_ONCE = 500

WITHDRAWN = "it was withdrawn from the project, so it was not brought in again."
OLDER_TEXT = (
    "This is version {number} again, which version {latest} has replaced; nothing was changed."
)


@dataclass(slots=True)
class Incoming:
    """A document on its way in, and what became of it."""

    record: ImportRecord
    file_name: str
    source_id: int
    text_hash: str
    cut: Segmented
    status: Status = "new"
    reason: str | None = None
    told: tuple[str, ...] = ()
    document_id: int | None = None
    version_id: int | None = None
    number: int = 1


@dataclass(slots=True)
class _Known:
    """A document that is in the database; `numbers` maps a version's text hash to its number."""

    id: int
    withdrawn: bool
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    project_id: int
    actor_id: int | None
    now: datetime


def store(session: Session, batch: Sequence[Incoming], around: Circumstances) -> None:
    """Write what is new or changed, and note in each of the batch what became of it.

    No two of the batch may have the same source and key.
    """
    classify(session, batch)
    new = [one for one in batch if one.status == "new"]
    changed = [one for one in batch if one.status == "changed"]
    _add_documents(session, new, around)
    _describe_again(session, changed)
    _add_versions(session, new + changed, around)
    _add_paragraphs(session, new + changed)
    for one in changed:
        kept = keep_subjects(session, document_id=one.document_id, number=one.number)
        one.told += (kept.sentence,)
    _add_subjects(session, [one.version_id for one in new + changed], around.project_id)


def classify(session: Session, batch: Sequence[Incoming]) -> None:
    """Note in each of the batch what it is, compared with what the database holds. Only reads."""
    known = _known(session, batch)
    for one in batch:
        _classify(one, known.get((one.source_id, one.record.key)))


def _known(session: Session, batch: Sequence[Incoming]) -> dict[tuple[int, str], _Known]:
    found: dict[tuple[int, str], _Known] = {}
    identities = [(one.source_id, one.record.key) for one in batch]
    for at in range(0, len(identities), _AT_ONCE):
        documents = session.execute(
            select(Document.id, Document.source_id, Document.key, Document.withdrawn_at).where(
                tuple_(Document.source_id, Document.key).in_(identities[at : at + _AT_ONCE])
            )
        )
        for row in documents:
            known = _Known(row.id, row.withdrawn_at is not None)
            found[row.source_id, row.key] = known
    _add_numbers(session, {known.id: known for known in found.values()})
    return found


def _add_numbers(session: Session, documents: dict[int, _Known]) -> None:
    ids = list(documents)
    for at in range(0, len(ids), _AT_ONCE):
        versions = session.execute(
            select(
                DocumentVersion.document_id, DocumentVersion.text_hash, DocumentVersion.number
            ).where(DocumentVersion.document_id.in_(ids[at : at + _AT_ONCE]))
        )
        for row in versions:
            documents[row.document_id].numbers[row.text_hash] = row.number


def _classify(one: Incoming, known: _Known | None) -> None:
    if known is None:
        return
    one.document_id = known.id
    latest = max(known.numbers.values(), default=0)
    number = known.numbers.get(one.text_hash)
    if known.withdrawn:
        one.status, one.reason = "refused", WITHDRAWN
    elif number is None:
        one.status, one.number = "changed", latest + 1
    else:
        one.status = "unchanged"
        if number != latest:
            one.told = (OLDER_TEXT.format(number=number, latest=latest),)


def _add_documents(session: Session, new: Sequence[Incoming], around: Circumstances) -> None:
    if not new:
        return
    rows = [
        {
            "project_id": around.project_id,
            "source_id": one.source_id,
            "key": one.record.key,
            "created_at": around.now,
            **_description(one.record),
        }
        for one in new
    ]
    made = insert(Document).returning(Document.id, sort_by_parameter_order=True)
    for one, document_id in zip(new, session.scalars(made, rows), strict=True):
        one.document_id = document_id
    session.execute(
        insert(Subject),
        [
            {
                "project_id": around.project_id,
                "scope": "document",
                "document_id": one.document_id,
            }
            for one in new
        ],
    )


def _description(record: ImportRecord) -> dict[str, Any]:
    return {
        "title": record.title,
        "url": record.url,
        "byline": record.byline,
        "published_on": record.published_on,
        "lang": record.lang,
    }


def _describe_again(session: Session, changed: Sequence[Incoming]) -> None:
    """What the new version says of itself wins; what it does not say stays as it was."""
    for one in changed:
        said = {name: value for name, value in _description(one.record).items() if value}
        if said:
            session.execute(update(Document).where(Document.id == one.document_id).values(said))


def _add_versions(session: Session, incoming: Sequence[Incoming], around: Circumstances) -> None:
    if not incoming:
        return
    rows = [
        {
            "document_id": one.document_id,
            "number": one.number,
            "text_hash": one.text_hash,
            "characters": len(one.record.text),
            "head": one.cut.head,
            "file_name": one.file_name,
            "told": list(one.record.told),
            "markup": one.record.markup,
            "imported_at": around.now,
            "imported_by_id": around.actor_id,
        }
        for one in incoming
    ]
    made = insert(DocumentVersion).returning(DocumentVersion.id, sort_by_parameter_order=True)
    for one, version_id in zip(incoming, session.scalars(made, rows), strict=True):
        one.version_id = version_id


def _add_paragraphs(session: Session, incoming: Sequence[Incoming]) -> None:
    rows = [row for one in incoming for row in _paragraph_rows(one)]
    if rows:
        session.execute(insert(Paragraph), rows)


def _paragraph_rows(one: Incoming) -> Iterator[dict[str, Any]]:
    for position, piece in enumerate(one.cut.pieces):
        yield {
            "version_id": one.version_id,
            "cut": 1,
            "position": position,
            "start": piece.start,
            "end": piece.end,
            "text": piece.text,
            "tail": piece.tail,
            "duplicate_key": duplicate_key(piece.text),
        }


def _add_subjects(session: Session, versions: Sequence[int | None], project_id: int) -> None:
    """A subject for each paragraph that has not taken over one of an earlier version."""
    for at in range(0, len(versions), _AT_ONCE):
        _add_some_subjects(session, versions[at : at + _AT_ONCE], project_id)


def _add_some_subjects(session: Session, versions: Sequence[int | None], project_id: int) -> None:
    paragraphs = (
        select(literal(project_id), literal("paragraph"), Paragraph.id, DocumentVersion.document_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .outerjoin(Subject, Subject.paragraph_id == Paragraph.id)
        .where(Paragraph.version_id.in_(versions), Subject.id.is_(None))
        # Ids that follow the reading order keep what is read together close together.
        .order_by(Paragraph.id)
    )
    session.execute(
        insert(Subject).from_select(
            ["project_id", "scope", "paragraph_id", "document_id"], paragraphs
        )
    )
