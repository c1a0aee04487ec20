"""The real `annotator serve` in a process of its own, on loopback, watched and stopped by pid."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HOST = "127.0.0.1"
PATIENCE = 60.0


@dataclass
class Server:
    """A running server and what it took: seconds to be ready, memory at most, CPU seconds."""

    process: psutil.Process
    port: int
    ready_seconds: float
    peak: int = 0
    peak_of_children: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def watch(self) -> None:
        while not self.stopped.wait(0.1):
            self.peak = max(self.peak, _memory(self.process))
            self.peak_of_children = max(self.peak_of_children, _memory_of_children(self.process))


def environment(home: Path, database_url: str = "") -> dict[str, str]:
    """The settings of a server or command that works in this home and in no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANNOTATOR_")}
    return kept | {"ANNOTATOR_HOME": str(home), "ANNOTATOR_DATABASE_URL": database_url}


def command(*words: str) -> list[str]:
    """An `annotator` command, run by this very Python."""
    return [sys.executable, "-m", "annotator", *words]


@contextmanager
def serving(home: Path, database_url: str = "") -> Iterator[Server]:
    """Start, wait until `/healthz` answers 200, give, stop."""
    port = _free_port()
    with (home / "server.log").open("ab") as log:
        began = time.perf_counter()
        started = subprocess.Popen(
            command("serve", "--port", str(port)),
            env=environment(home, database_url),
            stdout=log,
            stderr=log,
        )
    try:
        _wait(started, port)
        server = Server(psutil.Process(started.pid), port, time.perf_counter() - began)
        with _watched(server):
            yield server
    finally:
        started.terminate()
        started.wait(PATIENCE)


@contextmanager
def _watched(server: Server) -> Iterator[None]:
    watcher = threading.Thread(target=server.watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        server.stopped.set()
        watcher.join()


def _wait(started: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.perf_counter() + PATIENCE
    while not _is_ready(port):
        if started.poll() is not None or time.perf_counter() > give_up:
            raise RuntimeError("the server did not start; see server.log in its home")
        time.sleep(0.005)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _memory_of_children(process: psutil.Process) -> int:
    try:
        return sum(_memory(child) for child in process.children(recursive=True))
    except psutil.NoSuchProcess:
        return 0


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])
