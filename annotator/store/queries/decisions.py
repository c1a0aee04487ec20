"""What people decided, and what runs of policies wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Subject
from annotator.store.labelling import Disclosure
from annotator.store.people import User
from annotator.store.settling import (
    Adjudication,
    AdjudicationUndo,
    BlindDecision,
    Gold,
    GoldBatch,
)


def decision_count(session: Session, subject_id: int) -> int:
    """How many decisions were ever made about the subject and undone; it only grows."""
    made = select(func.count()).where(Adjudication.subject_id == subject_id)
    undone = (
        select(func.count())
        .select_from(AdjudicationUndo)
        .join(Adjudication, Adjudication.id == AdjudicationUndo.adjudication_id)
        .where(Adjudication.subject_id == subject_id)
    )
    return (session.scalar(made) or 0) + (session.scalar(undone) or 0)


@dataclass(frozen=True, slots=True)
class LastDecision:
    adjudicator_id: int
    outcome: str
    alternatives: list[list[str]] | None
    reason: str | None
    cause: str | None
    participants: list[int] | None = None


def last_decisions(session: Session, subject_id: int) -> dict[str, LastDecision]:
    """The last decision on each question that a person ever decided about the subject.

    Decisions that were undone, and those that only measure agreement, are passed over.
    """
    rows = session.execute(
        select(
            Adjudication.question,
            Adjudication.adjudicator_id,
            Adjudication.outcome,
            Adjudication.alternatives,
            Adjudication.reason,
            Adjudication.cause,
            Adjudication.participants,
        )
        .where(Adjudication.subject_id == subject_id, _stands(), Adjudication.second.is_(False))
        .order_by(Adjudication.id)
    )
    return {row[0]: LastDecision(*cast("tuple[Any, ...]", row)[1:]) for row in rows}


def _stands() -> ColumnElement[bool]:
    """The decision was not undone."""
    return Adjudication.id.not_in(select(AdjudicationUndo.adjudication_id))


def subjects_decided(session: Session, project_id: int) -> set[int]:
    """Subjects about which a person has decided anything that stands."""
    rows = session.scalars(
        select(Adjudication.subject_id)
        .join(Subject, Subject.id == Adjudication.subject_id)
        .where(Subject.project_id == project_id, _stands(), Adjudication.second.is_(False))
    )
    return set(rows)


def last_step(session: Session, project_id: int, *, user_id: int) -> list[Adjudication]:
    """What a person decided last about one subject at one moment, and has not undone."""
    own = (
        select(Adjudication)
        .join(Subject, Subject.id == Adjudication.subject_id)
        .where(Subject.project_id == project_id, Adjudication.adjudicator_id == user_id, _stands())
        .order_by(Adjudication.id.desc())
    )
    last = session.scalars(own.limit(1)).one_or_none()
    if last is None:
        return []
    together = own.where(
        Adjudication.subject_id == last.subject_id, Adjudication.decided_at == last.decided_at
    )
    return sorted(session.scalars(together), key=lambda row: row.id)


def decided_after(session: Session, decision: Adjudication) -> bool:
    """Whether anyone decided about the same subject later, and that stands."""
    statement = select(Adjudication.id).where(
        Adjudication.subject_id == decision.subject_id,
        Adjudication.id > decision.id,
        Adjudication.second.is_(False),
        _stands(),
    )
    return session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Blind:
    outcome: str
    alternatives: list[list[str]] | None


def blind_decisions(session: Session, subject_id: int, user_id: int) -> dict[str, Blind]:
    """What a person decided before the votes were shown, by question."""
    rows = session.execute(
        select(BlindDecision.question, BlindDecision.outcome, BlindDecision.alternatives).where(
            BlindDecision.subject_id == subject_id, BlindDecision.adjudicator_id == user_id
        )
    )
    return {row.question: Blind(row.outcome, row.alternatives) for row in rows}


def decided_once(session: Session, project_id: int, *, not_by: int) -> list[int]:
    """Subjects that one adjudicator decided and nobody a second time, the oldest decision first.

    Those that `not_by` decided are left out.
    """
    twice = select(Adjudication.subject_id).where(Adjudication.second.is_(True), _stands())
    own = select(Adjudication.subject_id).where(
        Adjudication.adjudicator_id == not_by, Adjudication.second.is_(False)
    )
    rows = session.scalars(
        select(Adjudication.subject_id)
        .join(Subject, Subject.id == Adjudication.subject_id)
        .where(
            Subject.project_id == project_id,
            Adjudication.second.is_(False),
            _stands(),
            Adjudication.subject_id.not_in(twice),
            Adjudication.subject_id.not_in(own),
        )
        .order_by(Adjudication.id)
    )
    return list(dict.fromkeys(rows))


def votes_seen_by(session: Session, user_id: int) -> set[int]:
    """Subjects whose votes a person was shown."""
    rows = session.scalars(
        select(Disclosure.subject_id).where(
            Disclosure.user_id == user_id, Disclosure.kind == "votes"
        )
    )
    return set(rows)


def has_seen_votes(session: Session, *, subject_id: int, user_id: int) -> bool:
    statement = select(Disclosure.id).where(
        Disclosure.subject_id == subject_id,
        Disclosure.user_id == user_id,
        Disclosure.kind == "votes",
    )
    return session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run of a policy wrote; `gold` counts what of it still stands."""

    id: int
    policy: str
    made_at: datetime
    made_by: str | None
    undone_at: datetime | None
    gold: int


