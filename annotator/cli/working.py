"""The process that does background jobs, and how the server keeps one.

One busy Python thread in the web process would hold up every save, so jobs run in a process of
their own.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from types import FrameType, TracebackType
from typing import Final, Self

import click
import structlog

from annotator import config
from annotator.cli.context import now, open_database
from annotator.config import Settings
from annotator.errors import Unavailable
from annotator.services import working
from annotator.store.database import Database

STANDARD_INPUT: Final = 0
IDLE_SECONDS: Final = 1.0
STOP_SECONDS: Final = 5.0
SLOWEST_RESTART_SECONDS: Final = 30.0


@click.command(hidden=True, epilog="Example: annotator work")
@click.option("--as-child", is_flag=True, help="End when standard input closes, or after work.")
def work(as_child: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Do background jobs until stopped. `serve` starts such a process by itself."""
    _log_as_json()
    if as_child:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = config.load()
    worker = f"{socket.gethostname()}-{os.getpid()}"
    with open_database() as database:
        while not (_did_something(database, settings, worker) and as_child):
            threading.Event().wait(IDLE_SECONDS)


def _did_something(database: Database, settings: Settings, worker: str) -> bool:
    """Do all that waits. A child ends after that: what a job loaded is 100 MB, and comes back."""
    did = False
    try:
        while working.run_next(database, settings, worker=worker, clock=now):
            did = True
    except Unavailable as error:
        structlog.get_logger().warning("worker.waits", sentence=str(error))
    return did


def _end_with_parent() -> None:
    """The pipe closes when the server ends, however it ends; the lease of a job runs out by itself.

    Not by a signal: a process that is killed sends none.
    """
    # Not through sys.stdin, whose lock this thread would still hold when the worker ends by itself.
    while os.read(STANDARD_INPUT, 1):
        pass
    os._exit(0)


class ChildWorker:
    """Keeps one `annotator work` running beside the server, in a `with` block."""

    def __init__(self, command: tuple[str, ...] | None = None) -> None:
        self.command = command or (sys.executable, "-m", "annotator", "work", "--as-child")
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name="child-worker", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changing:
            self._stopping.set()
            if self.process is not None:
                self.process.terminate()
        self._keeper.join(STOP_SECONDS)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        self._keeper.join()

    def _keep(self) -> None:
        wait = 1.0
        while self._start():
            process = self.process
            if process is None:  # narrows the type: `_start` has just set it
                return
            ended = process.wait()
            if process.stdin is not None:
                process.stdin.close()
            if ended == 0:
                wait = 1.0
                continue
            if not self._stopping.is_set():
                structlog.get_logger().warning("worker.ended", status=ended, restart_in=wait)
            self._stopping.wait(wait)
            wait = min(wait * 2, SLOWEST_RESTART_SECONDS)

    def _start(self) -> bool:
        with self._changing:
            if self._stopping.is_set():
                return False
            # Same environment, hence the same settings. The pipe says that the server is alive.
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)  # noqa: S603 - our own program
            return True


def stop_on_sigterm() -> None:
    """Let SIGTERM unwind like Ctrl-C, so that the child worker is ended and waited for."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _log_as_json() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
