"""Settling disagreement: the decisions of people, and the policy that needs nobody.

Decisions are only ever added; gold is what follows from the last of them. Who may look at which
subject, and when, is in `disputes`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Closing, Decision, Ruling
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, NotFound
from annotator.services.disputes import BEING_SETTLED, disclose, find_case, release
from annotator.services.dockets import Case, cases, ruling_of
from annotator.store.audit import record
from annotator.store.queries import adjudication as queries
from annotator.store.queries.adjudication import LastDecision
from annotator.store.settling import Adjudication, Gold, GoldBatch

UNANIMOUS: Final = "unanimous"
POLICIES: Final = (UNANIMOUS,)
LEFT: Final[tuple[settling.Standing, ...]] = ("disputed", "waiting", "single", "unanswered")

SETTLED_MEANWHILE: Final = (
    "Someone else has settled this meanwhile, so nothing was saved; look at what was decided."
)
NOTHING_DECIDED: Final = "Nothing was decided: settle at least one question, or take the next one."
NOT_DISPUTED: Final = "This question is not in dispute here: leave it open."
NO_POLICY: Final = "“{policy}” is not a policy: choose among {known}."
NO_BATCH: Final = "There is no such run of a policy in this project."
UNDONE_BEFORE: Final = "This run of the policy was undone before."


@dataclass(frozen=True, slots=True)
class Settled:
    """What a saved decision did.

    `decided` counts questions, `voided` no longer apply by it, `freed` apply again, `left` are
    still in dispute.
    """

    decided: int
    voided: tuple[str, ...]
    freed: tuple[str, ...]
    left: tuple[str, ...]


def decide(
    session: Session,
    *,
    project_id: int,
    subject_id: int,
    user_id: int,
    decisions: Mapping[str, Decision],
    seen: int,
    now: datetime,
) -> Settled:
    """Settle questions of a subject, or change what a person settled before.

    `seen` is how many decisions about the subject there were when the page was made. Gold of a
    question that no longer applies becomes void; what applies again is back as it was decided.

    Raises:
        NotFound: the project has no such subject, or nobody voted on it.
        Conflict: someone else decided since, or holds the subject.
        AnswersInvalid: a sentence for each question that cannot be settled so.
        DataInvalid: nothing was decided.
    """
    case = _locked_case(session, project_id, subject_id, user_id=user_id, seen=seen, now=now)
    _check(session, case, decisions)
    own = subject_id in queries.annotated(session, project_id, user_ids=[user_id])
    for code, decision in decisions.items():
        number = _next_number(session, subject_id, code, user_id)
        session.add(
            Adjudication(
                subject_id=subject_id,
                codebook_version_id=case.version_id,
                question=code,
                adjudicator_id=user_id,
                number=number,
                outcome=decision.outcome,
                alternatives=_stored(decision.ruling),
                reason=decision.reason,
                cause=decision.cause,
                self_adjudicated=own,
                decided_at=now,
            )
        )
        _write_gold(session, case, code, decision.ruling, people=[user_id], now=now)
        case.gold[code] = decision.ruling
        record(
            session,
            action="adjudication.changed" if number > 1 else "adjudication.decided",
            at=now,
            actor_id=user_id,
            project_id=project_id,
            object_id=subject_id,
            question=code,
            outcome=decision.outcome,
            self_adjudicated=own,
        )
    voided, freed = _follow_gates(session, case, user_id=user_id, now=now)
    disclose(session, subject_id=subject_id, user_id=user_id, now=now)
    release(session, subject_id=subject_id, user_id=user_id)
    return Settled(len(decisions), voided, freed, case.disputed)


def _locked_case(
    session: Session, project_id: int, subject_id: int, *, user_id: int, seen: int, now: datetime
) -> Case:
    # Locked before anything is read: what another transaction wrote until then is seen.
    queries.lock(session, subject_id, wait=True)
    case = find_case(session, project_id=project_id, subject_id=subject_id)
    if queries.leases(session, project_id, now=now).get(subject_id, user_id) != user_id:
        raise Conflict(BEING_SETTLED)
    if queries.decision_count(session, subject_id) != seen:
        raise Conflict(SETTLED_MEANWHILE)
    return case


def _check(session: Session, case: Case, decisions: Mapping[str, Decision]) -> None:
    if not decisions:
        raise DataInvalid(NOTHING_DECIDED)
    open_ones = {*case.disputed, *queries.last_decisions(session, case.subject_id)}
    found = settling.problems(case.questions, decisions, case.gold)
    found |= {code: NOT_DISPUTED for code in decisions if code not in open_ones}
    if found:
        raise AnswersInvalid(found)


def _next_number(session: Session, subject_id: int, question: str, user_id: int) -> int:
    last = session.scalar(
        select(func.max(Adjudication.number)).where(
            Adjudication.subject_id == subject_id,
            Adjudication.question == question,
            Adjudication.adjudicator_id == user_id,
        )
    )
    return (last or 0) + 1


def _stored(ruling: Ruling) -> list[Any] | None:
    return [list(a) for a in ruling.alternatives] if ruling.state == "decided" else None


def _write_gold(
    session: Session, case: Case, question: str, ruling: Ruling, *, people: list[int], now: datetime
) -> None:
    gold = session.scalars(
        select(Gold).where(Gold.subject_id == case.subject_id, Gold.question == question)
    ).one_or_none()
    if gold is None:
        gold = Gold(subject_id=case.subject_id, question=question)
        session.add(gold)
    gold.codebook_version_id = case.version_id
    gold.state = ruling.state
    gold.alternatives = _stored(ruling)
    gold.method = "person"
    gold.people = people
    # It is no longer what the policy wrote, so undoing the policy must leave it.
    gold.batch_id = None
    gold.settled_at = now
    session.flush()


def _follow_gates(
    session: Session, case: Case, *, user_id: int, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Void what no longer applies; bring back what was decided where it applies again."""
    before = dict(case.gold)
    earlier = queries.last_decisions(session, case.subject_id)
    # What is brought back may be a gate itself, so the rest is looked at again: once for each
    # gate above another.
    while (changed := settling.consequences(case.questions, case.gold)).anything:
        for code in changed.voided:
            _write_gold(session, case, code, settling.VOID, people=[user_id], now=now)
            case.gold[code] = settling.VOID
        for code in changed.freed:
            _bring_back(session, case, code, earlier.get(code), now=now)
    return _void(case.gold, unlike=before), _void(before, unlike=case.gold)


