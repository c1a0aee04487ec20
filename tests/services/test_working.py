"""The worker: what becomes of a job when all goes well, and when it does not."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.errors import DataInvalid
from annotator.services import jobs, working
from annotator.services.jobs import LEASE
from annotator.services.releases import releasing, verifying, writing
from annotator.services.releases.writing import Options
from annotator.store.audit import AuditEvent
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.publishing import Job, Release
from tests.factories import NOW, Factory
from tests.services.release_world import build


class Clock:
    """Every look at it is a second later."""

    def __init__(self) -> None:
        self.at = NOW + timedelta(days=2)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def project_id(database: Database) -> int:
    with database.write() as session:
        return build(Factory(session), documents=1).project.id


def request(database: Database, project_id: int, **given: Any) -> None:
    with database.write() as session:
        releasing.request_release(
            session, project_id=project_id, options=Options(**given), actor_id=None, now=NOW
        )


def last(database: Database) -> Job:
    with database.read() as session:
        return session.scalars(select(Job).order_by(Job.id.desc())).first() or Job()


def run(database: Database, settings: Settings, clock: Clock) -> bool:
    return working.run_next(database, settings, worker="w", clock=clock)


def test_without_a_job_there_is_nothing_to_do(
    database: Database, settings: Settings, clock: Clock
) -> None:
    assert not run(database, settings, clock)


def test_a_release_is_made_numbered_and_noted(
    database: Database, settings: Settings, clock: Clock, project_id: int
) -> None:
    request(database, project_id, seed=5)
    assert run(database, settings, clock)
    assert not run(database, settings, clock)
    assert last(database).result == {"number": 1, "changed": True}
    with database.read() as session:
        (release,) = session.scalars(select(Release))
        events = list(session.scalars(select(AuditEvent.action)))
    assert (release.number, release.seed, release.folder) == (1, 5, "small-release-1")
    assert release.options["seed"] == 5
    assert events == ["release.made"]
    assert verifying.verify(settings.exports / release.folder).holds


def test_unchanged_data_gives_no_new_number_and_leaves_nothing(
    database: Database, settings: Settings, clock: Clock, project_id: int
) -> None:
    for _ in range(2):
        request(database, project_id)
        run(database, settings, clock)
    assert last(database).result == {"number": 1, "changed": False}
    assert len(list(settings.exports.iterdir())) == 2


def test_one_more_document_makes_release_two_and_leaves_one_alone(
    database: Database, settings: Settings, clock: Clock, project_id: int
) -> None:
    request(database, project_id)
    run(database, settings, clock)
    first = settings.exports / "small-release-1"
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    with database.write() as session:
        Factory(session).document(session.get_one(Project, project_id), key="more.txt")
    request(database, project_id)
    run(database, settings, clock)
    assert last(database).result == {"number": 2, "changed": True}
    assert verifying.verify(settings.exports / "small-release-2").holds
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before


def test_a_folder_of_another_installation_is_never_written_over(
    database: Database, settings: Settings, clock: Clock, project_id: int
) -> None:
    theirs = settings.exports / "small-release-1"
    theirs.mkdir(parents=True)
    (theirs / "manifest.json").write_text("theirs")
    request(database, project_id)
    run(database, settings, clock)
    with database.read() as session:
        assert session.scalars(select(Release.folder)).one() == "small-release-1.2"
    assert (theirs / "manifest.json").read_text() == "theirs"


def test_what_is_wrong_with_the_data_is_kept_as_a_sentence(
    database: Database, settings: Settings, clock: Clock, project_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refuse(*_: object, **__: object) -> None:
        raise DataInvalid("The codebook is odd; mend it.")

    monkeypatch.setattr(releasing, "write_release", refuse)
    request(database, project_id)
    assert run(database, settings, clock)
    job = last(database)
    assert (job.state, job.error) == ("failed", "The codebook is odd; mend it.")
    assert list(settings.exports.iterdir()) == []


def test_a_fault_of_the_program_leaves_the_job_to_the_next_worker(
    database: Database, settings: Settings, clock: Clock, project_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    request(database, project_id)
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "write_release", crash)
        with pytest.raises(ZeroDivisionError):
            run(database, settings, clock)
    assert list(settings.exports.iterdir()) == []
    assert last(database).state == "running"
    clock.at += LEASE
    assert run(database, settings, clock)
    job = last(database)
    assert (job.state, job.attempts) == ("done", 2)


def test_what_a_killed_worker_left_is_removed_by_the_next(
    database: Database, settings: Settings, clock: Clock, project_id: int
) -> None:
    request(database, project_id)
    left = settings.exports / f".small-release.unfinished-job-{last(database).id}"
    left.mkdir(parents=True)
    (left / "half.csv").write_text("half")
    run(database, settings, clock)
    assert sorted(path.name for path in settings.exports.iterdir()) == [
        "small-release-1",
        "small-release-1.zip",
    ]


def test_the_lease_is_renewed_while_something_large_is_stored(
    database: Database, settings: Settings, clock: Clock, project_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """But on SQLite, where nobody else can lease while one process writes."""
    original, renew = releasing.PreparedRelease.conclude, jobs.renew
    storing, renewed = threading.Event(), threading.Event()

    def slow(self: Any, session: Session, *, now: datetime) -> dict[str, Any]:
        storing.set()
        assert renewed.wait(0.2 if database.is_sqlite else 10) is not database.is_sqlite
        return original(self, session, now=now)

    def counted(session: Session, **given: Any) -> None:
        renew(session, **given)
        if storing.is_set():
            renewed.set()

    monkeypatch.setattr(working, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(releasing.PreparedRelease, "conclude", slow)
    monkeypatch.setattr(jobs, "renew", counted)
    request(database, project_id)
    assert run(database, settings, clock)
    assert last(database).state == "done"


def test_a_release_that_cannot_be_entered_leaves_no_folder(
    database: Database, settings: Settings, clock: Clock, project_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Another worker took the job over while this one was busy: its release does not count."""
    original = releasing.PreparedRelease.conclude

    def overtaken(self: Any, session: Session, *, now: datetime) -> dict[str, Any]:
        result = original(self, session, now=now)
        session.get_one(Job, self.job.id).leased_by = "faster"
        session.flush()
        return result

    monkeypatch.setattr(releasing.PreparedRelease, "conclude", overtaken)
    request(database, project_id)
    assert run(database, settings, clock)
    assert list(settings.exports.iterdir()) == []
    with database.read() as session:
        assert session.scalars(select(Release.id)).all() == []


def test_the_lease_is_renewed_while_the_work_takes_long(
    database: Database, settings: Settings, clock: Clock, project_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    beats: list[float] = []
    beaten = threading.Event()
    original, renew = writing.write_release, jobs.renew

    def slow(*args: Any, progress: Callable[[float], None], **given: Any) -> Any:
        progress(0.25)
        assert beaten.wait(10)
        return original(*args, progress=progress, **given)

    def noted(session: Session, *, progress: float, **given: Any) -> None:
        renew(session, progress=progress, **given)
        beats.append(progress)
        beaten.set()

    monkeypatch.setattr(working, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(releasing, "write_release", slow)
    monkeypatch.setattr(jobs, "renew", noted)
    request(database, project_id)
    assert run(database, settings, clock)
    assert last(database).state == "done"
    assert 0.25 in beats
