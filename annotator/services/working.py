"""What the worker does with a job: prepare with one state of the database in view, then conclude.

The long part only reads, so that saves go on undisturbed; what it made enters the database in one
short transaction, together with the end of the job.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.errors import AnnotatorError, Conflict
from annotator.services import jobs, noise_refits
from annotator.services.documents import batches
from annotator.services.jobs import LeasedJob
from annotator.services.releases import releasing
from annotator.store.database import Database

BEAT_SECONDS: Final = 2.0

Clock = Callable[[], datetime]


class Prepared(Protocol):
    """What came out of the long part of a job."""

    def conclude(self, session: Session, *, now: datetime) -> dict[str, Any]:
        """Put it into the database; returns what is kept as the result of the job."""

    def discard(self) -> None:
        """Leave nothing behind."""


class Kind(Protocol):
    """The long part of a kind of job; `progress` is told the share done, 0 to 1."""

    def __call__(
        self,
        session: Session,
        *,
        settings: Settings,
        job: LeasedJob,
        progress: Callable[[float], None],
    ) -> Prepared: ...


KINDS: Final[dict[str, Kind]] = {
    releasing.JOB: releasing.prepare,
    batches.REVIEW: batches.prepare_review,
    batches.IMPORT: batches.prepare_import,
    noise_refits.REFIT: noise_refits.prepare_refit,
    noise_refits.SUGGEST: noise_refits.prepare_suggestions,
}


def run_next(database: Database, settings: Settings, *, worker: str, clock: Clock) -> bool:
    """Do the oldest waiting job, if there is one; returns whether there was.

    What is wrong with the data or the machine is kept as the job's sentence. A fault of the program
    is not caught: the worker ends, and the job is tried again when its lease runs out.

    Raises:
        Unavailable: the database is away.
    """
    with database.read() as session:
        if not jobs.is_waiting(session, now=clock()):
            return False
    with database.write() as session:
        job = jobs.lease(session, worker=worker, now=clock())
    if job is None:
        return False
    log = structlog.get_logger().bind(job=job.id, kind=job.kind, attempt=job.attempts)
    log.info("job.started")
    try:
        _do(database, settings, job, worker, clock)
    except AnnotatorError as error:
        log.warning("job.failed", sentence=str(error))
        _fail(database, job, worker, str(error), clock)
    else:
        log.info("job.done")
    return True


def _do(database: Database, settings: Settings, job: LeasedJob, worker: str, clock: Clock) -> None:
    heart = _Heart(database, job.id, worker, clock)
    with _beating(heart) as progress, database.read() as session:
        prepared = KINDS[job.kind](session, settings=settings, job=job, progress=progress)
    kept = False
    try:
        with _beating_while_writing(heart), database.write() as session:
            result = prepared.conclude(session, now=clock())
            jobs.done(session, job_id=job.id, worker=worker, result=result, now=clock())
        kept = True
    finally:
        if not kept:
            prepared.discard()


def _fail(database: Database, job: LeasedJob, worker: str, sentence: str, clock: Clock) -> None:
    try:
        with database.write() as session:
            jobs.failed(session, job_id=job.id, worker=worker, sentence=sentence, now=clock())
    except Conflict:
        # Another worker has the job: how it ends is for that one to say.
        structlog.get_logger().warning("job.lost", job=job.id)


@dataclass(slots=True)
class _Heart:
    """Renews the lease while the long part runs, however long one step of it takes."""

    database: Database
    job_id: int
    worker: str
    clock: Clock
    share: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        while not self.stopped.wait(BEAT_SECONDS):
            try:
                with self.database.write() as session:
                    jobs.renew(
                        session,
                        job_id=self.job_id,
                        worker=self.worker,
                        progress=self.share,
                        now=self.clock(),
                    )
            except AnnotatorError as error:
                # A lost lease shows at the end, a database that was away may be back next time.
                structlog.get_logger().warning("job.beat_missed", sentence=str(error))


def _beating_while_writing(heart: _Heart) -> AbstractContextManager[object]:
    """A large import takes longer to store than a lease lasts.

    SQLite needs no beat for it: nobody else can write, and hence lease, until it is done.
    """
    if heart.database.is_sqlite:
        return nullcontext()
    heart.stopped.clear()
    return _beating(heart)


@contextmanager
def _beating(heart: _Heart) -> Iterator[Callable[[float], None]]:
    thread = threading.Thread(target=heart.beat, name=f"job-{heart.job_id}", daemon=True)
    thread.start()

    def progress(share: float) -> None:
        heart.share = share

    try:
        yield progress
    finally:
        heart.stopped.set()
        thread.join()
