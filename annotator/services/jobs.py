"""The queue of background work: a table of jobs that workers lease.

A worker that is killed lets its lease run out, and the next one takes the job over. A job is tried
three times at most, so that one which kills its worker does not do so for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from annotator.errors import Conflict
from annotator.store.publishing import Job

LEASE: Final = timedelta(seconds=60)
ATTEMPTS_AT_MOST: Final = 3
ALREADY_QUEUED = "This is being made already; it is done when the page says so."
LEASE_LOST = "Another worker has taken this job over."
GAVE_UP = (
    "The program stopped in the middle each of the three times it tried; "
    "look into the log of the server, then start it again here."
)


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """What a worker needs to know of the job it holds."""

    id: int
    project_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    created_by_id: int | None


def enqueue(
    session: Session,
    *,
    project_id: int,
    kind: str,
    payload: dict[str, Any],
    actor_id: int | None,
    now: datetime,
    alone: bool = True,
) -> Job:
    """Queue a job; if it is to be `alone`, the project has one of its kind at a time.

    Raises:
        Conflict: the project has one of this kind that has not ended.
    """
    unfinished = select(Job.id).where(
        Job.project_id == project_id, Job.kind == kind, Job.state.in_(("queued", "running"))
    )
    if alone and session.scalars(unfinished.limit(1)).first() is not None:
        raise Conflict(ALREADY_QUEUED)
    job = Job(
        project_id=project_id, kind=kind, payload=payload, created_at=now, created_by_id=actor_id
    )
    session.add(job)
    session.flush()
    return job


def note_done(
    session: Session,
    *,
    project_id: int,
    kind: str,
    payload: dict[str, Any],
    result: dict[str, Any],
    actor_id: int | None,
    now: datetime,
) -> Job:
    """Keep what came out of work that was small enough to be done at once."""
    job = Job(
        project_id=project_id,
        kind=kind,
        payload=payload,
        result=result,
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(job)
    _end(job, state="done", now=now)
    job.progress = 1.0
    session.flush()
    return job


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Whether there is a job to lease. Only reads, so that idle workers disturb no save."""
    return session.scalars(select(Job.id).where(_free(now)).limit(1)).first() is not None


def lease(session: Session, *, worker: str, now: datetime) -> LeasedJob | None:
    """Take the oldest job that nobody works on, for `LEASE` from now; None if there is none.

    Jobs whose worker disappeared too often are closed on the way.
    """
    # Two workers never wait for, or get, the same row; SQLite has one writer at a time anyway.
    oldest = select(Job).where(_free(now)).order_by(Job.id).limit(1)
    while job := session.scalars(oldest.with_for_update(skip_locked=True)).first():
        if job.attempts < ATTEMPTS_AT_MOST:
            job.state, job.leased_by, job.leased_until = "running", worker, now + LEASE
            job.attempts += 1
            session.flush()
            return LeasedJob(
                job.id, job.project_id, job.kind, job.payload, job.attempts, job.created_by_id
            )
        _end(job, state="failed", now=now)
        job.error = GAVE_UP
        session.flush()
    return None


def renew(session: Session, *, job_id: int, worker: str, progress: float, now: datetime) -> None:
    """Say that the worker is alive and how far it is, 0 to 1.

    Raises:
        Conflict: the worker does not hold the job any more.
    """
    job = _held(session, job_id, worker)
    job.leased_until = now + LEASE
    job.progress = min(max(progress, job.progress), 1.0)


def done(
    session: Session, *, job_id: int, worker: str, result: dict[str, Any], now: datetime
) -> None:
    """Raises:
    Conflict: the worker does not hold the job any more.
    """
    job = _held(session, job_id, worker)
    _end(job, state="done", now=now)
    job.progress, job.result, job.error = 1.0, result, None


def failed(session: Session, *, job_id: int, worker: str, sentence: str, now: datetime) -> None:
    """Raises:
    Conflict: the worker does not hold the job any more.
    """
    job = _held(session, job_id, worker)
    _end(job, state="failed", now=now)
    job.error = sentence


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Job.state == "queued", and_(Job.state == "running", Job.leased_until < now))


def _held(session: Session, job_id: int, worker: str) -> Job:
    job = session.scalars(
        select(Job)
        .where(Job.id == job_id, Job.state == "running", Job.leased_by == worker)
        .with_for_update()
    ).one_or_none()
    if job is None:
        raise Conflict(LEASE_LOST)
    return job


def _end(job: Job, *, state: str, now: datetime) -> None:
    job.state, job.leased_by, job.leased_until, job.ended_at = state, None, None, now
