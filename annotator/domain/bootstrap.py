"""The bootstrap over documents: percentile intervals, and the bias-corrected and accelerated ones.

Whole documents are drawn with replacement, as many as there are, and the figure is computed anew
from the sums of those drawn.

Efron & Tibshirani (1993) An Introduction to the Bootstrap, ch. 13 and 14,
doi:10.1201/9780429246593; for clusters Field & Welsh (2007), doi:10.1111/j.1467-9868.2007.00593.x.
"""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from annotator.domain.intervals import (
    LEAST_DOCUMENTS,
    TAIL,
    FloatArray,
    IntArray,
    Interval,
    Statistic,
    Sums,
)
from annotator.domain.jackknife import left_out

Kind = Literal["percentile", "BCa"]

# Draws that fit the cache of a core are made twice as fast as draws that do not.
_DRAWS_AT_ONCE: Final = 100_000


def bootstrap(
    sums: Sums,
    statistic: Statistic,
    *,
    seed: int,
    replicates: int,
    unit: str = "documents",
    kind: Kind = "percentile",
    threshold: float | None = None,
) -> Interval:
    """A 95 % interval from `replicates` resamples of the rows of `sums`, drawn with replacement.

    The seed is any whole number from 0; the same seed gives the same interval on any machine. With
    a threshold, `below` is the share of the resamples whose figure is under it.

    Withheld below 20 rows: with few documents such intervals are too narrow (benchmarks/coverage.py
    says by how much). Withheld also where more than one resample in forty is undefined, since then
    a tail of the interval is unknown; that happens when all of the rarer labels stand in three
    documents or fewer. Undefined resamples below that share are left out and counted in `method`.
    """
    if replicates < 1:
        return Interval.withheld("no_bootstrap")
    if sums.shape[0] < LEAST_DOCUMENTS:
        return Interval.withheld("too_few_documents")
    values = resampled(sums, statistic, seed=seed, replicates=replicates)
    values = values[~np.isnan(values)]
    undefined = replicates - len(values)
    if undefined > TAIL * replicates:
        return Interval.withheld("too_few_of_rarer_label")
    if kind == "BCa":
        whole = float(statistic(sums.total()[None, :])[0])
        low, high = bca_limits(values, whole, left_out(sums, statistic))
    else:
        low, high = percentile_limits(values)
    method = (
        f"{kind} bootstrap over {sums.shape[0]} {unit}, {replicates} replicates, "
        f"{undefined} undefined"
    )
    below = None if threshold is None else float((values < threshold).mean())
    return Interval(low, high, method, None, below)


def percentile_limits(values: FloatArray) -> tuple[float, float]:
    """The 2.5th and the 97.5th percentile of the replicates, none of which may be NaN."""
    low, high = np.quantile(values, (TAIL, 1 - TAIL))
    return float(low), float(high)


def bca_limits(values: FloatArray, whole: float, others: FloatArray) -> tuple[float, float]:
    """Percentiles of the replicates, moved for bias and for an error that changes with the figure.

    With z_0 the normal quantile of the share of replicates below the figure of the whole (equal
    ones count half), d_i the mean of the figures with one document left out less each of them, and
    z the normal quantile of .025 or .975, the share to look up is

        Phi(z_0 + (z_0 + z) / (1 - a (z_0 + z))),  a = sum of d_i^3 / (6 (sum of d_i^2)^1.5)

    `others` are the figures without each document; an undefined one leaves out its term. Efron
    (1987), doi:10.1080/01621459.1987.10478410.
    """
    normal = NormalDist()
    share = float((values < whole).mean() + (values == whole).mean() / 2)
    # A figure that all replicates exceed would move the limits to infinity.
    bias = normal.inv_cdf(min(max(share, 1 / (2 * len(values))), 1 - 1 / (2 * len(values))))
    acceleration = _acceleration(others)
    moved = [bias + normal.inv_cdf(tail) for tail in (TAIL, 1 - TAIL)]
    shares = [normal.cdf(bias + z / (1 - acceleration * z)) for z in moved]
    low, high = np.quantile(values, shares)
    return float(low), float(high)


def _acceleration(others: FloatArray) -> float:
    apart = np.nanmean(others) - others
    largest = float(np.nanmax(np.abs(apart)))
    if largest == 0:
        return 0.0
    apart = apart / largest  # so that powers of tiny numbers do not vanish
    return float(np.nansum(apart**3)) / (6 * math.sqrt(float(np.nansum(apart**2))) ** 3)


def resampled(sums: Sums, statistic: Statistic, *, seed: int, replicates: int) -> FloatArray:
    """The figure of each resample, shape (replicates,), NaN where it is undefined."""
    patterns, pattern = sums.patterns()
    if 2 * patterns.shape[0] > sums.shape[0]:
        # To look up the pattern of each draw would cost more than it saves.
        return statistic(sums.weighted_by(_resamples(sums.shape[0], seed, replicates)))
    weights = _resamples(sums.shape[0], seed, replicates, pattern)
    return statistic(patterns.weighted_by(weights))


def _resamples(
    rows: int, seed: int, replicates: int, pattern: IntArray | None = None
) -> Iterator[FloatArray]:
    """How often each row is drawn, or each pattern of rows, until all replicates are made; shape
    (some replicates, rows or patterns).

    Draws come from the raw bits of PCG64, whose stream is promised to stay the same, by multiply
    and shift.
    """
    bits = np.random.PCG64(seed)
    width = rows if pattern is None else int(pattern.max()) + 1
    # The narrower the numbers, the more of them stay in the cache, where they are looked up.
    narrow = None if pattern is None else pattern.astype(np.min_scalar_type(width))
    at_once = max(1, _DRAWS_AT_ONCE // rows)
    for start in range(0, replicates, at_once):
        lines = min(at_once, replicates - start)
        raw = bits.random_raw(lines * rows)
        raw >>= np.uint64(32)
        raw *= np.uint64(rows)
        raw >>= np.uint64(32)
        row = raw.view(np.int64)
        drawn = (row if narrow is None else narrow[row]).reshape(lines, rows)
        if lines > 1:
            drawn = drawn + np.arange(lines)[:, None] * width
        counts = np.bincount(drawn.ravel(), minlength=lines * width)
        yield counts.reshape(lines, width).astype(np.float64)
