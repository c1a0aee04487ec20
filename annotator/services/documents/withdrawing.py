"""Documents and sources that are kept out of new work and of releases; their labels are kept.

Open work on a document is taken back with it, under the same moment: so restoring gives back that
work and no other. The same goes for the documents of a source.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from annotator.errors import DataInvalid
from annotator.store.audit import record
from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import Assignment, Round
from annotator.store.people import Membership

SOURCE_IS_WITHDRAWN = "Its source “{name}” is withdrawn: restore the source, or move the document."
IS_MERGED = "“{name}” was merged into another source: withdraw that one, or take them apart first."


class Taken(NamedTuple):
    """How many documents, and how many open assignments on them, were taken back or given back."""

    documents: int
    assignments: int


def withdraw_document(
    session: Session, *, document: Document, actor_id: int | None, now: datetime
) -> Taken:
    """Keep a document out of new work, of the figures and of releases; done twice, it is once."""
    if document.withdrawn_at is not None:
        return Taken(0, 0)
    taken = _withdraw(session, [document.id], now)
    session.refresh(document)
    record(
        session,
        action="document.withdrawn",
        at=now,
        actor_id=actor_id,
        project_id=document.project_id,
        object_id=document.id,
        assignments=taken.assignments,
    )
    return taken


def restore_document(
    session: Session, *, document: Document, actor_id: int | None, now: datetime
) -> Taken:
    """Take a document back in, with the work that was open when it was withdrawn.

    Work stays taken back where its round was closed since, or its annotator left the project.

    Raises:
        DataInvalid: its source is withdrawn.
    """
    if document.withdrawn_at is None:
        return Taken(0, 0)
    source = session.get_one(Source, document.source_id)
    if source.withdrawn_at is not None:
        raise DataInvalid(SOURCE_IS_WITHDRAWN.format(name=source.name))
    taken = _restore(session, [document.id], document.withdrawn_at)
    session.refresh(document)
    record(
        session,
        action="document.restored",
        at=now,
        actor_id=actor_id,
        project_id=document.project_id,
        object_id=document.id,
        assignments=taken.assignments,
    )
    return taken


def withdraw_source(
    session: Session, *, source: Source, actor_id: int | None, now: datetime
) -> Taken:
    """Keep a source with all its documents out, and its open ratings; done twice, it is once.

    Raises:
        DataInvalid: it was merged into another.
    """
    if source.withdrawn_at is not None:
        return Taken(0, 0)
    if source.merged_into_id is not None:
        raise DataInvalid(IS_MERGED.format(name=source.name))
    source.withdrawn_at = now
    session.flush()
    documents = session.scalars(
        select(Document.id).where(Document.source_id == source.id, Document.withdrawn_at.is_(None))
    ).all()
    taken = _withdraw(session, documents, now)
    ratings = _take_back(session, select(Subject.id).where(Subject.source_id == source.id), now)
    found = Taken(taken.documents, taken.assignments + ratings)
    record(
        session,
        action="source.withdrawn",
        at=now,
        actor_id=actor_id,
        project_id=source.project_id,
        object_id=source.id,
        documents=found.documents,
        assignments=found.assignments,
    )
    return found


def restore_source(
    session: Session, *, source: Source, actor_id: int | None, now: datetime
) -> Taken:
    """Take a source back in with the documents that were withdrawn with it, and their open work."""
    moment = source.withdrawn_at
    if moment is None:
        return Taken(0, 0)
    source.withdrawn_at = None
    session.flush()
    documents = session.scalars(
        select(Document.id).where(Document.source_id == source.id, Document.withdrawn_at == moment)
    ).all()
    taken = _restore(session, documents, moment)
    # Sources are rated once a round is over, so whether it is closed is of no matter.
    ratings = _give_back(session, select(Subject.id).where(Subject.source_id == source.id), moment)
    found = Taken(taken.documents, taken.assignments + ratings)
    record(
        session,
        action="source.restored",
        at=now,
        actor_id=actor_id,
        project_id=source.project_id,
        object_id=source.id,
        documents=found.documents,
        assignments=found.assignments,
    )
    return found


_AT_ONCE = 500


def _withdraw(session: Session, document_ids: Sequence[int], now: datetime) -> Taken:
    assignments = 0
    for at in range(0, len(document_ids), _AT_ONCE):
        some = document_ids[at : at + _AT_ONCE]
        session.execute(update(Document).where(Document.id.in_(some)).values(withdrawn_at=now))
        theirs = select(Subject.id).where(Subject.document_id.in_(some))
        assignments += _take_back(session, theirs, now)
    return Taken(len(document_ids), assignments)


def _restore(session: Session, document_ids: Sequence[int], moment: datetime) -> Taken:
    assignments = 0
    for at in range(0, len(document_ids), _AT_ONCE):
        some = document_ids[at : at + _AT_ONCE]
        session.execute(update(Document).where(Document.id.in_(some)).values(withdrawn_at=None))
        stands = (
            select(Subject.id)
            .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
            .where(Subject.document_id.in_(some), Paragraph.superseded_by_id.is_(None))
        )
        assignments += _give_back(session, stands, moment, only_open_rounds=True)
    return Taken(len(document_ids), assignments)


def _take_back(session: Session, subjects: Select[int], now: datetime) -> int:
    rows = session.scalars(
        update(Assignment)
        .where(Assignment.subject_id.in_(subjects), Assignment.state == "open")
        .values(state="withdrawn", withdrawn_at=now)
        .returning(Assignment.id)
    )
    return len(rows.all())


def _give_back(
    session: Session, subjects: Select[int], moment: datetime, *, only_open_rounds: bool = False
) -> int:
    member = (
        exists()
        .where(
            Membership.user_id == Assignment.user_id,
            Membership.project_id == Round.project_id,
            Round.id == Assignment.round_id,
        )
        .correlate(Assignment)
    )
    if only_open_rounds:
        member = member.where(Round.closed_at.is_(None))
    rows = session.scalars(
        update(Assignment)
        .where(
            Assignment.subject_id.in_(subjects),
            Assignment.state == "withdrawn",
            Assignment.withdrawn_at == moment,
            member,
        )
        .values(state="open", withdrawn_at=None)
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())
