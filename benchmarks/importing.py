"""Importing: a hundred thousand paragraphs through `annotator import`, time and memory.

With suggestions of noise, languages and near-duplicates, as any import.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import projects
import server
import texts
from figures import Options, heading, run_alone, say
from sqlalchemy import text

SLUG = "large"
DOCUMENTS = 9_100
DOCUMENTS_QUICK = 1_820
MEGABYTE = 2**20


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float
    memory: int
    paragraphs: int


def measure(options: Options) -> None:
    runs = []
    for number in range(options.runs(3)):
        home = options.workshop / f"importing-{number}"
        runs.append(imported(home, options))
        shutil.rmtree(home)
    heading(f"Importing {runs[0].paragraphs:,} paragraphs by `annotator import`, SQLite")
    share = runs[0].paragraphs / (DOCUMENTS * texts.PARAGRAPHS)
    say("from start to end", [run.seconds for run in runs], "s", under=round(60 * share, 1))
    say("CPU", [run.cpu_seconds for run in runs], "s")
    say("memory at most", [run.memory / MEGABYTE for run in runs], "MB", under=1_000)


def paragraphs(options: Options) -> int:
    """How many paragraphs the large project has."""
    return _documents(options) * texts.PARAGRAPHS


def imported(home: Path, options: Options) -> Run:
    """Set up a home and fill its project `large`."""
    with projects.opened(home) as database, database.write() as session:
        projects.empty(session, SLUG)
    folder = home / "documents"
    folder.mkdir()
    files = texts.write_files(folder, _documents(options))
    began = time.perf_counter()
    started = subprocess.Popen(
        server.command("import", SLUG, *map(str, files), "--json"),
        env=server.environment(home),
        stdout=subprocess.DEVNULL,
    )
    # Only the kernel knows the largest memory of a process that has ended.
    _, status, usage = os.wait4(started.pid, 0)
    seconds = time.perf_counter() - began
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise RuntimeError("annotator import failed")
    with projects.opened(home) as database, database.read() as session:
        stored = int(session.scalar(text("SELECT count(*) FROM paragraphs")) or 0)
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu_seconds, usage.ru_maxrss * 1024, stored)


def _documents(options: Options) -> int:
    return DOCUMENTS_QUICK if options.quick else DOCUMENTS


def large_home(options: Options) -> Path:
    """A home with the project `large`, made once for all scripts that share a workshop."""
    home = options.workshop / "large"
    if not home.exists():
        imported(home, options)
    return home


if __name__ == "__main__":
    run_alone(measure)
