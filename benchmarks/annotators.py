"""The load: annotators who label through the HTTP API, in a process of their own.

Called with a JSON `Work` on standard input, answers with JSON on standard output. Each annotator
has one connection that stays open, asks for four tasks at a time, and answers them one by one
without a pause. A small client of our own, because a large one would take the core that the server
needs.
"""

import asyncio
import json
import random
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

AHEAD = 4
HOST = "127.0.0.1"
CONTENT_LENGTH = b"content-length:"


@dataclass
class Work:
    """Who labels what; `most` is the number of saves each makes at most.

    `pause`: seconds that a person looks at a paragraph, at the mean; without it they never rest.
    """

    port: int
    slug: str
    tokens: list[str]
    most: int = 1_000_000
    pause: float = 0.0


@dataclass
class Done:
    """Milliseconds of each `next` and each save, and what was promised by the server.

    `rounds`: a `next` with the save that follows it. `given`: paragraph to the number of people it
    was handed to.
    """

    seconds: float = 0.0
    nexts: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    save_ids: list[str] = field(default_factory=list)
    paragraphs: int = 0
    given: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


def label(work: Work) -> Done:
    """Let them all work until nothing is left, in another process."""
    run = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(asdict(work)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Done(**json.loads(run.stdout))


class Connection:
    """HTTP/1.1 over one connection that is kept open; JSON in and out."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.head = f"Host: {HOST}:{port}\r\nAuthorization: Bearer {token}\r\n"

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(HOST, self.port)

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        kind = "Content-Type: application/json\r\n" if sent else ""
        head = f"{method} {path} HTTP/1.1\r\n{self.head}{kind}Content-Length: {len(sent)}\r\n\r\n"
        self.writer.write(head.encode() + sent)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        lines = answer.lower().split(b"\r\n")
        length = next(line for line in lines if line.startswith(CONTENT_LENGTH))
        content = await self.reader.readexactly(int(length.removeprefix(CONTENT_LENGTH)))
        return int(answer.split(b" ", 2)[1]), json.loads(content)


@dataclass
class Annotator:
    """One person at work; answers are drawn by chance and valid under the default codebook."""

    connection: Connection
    work: Work
    done: Done
    seen: set[int]
    chance: random.Random
    left: int

    async def label(self) -> None:
        while self.left > 0:
            waited, answer = await self.ask()
            if not answer["assignments"]:
                return
            for place, task in enumerate(answer["assignments"][: self.left]):
                await asyncio.sleep(self.chance.uniform(0, 2 * self.work.pause))
                took = await self.save(task)
                if place == 0:
                    self.done.rounds.append(waited + took)
            self.left -= len(answer["assignments"])

    async def ask(self) -> tuple[float, dict[str, Any]]:
        began = time.perf_counter()
        status, answer = await self.connection.call(
            "GET", f"/api/v1/projects/{self.work.slug}/next?n={AHEAD}"
        )
        took = (time.perf_counter() - began) * 1000
        self.done.nexts.append(took)
        if status != 200:
            raise RuntimeError(f"next answered {status}: {answer}")
        for task in answer["assignments"]:
            self.note(task)
        return took, answer

    def note(self, task: dict[str, Any]) -> None:
        if task["scope"] == "paragraph" and task["paragraph"]["id"] not in self.seen:
            self.seen.add(task["paragraph"]["id"])
            given = str(task["paragraph"]["id"])
            self.done.given[given] = self.done.given.get(given, 0) + 1

    async def save(self, task: dict[str, Any]) -> float:
        save_id = str(uuid.uuid4())
        body = {
            "save_id": save_id,
            "seen_revision": task["revision"],
            "answers": self.answers(task["scope"]),
            "seconds": round(self.chance.uniform(2, 60), 1),
        }
        began = time.perf_counter()
        status, _ = await self.connection.call(
            "PUT", f"/api/v1/assignments/{task['id']}/annotation", body
        )
        took = (time.perf_counter() - began) * 1000
        if status in {200, 201}:
            self.done.saves.append(took)
            self.done.save_ids.append(save_id)
            self.done.paragraphs += task["scope"] == "paragraph"
        else:
            self.done.refused[str(status)] = self.done.refused.get(str(status), 0) + 1
        return took

    def answers(self, scope: str) -> dict[str, list[str]]:
        if scope == "document":
            overall = {f"overall_stance.{who}": ["0"] for who in ("russia", "china", "west")}
            stances = overall | {"overall_stance.ukraine": ["1"]}
            return {"primary_frame": ["economic"], "genre": ["analysis"], **stances}
        if self.chance.random() < 0.3:
            return {"content": ["boilerplate"], "noise_type": ["navigation"]}
        return {
            "content": ["main"],
            "part": ["body"],
            "frames": self.chance.sample(["economic", "security", "rivalry", "policy"], 2),
            "targets": ["russia", "china"],
            "stance.russia": [self.chance.choice(["-2", "-1", "0", "1", "2"])],
            "stance.china": [self.chance.choice(["-2", "-1", "0", "1", "2"])],
            "attribution": ["own"],
            "confidence": ["2"],
        }


async def _label(work: Work) -> Done:
    done = Done()
    people = [
        Annotator(Connection(work.port, token), work, done, set(), random.Random(token), work.most)
        for token in work.tokens
    ]
    for person in people:
        await person.connection.open()
        # Asked once beforehand, so that no figure holds what a server does only once.
        await person.ask()
    done.nexts.clear()
    began = time.perf_counter()
    await asyncio.gather(*(person.label() for person in people))
    done.seconds = time.perf_counter() - began
    return done


if __name__ == "__main__":
    given = Work(**json.load(sys.stdin))
    json.dump(asdict(asyncio.run(_label(given))), sys.stdout)
