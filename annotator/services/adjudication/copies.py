"""Copies of a text in other documents: decide once, apply to all, and allow a difference.

Within one document the first occurrence is the text and later ones are repeats, so only the first
of each document is a copy in this sense. What a person has decided of a copy stays.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Ruling
from annotator.services.adjudication.batches import write_batch
from annotator.services.adjudication.dockets import Case, cases
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions as made
from annotator.store.queries.copies import Copy, copies_of
from annotator.store.settling import Propagation

POLICY: Final = "copies"
METHOD: Final = "propagated"
RULE: Final = "lead"


def others(session: Session, *, project_id: int, subject_id: int) -> list[Copy]:
    """The copies of the text in other documents; none if the subject is itself a later repeat."""
    found = copies_of(session, project_id=project_id, subject_id=subject_id)
    first: dict[int, Copy] = {}
    for copy in found:
        first.setdefault(copy.document_id, copy)
    own = [copy for copy in first.values() if copy.subject_id == subject_id]
    return [copy for copy in first.values() if copy.subject_id != subject_id] if own else []


def copy_decisions(
    session: Session,
    *,
    project_id: int,
    subject_id: int,
    user_id: int,
    decision_ids: Mapping[str, int],
    now: datetime,
) -> int:
    """Give the copies the gold that was just decided, as one batch; says how many got any.

    Copies that nobody labelled, that another lead holds, or that a person decided differently, are
    left as they are, question by question.
    """
    copies = others(session, project_id=project_id, subject_id=subject_id)
    held = queries.leases(session, project_id, now=now)
    free = [each.subject_id for each in copies if held.get(each.subject_id, user_id) == user_id]
    if not free:
        return 0
    for each in sorted(free):
        queries.lock(session, each, wait=True)
    (source,) = cases(session, project_id=project_id, subject_ids=[subject_id])
    given = {code: source.gold[code] for code in decision_ids if code in source.gold}
    targets = [
        (case, _rulings(session, case, given))
        for case in cases(session, project_id=project_id, subject_ids=free)
    ]
    targets = [(case, rulings) for case, rulings in targets if rulings]
    if not targets:
        return 0
    batch_id = write_batch(
        session,
        targets,
        project_id=project_id,
        policy=POLICY,
        method=METHOD,
        parameters={"from_subject": subject_id, "questions": sorted(given)},
        actor_id=user_id,
        now=now,
    )
    session.add_all(
        Propagation(
            rule=RULE,
            cluster_id=copies[0].cluster_id,
            adjudication_id=decision_id,
            batch_id=batch_id,
            made_at=now,
        )
        for decision_id in decision_ids.values()
    )
    return len(targets)


def _rulings(session: Session, case: Case, given: Mapping[str, Ruling]) -> dict[str, Ruling]:
    decided = made.last_decisions(session, case.subject_id)
    asked = {question.code for question in case.questions}
    rulings = {
        code: ruling
        for code, ruling in given.items()
        if code in asked and code not in decided and case.gold.get(code) != ruling
    }
    # What no longer applies to the copy by that is void, what was void may apply again.
    after = {**case.gold, **rulings}
    changed = settling.consequences(case.questions, after)
    return {**rulings, **dict.fromkeys(changed.voided, settling.VOID)}
