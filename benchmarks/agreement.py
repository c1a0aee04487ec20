"""Agreement: our nominal alpha against `krippendorff` and nltk, in interleaved runs, as ratios."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

import krippendorff
import numpy as np
import numpy.typing as npt
from figures import Options, heading, run_alone, say
from nltk.metrics.agreement import AnnotationTask

from annotator.domain.agreement.additive import Resampling, figure
from annotator.domain.agreement.alpha import alpha_of, krippendorff_alpha
from annotator.domain.agreement.ratings import Alone, Ratings
from annotator.domain.scales import Scale

RATERS = 5
LABELS = ("economic", "security", "policy", "rivalry", "other")
DOCUMENT = 11
REPLICATES = 1_000
SAME = 1e-9

Matrix = npt.NDArray[np.float64]


def measure(options: Options) -> None:
    for judgments in (100_000, 1_000_000) if options.quick else (100_000, 1_000_000, 10_000_000):
        _against_krippendorff(judgments, runs=options.runs(5 if judgments < 10_000_000 else 3))
    _against_nltk(100_000, runs=options.runs(3))
    _interval(1_000_000, runs=options.runs(5))
    _memory(1_000_000 if options.quick else 10_000_000)


def table(judgments: int) -> Matrix:
    """Raters by items: each item has a true label that four of five raters give."""
    chance = np.random.default_rng(0)
    items = judgments // RATERS
    truth = chance.integers(0, len(LABELS), items)
    noise = chance.integers(0, len(LABELS), (RATERS, items))
    slips = chance.random((RATERS, items)) < 0.3
    return np.where(slips, noise, truth).astype(np.float64)


def ours(matrix: Matrix) -> Ratings:
    """The ratings in a table without a gap; names are made only where a person reads them."""
    raters, items = matrix.shape
    codes = np.ascontiguousarray(matrix.T, dtype=np.int64).ravel()
    nobody = np.zeros(0, dtype=np.int64)
    return Ratings(
        Scale("nominal"),
        np.repeat(np.arange(items), raters),
        np.tile(np.arange(raters), items),
        codes,
        ("",) * items,
        tuple(f"rater {number}" for number in range(raters)),
        LABELS,
        Alone(nobody, nobody, (), ()),
    )


def their_alpha(matrix: Matrix) -> float:
    return float(krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal"))


def our_alpha(matrix: Matrix) -> float:
    return krippendorff_alpha(ours(matrix)) or 0.0


def _against_krippendorff(judgments: int, runs: int) -> None:
    heading(f"Nominal alpha of {judgments:,} judgments, from a raters x items table of numbers")
    matrix = table(judgments)
    _race("krippendorff", lambda: our_alpha(matrix), lambda: their_alpha(matrix), runs)


def _against_nltk(judgments: int, runs: int) -> None:
    heading(f"Nominal alpha of {judgments:,} judgments, from rows of text")
    matrix = table(judgments)
    rows = [
        (f"item {item}", f"rater {rater}", LABELS[int(code)])
        for rater, line in enumerate(matrix)
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
    rival: str, our_way: Callable[[], float], their_way: Callable[[], float], runs: int
) -> None:
    """Take turns, so that what else the machine does meets both alike."""
    took_us, took_them = [], []
    for _ in range(runs):
        seconds, value = _timed(our_way)
        took_us.append(seconds)
        seconds, theirs = _timed(their_way)
        took_them.append(seconds)
        if abs(value - theirs) > SAME:
            raise RuntimeError(f"{rival} finds {theirs}, we find {value}")
    say("ours", took_us, "s")
    say(rival, took_them, "s")
    ratios = [them / us for us, them in zip(took_us, took_them, strict=True)]
    say(f"{rival} takes", ratios, "times as long")


def _interval(judgments: int, runs: int) -> None:
    heading(f"Alpha with its interval at {judgments:,} judgments, {REPLICATES:,} replicates")
    ratings = ours(table(judgments))
    items = len(ratings.item_names)
    unit = np.arange(items) // DOCUMENT
    drawn = Resampling(unit, int(unit[-1]) + 1, "documents", seed=0, replicates=REPLICATES)
    took = [_timed(lambda: figure(alpha_of(ratings), ratings, drawn))[0] for _ in range(runs)]
    say(f"over {drawn.units:,} documents", took, "s", under=0.3)
    single = Resampling(np.arange(items), items, "items", seed=0, replicates=REPLICATES)
    took = [_timed(lambda: figure(alpha_of(ratings), ratings, single))[0] for _ in range(runs)]
    say(f"over {items:,} items, each its own document", took, "s")


def _memory(judgments: int) -> None:
    """Each in a fresh process: what its alpha needs beyond the table it is given."""
    heading(f"Memory for the nominal alpha of {judgments:,} judgments, beyond the table")
    for name, way in (("ours", our_alpha), ("krippendorff", their_alpha)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            needed = pool.apply(_growth, (way, judgments))
        say(name, [needed / 2**20], "MB", under=400 if name == "ours" else None)


def _growth(way: Callable[[Matrix], float], judgments: int) -> int:
    way(table(1_000))  # what is imported late is not what is measured
    matrix = table(judgments)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    way(matrix)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def _timed(way: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    value = way()
    return time.perf_counter() - began, value


if __name__ == "__main__":
    run_alone(measure)
