"""A lead corrects the cut of a document before there is work on the paragraphs that it touches.

A new cut is a new set of rows: the paragraphs before it stay as they were and point to what stands
in their place. Those whose text stays are the same subjects, in the same clusters; the others are
new, and what may be noise is looked for anew in the whole document, since neighbours count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from annotator.domain import recutting
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import Piece
from annotator.errors import Conflict, DataInvalid
from annotator.services.documents.clustering import cluster_exact
from annotator.services.documents.inspecting import inspect
from annotator.services.documents.near_clustering import cluster_near
from annotator.store.audit import record
from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Subject,
    Suggestion,
)
from annotator.store.labelling import Annotation, Assignment
from annotator.store.settling import Adjudication, Gold

CUT_MEANWHILE = "The cut of this document was changed meanwhile; load the page again."
HAS_WORK = (
    "Paragraph {number} has been given out or labelled, so its cut stays; to change it all the "
    "same, import the document again with other line breaks."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The cut that the lead was looking at."""

    version_id: int
    cut: int


@dataclass(frozen=True, slots=True)
class _By:
    """Who cuts anew, and when; for the audit trail."""

    actor_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Recut:
    """`numbers` are those of the paragraphs that came of it, counted from 1."""

    seen: Seen
    numbers: tuple[int, ...]


def split_paragraph(
    session: Session,
    *,
    document: Document,
    position: int,
    words: str | None = None,
    at: int | None = None,
    seen: Seen,
    actor_id: int | None,
    now: datetime,
) -> Recut:
    """Split the paragraph at `position` (from 0) before its code point `at`, or before `words`.

    Raises:
        DataInvalid: that place is none, or there is work on the paragraph.
        Conflict: `seen` is not the cut that stands.
    """
    rows = _standing(session, document, seen)
    pieces = _pieces(rows)
    if at is None and 0 <= position < len(pieces):
        at = recutting.place_of(pieces[position].text, words or "", number=position + 1)
    cut = recutting.split(pieces, position, at=at or 0)
    _refuse_work(session, rows[position : position + 1])
    taken = {rows[position].id: position}
    by = _By(actor_id, now)
    made = _store(session, document, seen, rows, cut, taken=taken, by=by)
    record(
        session,
        action="paragraph.split",
        at=now,
        actor_id=actor_id,
        project_id=document.project_id,
        object_id=document.id,
        version=made.version_id,
        cut=made.cut,
    )
    return Recut(made, (position + 1, position + 2))


def merge_paragraphs(
    session: Session,
    *,
    document: Document,
    position: int,
    seen: Seen,
    actor_id: int | None,
    now: datetime,
) -> Recut:
    """Make one of the paragraph at `position` (from 0) and the next, with what is between them.

    Raises:
        DataInvalid: there is no next one, or there is work on one of the two.
        Conflict: `seen` is not the cut that stands.
    """
    rows = _standing(session, document, seen)
    cut = recutting.merge(_pieces(rows), position)
    both = rows[position : position + 2]
    _refuse_work(session, both)
    taken, by = {row.id: position for row in both}, _By(actor_id, now)
    made = _store(session, document, seen, rows, cut, taken=taken, by=by)
    record(
        session,
        action="paragraphs.merged",
        at=now,
        actor_id=actor_id,
        project_id=document.project_id,
        object_id=document.id,
        version=made.version_id,
        cut=made.cut,
    )
    return Recut(made, (position + 1,))


def _standing(session: Session, document: Document, seen: Seen) -> Sequence[Paragraph]:
    """The paragraphs of the cut that stands, in reading order; the document is locked."""
    session.execute(select(Document.id).where(Document.id == document.id).with_for_update())
    newest = (
        select(DocumentVersion.id, func.max(Paragraph.cut))
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .where(DocumentVersion.document_id == document.id)
        .group_by(DocumentVersion.id)
        .order_by(DocumentVersion.number.desc())
        .limit(1)
    )
    if tuple(session.execute(newest).one()) != (seen.version_id, seen.cut):
        raise Conflict(CUT_MEANWHILE)
    return session.scalars(
        select(Paragraph)
        .where(Paragraph.version_id == seen.version_id, Paragraph.cut == seen.cut)
        .order_by(Paragraph.position)
    ).all()


