"""The worker process: it does what waits, and never outlives the server that started it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from annotator.cli.working import ChildWorker
from annotator.services import jobs
from annotator.services.releases import releasing
from annotator.services.releases.writing import Options
from annotator.store.database import Database
from annotator.store.publishing import Job
from tests.factories import NOW, Factory

PATIENCE = 40.0


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(sqlite_template, tmp_path / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def stored(home: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{home / 'annotator.db'}")
    yield database
    database.dispose()


def wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def state(database: Database) -> str | None:
    with database.read() as session:
        return session.scalars(select(Job.state)).one()


def test_a_child_does_what_waits_and_ends_to_give_its_memory_back(
    home: Path, stored: Database
) -> None:
    with stored.write() as session:
        # Without documents it fails at once, and writes nowhere.
        project = Factory(session).project()
        jobs.enqueue(
            session,
            project_id=project.id,
            kind=releasing.JOB,
            payload=Options().as_json(),
            actor_id=None,
            now=NOW,
        )
    child = subprocess.Popen(
        [sys.executable, "-m", "annotator", "work", "--as-child"], stdin=subprocess.PIPE
    )
    with child:
        assert child.wait(PATIENCE) == 0
    assert state(stored) == "failed"


def test_a_child_ends_when_its_parent_is_gone(home: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "annotator", "work", "--as-child"], stdin=subprocess.PIPE
    )
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(PATIENCE) == 0


def sleeper(seconds: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import time; time.sleep({seconds})")


def test_the_server_starts_the_worker_again_when_it_dies() -> None:
    with ChildWorker(sleeper("60")) as worker:
        wait_for(lambda: worker.process is not None)
        assert worker.process is not None
        first = worker.process.pid
        worker.process.kill()
        wait_for(lambda: worker.process is not None and worker.process.pid != first)
        second = worker.process
    assert second is not None
    assert second.poll() is not None


def test_a_worker_that_ends_well_is_started_again_at_once() -> None:
    pids = set()
    with ChildWorker(sleeper("0")) as worker:

        def seen() -> bool:
            if worker.process is not None:
                pids.add(worker.process.pid)
            return len(pids) > 2

        wait_for(seen)
    assert len(pids) > 2


def test_a_worker_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.cli.working.STOP_SECONDS", 0.2)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    deaf = (sys.executable, "-c", code)
    with ChildWorker(deaf) as worker:
        wait_for(lambda: worker.process is not None)
        time.sleep(0.5)
    assert worker.process is not None
    assert worker.process.returncode in {-signal.SIGKILL, -signal.SIGTERM}


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell starts what runs in its background deaf to Ctrl-C, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_never_outlives_the_server(home: Path, end: signal.Signals) -> None:
    environment = os.environ | {"ANNOTATOR_HOME": str(home)}
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "annotator", "serve", "--port", str(free)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with server:
        try:
            wait_for(lambda: len(psutil.Process(server.pid).children()) == 1)
            (child,) = psutil.Process(server.pid).children()
            server.send_signal(end)
            server.wait(PATIENCE)
            wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
        finally:
            # Where it did not end, the block would wait for it for ever.
            server.kill()
    assert server.returncode == (-signal.SIGKILL if end is signal.SIGKILL else 0)
