"""Flatness: the ten-thousandth save against the first, and with 100,000 paragraphs."""

import annotators
import importing
import projects
import server
from annotators import Done, Work
from figures import Options, heading, percentile, run_alone, say

WINDOW = 500


def measure(options: Options) -> None:
    saves = 2_000 if options.quick else 10_000
    small = _many(options, saves)
    large, ready = _large(options)
    heading(f"Flat from the first to the {saves:,}th save, one annotator in a row, SQLite")
    first, last = small.saves[:WINDOW], small.saves[-WINDOW:]
    say(f"save, median of the first {WINDOW}", [percentile(first, 0.5)], "ms")
    say(f"save, median of the last {WINDOW}", [percentile(last, 0.5)], "ms")
    say("last against first", [percentile(last, 0.5) / percentile(first, 0.5)], "times", under=1.2)
    say(
        "next, last against first",
        [
            percentile(small.nexts[-WINDOW // 4 :], 0.5)
            / percentile(small.nexts[: WINDOW // 4], 0.5)
        ],
        "times",
        under=1.2,
    )
    heading(f"With {'20,000' if options.quick else '100,000'} paragraphs in the database")
    say("next + save, median", [percentile(large.rounds, 0.5)], "ms", under=8)
    say("save, median", [percentile(large.saves, 0.5)], "ms")
    say(
        "save, against the small database",
        [percentile(large.saves, 0.5) / percentile(first, 0.5)],
        "times",
        under=1.2,
    )
    say("ready", [ready], "s", under=3)


def _many(options: Options, saves: int) -> Done:
    """One annotator with all of a project's documents."""
    home = options.workshop / "flatness"
    with projects.opened(home) as database:
        made = projects.make(database, "many", documents=saves // 11 + 1, annotators=1, overlap=1)
    with server.serving(home) as running:
        return annotators.label(Work(running.port, made.slug, made.tokens, saves))


def _large(options: Options) -> tuple[Done, float]:
    """Every paragraph of the large project is given out; one of its annotators works."""
    home = importing.large_home(options)
    with projects.opened(home) as database, database.write() as session:
        made = projects.staff(session, importing.SLUG, annotators=8, overlap=2)
    with server.serving(home) as running:
        work = Work(running.port, made.slug, made.tokens[:1], WINDOW)
        return annotators.label(work), running.ready_seconds


if __name__ == "__main__":
    run_alone(measure)