def _void(gold: settling.Gold, *, unlike: settling.Gold) -> tuple[str, ...]:
    return tuple(
        code
        for code, ruling in gold.items()
        if ruling == settling.VOID and unlike.get(code) != settling.VOID
    )


def _bring_back(
    session: Session, case: Case, code: str, earlier: LastDecision | None, *, now: datetime
) -> None:
    """A question applies again: the last decision of a person holds, else it is open."""
    if earlier is None:
        session.execute(
            delete(Gold).where(Gold.subject_id == case.subject_id, Gold.question == code)
        )
        del case.gold[code]
        return
    ruling = ruling_of(earlier.outcome, earlier.alternatives)
    _write_gold(session, case, code, ruling, people=[earlier.adjudicator_id], now=now)
    case.gold[code] = ruling


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What a policy did, or would do. `batch_id` is None if there was nothing to do.

    `decided` and `void` count questions of subjects that got gold. `left` counts those that have
    none after it, by where they stand: disputed, waiting for their gate, single (one vote),
    unanswered.
    `questions` is decided by question. So decided + void + settled before + left is everything
    that was asked of the `subjects` that anyone labelled.
    """

    policy: str
    batch_id: int | None
    subjects: int
    settled_before: int
    decided: int
    void: int
    left: dict[str, int]
    questions: dict[str, int]


def preview_policy(session: Session, *, project_id: int, policy: str = UNANIMOUS) -> PolicyReport:
    """What `apply_policy` would do just now; nothing is written.

    Raises:
        DataInvalid: there is no such policy.
    """
    _known(policy)
    closings = _closings(session, project_id)
    return _report(policy, None, [closing for _, closing in closings])


def apply_policy(
    session: Session,
    *,
    project_id: int,
    policy: str = UNANIMOUS,
    actor_id: int | None,
    now: datetime,
) -> PolicyReport:
    """Give gold to whatever needs no person, as one batch that can be undone.

    `unanimous`: two or more votes, all equal, on a question that applies by the gold of its gate;
    and void to questions that by gold do not apply. One vote alone stays open. Run again, it finds
    nothing to do.

    Raises:
        DataInvalid: there is no such policy.
        Conflict: someone settled one of the questions in the same moment.
    """
    _known(policy)
    closings = _closings(session, project_id)
    batch_id = None
    if any(closing.rulings for _, closing in closings):
        batch_id = _write_batch(session, project_id, policy, closings, actor_id=actor_id, now=now)
    return _report(policy, batch_id, [closing for _, closing in closings])


def undo_batch(
    session: Session, *, project_id: int, batch_id: int, actor_id: int | None, now: datetime
) -> int:
    """Take back the gold that one run of a policy wrote, and say how much it was.

    What people decided since stays.

    Raises:
        NotFound: the project has no such run.
        Conflict: it was undone before.
    """
    batch = session.get(GoldBatch, batch_id, with_for_update=True)
    if batch is None or batch.project_id != project_id:
        raise NotFound(NO_BATCH)
    if batch.undone_at is not None:
        raise Conflict(UNDONE_BEFORE)
    taken = session.scalars(delete(Gold).where(Gold.batch_id == batch_id).returning(Gold.id)).all()
    batch.undone_at = now
    record(
        session,
        action="gold.undone",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=batch_id,
        gold=len(taken),
    )
    session.flush()
    return len(taken)


def _known(policy: str) -> None:
    if policy not in POLICIES:
        raise DataInvalid(NO_POLICY.format(policy=policy, known=", ".join(POLICIES)))


def _closings(session: Session, project_id: int) -> list[tuple[Case, Closing]]:
    return [
        (case, settling.close_unanimous(case.questions, case.votes, case.gold))
        for case in cases(session, project_id=project_id)
    ]


def _write_batch(
    session: Session,
    project_id: int,
    policy: str,
    closings: Iterable[tuple[Case, Closing]],
    *,
    actor_id: int | None,
    now: datetime,
) -> int:
    batch = GoldBatch(
        project_id=project_id, policy=policy, parameters={}, made_at=now, made_by_id=actor_id
    )
    session.add(batch)
    session.flush()
    rows = [
        {
            "subject_id": case.subject_id,
            "codebook_version_id": case.version_id,
            "question": code,
            "state": ruling.state,
            "alternatives": _stored(ruling),
            "method": policy,
            "people": None,
            "batch_id": batch.id,
            "settled_at": now,
        }
        for case, closing in closings
        for code, ruling in closing.rulings.items()
    ]
    session.execute(insert(Gold), rows)
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
    return batch.id


def _report(policy: str, batch_id: int | None, closings: list[Closing]) -> PolicyReport:
    before = Counter(where for each in closings for where in each.before.values())
    after = Counter(where for each in closings for where in each.after.values())
    made = [(code, ruling) for each in closings for code, ruling in each.rulings.items()]
    decided = Counter(code for code, ruling in made if ruling.state == "decided")
    return PolicyReport(
        policy=policy,
        batch_id=batch_id,
        subjects=len(closings),
        settled_before=before["settled"],
        decided=decided.total(),
        void=len(made) - decided.total(),
        left={where: after[where] for where in LEFT if after[where]},
        questions=dict(decided),
    )
