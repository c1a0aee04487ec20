"""How figures are printed: the median of some runs, their spread, and what was asked for."""

import argparse
import platform
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

WIDTH = 44


@dataclass(frozen=True)
class Options:
    """What `make bench` passes on; scripts of one run share what they keep in `workshop`."""

    quick: bool
    postgresql: bool
    workshop: Path

    def runs(self, thorough: int) -> int:
        return 1 if self.quick else thorough


def run_alone(measure: Callable[[Options], None]) -> None:
    """Read the options, measure, and clean up unless `--workshop` says where to keep things."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer runs, smaller sizes")
    parser.add_argument("--postgresql", action="store_true", help="save on PostgreSQL, too")
    parser.add_argument("--workshop", type=Path, help="an existing folder for what is made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="annotator-bench-") as own:
        measure(Options(given.quick, given.postgresql, given.workshop or Path(own)))


def machine() -> str:
    """The machine by what matters for the figures; never by its name."""
    cores = len(psutil.Process().cpu_affinity() or [])
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{cores} cores, {_processor()}, {memory:.0f} GB; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def heading(title: str) -> None:
    print(f"\n{title}", flush=True)


def say(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    under: float | None = None,
    least: float | None = None,
) -> None:
    """Print the median of the runs; `under` and `least` are what the figure must keep to."""
    middle = statistics.median(values)
    line = f"  {name:<{WIDTH}} {_number(middle):>9} {unit}"
    if len(values) > 1:
        line += f"  ({_number(min(values))} to {_number(max(values))} in {len(values)} runs)"
    print(line + _verdict(middle, under, least), flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _verdict(value: float, under: float | None, least: float | None) -> str:
    if under is not None:
        return f"  [under {under:g}: {'reached' if value < under else 'MISSED'}]"
    if least is not None:
        return f"  [at least {least:g}: {'reached' if value >= least else 'MISSED'}]"
    return ""


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
