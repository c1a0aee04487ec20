"""Agreement: our nominal alpha against `krippendorff` and nltk, in interleaved runs, as ratios.

Both sides start from the same data, and what a side has to make of them first counts as its time:
`krippendorff` wants a table of raters x items, nltk a list of triples, we want three arrays.
"""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import numpy.typing as npt
from figures import Options, heading, run_alone, say
from nltk.metrics.agreement import AnnotationTask

from annotator.domain.agreement.additive import IntervalKind, Resampling, figure
from annotator.domain.agreement.alpha import alpha_of, krippendorff_alpha
from annotator.domain.agreement.ratings import Alone, Ratings
from annotator.domain.intervals import IntArray
from annotator.domain.scales import Scale

RATERS = 5
LABELS = ("economic", "security", "policy", "rivalry", "moral", "culture", "health", "law", "other")
FEW_LABELS = 5
DOCUMENT = 11
REPLICATES = 1_000
SAME = 1e-9

Matrix = npt.NDArray[np.float64]
# Seconds by the clock and of the processor.
Took = tuple[float, float]


@dataclass(frozen=True)
class Long:
    """A long table: one entry per label, sorted by item; item, rater and label are numbers."""

    items: IntArray
    raters: IntArray
    codes: IntArray


def measure(options: Options) -> None:
    largest = 1_000_000 if options.quick else 10_000_000
    for judgments in sorted({100_000, 1_000_000, largest}):
        runs = options.runs(5 if judgments < 10_000_000 else 3)
        _against_krippendorff_long(judgments, len(LABELS), runs=runs)
    _against_krippendorff_long(largest, FEW_LABELS, runs=options.runs(3))
    _against_krippendorff_table(largest, runs=options.runs(3))
    _against_nltk_long(100_000 if options.quick else 1_000_000, runs=options.runs(3))
    _against_nltk_text(100_000, runs=options.runs(3))
    _memory(largest)
    _interval(1_000_000, runs=options.runs(5))
    _masi(100_000, runs=options.runs(3))


def table(judgments: int, labels: int = len(LABELS)) -> Matrix:
    """Raters by items: each item has a true label that four of five raters give."""
    chance = np.random.default_rng(0)
    items = judgments // RATERS
    truth = chance.integers(0, labels, items)
    noise = chance.integers(0, labels, (RATERS, items))
    slips = chance.random((RATERS, items)) < 0.25
    return np.where(slips, noise, truth).astype(np.float64)


def long(matrix: Matrix) -> Long:
    raters, items = matrix.shape
    codes = np.ascontiguousarray(matrix.T, dtype=np.int64).ravel()
    return Long(np.repeat(np.arange(items), raters), np.tile(np.arange(raters), items), codes)


def ratings(given: Long) -> Ratings:
    """Names of items are made only where a person reads them."""
    nobody = np.zeros(0, dtype=np.int64)
    return Ratings(
        Scale("nominal"),
        given.items,
        given.raters,
        given.codes,
        ("",) * (int(given.items[-1]) + 1),
        tuple(f"rater {number}" for number in range(RATERS)),
        LABELS,
        Alone(nobody, nobody, (), ()),
    )


def our_alpha(given: Long) -> float:
    return krippendorff_alpha(ratings(given)) or 0.0


def their_alpha(given: Long) -> float:
    matrix = np.full((RATERS, int(given.items[-1]) + 1), np.nan)
    matrix[given.raters, given.items] = given.codes
    return _alpha_of_table(matrix)


