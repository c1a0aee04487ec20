"""Live agreement: the page of a project with 100,000 judgments while 32 annotators save, and what
looking at it costs them. Windows with and without somebody who looks take turns on one server.
"""

import http.client
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

import annotators
import projects
import server
from annotators import Annotator, Connection, Done, Work
from figures import Options, heading, percentile, run_alone, say
from sqlalchemy import select

from annotator.domain.saving import Save
from annotator.services import annotating
from annotator.services.live.places import ItemPlaces
from annotator.services.live.project import LiveProject, Scope, counted
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round

ANNOTATORS = 32
OVERLAP = 4
# One document is 48 assignments, which are 508 judgments.
DOCUMENTS = 197
SAVES_EACH = 36
WINDOWS = 4
EVERY_SECOND = 1.0
# Faster than anybody reads: 32 people save sixteen times a second.
PAUSE = 2.0
SAVES_AT_A_PACE = 15
MEGABYTE = 2**20
COOKIE = "annotator_session"

# What changes a figure, the item, and its labels without the last one and with it.
Step = tuple[Callable[[str, str, list[str]], None], ItemPlaces, tuple[list[str], list[str]]]


@dataclass
class Looker:
    """A lead who opens the page every second."""

    port: int
    slug: str
    token: str
    milliseconds: list[float] = field(default_factory=list)
    refused: int = 0

    def first(self) -> float:
        """The first look counts; in between, the page says so and loads anew by itself."""
        took = 0.0
        while True:
            refused = self.refused
            took += self.look()
            if self.refused == refused:
                return took
            self.refused = refused

    def look(self) -> float:
        connection = http.client.HTTPConnection(annotators.HOST, self.port, timeout=60)
        began = time.perf_counter()
        connection.request(
            "GET",
            f"/projects/{self.slug}/agreement",
            headers={"Cookie": f"{COOKIE}={self.token}"},
        )
        answer = connection.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        self.refused += answer.status != http.client.OK
        connection.close()
        return took

    @contextmanager
    def looking(self) -> Iterator[None]:
        stopped = threading.Event()
        thread = threading.Thread(target=self._look_on, args=(stopped,))
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _look_on(self, stopped: threading.Event) -> None:
        while not stopped.wait(EVERY_SECOND):
            self.milliseconds.append(self.look())


@dataclass
class Windows:
    """What annotators met in windows of one kind."""

    saves: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, done: Done, cpu_seconds: float) -> None:
        if done.refused:
            raise RuntimeError(f"saves were refused: {done.refused}")
        self.saves += done.saves
        self.seconds += done.seconds
        self.cpu_seconds += cpu_seconds


def measure(options: Options) -> None:
    windows = 1 if options.quick else WINDOWS
    home = options.workshop / "live"
    saves = 2 * windows * SAVES_EACH + SAVES_AT_A_PACE
    open_documents = saves * ANNOTATORS // (12 * OVERLAP) + 1
    with projects.opened(home) as database:
        made = projects.make(
            database,
            "live",
            documents=DOCUMENTS + open_documents,
            annotators=ANNOTATORS,
            overlap=OVERLAP,
        )
        _label(database, DOCUMENTS)
        _work(database)
        token = projects.lead(database)
        with server.serving(home) as running:
            looker = Looker(running.port, made.slug, token)
            _page(running, looker, Work(running.port, made.slug, made.tokens, SAVES_EACH), windows)


