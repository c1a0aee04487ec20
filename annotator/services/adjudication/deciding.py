"""Decisions of people, one subject at a time.

Decisions are only ever added; gold is what follows from the last of them. Who may look at which
subject, and when, is in `leases`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Decision
from annotator.errors import AnswersInvalid, Conflict, DataInvalid
from annotator.services.adjudication import recoding
from annotator.services.adjudication.dockets import Case
from annotator.services.adjudication.gold import (
    Origin,
    as_json,
    follow_gates,
    stored,
    write_gold,
)
from annotator.services.adjudication.leases import BEING_SETTLED, disclose, find_case, release
from annotator.store.audit import record
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions as made
from annotator.store.settling import Adjudication, BlindDecision

SETTLED_MEANWHILE: Final = (
    "Someone else has settled this meanwhile, so nothing was saved; look at what was decided."
)
NOTHING_DECIDED: Final = "Nothing was decided: settle at least one question, or take the next one."
NOT_DISPUTED: Final = "This question is not in dispute here: leave it open."
DECIDE_BLIND: Final = (
    "Decide this before the votes are shown; that it cannot be decided is an answer, too."
)
NO_CONSENSUS: Final = "A consensus needs two people or more, the day it was reached, and a reason."
UNKNOWN_PARTICIPANT: Final = "A consensus is reached by people of this project: choose among them."
LATER_DAY: Final = "A consensus cannot have been reached on a day that is still to come."
OWN_WAITS: Final = (
    "You labelled this yourself and another lead did not: leave it to them, or reach a consensus."
)
OWN_UNDECLARED: Final = (
    "You labelled this yourself: declare that you decide about your own label, or reach a "
    "consensus with others."
)


@dataclass(frozen=True, slots=True)
class Consensus:
    """Several people decided together; the reason is that of each decision without its own."""

    participants: tuple[int, ...]
    agreed_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a saved decision did.

    `decided` counts questions, `voided` no longer apply by it, `freed` apply again, `left` are
    still in dispute. `recoded` people are asked what they had been led past. `decision_ids` are
    those of the decisions, by question.
    """

    decided: int
    voided: tuple[str, ...]
    freed: tuple[str, ...]
    left: tuple[str, ...]
    recoded: int = 0
    decision_ids: tuple[tuple[str, int], ...] = ()


def decide(
    session: Session,
    *,
    project_id: int,
    subject_id: int,
    user_id: int,
    decisions: Mapping[str, Decision],
    seen: int,
    now: datetime,
    consensus: Consensus | None = None,
    own_declared: bool = False,
) -> Settled:
    """Settle questions of a subject, or change what was settled before.

    `seen` is how many decisions about the subject there were when the page was made. Gold of a
    question that no longer applies becomes void; what applies again is back as it was decided.
    Whoever labelled the subject decides only in a consensus, or, where every lead labelled it, with
    `own_declared`.

    Raises:
        NotFound: the project has no such subject, or nobody voted on it.
        Conflict: someone else decided since, or holds the subject.
        AnswersInvalid: a sentence for each question that cannot be settled so.
        DataInvalid: nothing was decided, the consensus is not complete, or the lead labelled it.
    """
    case = _locked_case(session, project_id, subject_id, user_id=user_id, seen=seen, now=now)
    if consensus is not None:
        _check_consensus(session, project_id, consensus, now)
        decisions = {code: _agreed(each, consensus) for code, each in decisions.items()}
    own = _own(session, case, project_id, user_id, consensus, declared=own_declared)
    _check(session, case, decisions)
    people = (user_id,) if consensus is None else consensus.participants
    origin = Origin("person" if consensus is None else "consensus", people)
    rows = [
        write_decision(
            session, case, code, each, user_id=user_id, own=own, consensus=consensus, now=now
        )
        for code, each in decisions.items()
    ]
    for code, decision in decisions.items():
        write_gold(session, case, code, decision.ruling, origin=origin, now=now)
    voided, freed = follow_gates(session, case, origin=origin, now=now)
    recoded = recoding.recode(session, [case], project_id=project_id, actor_id=user_id, now=now)
    for person in {user_id, *people}:
        disclose(session, subject_id=subject_id, user_id=person, now=now)
    release(session, subject_id=subject_id, user_id=user_id)
    ids = tuple((row.question, row.id) for row in rows)
    for row in rows:
        _record(session, row, project_id, now)
    return Settled(len(decisions), voided, freed, case.disputed, recoded, ids)


