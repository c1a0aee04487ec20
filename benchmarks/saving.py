"""Saving: one annotator alone, then 32 at once, on a thousand paragraphs; is anything lost?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import annotators
import projects
import server
from annotators import Done, Work
from figures import Options, heading, percentile, run_alone, say
from postgresql import postgresql
from sqlalchemy import text

from annotator.store.database import Database

DOCUMENTS = 91
ANNOTATORS = 32
OVERLAP = 4
ALONE = 400
MEGABYTE = 2**20

STORED = text(
    "SELECT count(*) FROM annotation_revisions r JOIN annotations a ON a.id = r.annotation_id "
    "JOIN assignments s ON s.id = a.assignment_id JOIN rounds w ON w.id = s.round_id "
    "JOIN projects p ON p.id = w.project_id WHERE p.slug = :slug"
)
SAVE_IDS = text("SELECT save_id FROM annotation_revisions")
DOUBLED = text(
    "SELECT count(*) FROM (SELECT s.subject_id, s.user_id FROM annotations a "
    "JOIN assignments s ON s.id = a.assignment_id GROUP BY s.subject_id, s.user_id "
    "HAVING count(*) > 1) AS twice"
)
BEYOND = text(
    "SELECT count(*) FROM (SELECT s.round_id, s.subject_id FROM annotations a "
    "JOIN assignments s ON s.id = a.assignment_id GROUP BY s.round_id, s.subject_id "
    "HAVING count(*) > :overlap) AS beyond"
)


@dataclass
class Run:
    """One server's life: what the annotators met, and what it cost."""

    alone: Done
    together: Done
    lost: int
    doubled: int
    beyond: int
    cpu_seconds: float
    memory: int
    memory_of_children: int


def measure(options: Options) -> None:
    _on("SQLite", [_run(options.workshop / f"saving-{n}") for n in range(options.runs(3))])
    if options.postgresql:
        with postgresql(options.workshop) as new_database:
            runs = [
                _run(options.workshop / f"saving-pg-{n}", new_database(f"saving_{n}"))
                for n in range(options.runs(3))
            ]
        _on("PostgreSQL", runs)


def _run(home: Path, database_url: str = "") -> Run:
    with projects.opened(home, database_url) as database:
        solo = projects.make(database, "solo", documents=DOCUMENTS, annotators=1, overlap=1)
        crowd = projects.make(
            database, "crowd", documents=DOCUMENTS, annotators=ANNOTATORS, overlap=OVERLAP
        )
        with server.serving(home, database_url) as running:
            alone = annotators.label(Work(running.port, solo.slug, solo.tokens, ALONE))
            before = running.cpu_seconds()
            together = annotators.label(Work(running.port, crowd.slug, crowd.tokens))
            cpu_seconds = running.cpu_seconds() - before
        lost, doubled, beyond = _audit(database, [alone, together], together)
        return Run(
            alone,
            together,
            lost,
            doubled,
            beyond,
            cpu_seconds,
            running.peak,
            running.peak_of_children,
        )


def _audit(database: Database, everyone: Sequence[Done], crowd: Done) -> tuple[int, int, int]:
    """Acknowledged saves that are not there; labels there twice; paragraphs that too many got."""
    promised = [save_id for done in everyone for save_id in done.save_ids]
    with database.read() as session:
        stored = list(session.scalars(SAVE_IDS))
        twice = int(session.scalar(DOUBLED) or 0)
        beyond = int(session.scalar(BEYOND, {"overlap": OVERLAP}) or 0)
    lost = len(set(promised) - set(stored))
    doubled = twice + len(stored) - len(set(promised))
    handed_out = sum(count > OVERLAP for count in crowd.given.values())
    return lost, doubled, max(beyond, handed_out)


def _on(name: str, runs: Sequence[Run]) -> None:
    heading(f"One annotator alone, {name}, {ALONE} saves, one next?n=4 for every four")
    alone = [run.alone for run in runs]
    say("next + save, median", [percentile(d.rounds, 0.5) for d in alone], "ms", under=8)
    for share in (0.5, 0.95, 0.99):
        say(f"  next, {share:.0%}", [percentile(d.nexts, share) for d in alone], "ms")
    for share in (0.5, 0.95, 0.99):
        say(f"  save, {share:.0%}", [percentile(d.saves, share) for d in alone], "ms")
    heading(f"{ANNOTATORS} annotators at once, {name}, {OVERLAP} for each paragraph")
    crowd = [run.together for run in runs]
    say("saved paragraphs a second", [d.paragraphs / d.seconds for d in crowd], "/s", least=230)
    say("saves a second, documents included", [len(d.saves) / d.seconds for d in crowd], "/s")
    say("save, median", [percentile(d.saves, 0.5) for d in crowd], "ms")
    say("save, 95%", [percentile(d.saves, 0.95) for d in crowd], "ms")
    say("save, 99%", [percentile(d.saves, 0.99) for d in crowd], "ms", under=400)
    say("save, longest", [max(d.saves) for d in crowd], "ms", under=1000)
    say(
        "CPU of the server for a save",
        [1000 * r.cpu_seconds / len(r.together.saves) for r in runs],
        "ms",
    )
    say("refused", [sum(d.refused.values()) for d in crowd], "saves", under=1)
    say("lost", [run.lost for run in runs], "saves", under=1)
    say("doubled", [run.doubled for run in runs], "saves", under=1)
    say("handed out beyond the overlap", [run.beyond for run in runs], "paragraphs", under=1)
    say("memory of the server at most", [run.memory / MEGABYTE for run in runs], "MB", under=150)
    say("memory of its job process", [run.memory_of_children / MEGABYTE for run in runs], "MB")


if __name__ == "__main__":
    run_alone(measure)