def _page(running: server.Server, looker: Looker, work: Work, windows: int) -> None:
    memory = running.peak
    first = looker.first()
    grown = running.peak - memory
    quiet = [looker.look() for _ in range(20)]
    seen, unseen = Windows(), Windows()
    for _ in range(windows):
        _label_on(running, work, unseen)
        with looker.looking():
            _label_on(running, work, seen)
    without_rest, looker.milliseconds = looker.milliseconds, []
    with looker.looking():
        _label_on(running, replace(work, most=SAVES_AT_A_PACE, pause=PAUSE), paced := Windows())
    heading("The page of agreement, one second after another, while 32 annotators save")
    say("first look after the server has started", [first], "ms")
    say("memory of the server, more than before it", [grown / MEGABYTE], "MB")
    say("nobody saves, median", [percentile(quiet, 0.5)], "ms", under=200)
    said = f"{len(paced.saves) / paced.seconds:.0f} saves a second"
    for name, looks in ((said, looker.milliseconds), ("without rest", without_rest)):
        for share in (0.5, 0.95):
            say(
                f"while they save, {name}, {share:.0%}", [percentile(looks, share)], "ms", under=200
            )
    say("answered with anything but the page", [looker.refused], "times", under=1)
    for name, met in (("nobody looks", unseen), ("somebody looks", seen)):
        for share in (0.5, 0.95, 0.99):
            say(f"{name}: save, {share:.0%}", [percentile(met.saves, share)], "ms")
        say(f"{name}: saves a second", [len(met.saves) / met.seconds], "/s")
        say(f"{name}: CPU of the server", [1000 * met.cpu_seconds / len(met.saves)], "ms a save")
    ratio = percentile(seen.saves, 0.5) / percentile(unseen.saves, 0.5)
    say("save with somebody who looks, against nobody", [ratio], "times, median")


def _label_on(running: server.Server, work: Work, windows: Windows) -> None:
    before = running.cpu_seconds()
    windows.add(annotators.label(work), running.cpu_seconds() - before)


def _work(database: Database) -> None:
    """The work inside: to count all, to take in a save, and of that what the figures cost."""
    with database.read() as session:
        began = time.process_time()
        project = counted(session, Scope(1, None, 1))
        seconds = time.process_time() - began
    heading(f"Work for {project.judgments:,} judgments")
    say("count all of them", [seconds], "s of CPU")
    began = time.process_time()
    project.headlines()
    say("all figures with their intervals", [1000 * (time.process_time() - began)], "ms of CPU")
    taken = _taken_back_and_put_again(project)
    say("one save changes the figures", taken, "µs of CPU", under=50)
    _label(database, DOCUMENTS + 4)
    with database.read() as session:
        began = time.process_time()
        if not project.update(session):
            raise RuntimeError("all was counted anew")
        spent = 1e6 * (time.process_time() - began)
    say("take in a save when somebody looks", [spent / (4 * 12 * OVERLAP)], "µs of CPU")


def _taken_back_and_put_again(project: LiveProject) -> list[float]:
    """Microseconds to change the figures of all questions by one save, of several paragraphs."""
    items = [item for item in project.items.values() if len(item.places) == OVERLAP][:2_000]
    changes = [list(_changes(project, item)) for item in items]
    spent = []
    for _ in range(3):
        for part in (0, 1):
            began = time.process_time()
            for each in changes:
                for change, item, labels in each:
                    change(item.item_id, item.unit, labels[part])
            spent.append(1e6 * (time.process_time() - began) / len(changes))
    return spent


def _changes(project: LiveProject, item: ItemPlaces) -> Iterator[Step]:
    """For each question that this item has labels of: without the last one, and with it."""
    for code, question in project.questions.items():
        labels = [
            place.labels[place.asked.number[code]] or ""
            for place in item.places
            if code in place.asked.number and not place.excluded[place.asked.number[code]]
        ]
        if len(labels) > 1:
            yield question.figures.change, item, (labels[:-1], labels)


def _label(database: Database, documents: int) -> None:
    """All paragraphs of the first documents are labelled, by answers drawn as the load does."""
    chance = Random(1)
    someone = Annotator(Connection(0, ""), Work(0, "", []), Done(), set(), chance, 0)
    with database.read() as session:
        waiting = session.execute(
            select(Assignment.id, Assignment.user_id, Assignment.scope)
            .join(Assignment.round)
            .where(Round.project_id == 1, Assignment.state == "open")
            .order_by(Assignment.subject_id)
        ).all()
        done = session.query(Assignment).filter(Assignment.state == "done").count()
    wanted = waiting[: documents * 12 * OVERLAP - done]
    for start in range(0, len(wanted), 500):
        with database.write() as session:
            for each in wanted[start : start + 500]:
                save = Save(str(uuid.uuid4()), 0, someone.answers(each.scope), seconds=3.0)
                annotating.save_annotation(
                    session,
                    assignment_id=each.id,
                    user_id=each.user_id,
                    save=save,
                    now=datetime.now(UTC),
                )


if __name__ == "__main__":
    run_alone(measure)