def decide_blind(
    session: Session,
    *,
    project_id: int,
    subject_id: int,
    user_id: int,
    decisions: Mapping[str, Decision],
    now: datetime,
) -> None:
    """Keep what the adjudicator holds to be right before the votes are shown, and show them.

    Every disputed question needs an answer, unless it does not apply by these answers.

    Raises:
        NotFound: the project has no such subject, or nobody voted on it.
        Conflict: another lead holds the subject.
        AnswersInvalid: a sentence for each question that is open or wrong.
    """
    queries.lock(session, subject_id, wait=True)
    case = find_case(session, project_id=project_id, subject_id=subject_id)
    if queries.leases(session, project_id, now=now).get(subject_id) != user_id:
        raise Conflict(BEING_SETTLED)
    if made.has_seen_votes(session, subject_id=subject_id, user_id=user_id):
        return
    found = settling.problems(case.questions, decisions, case.gold, {})
    after = {**case.gold, **{code: each.ruling for code, each in decisions.items()}}
    scored = {question.code for question in case.questions}
    for question in case.questions:
        is_open = question.code in case.disputed and question.code not in decisions
        if is_open and settling.gate_of(question, after, scored) != "fails":
            found[question.code] = DECIDE_BLIND
    if found:
        raise AnswersInvalid(found)
    session.add_all(
        BlindDecision(
            subject_id=subject_id,
            question=code,
            adjudicator_id=user_id,
            outcome=each.outcome,
            alternatives=stored(each.ruling),
            decided_at=now,
        )
        for code, each in decisions.items()
    )
    disclose(session, subject_id=subject_id, user_id=user_id, now=now)
    record(
        session,
        action="adjudication.decided_blind",
        at=now,
        actor_id=user_id,
        project_id=project_id,
        object_id=subject_id,
        questions=len(decisions),
    )


def _locked_case(
    session: Session, project_id: int, subject_id: int, *, user_id: int, seen: int, now: datetime
) -> Case:
    # Locked before anything is read: what another transaction wrote until then is seen.
    queries.lock(session, subject_id, wait=True)
    case = find_case(session, project_id=project_id, subject_id=subject_id)
    if queries.leases(session, project_id, now=now).get(subject_id, user_id) != user_id:
        raise Conflict(BEING_SETTLED)
    if made.decision_count(session, subject_id) != seen:
        raise Conflict(SETTLED_MEANWHILE)
    return case


def _check(session: Session, case: Case, decisions: Mapping[str, Decision]) -> None:
    if not decisions:
        raise DataInvalid(NOTHING_DECIDED)
    settled = {code for code, ruling in case.gold.items() if ruling != settling.VOID}
    open_ones = {*case.disputed, *settled, *made.last_decisions(session, case.subject_id)}
    found = settling.problems(case.questions, decisions, case.gold, case.votes)
    found |= {code: NOT_DISPUTED for code in decisions if code not in open_ones}
    if found:
        raise AnswersInvalid(found)


def _check_consensus(
    session: Session, project_id: int, consensus: Consensus, now: datetime
) -> None:
    complete = len(set(consensus.participants)) > 1 and consensus.agreed_on and consensus.reason
    if not complete:
        raise DataInvalid(NO_CONSENSUS)
    if consensus.agreed_on is not None and consensus.agreed_on > now.date():
        raise DataInvalid(LATER_DAY)
    if not set(consensus.participants) <= queries.members(session, project_id).keys():
        raise DataInvalid(UNKNOWN_PARTICIPANT)


def _agreed(decision: Decision, consensus: Consensus) -> Decision:
    reason = decision.reason or consensus.reason
    return Decision(decision.outcome, decision.alternatives, reason, decision.cause)


def _own(
    session: Session,
    case: Case,
    project_id: int,
    user_id: int,
    consensus: Consensus | None,
    *,
    declared: bool,
) -> bool:
    """Whether the decision is one about the lead's own label, which must be allowed."""
    leads = queries.leads(session, project_id)
    labelled = queries.annotated(
        session, project_id, user_ids={user_id, *leads}, subject_id=case.subject_id
    ).get(case.subject_id, set())
    if user_id not in labelled or consensus is not None:
        return False
    if leads - labelled:
        raise DataInvalid(OWN_WAITS)
    if not declared:
        raise DataInvalid(OWN_UNDECLARED)
    return True


def write_decision(
    session: Session,
    case: Case,
    code: str,
    decision: Decision,
    *,
    user_id: int,
    own: bool = False,
    consensus: Consensus | None = None,
    second: bool = False,
    now: datetime,
) -> Adjudication:
    """Add a decision to the record; gold is for the caller to write."""
    blind = made.blind_decisions(session, case.subject_id, user_id).get(code)
    row = Adjudication(
        subject_id=case.subject_id,
        codebook_version_id=case.version_id,
        question=code,
        adjudicator_id=user_id,
        number=_next_number(session, case.subject_id, code, user_id),
        outcome=decision.outcome,
        blind_alternatives=None if blind is None else blind.alternatives,
        alternatives=stored(decision.ruling),
        reason=decision.reason,
        cause=decision.cause,
        self_adjudicated=own,
        participants=None if consensus is None else sorted(set(consensus.participants)),
        agreed_on=None if consensus is None else consensus.agreed_on,
        overruled=settling.overrules(decision, case.votes.get(code, {})),
        second=second,
        replaced=None if second else as_json(session, case.subject_id, code) or None,
        decided_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _next_number(session: Session, subject_id: int, question: str, user_id: int) -> int:
    last = session.scalar(
        select(func.max(Adjudication.number)).where(
            Adjudication.subject_id == subject_id,
            Adjudication.question == question,
            Adjudication.adjudicator_id == user_id,
        )
    )
    return (last or 0) + 1


def _record(session: Session, row: Adjudication, project_id: int, now: datetime) -> None:
    record(
        session,
        action="adjudication.changed" if row.number > 1 else "adjudication.decided",
        at=now,
        actor_id=row.adjudicator_id,
        project_id=project_id,
        object_id=row.subject_id,
        question=row.question,
        outcome=row.outcome,
        self_adjudicated=row.self_adjudicated,
    )
