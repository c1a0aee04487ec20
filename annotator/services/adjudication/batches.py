"""Gold that is written as one step and can be undone as one: runs of policies, and copies."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, delete, insert, or_, update
from sqlalchemy.orm import Session

from annotator.domain.adjudication import Ruling
from annotator.errors import Conflict, NotFound
from annotator.services.adjudication import recoding
from annotator.services.adjudication.dockets import Case, cases
from annotator.services.adjudication.gold import Origin, bring_back, follow_gates, stored
from annotator.store.audit import record
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions
from annotator.store.settling import Gold, GoldBatch, Propagation

AT_ONCE: Final = 500
NO_BATCH: Final = "There is no such run of a policy in this project."
UNDONE_BEFORE: Final = "This run of the policy was undone before."

Rulings = Iterable[tuple[Case, Mapping[str, Ruling]]]


def write_batch(
    session: Session,
    rulings: Rulings,
    *,
    project_id: int,
    policy: str,
    method: str,
    parameters: dict[str, Any],
    actor_id: int | None,
    now: datetime,
) -> int:
    """Write new gold; what stood there before on the same questions is replaced. Returns its id."""
    made = [(case, new) for case, new in rulings if new]
    batch = GoldBatch(
        project_id=project_id,
        policy=policy,
        parameters=parameters,
        made_at=now,
        made_by_id=actor_id,
    )
    session.add(batch)
    session.flush()
    _make_room(session, made)
    rows = [
        {
            "subject_id": case.subject_id,
            "codebook_version_id": case.version_id,
            "question": code,
            "state": ruling.state,
            "alternatives": stored(ruling),
            "method": method,
            "people": None,
            "batch_id": batch.id,
            "settled_at": now,
        }
        for case, new in made
        for code, ruling in new.items()
    ]
    session.execute(insert(Gold), rows)
    for case, new in made:
        case.gold.update(new)
    record(
        session,
        action="gold.settled",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=batch.id,
        policy=policy,
        gold=len(rows),
    )
    recoding.recode(
        session, [case for case, _ in made], project_id=project_id, actor_id=actor_id, now=now
    )
    return batch.id


def _make_room(session: Session, made: list[tuple[Case, Mapping[str, Ruling]]]) -> None:
    """Delete the gold that is replaced, such as that of a question that no longer applies."""
    taken = queries.golden(session, [case.subject_id for case, _ in made])
    replaced = [
        and_(Gold.subject_id == case.subject_id, Gold.question == code)
        for case, new in made
        for code in new
        if (case.subject_id, code) in taken
    ]
    for start in range(0, len(replaced), AT_ONCE):
        session.execute(delete(Gold).where(or_(*replaced[start : start + AT_ONCE])))


def undo_batch(
    session: Session, *, project_id: int, batch_id: int, actor_id: int | None, now: datetime
) -> int:
    """Take back the gold that one run wrote, and say how much it was.

    What people decided since stays, and what they had decided before is back where the run had made
    it void.

    Raises:
        NotFound: the project has no such run.
        Conflict: it was undone before.
    """
    batch = session.get(GoldBatch, batch_id, with_for_update=True)
    if batch is None or batch.project_id != project_id:
        raise NotFound(NO_BATCH)
    if batch.undone_at is not None:
        raise Conflict(UNDONE_BEFORE)
    taken = session.execute(
        delete(Gold).where(Gold.batch_id == batch_id).returning(Gold.subject_id, Gold.question)
    ).all()
    batch.undone_at = now
    session.execute(
        update(Propagation).where(Propagation.batch_id == batch_id).values(undone_at=now)
    )
    session.flush()
    subjects = {row.subject_id for row in taken}
    _restore(session, project_id, subjects, actor_id=actor_id, now=now)
    record(
        session,
        action="gold.undone",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=batch_id,
        gold=len(taken),
    )
    return len(taken)


def _restore(
    session: Session,
    project_id: int,
    subject_ids: set[int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """What people had decided holds again, as far as it applies without the run."""
    decided = decisions.subjects_decided(session, project_id)
    concerned = sorted(subject_ids & decided)
    recoded = queries.subjects_recoded(session, project_id) & subject_ids
    for start in range(0, len(concerned), AT_ONCE):
        for case in _cases(session, project_id, concerned[start : start + AT_ONCE]):
            for code, decision in decisions.last_decisions(session, case.subject_id).items():
                if code not in case.gold:
                    bring_back(session, case, code, decision, now=now)
            follow_gates(session, case, origin=Origin("unanimous"), now=now)
    for case in _cases(session, project_id, sorted(recoded)):
        recoding.withdraw(session, case, project_id=project_id, actor_id=actor_id, now=now)


def _cases(session: Session, project_id: int, subject_ids: list[int]) -> list[Case]:
    return cases(session, project_id=project_id, subject_ids=subject_ids) if subject_ids else []
