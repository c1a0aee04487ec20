"""`make bench`: every measurement in order, each in a process of its own, with one workshop."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import machine

SCRIPTS = (
    "saving",
    "killing",
    "importing",
    "near_duplicates",
    "starting",
    "flatness",
    "agreement",
    "coverage",
    "certainty",
    "live",
    "adjudicating",
    "exporting",
    "noise",
    "page",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="*", metavar="SCRIPT", help=f"of {', '.join(SCRIPTS)}")
    parser.add_argument("--quick", action="store_true", help="fewer runs, smaller sizes")
    parser.add_argument("--postgresql", action="store_true", help="save on PostgreSQL, too")
    given = parser.parse_args()
    if unknown := sorted(set(given.scripts) - set(SCRIPTS)):
        parser.error(f"{unknown[0]} is none of {', '.join(SCRIPTS)}")
    passed_on = [f"--{name}" for name in ("quick", "postgresql") if getattr(given, name)]
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="annotator-bench-") as workshop:
        failed = [
            script
            for script in given.scripts or SCRIPTS
            if _run(script, [*passed_on, "--workshop", workshop])
        ]
    if failed:
        print(f"\nThese did not run to their end: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


def _run(script: str, options: list[str]) -> int:
    path = Path(__file__).parent / f"{script}.py"
    return subprocess.run([sys.executable, str(path), *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