def _alpha_of_table(matrix: Matrix) -> float:
    return float(krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal"))


def _against_krippendorff_long(judgments: int, labels: int, runs: int) -> None:
    heading(f"Nominal alpha of {judgments:,} judgments, {labels} labels, from a long table")
    given = long(table(judgments, labels))
    least = 20 if judgments == 10_000_000 and labels == len(LABELS) else None
    _race("krippendorff", lambda: our_alpha(given), lambda: their_alpha(given), runs, least)


def _against_krippendorff_table(judgments: int, runs: int) -> None:
    heading(f"Nominal alpha of {judgments:,} judgments, from a table of raters x items")
    matrix = table(judgments)
    _race(
        "krippendorff",
        lambda: our_alpha(long(matrix)),
        lambda: _alpha_of_table(matrix),
        runs,
        least=20 if judgments == 10_000_000 else None,
    )


def _against_nltk_long(judgments: int, runs: int) -> None:
    heading(f"Nominal alpha of {judgments:,} judgments, from a long table")
    given = long(table(judgments))

    def theirs() -> float:
        columns = (given.raters, given.items, given.codes)
        triples = list(zip(*(column.tolist() for column in columns), strict=True))
        return float(AnnotationTask(triples).alpha())

    _race("nltk", lambda: our_alpha(given), theirs, runs, least=50)


def _against_nltk_text(judgments: int, runs: int) -> None:
    heading(f"Nominal alpha of {judgments:,} judgments, from rows of text in any order")
    rows = [
        (f"item {item}", f"rater {rater}", LABELS[int(code)])
        for rater, line in enumerate(table(judgments))
        for item, code in enumerate(line)
    ]
    triples = [(rater, item, label) for item, rater, label in rows]
    _race(
        "nltk",
        lambda: krippendorff_alpha(Ratings.of(rows, Scale("nominal"))) or 0.0,
        lambda: float(AnnotationTask(triples).alpha()),
        runs,
    )


def _race(
    rival: str,
    our_way: Callable[[], float],
    their_way: Callable[[], float],
    runs: int,
    least: float | None = None,
) -> None:
    """Take turns, so that what else the machine does meets both alike."""
    took_us: list[Took] = []
    took_them: list[Took] = []
    for _ in range(runs):
        took, value = _clocks(our_way)
        took_us.append(took)
        took, theirs = _clocks(their_way)
        took_them.append(took)
        if abs(value - theirs) > SAME:
            raise RuntimeError(f"{rival} finds {theirs}, we find {value}")
    say_both("ours", took_us)
    say_both(rival, took_them)
    clock, cpu = np.array(took_them).T / np.array(took_us).T
    say(f"{rival} takes", clock.tolist(), "times as long", least=least)
    say("  in CPU", cpu.tolist(), "times as much", least=least)


def _memory(judgments: int) -> None:
    """Each in a fresh process: what its alpha needs beyond the long table it is given."""
    heading(f"Memory for the nominal alpha of {judgments:,} judgments, beyond the long table")
    for name, way in (("ours", our_alpha), ("krippendorff", their_alpha)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            needed = pool.apply(_growth, (way, judgments))
        say(name, [needed / 1024], "MB", under=400 if name == "ours" else None)


def _growth(way: Callable[[Long], float], judgments: int) -> int:
    """The rise of the peak above what was there before, in kB."""
    way(long(table(1_000)))  # what is imported late is not what is measured
    given = long(table(judgments))
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here
    before = _status("VmRSS")
    way(given)
    return _status("VmHWM") - before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def _interval(judgments: int, runs: int) -> None:
    heading(f"Alpha with its interval at {judgments:,} judgments, {REPLICATES:,} replicates")
    given = ratings(long(table(judgments)))
    items = len(given.item_names)
    document = np.arange(items) // DOCUMENT
    documents = int(document[-1]) + 1
    ways: tuple[tuple[IntervalKind, float | None], ...] = (
        ("percentile", 0.3),
        ("BCa", None),
        ("jackknife", None),
    )
    for kind, under in ways:
        drawn = Resampling(document, documents, "documents", 0, REPLICATES, kind)
        say_both(f"over {documents:,} documents, {kind}", _took(given, drawn, runs), under)
    single = Resampling(np.arange(items), items, "items", seed=0, replicates=REPLICATES)
    say_both(f"over {items:,} items, each its own document", _took(given, single, runs))


def _masi(items: int, runs: int) -> None:
    heading(f"Alpha over sets (MASI), {items:,} items of three raters")
    given = Ratings.of(_rows_of_sets(items), Scale("set"))
    print(f"  {len(given.labels):,} different sets")
    took = [_clocks(lambda: krippendorff_alpha(given))[0] for _ in range(runs)]
    say_both("the figure", took, under=2)
    document = np.arange(items) // DOCUMENT
    drawn = Resampling(document, int(document[-1]) + 1, "documents", 0, REPLICATES)
    say_both(f"with its interval, {REPLICATES:,} replicates", _took(given, drawn, runs), under=2)


def _rows_of_sets(items: int) -> list[tuple[str, str, str]]:
    """Each of nine labels holds for one item in seven, and each rater gets one in 25 wrong."""
    chance = np.random.default_rng(0)
    truth = chance.random((items, len(LABELS))) < 1 / 7
    rows = []
    for rater in range(3):
        held = truth ^ (chance.random(truth.shape) < 1 / 25)
        for item, flags in enumerate(held):
            label = "|".join(label for label, flag in zip(LABELS, flags, strict=True) if flag)
            rows.append((f"item {item:06}", f"rater {rater}", label))
    return rows


def say_both(name: str, took: list[Took], under: float | None = None) -> None:
    """By the clock and by the processor: other work on the machine makes only the first longer."""
    say(name, [clock for clock, _ in took], "s", under=under)
    say("  of it CPU", [cpu for _, cpu in took], "s")


def _took(given: Ratings, drawn: Resampling, runs: int) -> list[Took]:
    return [_clocks(lambda: figure(alpha_of(given), given, drawn))[0] for _ in range(runs)]


def _clocks(way: Callable[[], Any]) -> tuple[Took, Any]:
    clock, cpu = time.perf_counter(), time.process_time()
    value = way()
    return (time.perf_counter() - clock, time.process_time() - cpu), value


if __name__ == "__main__":
    run_alone(measure)
