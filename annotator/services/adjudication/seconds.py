"""Deciding a share of the disputes a second time, to measure how far adjudicators agree.

Which subjects are decided twice follows from their number alone, so nobody can choose them. The
second adjudicator sees neither votes nor the first decision; the first decision stays gold.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Decision
from annotator.domain.codebook import Question
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, NotFound
from annotator.services.adjudication.deciding import NOTHING_DECIDED, write_decision
from annotator.services.adjudication.dockets import Case
from annotator.services.adjudication.leases import (
    BEING_SETTLED,
    NO_SUBJECT,
    find_case,
    hold,
    release,
)
from annotator.services.adjudication.settings import settings_of
from annotator.store.audit import record
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions as made

NOT_WAITING: Final = "This does not wait for a second decision by you: take the next."
DECIDE_ALL: Final = "Decide this, too; that it cannot be decided is an answer."


def is_drawn(project_id: int, subject_id: int, share: float) -> bool:
    """Whether the subject is one of the share that is decided twice; the same on any machine.

    A larger share holds all of a smaller one.
    """
    digest = hashlib.sha256(f"second {project_id} {subject_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 < share


def waiting(session: Session, *, project_id: int, user_id: int) -> list[int]:
    """Subjects that wait for a second decision by this lead, the oldest decision first.

    Not what the lead decided, labelled or saw the votes of.
    """
    share = settings_of(session, project_id).second_share
    if not share:
        return []
    labelled = queries.annotated(session, project_id, user_ids=[user_id])
    known = made.votes_seen_by(session, user_id)
    return [
        subject_id
        for subject_id in made.decided_once(session, project_id, not_by=user_id)
        if is_drawn(project_id, subject_id, share)
        and subject_id not in labelled
        and subject_id not in known
    ]


def take_second(session: Session, *, project_id: int, user_id: int, now: datetime) -> int | None:
    """Take the next subject to be decided a second time; None if there is none."""
    for subject_id in waiting(session, project_id=project_id, user_id=user_id):
        if hold(session, subject_id=subject_id, user_id=user_id, now=now):
            if subject_id in waiting(session, project_id=project_id, user_id=user_id):
                return subject_id
            release(session, subject_id=subject_id, user_id=user_id)
    return None


def asked(
    session: Session, *, project_id: int, subject_id: int, user_id: int
) -> tuple[Case, list[Question]]:
    """The subject and the questions that were decided first, if it waits for this lead.

    Raises:
        NotFound: the project has no such subject.
        Conflict: it does not wait for this lead, or no longer.
    """
    if queries.scope_of(session, project_id=project_id, subject_id=subject_id) is None:
        raise NotFound(NO_SUBJECT)
    if subject_id not in waiting(session, project_id=project_id, user_id=user_id):
        raise Conflict(NOT_WAITING)
    case = find_case(session, project_id=project_id, subject_id=subject_id)
    decided = made.last_decisions(session, subject_id)
    return case, [question for question in case.questions if question.code in decided]


def decide_second(
    session: Session,
    *,
    project_id: int,
    subject_id: int,
    user_id: int,
    decisions: Mapping[str, Decision],
    now: datetime,
) -> None:
    """Keep a second decision; gold stays what it is.

    Raises:
        NotFound: the project has no such subject.
        Conflict: it does not wait for a second decision by this lead, or another lead holds it.
        AnswersInvalid: a sentence for each question that is open or wrong.
        DataInvalid: nothing was decided.
    """
    queries.lock(session, subject_id, wait=True)
    case, questions = asked(session, project_id=project_id, subject_id=subject_id, user_id=user_id)
    if queries.leases(session, project_id, now=now).get(subject_id) != user_id:
        raise Conflict(BEING_SETTLED)
    if not decisions:
        raise DataInvalid(NOTHING_DECIDED)
    found = settling.problems(questions, decisions, {}, {})
    after = {code: each.ruling for code, each in decisions.items()}
    scored = {question.code for question in questions}
    for question in questions:
        gate = settling.gate_of(question, after, scored)
        if question.code not in decisions and gate != "fails":
            found[question.code] = DECIDE_ALL
    if found:
        raise AnswersInvalid(found)
    for code, decision in decisions.items():
        write_decision(session, case, code, decision, user_id=user_id, second=True, now=now)
    release(session, subject_id=subject_id, user_id=user_id)
    record(
        session,
        action="adjudication.decided_second",
        at=now,
        actor_id=user_id,
        project_id=project_id,
        object_id=subject_id,
        questions=len(decisions),
    )
