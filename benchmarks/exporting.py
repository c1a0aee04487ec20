"""A release of 1,000,000 judgments over 200,000 paragraphs in the formats of the tables.

Meanwhile eight annotators of another project save, and windows with and without an export take
turns.
"""

import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path
from random import Random

import annotators
import projects
import server
import texts
from annotators import Annotator, Connection, Done, Work
from figures import Options, heading, percentile, run_alone, say
from labelled import label_paragraphs
from sqlalchemy import select

from annotator.services.documents import importing
from annotator.store.corpus import Project
from annotator.store.database import Database

SLUG = "large"
BUSY = "busy"
# Eleven paragraphs each; a paragraph that two people label is some twenty judgments.
GIVEN_OUT = 3_940
ALL = 18_182
QUICK_SHARE = 20
MEGABYTE = 2**20
# A window of some six seconds.
SAVES = 12
WINDOWS = 4
PAUSE = 0.5


def measure(options: Options) -> None:
    home = options.workshop / "exporting"
    share = QUICK_SHARE if options.quick else 1
    with projects.opened(home) as database:
        _fill(database, GIVEN_OUT // share, ALL // share)
        busy = projects.make(database, BUSY, documents=150, annotators=8, overlap=4)
        with server.serving(home) as running:
            work = Work(running.port, busy.slug, busy.tokens, SAVES, PAUSE)
            idle: list[float] = []
            saves: list[float] = []
            runs = []
            for _ in range(options.runs(3)):
                for _ in range(WINDOWS):
                    idle += annotators.label(work).saves
                runs.append(_exported(home, work, saves))
    counts = runs[0][2]
    size = f"{counts['annotations']:,} judgments, {counts['items']:,} items"
    heading(f"`annotator export` of {size}, the three formats of the tables")
    say("from start to end", [run[0] for run in runs], "s", under=60 / share)
    say("memory at most", [run[1] / MEGABYTE for run in runs], "MB", under=500)
    for name, met in (("nobody exports", idle), ("somebody exports", saves)):
        for part in (0.5, 0.95):
            say(f"{name}: save, {part:.0%}", [percentile(met, part)], "ms")
    ratio = percentile(saves, 0.95) / percentile(idle, 0.95)
    say("save while somebody exports, against nobody", [ratio], "times, 95 %", under=1.5)


def _fill(database: Database, given_out: int, documents: int) -> None:
    """A project of which the first documents are given to two people each, and labelled."""
    projects.make(database, SLUG, documents=given_out, annotators=2, overlap=2)
    with database.read() as session:
        project_id = session.scalars(select(Project.id).where(Project.slug == SLUG)).one()
    chance = Random(1)
    someone = Annotator(Connection(0, ""), Work(0, "", []), Done(), set(), chance, 0)
    label_paragraphs(database, project_id, lambda *_: someone.answers("paragraph"))
    more = list(texts.documents(documents, seed=2))[given_out:]
    for start in range(0, len(more), projects.IN_A_FILE):
        with database.write() as session:
            importing.import_files(
                session,
                project_id=project_id,
                files=[("more.jsonl", texts.json_lines(more[start : start + projects.IN_A_FILE]))],
                source_name=None,
                actor_id=None,
                now=projects.now(),
            )


def _exported(home: Path, work: Work, saves: list[float]) -> tuple[float, int, dict[str, int]]:
    """Seconds, bytes and counts of one export, while annotators save until it has ended."""
    target = home / "release"
    began = time.perf_counter()
    started = subprocess.Popen(
        server.command("export", SLUG, "--to", str(target)),
        env=server.environment(home),
        stdout=subprocess.DEVNULL,
    )
    over = threading.Event()

    def label_on() -> None:
        while not over.is_set():
            saves.extend(annotators.label(work).saves)

    labelling = threading.Thread(target=label_on)
    labelling.start()
    # Only the kernel knows the largest memory of a process that has ended.
    _, status, usage = os.wait4(started.pid, 0)
    seconds = time.perf_counter() - began
    over.set()
    labelling.join()
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise RuntimeError("annotator export failed")
    counts = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["counts"]
    shutil.rmtree(target)
    return seconds, usage.ru_maxrss * 1024, counts


if __name__ == "__main__":
    run_alone(measure)