def batches(session: Session, project_id: int) -> list[Batch]:
    """The runs of policies, the newest first; decisions about clusters have a page of their own."""
    rows = session.execute(
        select(
            GoldBatch.id,
            GoldBatch.policy,
            GoldBatch.made_at,
            User.name,
            GoldBatch.undone_at,
            func.count(Gold.id),
        )
        .outerjoin(Gold, Gold.batch_id == GoldBatch.id)
        .outerjoin(User, User.id == GoldBatch.made_by_id)
        .where(GoldBatch.project_id == project_id, GoldBatch.policy != "propagation")
        .group_by(GoldBatch.id, User.name)
        .order_by(GoldBatch.id.desc())
    )
    return [Batch(*cast("tuple[Any, ...]", row)) for row in rows]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it was made; `number` above 1 changed one by the same person."""

    subject_id: int
    question: str
    adjudicator: str
    number: int
    outcome: str
    alternatives: list[list[str]] | None
    decided_at: datetime


def recent_decisions(session: Session, project_id: int, *, most: int) -> list[DecisionRow]:
    """The last decisions of people, the newest first."""
    rows = session.execute(
        select(
            Adjudication.subject_id,
            Adjudication.question,
            User.name,
            Adjudication.number,
            Adjudication.outcome,
            Adjudication.alternatives,
            Adjudication.decided_at,
        )
        .join(Subject, Subject.id == Adjudication.subject_id)
        .join(User, User.id == Adjudication.adjudicator_id)
        .where(Subject.project_id == project_id, _stands(), Adjudication.second.is_(False))
        .order_by(Adjudication.id.desc())
        .limit(most)
    )
    return [DecisionRow(*cast("tuple[Any, ...]", row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands; `blind` is what was held before the votes were shown, if anything."""

    subject_id: int
    document_id: int | None
    question: str
    adjudicator: str
    outcome: str
    alternatives: list[list[str]] | None
    blind: list[list[str]] | None
    reason: str | None
    cause: str | None
    overruled: bool | None
    self_adjudicated: bool
    consensus: bool
    second: bool


def all_decisions(
    session: Session, project_id: int, *, outcome: str | None = None
) -> list[Decided]:
    """Every decision that stands, the oldest first; only of one outcome if it is named."""
    statement = (
        select(
            Adjudication.subject_id,
            Subject.document_id,
            Adjudication.question,
            User.name,
            Adjudication.outcome,
            Adjudication.alternatives,
            Adjudication.blind_alternatives,
            Adjudication.reason,
            Adjudication.cause,
            Adjudication.overruled,
            Adjudication.self_adjudicated,
            Adjudication.participants.is_not(None),
            Adjudication.second,
        )
        .join(Subject, Subject.id == Adjudication.subject_id)
        .join(User, User.id == Adjudication.adjudicator_id)
        .where(Subject.project_id == project_id, _stands())
        .order_by(Adjudication.id)
    )
    if outcome is not None:
        statement = statement.where(Adjudication.outcome == outcome)
    return [Decided(*cast("tuple[Any, ...]", row)) for row in session.execute(statement)]
