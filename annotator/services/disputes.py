"""What is left to settle, and who is at what: the queue of disputes and the leases on them.

Two leads never settle the same subject: one takes a lease before the votes are shown, and every
lease and decision first locks the row of the subject. A lease that runs out is taken over; who had
it may still decide, as long as nobody else took it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.errors import Conflict, NotFound
from annotator.services.dockets import Case, cases
from annotator.store.labelling import Disclosure
from annotator.store.queries import adjudication as queries
from annotator.store.settling import AdjudicationLease

LEASE: Final = timedelta(minutes=15)

NO_SUBJECT: Final = "There is nothing here to settle, or it is not in this project."
BEING_SETTLED: Final = "Someone else is settling this one just now; take the next."


@dataclass(frozen=True, slots=True)
class Dispute:
    """A subject with the questions that a person must settle, in the codebook's order."""

    subject_id: int
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left to settle, the most worth it first.

    `questions` counts the subjects by disputed question, in the codebook's order. `elsewhere` are
    held by another lead just now; `own` are kept for others, since the caller labelled them.
    """

    offered: tuple[Dispute, ...]
    elsewhere: tuple[Dispute, ...]
    own: tuple[Dispute, ...]
    questions: dict[str, int]

    @property
    def left(self) -> int:
        return len(self.offered) + len(self.elsewhere) + len(self.own)


def queue(
    session: Session,
    *,
    project_id: int,
    user_id: int,
    now: datetime,
    question: str | None = None,
) -> Queue:
    """The disputes of a project, as one lead finds them.

    A subject that the lead has labelled is offered only if every other lead has labelled it, too.
    With `question` only subjects where this one is disputed.
    """
    docket = cases(session, project_id=project_id, differing=True)
    all_disputes = [(case, Dispute(case.subject_id, case.disputed)) for case in docket]
    counts = Counter(code for _, dispute in all_disputes for code in dispute.questions)
    codebooks = {case.version_id: case.codebook for case in docket}
    asked = dict.fromkeys(code for each in codebooks.values() for code in each.asked)
    wanted = [
        (case, dispute)
        for case, dispute in all_disputes
        if dispute.questions and (question is None or question in dispute.questions)
    ]
    ordered = _by_worth(wanted, queries.copies(session, project_id) if wanted else {})
    held = queries.leases(session, project_id, now=now)
    barred = _barred(session, project_id, user_id)
    elsewhere = [each for each in ordered if held.get(each.subject_id, user_id) != user_id]
    free = [each for each in ordered if held.get(each.subject_id, user_id) == user_id]
    offered = [each for each in free if each.subject_id not in barred]
    # What the lead has already taken comes first, so that nothing stays half-done.
    offered.sort(key=lambda each: each.subject_id not in held)
    return Queue(
        offered=tuple(offered),
        elsewhere=tuple(elsewhere),
        own=tuple(each for each in free if each.subject_id in barred),
        questions={code: counts[code] for code in asked if code in counts},
    )


def count(session: Session, *, project_id: int) -> int:
    """How many subjects of a project are in dispute, whoever may settle them."""
    return sum(
        bool(case.disputed) for case in cases(session, project_id=project_id, differing=True)
    )


def _by_worth(disputes: Iterable[tuple[Case, Dispute]], copies: Mapping[int, int]) -> list[Dispute]:
    """The most worth it first; among equals in reading order."""

    def key(pair: tuple[Case, Dispute]) -> tuple[tuple[int, int], int, int, int]:
        case, dispute = pair
        several = copies.get(case.subject_id, 1)
        urgent = settling.worth(questions=len(dispute.questions), copies=several)
        return (urgent, case.document_id, case.position, case.subject_id)

    return [dispute for _, dispute in sorted(disputes, key=key)]


def _barred(session: Session, project_id: int, user_id: int) -> set[int]:
    """Subjects that the lead has labelled and another lead has not."""
    others = queries.leads(session, project_id) - {user_id}
    by_subject = queries.annotated(session, project_id, user_ids={user_id, *others})
    return {
        subject_id
        for subject_id, people in by_subject.items()
        if user_id in people and not others <= people
    }


def take_next(
    session: Session,
    *,
    project_id: int,
    user_id: int,
    now: datetime,
    question: str | None = None,
    instead_of: int | None = None,
) -> int | None:
    """Take the next subject of the queue and give its id; None if there is none for this lead.

    `instead_of` is one that the lead puts off: its lease ends, and it comes last.
    """
    if instead_of is not None:
        release(session, subject_id=instead_of, user_id=user_id)
    found = queue(session, project_id=project_id, user_id=user_id, now=now, question=question)
    for dispute in sorted(found.offered, key=lambda each: each.subject_id == instead_of):
        if not _lease(session, dispute.subject_id, user_id=user_id, now=now, wait=False):
            continue
        # Between the reading of the queue and the lock someone may have settled it.
        if find_case(session, project_id=project_id, subject_id=dispute.subject_id).disputed:
            return dispute.subject_id
        release(session, subject_id=dispute.subject_id, user_id=user_id)
    return None


def take(
    session: Session, *, project_id: int, subject_id: int, user_id: int, now: datetime
) -> None:
    """Take one certain subject, to settle it or to change what was decided.

    Raises:
        NotFound: the project has no such subject, or nobody voted on it.
        Conflict: another lead holds it.
    """
    find_case(session, project_id=project_id, subject_id=subject_id)
    if not _lease(session, subject_id, user_id=user_id, now=now, wait=True):
        raise Conflict(BEING_SETTLED)


def find_case(session: Session, *, project_id: int, subject_id: int) -> Case:
    """Raises:
    NotFound: the project has no such subject, or nobody voted on it.
    """
    if queries.scope_of(session, project_id=project_id, subject_id=subject_id) is None:
        raise NotFound(NO_SUBJECT)
    found = cases(session, project_id=project_id, subject_ids=[subject_id])
    if not found:
        raise NotFound(NO_SUBJECT)
    return found[0]


def _lease(session: Session, subject_id: int, *, user_id: int, now: datetime, wait: bool) -> bool:
    if not queries.lock(session, subject_id, wait=wait):
        return False
    # Read after the lock was given: what another transaction wrote before that is seen.
    lease = session.get(AdjudicationLease, subject_id, populate_existing=True)
    if lease is not None and lease.user_id != user_id and lease.expires_at > now:
        return False
    if lease is None:
        lease = AdjudicationLease(subject_id=subject_id)
        session.add(lease)
    lease.user_id, lease.expires_at = user_id, now + LEASE
    session.flush()
    disclose(session, subject_id=subject_id, user_id=user_id, now=now)
    return True


def release(session: Session, *, subject_id: int, user_id: int) -> None:
    session.execute(
        delete(AdjudicationLease).where(
            AdjudicationLease.subject_id == subject_id, AdjudicationLease.user_id == user_id
        )
    )


def disclose(session: Session, *, subject_id: int, user_id: int, now: datetime) -> None:
    """Note that the votes are shown: later labels by this person are not independent."""
    if queries.has_seen_votes(session, subject_id=subject_id, user_id=user_id):
        return
    session.add(Disclosure(user_id=user_id, subject_id=subject_id, kind="votes", shown_at=now))
    session.flush()
