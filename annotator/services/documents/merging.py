"""Two names of one publisher: a source is merged into another, and can be taken out again.

Its documents move, so that every count and every import finds them in one place; where they came
from is noted. The merged source stays: its name is hidden with the other's in blind rounds, an
import that names it goes to the other, and labels about it keep their name.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session, aliased

from annotator.errors import Conflict, DataInvalid
from annotator.services.masking import mark_blindable
from annotator.store.audit import record
from annotator.store.corpus import Document, MergedDocument, Project, Source

NAMED_AT_MOST: Final = 10

CHOOSE: Final = "Choose a source of this project to merge this one into."
ITSELF: Final = "A source cannot be merged into itself: choose another one."
GONE: Final = "“{name}” is withdrawn or merged into another source: choose one that is in use."
SAME_ID: Final = (
    "“{name}” and “{other}” both have a document with the id {keys}: give one of them another id "
    "first, on its page; nothing was merged."
)
NOT_MERGED: Final = "“{name}” is not merged into another source; load the page again."


def merge_source(
    session: Session, *, source: Source, into: Source | None, actor_id: int | None, now: datetime
) -> int:
    """Move the documents of a source to another, and let it be known by both names; gives how many.

    Raises:
        DataInvalid: `into` is None, they are one and the same, one is not in use, or both have a
            document with the same id; then nothing is moved.
    """
    _lock(session, source)
    if into is None:
        raise DataInvalid(CHOOSE)
    if source.id == into.id:
        raise DataInvalid(ITSELF)
    for one in (source, into):
        if one.withdrawn_at is not None or one.merged_into_id is not None:
            raise DataInvalid(GONE.format(name=one.name))
    _refuse_clash(session, source, into)
    came_before = select(MergedDocument.document_id)
    session.execute(
        insert(MergedDocument).from_select(
            ["document_id", "source_id"],
            select(Document.id, Document.source_id).where(
                Document.source_id == source.id, Document.id.not_in(came_before)
            ),
        )
    )
    moved = _move(session, Document.source_id == source.id, to=into.id)
    # One step is all that readers follow: what was merged into this one goes along.
    session.execute(
        update(Source).where(Source.merged_into_id == source.id).values(merged_into_id=into.id)
    )
    source.merged_into_id = into.id
    session.flush()
    mark_blindable(session, project_id=source.project_id)
    record(
        session,
        action="source.merged",
        at=now,
        actor_id=actor_id,
        project_id=source.project_id,
        object_id=source.id,
        into=into.id,
        documents=moved,
    )
    return moved


def take_out_source(
    session: Session, *, source: Source, actor_id: int | None, now: datetime
) -> int:
    """Undo a merge: the documents that came with the source go back to it; gives how many.

    Documents that were imported under its name since stay where they are.

    Raises:
        Conflict: it is not merged into another.
        DataInvalid: the other one is withdrawn.
    """
    _lock(session, source)
    if source.merged_into_id is None:
        raise Conflict(NOT_MERGED.format(name=source.name))
    other = session.get_one(Source, source.merged_into_id)
    if other.withdrawn_at is not None:
        raise DataInvalid(GONE.format(name=other.name))
    came = select(MergedDocument.document_id).where(MergedDocument.source_id == source.id)
    moved = _move(session, Document.id.in_(came), to=source.id)
    session.execute(delete(MergedDocument).where(MergedDocument.source_id == source.id))
    source.merged_into_id = None
    session.flush()
    mark_blindable(session, project_id=source.project_id)
    record(
        session,
        action="source.taken_out",
        at=now,
        actor_id=actor_id,
        project_id=source.project_id,
        object_id=source.id,
        of=other.id,
        documents=moved,
    )
    return moved


def _lock(session: Session, source: Source) -> None:
    """Imports make sources and documents; as for two imports, one waits for the other."""
    session.execute(
        select(Project.id).where(Project.id == source.project_id).with_for_update(key_share=True)
    )
    session.refresh(source)


def _refuse_clash(session: Session, source: Source, into: Source) -> None:
    other = aliased(Document)
    keys = session.scalars(
        select(Document.key)
        .join(other, other.key == Document.key)
        .where(Document.source_id == source.id, other.source_id == into.id)
        .order_by(Document.key)
    ).all()
    if keys:
        shown = ", ".join(f"“{key[:60]}”" for key in keys[:NAMED_AT_MOST])
        more = f" and {len(keys) - NAMED_AT_MOST:,} more" if len(keys) > NAMED_AT_MOST else ""
        raise DataInvalid(SAME_ID.format(name=source.name, other=into.name, keys=shown + more))


def _move(session: Session, which: ColumnElement[bool], *, to: int) -> int:
    moved = session.scalars(
        update(Document)
        .where(which)
        .values(source_id=to)
        .returning(Document.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    return len(moved)
