"""Flatness: the ten-thousandth save against the first, and with 100,000 paragraphs.

Whatever else the machine does would show as a slope. So two servers take turns, fifty saves each:
one with little in its database and one with much, or one at its first saves and one at its last.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import annotators
import importing
import projects
import server
from annotators import Work
from figures import Options, heading, percentile, run_alone, say
from projects import Made
from server import Server

WINDOW = 50
TURNS = 10


@dataclass
class Place:
    """A server with a project, and what one of its annotators met there, in milliseconds."""

    running: Server
    made: Made
    saves: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def label(self, count: int) -> None:
        before = self.running.cpu_seconds()
        done = annotators.label(
            Work(self.running.port, self.made.slug, self.made.tokens[:1], count)
        )
        if len(done.saves) < count:
            raise RuntimeError(f"{len(done.saves)} of {count} were saved; refused: {done.refused}")
        self.saves += done.saves
        self.rounds += done.rounds
        self.cpu.append(1000 * (self.running.cpu_seconds() - before) / len(done.saves))

    def forget(self) -> None:
        self.saves, self.rounds, self.cpu = [], [], []


def measure(options: Options) -> None:
    saves = 2_000 if options.quick else 10_000
    with ExitStack() as stack:
        first = stack.enter_context(_place(options.workshop / "first", WINDOW * (TURNS + 2)))
        last = stack.enter_context(_place(options.workshop / "last", saves))
        last.label(saves - WINDOW * (TURNS + 2))
        _take_turns(first, last)
        heading(f"Flat from the first to the {saves:,}th save, one annotator in a row, SQLite")
        _compare("first saves", first, "last saves", last)
    with ExitStack() as stack:
        small = stack.enter_context(_place(options.workshop / "small", WINDOW * (TURNS + 2)))
        large = stack.enter_context(_large(options))
        _take_turns(small, large)
        heading(f"With {importing.paragraphs(options):,} paragraphs in the database")
        _compare("small database", small, "large database", large)
        say("next + save in the large database", [percentile(large.rounds, 0.5)], "ms", under=8)


def _take_turns(one: Place, other: Place) -> None:
    for place in (one, other):
        place.label(WINDOW)
        place.forget()
    for _ in range(TURNS):
        one.label(WINDOW)
        other.label(WINDOW)


def _compare(one_name: str, one: Place, other_name: str, other: Place) -> None:
    for name, place in ((one_name, one), (other_name, other)):
        say(f"{name}: save, median", [percentile(place.saves, 0.5)], "ms")
        say(f"{name}: CPU of the server for a save", place.cpu, "ms")
    ratio = percentile(other.saves, 0.5) / percentile(one.saves, 0.5)
    say(f"{other_name}, against: on the clock", [ratio], "times", under=1.2)
    ratios = [late / early for early, late in zip(one.cpu, other.cpu, strict=True)]
    say(f"{other_name}, against: CPU", ratios, "times", under=1.2)


@contextmanager
def _place(home: Path, saves: int) -> Iterator[Place]:
    """A server on a project in which one annotator has this much to do."""
    with projects.opened(home) as database:
        made = projects.make(database, "many", documents=saves // 11 + 1, annotators=1, overlap=1)
    with server.serving(home) as running:
        yield Place(running, made)


@contextmanager
def _large(options: Options) -> Iterator[Place]:
    """Every paragraph of the large project is given out; one of its annotators works."""
    home = importing.large_home(options)
    with projects.opened(home) as database, database.write() as session:
        made = projects.staff(session, importing.SLUG, annotators=8, overlap=2)
    with server.serving(home) as running:
        yield Place(running, made)


if __name__ == "__main__":
    run_alone(measure)
