"""Gold as it is written: one row a question, and what follows for the questions behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Ruling
from annotator.services.adjudication.dockets import Case, ruling_of
from annotator.store.queries import decisions
from annotator.store.queries.decisions import LastDecision
from annotator.store.settling import Gold, GoldBatch


@dataclass(frozen=True, slots=True)
class Origin:
    """How gold was reached: `people` if and only if people decided, `batch_id` if by a run."""

    method: str
    people: tuple[int, ...] = ()
    batch_id: int | None = None


def stored(ruling: Ruling) -> list[Any] | None:
    return [list(a) for a in ruling.alternatives] if ruling.state == "decided" else None


def gold_row(session: Session, subject_id: int, question: str) -> Gold | None:
    return session.scalars(
        select(Gold).where(Gold.subject_id == subject_id, Gold.question == question)
    ).one_or_none()


def write_gold(
    session: Session, case: Case, question: str, ruling: Ruling, *, origin: Origin, now: datetime
) -> None:
    """Put gold there, whatever stood there before; `case` knows of it."""
    gold = gold_row(session, case.subject_id, question)
    if gold is None:
        gold = Gold(subject_id=case.subject_id, question=question)
        session.add(gold)
    gold.codebook_version_id = case.version_id
    gold.state = ruling.state
    gold.alternatives = stored(ruling)
    gold.method = origin.method
    gold.people = list(origin.people) or None
    # If a person decides, it is no longer what the policy wrote, and undoing that must leave it.
    gold.batch_id = origin.batch_id
    gold.settled_at = now
    session.flush()
    case.gold[question] = ruling


def drop_gold(session: Session, case: Case, question: str) -> None:
    session.execute(
        delete(Gold).where(Gold.subject_id == case.subject_id, Gold.question == question)
    )
    session.expire_all()
    case.gold.pop(question, None)


def as_json(session: Session, subject_id: int, question: str) -> dict[str, Any]:
    """The gold of a question as it may be put back; empty where there is none."""
    gold = gold_row(session, subject_id, question)
    if gold is None:
        return {}
    return {
        "state": gold.state,
        "alternatives": gold.alternatives,
        "method": gold.method,
        "people": gold.people,
        "batch_id": gold.batch_id,
    }


def put_back(
    session: Session, case: Case, question: str, replaced: dict[str, Any] | None, *, now: datetime
) -> None:
    """The gold that stood there before a decision, unless the run that wrote it was undone."""
    batch = (
        session.get(GoldBatch, replaced["batch_id"]) if replaced and replaced["batch_id"] else None
    )
    if not replaced or (batch is not None and batch.undone_at is not None):
        drop_gold(session, case, question)
        return
    ruling = ruling_of(replaced["state"], replaced["alternatives"])
    origin = Origin(replaced["method"], tuple(replaced["people"] or ()), replaced["batch_id"])
    write_gold(session, case, question, ruling, origin=origin, now=now)


def follow_gates(
    session: Session, case: Case, *, origin: Origin, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Void what no longer applies; bring back what was decided where it applies again.

    Returns both, as question codes.
    """
    before = dict(case.gold)
    earlier = decisions.last_decisions(session, case.subject_id)
    # What is brought back may be a gate itself, so the rest is looked at again: once for each
    # gate above another.
    while (changed := settling.consequences(case.questions, case.gold)).anything:
        for code in changed.voided:
            write_gold(session, case, code, settling.VOID, origin=origin, now=now)
        for code in changed.freed:
            bring_back(session, case, code, earlier.get(code), now=now)
    return _void(case.gold, unlike=before), _void(before, unlike=case.gold)


def _void(gold: settling.Gold, *, unlike: settling.Gold) -> tuple[str, ...]:
    return tuple(
        code
        for code, ruling in gold.items()
        if ruling == settling.VOID and unlike.get(code) != settling.VOID
    )


def bring_back(
    session: Session, case: Case, code: str, earlier: LastDecision | None, *, now: datetime
) -> None:
    """A question applies again: the last decision of a person holds, else it is open."""
    if earlier is None:
        drop_gold(session, case, code)
        return
    ruling = ruling_of(earlier.outcome, earlier.alternatives)
    people = earlier.participants or [earlier.adjudicator_id]
    origin = Origin("consensus" if earlier.participants else "person", tuple(people))
    write_gold(session, case, code, ruling, origin=origin, now=now)
