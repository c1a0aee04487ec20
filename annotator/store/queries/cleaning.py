"""What one annotator has of a document in a clean-up round, and how far they are by document.

A person's documents are contiguous in rank, paragraphs in reading order.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from annotator.domain.codebook import CLEANUP
from annotator.store.corpus import Document, Source, Subject
from annotator.store.labelling import Assignment, Round


@dataclass(frozen=True, slots=True)
class DocumentWork:
    """The paragraphs of a document that a person has in a round: assignments in reading order."""

    round_id: int
    document_id: int
    assignment_ids: tuple[int, ...]
    open_ids: frozenset[int]
    first_rank: int
    last_rank: int


@dataclass(frozen=True, slots=True)
class DocumentsDone:
    """Of the documents that a person has in a round: those of which nothing is open."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What a reader is told of a document; only of one that is not source-blind."""

    title: str | None
    source: str


def document_work(
    session: Session, *, project_id: int, assignment_id: int, user_id: int
) -> DocumentWork | None:
    """All that the person has of the document of this paragraph; None if it is not theirs.

    The paragraph must be one of a clean-up round.
    """
    found = session.execute(
        select(Assignment.round_id, Subject.document_id)
        .join(Round, Round.id == Assignment.round_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(
            Assignment.id == assignment_id,
            Assignment.user_id == user_id,
            Assignment.state != "withdrawn",
            Assignment.scope == "paragraph",
            Round.project_id == project_id,
            Round.kind == CLEANUP,
        )
    ).one_or_none()
    if found is None or found.document_id is None:
        return None
    rows = session.execute(
        select(Assignment.id, Assignment.rank, Assignment.state)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(
            Assignment.round_id == found.round_id,
            Assignment.user_id == user_id,
            Assignment.scope == "paragraph",
            Assignment.state != "withdrawn",
            Subject.document_id == found.document_id,
        )
        .order_by(Assignment.rank)
    ).all()
    return DocumentWork(
        round_id=found.round_id,
        document_id=found.document_id,
        assignment_ids=tuple(row.id for row in rows),
        open_ids=frozenset(row.id for row in rows if row.state == "open"),
        first_rank=rows[0].rank,
        last_rank=rows[-1].rank,
    )


def open_elsewhere(session: Session, *, work: DocumentWork, user_id: int) -> int | None:
    """The first open paragraph of another document in the round: one further on, else any."""
    elsewhere = and_(
        Assignment.round_id == work.round_id,
        Assignment.user_id == user_id,
        Assignment.state == "open",
        Assignment.scope == "paragraph",
        ~Assignment.rank.between(work.first_rank, work.last_rank),
    )
    return session.scalars(
        select(Assignment.id)
        .where(elsewhere)
        .order_by(case((Assignment.rank > work.last_rank, 0), else_=1), Assignment.rank)
        .limit(1)
    ).first()


def last_before(session: Session, *, work: DocumentWork, user_id: int) -> int | None:
    """The last paragraph of the document before this one in the person's order."""
    return session.scalars(
        select(Assignment.id)
        .where(
            Assignment.round_id == work.round_id,
            Assignment.user_id == user_id,
            Assignment.state != "withdrawn",
            Assignment.scope == "paragraph",
            Assignment.rank < work.first_rank,
        )
        .order_by(Assignment.rank.desc())
        .limit(1)
    ).first()


def heading(session: Session, document_id: int) -> Heading:
    row = session.execute(
        select(Document.title, Source.name)
        .join(Source, Source.id == Document.source_id)
        .where(Document.id == document_id)
    ).one()
    return Heading(row.title, row.name)


def documents_done(
    session: Session, round_ids: Collection[int], *, user_id: int | None = None
) -> dict[tuple[int, int], DocumentsDone]:
    """By round and person, of clean-up rounds only; of one person if asked for."""
    if not round_ids:
        return {}
    mine = [] if user_id is None else [Assignment.user_id == user_id]
    left = func.sum(case((Assignment.state == "open", 1), else_=0))
    each = (
        select(Assignment.round_id, Assignment.user_id, left.label("left"))
        .join(Round, Round.id == Assignment.round_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(
            Assignment.round_id.in_(round_ids),
            Assignment.state != "withdrawn",
            Round.kind == CLEANUP,
            *mine,
        )
        .group_by(Assignment.round_id, Assignment.user_id, Subject.document_id)
        .subquery()
    )
    rows = session.execute(
        select(
            each.c.round_id,
            each.c.user_id,
            func.sum(case((each.c.left == 0, 1), else_=0)),
            func.count(),
        ).group_by(each.c.round_id, each.c.user_id)
    )
    return {
        (round_id, person): DocumentsDone(int(done), total)
        for round_id, person, done, total in rows
    }


def assignments_in(
    session: Session, assignment_ids: Collection[int], *, project_id: int, user_id: int
) -> frozenset[int]:
    """Those of these assignments that are the person's in this project."""
    found = session.scalars(
        select(Assignment.id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.id.in_(assignment_ids),
            Assignment.user_id == user_id,
            Round.project_id == project_id,
        )
    )
    return frozenset(found)