def _pieces(rows: Sequence[Paragraph]) -> tuple[Piece, ...]:
    return tuple(Piece(row.start, row.end, row.text, row.tail) for row in rows)


def _refuse_work(session: Session, touched: Sequence[Paragraph]) -> None:
    """Raises:
    DataInvalid: one of them is given out, or was labelled or settled.
    """
    by_id = {row.id: row for row in touched}
    worked_on = session.scalars(
        select(Subject.paragraph_id)
        .outerjoin(Assignment, Assignment.subject_id == Subject.id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(Gold, Gold.subject_id == Subject.id)
        .outerjoin(Adjudication, Adjudication.subject_id == Subject.id)
        .where(
            Subject.paragraph_id.in_(by_id),
            or_(
                Assignment.state != "withdrawn",
                Annotation.id.is_not(None),
                Gold.id.is_not(None),
                Adjudication.id.is_not(None),
            ),
        )
    )
    found = [by_id[each].position for each in worked_on if each is not None]
    if found:
        raise DataInvalid(HAS_WORK.format(number=min(found) + 1))


def _store(
    session: Session,
    document: Document,
    seen: Seen,
    rows: Sequence[Paragraph],
    pieces: Sequence[Piece],
    *,
    taken: Mapping[int, int],
    by: _By,
) -> Seen:
    """Write the new cut; `taken` says of each touched paragraph what stands in its place."""
    made = Seen(seen.version_id, seen.cut + 1)
    ids = _add_paragraphs(session, made, rows, pieces)
    by_start = {piece.start: new for piece, new in zip(pieces, ids, strict=True)}
    stays = {row.id: by_start[row.start] for row in rows if row.id not in taken}
    successors = stays | {old: ids[position] for old, position in taken.items()}
    session.execute(
        update(Paragraph),
        [{"id": old, "superseded_by_id": new} for old, new in successors.items()],
    )
    _take_over(session, seen, touched=list(taken))
    fresh = [new for new in ids if new not in set(stays.values())]
    session.execute(
        insert(Subject),
        [
            {
                "project_id": document.project_id,
                "scope": "paragraph",
                "paragraph_id": new,
                "document_id": document.id,
            }
            for new in fresh
        ],
    )
    session.expire_all()
    cluster_exact(session, project_id=document.project_id, version_ids=[seen.version_id])
    inspect(session, project_id=document.project_id, version_ids=[seen.version_id])
    cluster_near(
        session,
        project_id=document.project_id,
        version_ids=[seen.version_id],
        actor_id=by.actor_id,
        now=by.now,
    )
    session.expire_all()
    return made


def _add_paragraphs(
    session: Session, made: Seen, rows: Sequence[Paragraph], pieces: Sequence[Piece]
) -> list[int]:
    lang = {row.start: row.lang for row in rows}
    new = [
        {
            "version_id": made.version_id,
            "cut": made.cut,
            "position": position,
            "start": piece.start,
            "end": piece.end,
            "text": piece.text,
            "tail": piece.tail,
            "lang": lang.get(piece.start),
            "duplicate_key": duplicate_key(piece.text),
        }
        for position, piece in enumerate(pieces)
    ]
    return list(
        session.scalars(
            insert(Paragraph).returning(Paragraph.id, sort_by_parameter_order=True), new
        )
    )


def _take_over(session: Session, seen: Seen, *, touched: Sequence[int]) -> None:
    """Subjects and clusters go to the new rows of the same texts.

    Suggestions are made anew afterwards: those of the old rows would point to what is gone.
    """
    of_version = select(Paragraph.id).where(Paragraph.version_id == seen.version_id)
    stays = of_version.where(Paragraph.cut == seen.cut, Paragraph.id.not_in(touched))
    for statement in (
        delete(Suggestion).where(Suggestion.paragraph_id.in_(of_version)),
        delete(ClusterMember).where(ClusterMember.paragraph_id.in_(touched)),
        *(
            update(model)
            .where(model.paragraph_id.in_(stays))
            .values(
                paragraph_id=select(Paragraph.superseded_by_id)
                .where(Paragraph.id == model.paragraph_id)
                .scalar_subquery()
            )
            for model in (Subject, ClusterMember)
        ),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
