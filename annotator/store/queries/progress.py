"""Where one annotator stands: what is done, what is left, and the way back."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Subject
from annotator.store.labelling import Assignment, Round
from annotator.store.queries.labelling import Task

SETTLED = ("done", "skipped")


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """How far one person is in one round, in assignments of all scopes."""

    round_id: int
    name: str
    kind: str
    is_open: bool
    done: int
    skipped: int
    left: int

    @property
    def total(self) -> int:
        return self.done + self.skipped + self.left


@dataclass(frozen=True, slots=True)
class Place:
    """`paragraph` of `paragraphs` in the document, which is `document` of `documents`."""

    paragraph: int
    paragraphs: int
    document: int
    documents: int


def previous_id(session: Session, *, task: Task, user_id: int) -> int | None:
    """The assignment before this one in the same round that was done or skipped."""
    return session.scalars(
        select(Assignment.id)
        .where(
            Assignment.user_id == user_id,
            Assignment.round_id == task.round_id,
            Assignment.state.in_(SETTLED),
            Assignment.rank < task.rank,
        )
        .order_by(Assignment.rank.desc())
        .limit(1)
    ).first()


def last_id(session: Session, *, project_id: int, user_id: int) -> int | None:
    """What the person settled last by rank in the newest open round, for going back at the end."""
    return session.scalars(
        select(Assignment.id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.user_id == user_id,
            Assignment.state.in_(SETTLED),
            Round.project_id == project_id,
            Round.closed_at.is_(None),
        )
        .order_by(Assignment.round_id.desc(), Assignment.rank.desc())
        .limit(1)
    ).first()


def progress(session: Session, *, project_id: int, user_id: int) -> tuple[RoundProgress, ...]:
    """One entry for each round in which the person has work, oldest first."""
    rounds = session.execute(
        select(Round.id, Round.name, Round.kind, Round.closed_at)
        .where(Round.project_id == project_id)
        .order_by(Round.id)
    ).all()
    # Read from the index of the queue alone, since a person may have very many assignments.
    counted = session.execute(
        select(Assignment.round_id, Assignment.state, func.count())
        .where(
            Assignment.user_id == user_id,
            Assignment.round_id.in_([row.id for row in rounds]),
        )
        .group_by(Assignment.round_id, Assignment.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for round_id, state, count in counted:
        counts.setdefault(round_id, {})[state] = count
    found = (_progress(row, counts.get(row.id, {})) for row in rounds)
    return tuple(each for each in found if each.total)


def places_of(session: Session, *, tasks: Sequence[Task], user_id: int) -> dict[int, Place]:
    """Where tasks of paragraphs and documents stand in the person's work, by id of the task."""
    placed = [task for task in tasks if task.document_id is not None]
    places: dict[int, Place] = {}
    for round_id in {task.round_id for task in placed}:
        mine = and_(
            Assignment.user_id == user_id,
            Assignment.round_id == round_id,
            Assignment.state != "withdrawn",
        )
        here = [task for task in placed if task.round_id == round_id]
        begins = _begins(session, mine)
        ranks = _ranks(session, mine, {task.document_id for task in here})
        for task in here:
            in_document = ranks.get(task.document_id, [])
            places[task.id] = Place(
                paragraph=bisect_right(in_document, task.rank),
                paragraphs=len(in_document),
                document=bisect_right(begins, task.rank),
                documents=len(begins),
            )
    return places


def _begins(session: Session, mine: ColumnElement[bool]) -> list[int]:
    """The rank at which each document begins: documents are contiguous in rank."""
    return sorted(
        session.scalars(
            select(func.min(Assignment.rank))
            .join(Subject, Subject.id == Assignment.subject_id)
            .where(mine, Subject.scope != "source")
            .group_by(Subject.document_id)
        )
    )


def _ranks(
    session: Session, mine: ColumnElement[bool], document_ids: set[int | None]
) -> dict[int | None, list[int]]:
    """Ranks of the paragraphs of these documents, in order."""
    ranks: dict[int | None, list[int]] = {}
    for document_id, rank in session.execute(
        select(Subject.document_id, Assignment.rank)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(mine, Subject.document_id.in_(document_ids), Subject.scope == "paragraph")
        .order_by(Assignment.rank)
    ):
        ranks.setdefault(document_id, []).append(rank)
    return ranks


def _progress(row: Row[int, str, str, datetime | None], counts: dict[str, int]) -> RoundProgress:
    return RoundProgress(
        round_id=row.id,
        name=row.name,
        kind=row.kind,
        is_open=row.closed_at is None,
        done=counts.get("done", 0),
        skipped=counts.get("skipped", 0),
        left=counts.get("open", 0),
    )
