"""Taking back the last step of an adjudicator: what was decided at once about one subject."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import Conflict
from annotator.services.adjudication import recoding
from annotator.services.adjudication.batches import undo_batch
from annotator.services.adjudication.gold import Origin, follow_gates, put_back
from annotator.services.adjudication.leases import BEING_SETTLED, find_case
from annotator.store.audit import record
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions
from annotator.store.settling import Adjudication, AdjudicationUndo, GoldBatch, Propagation

NOTHING_TO_UNDO: Final = "There is no decision of yours to take back."
DECIDED_SINCE: Final = "Someone else has decided about this since: look at it instead."


def undo_last(session: Session, *, project_id: int, user_id: int, now: datetime) -> int:
    """Take back what the lead decided last and put back the gold from before; the subject's id.

    The decisions stay in the record, marked as undone. Copies of the text that got their gold from
    them lose it again, and whoever was asked more because of them is no longer asked.

    Raises:
        Conflict: the lead has decided nothing that was not undone, or someone else has decided
            about the subject since, or holds it.
    """
    step = decisions.last_step(session, project_id, user_id=user_id)
    if not step:
        raise Conflict(NOTHING_TO_UNDO)
    subject_id = step[0].subject_id
    queries.lock(session, subject_id, wait=True)
    case = find_case(session, project_id=project_id, subject_id=subject_id)
    if queries.leases(session, project_id, now=now).get(subject_id, user_id) != user_id:
        raise Conflict(BEING_SETTLED)
    if decisions.decided_after(session, step[-1]):
        raise Conflict(DECIDED_SINCE)
    _undo_copies(session, step, project_id=project_id, user_id=user_id, now=now)
    for row in step:
        session.add(AdjudicationUndo(adjudication_id=row.id, undone_at=now))
        if not row.second:
            put_back(session, case, row.question, row.replaced, now=now)
    session.flush()
    follow_gates(session, case, origin=Origin("person", (user_id,)), now=now)
    recoding.withdraw(session, case, project_id=project_id, actor_id=user_id, now=now)
    record(
        session,
        action="adjudication.undone",
        at=now,
        actor_id=user_id,
        project_id=project_id,
        object_id=subject_id,
        questions=len(step),
    )
    return subject_id


def _undo_copies(
    session: Session, step: list[Adjudication], *, project_id: int, user_id: int, now: datetime
) -> None:
    batches = session.scalars(
        select(GoldBatch)
        .join(Propagation, Propagation.batch_id == GoldBatch.id)
        .where(
            Propagation.adjudication_id.in_([row.id for row in step]),
            GoldBatch.undone_at.is_(None),
        )
        .distinct()
    ).all()
    for batch in batches:
        undo_batch(session, project_id=project_id, batch_id=batch.id, actor_id=user_id, now=now)
