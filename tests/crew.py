"""Annotators who label through the API and never give up, and a server that is killed under them.

`make test` lets four of them work through two kills, `make bench` many through twenty: what the
server had answered must be stored, once, and what it had not must arrive with the next try.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
PATIENCE = 120.0
PAUSE = 0.05
AHEAD = 4
ANSWERS: dict[str, dict[str, list[str]]] = {
    "paragraph": {"content": ["boilerplate"], "noise_type": ["other"]},
    "document": {
        "primary_frame": ["economic"],
        "genre": ["analysis"],
        "overall_stance.russia": ["0"],
        "overall_stance.china": ["0"],
        "overall_stance.west": ["0"],
        "overall_stance.ukraine": ["0"],
    },
}


class MortalServer:
    """`annotator serve` in a process of its own, on one port however often it is started."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.port = _free_port()
        self._log = home / "server.log"
        self._environment = os.environ | {
            "ANNOTATOR_HOME": str(home),
            "ANNOTATOR_DATABASE_URL": database_url,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Come back when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "annotator", "serve", "--port", str(self.port)],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        wait_until(self._is_ready, "the server did not start; its log is server.log in its home")

    def kill(self) -> None:
        """SIGKILL: nothing is closed, finished or said."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()


@dataclass
class Client:
    """One annotator; sends the same save again until the server has answered it.

    `promised`: ids of the saves that were answered with success. `refused`: the other answers.
    """

    port: int
    slug: str
    token: str
    promised: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    retries: int = 0

    def label_everything(self) -> None:
        while not self.refused and (tasks := self._next()):
            for task in tasks:
                self._save(task)

    def _next(self) -> list[dict[str, Any]]:
        status, answer = self._call("GET", f"/projects/{self.slug}/next?n={AHEAD}")
        if status != http.client.OK:
            self.refused.append(f"next: {status} {answer}")
            return []
        tasks: list[dict[str, Any]] = answer["assignments"]
        return tasks

    def _save(self, task: dict[str, Any]) -> None:
        save_id = str(uuid.uuid4())
        body = {
            "save_id": save_id,
            "seen_revision": task["revision"],
            "answers": ANSWERS[task["scope"]],
        }
        status, answer = self._call("PUT", f"/assignments/{task['id']}/annotation", body)
        if status in {http.client.OK, http.client.CREATED}:
            self.promised.append(save_id)
        else:
            self.refused.append(f"save: {status} {answer}")

    def _call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """The first answer that is one; a dead server gives none, a waking one 503."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                status, answer = self._try(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                status, answer = http.client.SERVICE_UNAVAILABLE, str(error)
            if status != http.client.SERVICE_UNAVAILABLE or time.monotonic() > until:
                return status, answer
            self.retries += 1
            time.sleep(PAUSE)

    def _try(self, method: str, path: str, body: object) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        try:
            connection.request(method, f"/api/v1{path}", body=sent, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def label_through_kills(
    server: MortalServer, clients: Sequence[Client], *, kills: int, saves: int
) -> None:
    """Let all clients label at once; the server dies whenever another share of `saves` is done."""
    server.start()
    # Daemons, or who interrupts this would have to wait until they lose their patience.
    threads = [threading.Thread(target=client.label_everything, daemon=True) for client in clients]
    try:
        for thread in threads:
            thread.start()
        for number in range(1, kills + 1):
            _wait_for_saves(clients, saves * number // (kills + 1))
            server.kill()
            server.start()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        server.kill()


def _wait_for_saves(clients: Sequence[Client], share: int) -> None:
    """Until so many are promised, or one is refused: then nothing more may come."""

    def reached() -> bool:
        done = sum(len(client.promised) for client in clients)
        return done >= share or any(client.refused for client in clients)

    wait_until(reached, "the saves do not get on")


def wait_until(true: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(otherwise)
        time.sleep(PAUSE / 10)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])
