import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import Conflict
from annotator.services import jobs
from annotator.services.jobs import ATTEMPTS_AT_MOST, LEASE
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.publishing import Job
from tests.factories import NOW, Factory

LATER = NOW + LEASE + timedelta(seconds=1)


def queue(session: Session, project: Project, kind: str = "release") -> Job:
    return jobs.enqueue(
        session, project_id=project.id, kind=kind, payload={"seed": 1}, actor_id=None, now=NOW
    )


def test_the_oldest_job_is_leased_first(session: Session, make: Factory) -> None:
    first, second = queue(session, make.project()), queue(session, make.project())
    for expected in (first, second):
        leased = jobs.lease(session, worker="w", now=NOW)
        assert leased is not None
        assert (leased.id, leased.payload, leased.attempts) == (expected.id, {"seed": 1}, 1)
        assert expected.leased_until == NOW + LEASE
    assert jobs.lease(session, worker="w", now=NOW) is None


def test_without_jobs_there_is_nothing_to_lease(session: Session) -> None:
    assert not jobs.is_waiting(session, now=NOW)
    assert jobs.lease(session, worker="w", now=NOW) is None


def test_a_project_has_one_unfinished_job_of_a_kind(session: Session, make: Factory) -> None:
    project = make.project()
    job = queue(session, project)
    with pytest.raises(Conflict, match="being made already"):
        queue(session, project)
    queue(session, project, "another kind")
    queue(session, make.project())
    jobs.lease(session, worker="w", now=NOW)
    with pytest.raises(Conflict, match="being made already"):
        queue(session, project)
    jobs.done(session, job_id=job.id, worker="w", result={}, now=NOW)
    assert queue(session, project).id != job.id


def test_a_job_that_is_done_keeps_its_result(session: Session, make: Factory) -> None:
    job = queue(session, make.project())
    jobs.lease(session, worker="w", now=NOW)
    jobs.done(session, job_id=job.id, worker="w", result={"number": 3}, now=LATER)
    assert (job.state, job.result, job.progress, job.error) == ("done", {"number": 3}, 1.0, None)
    assert (job.leased_by, job.leased_until, job.ended_at) == (None, None, LATER)
    assert not jobs.is_waiting(session, now=LATER + LEASE)


def test_a_job_that_failed_keeps_the_sentence(session: Session, make: Factory) -> None:
    job = queue(session, make.project())
    jobs.lease(session, worker="w", now=NOW)
    jobs.failed(session, job_id=job.id, worker="w", sentence="The disk is full.", now=LATER)
    assert (job.state, job.error, job.ended_at) == ("failed", "The disk is full.", LATER)


def test_a_lease_that_ran_out_is_taken_over(session: Session, make: Factory) -> None:
    job = queue(session, make.project())
    jobs.lease(session, worker="killed", now=NOW)
    assert jobs.lease(session, worker="next", now=NOW + LEASE) is None
    assert jobs.is_waiting(session, now=LATER)
    leased = jobs.lease(session, worker="next", now=LATER)
    assert leased is not None
    assert (leased.attempts, job.leased_by) == (2, "next")


def test_a_worker_that_lost_its_lease_cannot_end_the_job(session: Session, make: Factory) -> None:
    job = queue(session, make.project())
    jobs.lease(session, worker="slow", now=NOW)
    jobs.lease(session, worker="next", now=LATER)
    held: dict[str, Any] = {"job_id": job.id, "worker": "slow", "now": LATER}
    with pytest.raises(Conflict, match="Another worker"):
        jobs.renew(session, progress=0.5, **held)
    with pytest.raises(Conflict, match="Another worker"):
        jobs.done(session, result={}, **held)
    with pytest.raises(Conflict, match="Another worker"):
        jobs.failed(session, sentence="x", **held)
    assert (job.state, job.leased_by) == ("running", "next")


def test_renewing_keeps_the_lease_and_progress_never_goes_back(
    session: Session, make: Factory
) -> None:
    job = queue(session, make.project())
    jobs.lease(session, worker="w", now=NOW)
    for share, expected in ((0.5, 0.5), (0.3, 0.5), (7.0, 1.0)):
        jobs.renew(session, job_id=job.id, worker="w", progress=share, now=LATER)
        assert job.progress == expected
    assert job.leased_until == LATER + LEASE


def test_a_job_whose_worker_always_disappears_is_given_up(session: Session, make: Factory) -> None:
    job = queue(session, make.project())
    other = queue(session, make.project())
    now = NOW
    for attempt in range(1, ATTEMPTS_AT_MOST + 1):
        leased = jobs.lease(session, worker=f"w{attempt}", now=now)
        assert leased is not None
        assert leased.id == job.id
        now += LEASE + timedelta(seconds=1)
    leased = jobs.lease(session, worker="last", now=now)
    assert leased is not None
    assert leased.id == other.id
    assert job.state == "failed"
    assert "three times" in (job.error or "")


def test_workers_at_once_never_get_the_same_job(database: Database) -> None:
    with database.write() as session:
        make = Factory(session)
        for _ in range(20):
            queue(session, make.project())
    got: list[int] = []

    def work(name: str) -> None:
        while True:
            with database.write() as session:
                leased = jobs.lease(session, worker=name, now=NOW)
            if leased is None:
                return
            got.append(leased.id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert sorted(got) == sorted(session.scalars(select(Job.id)))
