"""Who is at what: leases, so that two leads never settle the same subject.

One takes a lease before anything is shown, and every lease and decision first locks the row of the
subject. A lease that runs out is taken over; who had it may still decide, as long as nobody else
took it.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from annotator.errors import Conflict, NotFound
from annotator.services.adjudication.dockets import Case, cases
from annotator.services.adjudication.queue import Filters, Queue, queue
from annotator.services.adjudication.settings import settings_of
from annotator.store.labelling import Disclosure
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions
from annotator.store.settling import AdjudicationLease

LEASE: Final = timedelta(minutes=15)

NO_SUBJECT: Final = "There is nothing here to settle, or it is not in this project."
BEING_SETTLED: Final = "Someone else is settling this one just now; take the next."


def take_next(
    session: Session,
    *,
    project_id: int,
    user_id: int,
    now: datetime,
    filters: Filters | None = None,
    instead_of: int | None = None,
    found: Queue | None = None,
) -> int | None:
    """Take the next subject of the queue and give its id; None if there is none for this lead.

    `instead_of` is one that the lead puts off: its lease ends, and it comes last. `found` is the
    queue if the caller has it: it may be a little old, since each subject is looked at again.
    """
    if instead_of is not None:
        release(session, subject_id=instead_of, user_id=user_id)
    if found is None:
        found = queue(session, project_id=project_id, user_id=user_id, now=now, filters=filters)
    for dispute in sorted(found.offered, key=lambda each: each.subject_id == instead_of):
        if not _lease(session, dispute.subject_id, user_id=user_id, now=now, wait=False):
            continue
        # Between the reading of the queue and the lock someone may have settled it.
        (case,) = cases(session, project_id=project_id, subject_ids=[dispute.subject_id]) or (None,)
        if case is not None and case.disputed:
            _show(session, project_id, dispute.subject_id, user_id=user_id, now=now)
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
    _show(session, project_id, subject_id, user_id=user_id, now=now)


def hold(
    session: Session, *, subject_id: int, user_id: int, now: datetime, wait: bool = False
) -> bool:
    """Take a subject whose votes are not shown; False if another lead holds it."""
    return _lease(session, subject_id, user_id=user_id, now=now, wait=wait)


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
    return True


def _show(
    session: Session, project_id: int, subject_id: int, *, user_id: int, now: datetime
) -> None:
    """The page shows the votes at once, unless the project decides blind first."""
    if not settings_of(session, project_id).blind_first:
        disclose(session, subject_id=subject_id, user_id=user_id, now=now)


def release(session: Session, *, subject_id: int, user_id: int) -> None:
    session.execute(
        delete(AdjudicationLease).where(
            AdjudicationLease.subject_id == subject_id, AdjudicationLease.user_id == user_id
        )
    )


def disclose(session: Session, *, subject_id: int, user_id: int, now: datetime) -> None:
    """Note that the votes are shown: later labels by this person are not independent."""
    if decisions.has_seen_votes(session, subject_id=subject_id, user_id=user_id):
        return
    session.add(Disclosure(user_id=user_id, subject_id=subject_id, kind="votes", shown_at=now))
    session.flush()
