"""Asking what a person had been led past: once `content` is settled as text, what is behind it.

Whoever took a paragraph for boilerplate answered nothing else about it. When gold says otherwise,
they are given the questions behind the gate as a new assignment, which tells them nothing but that.
It counts for gold, never for agreement.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.codebook import Question
from annotator.services.adjudication.dockets import RECODE, Case
from annotator.store.audit import record
from annotator.store.labelling import Assignment, Disclosure
from annotator.store.queries import adjudication as queries
from annotator.store.queries.adjudication import Given
from annotator.store.settling import Recode

GATE: Final = settling.CONTENT
TEXT: Final = "main"


def recode(
    session: Session,
    cases: Iterable[Case],
    *,
    project_id: int,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Give out what gold of the gate has opened; says how many assignments were made.

    Nobody is asked twice, and not who has since changed their own answer.
    """
    wanted = {case.subject_id: (case, sorted(_led_past(case))) for case in cases if _led_past(case)}
    if not wanted:
        return 0
    given = queries.given(session, project_id, subject_ids=list(wanted))
    made = 0
    for case, people in wanted.values():
        asked = [
            _give(session, case, person, given[case.subject_id, person], now)
            for person in people
            if (case.subject_id, person) in given and not given[case.subject_id, person].recoded
        ]
        if asked:
            _record(session, case, project_id=project_id, actor_id=actor_id, now=now)
        made += len(asked)
    return made


def withdraw(
    session: Session, case: Case, *, project_id: int, actor_id: int | None, now: datetime
) -> None:
    """Take back what is still open of it, where gold of the gate no longer asks for it."""
    if _opens(case):
        return
    taken = session.scalars(
        update(Assignment)
        .where(
            Assignment.subject_id == case.subject_id,
            Assignment.reason == RECODE,
            Assignment.state == "open",
        )
        .values(state="withdrawn")
        .returning(Assignment.id)
    ).all()
    if taken:
        _record(session, case, project_id=project_id, actor_id=actor_id, now=now)


def _record(
    session: Session, case: Case, *, project_id: int, actor_id: int | None, now: datetime
) -> None:
    """Of each subject, so that whoever keeps figures renews those of this one alone."""
    session.flush()
    record(
        session,
        action="work.recoded",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=case.subject_id,
    )


def _led_past(case: Case) -> set[int]:
    """Those whose own answer to the gate led past every question that gold has opened."""
    behind = _opens(case)
    if not behind:
        return set()
    voters = set(case.votes.get(GATE, {}))
    past = set[int].intersection(*(case.gated.get(question.code, set()) for question in behind))
    return voters & past


def _opens(case: Case) -> Sequence[Question]:
    """The questions that depend on the gate alone and apply by its gold."""
    ruling = case.gold.get(GATE)
    if case.scope != "paragraph" or ruling is None or ruling.state != "decided":
        return []
    only_gate = {GATE: ruling}
    return [
        question
        for question in case.questions
        if question.show_if
        and all(condition.question == GATE for condition in question.show_if)
        and TEXT in {label for c in question.show_if for label in c.labels}
        and settling.gate_of(question, only_gate, {GATE}) == "holds"
    ]


def _give(session: Session, case: Case, person: int, before: Given, now: datetime) -> Assignment:
    made = Assignment(
        round_id=before.round_id,
        scope=case.scope,
        subject_id=case.subject_id,
        user_id=person,
        reason=RECODE,
        occasion=before.occasion,
        inclusion_probability=before.inclusion_probability,
        overlapping=before.overlapping,
        rank=_last_rank(session, before.round_id, person) + 1,
        state="open",
        created_at=now,
    )
    session.add(made)
    session.flush()
    (answer,) = case.gold[GATE].alternatives[:1]
    session.add(Recode(assignment_id=made.id, answers={GATE: list(answer)}))
    # They learn what was settled, so a change of their first answer is not independent any more.
    session.add(Disclosure(user_id=person, subject_id=case.subject_id, kind="gold", shown_at=now))
    return made


def _last_rank(session: Session, round_id: int, person: int) -> int:
    return (
        session.scalar(
            select(func.max(Assignment.rank)).where(
                Assignment.round_id == round_id, Assignment.user_id == person
            )
        )
        or 0
    )
