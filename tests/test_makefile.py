"""What the README promises of make must stand in the Makefile."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_make_help_lists_every_target_a_person_may_call() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    documented = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],  # noqa: S607 - make of the PATH
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert documented >= {"run", "test", "lint", "bench", "screenshots"}
    assert {line.split()[1] for line in listed.splitlines()} == documented


def test_ci_runs_what_the_readme_tells_people_to_run() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make lint" in script
    assert "make test" in script


def test_the_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-rivals.lock"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9-]+(?:\[[a-z]+\])?==", lock, flags=re.MULTILINE)
        assert len(pinned) > 30
        assert lock.count("--hash=sha256:") >= len(pinned)
        assert "://" not in lock


def test_the_run_time_environment_stays_under_fifty_packages() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)(?:\[[a-z]+\])?==", lock, flags=re.MULTILINE))
    assert len(names) <= 50
