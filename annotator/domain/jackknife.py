"""The delete-one-document jackknife: an interval for the price of one pass over the documents."""

import math
from collections import Counter
from typing import Final

import numpy as np

from annotator.domain.intervals import (
    LEAST_DOCUMENTS,
    TAIL,
    FloatArray,
    Interval,
    Statistic,
    Sums,
)
from annotator.domain.student_t import student_t_cdf, student_t_quantile

# Where all of the rarer labels stand in this many documents, one bootstrap in forty misses them.
_FEW: Final = 3
# What cancels when a document is taken off leaves dust of this size, relative to the whole.
_DUST: Final = 1e-12


def jackknife(
    sums: Sums,
    statistic: Statistic,
    unit: str = "documents",
    *,
    df: int | None = None,
    threshold: float | None = None,
) -> Interval:
    """A 95 % interval from the figure without each row of `sums` in turn.

    With g rows, the figure T of all and T_i of all but row i:

        T plus and minus t sqrt((g - 1) / g  sum over i of (T_i - mean of T_i)^2)

    where t is the .975 quantile of Student's t with g - 1 degrees of freedom; `df` says fewer where
    some rows hold next to nothing. Nothing is drawn, so no seed is needed. With a threshold,
    `below` is the probability by the same t that the true figure lies under it.

    Withheld below 20 rows, and where leaving out three rows can make the figure undefined, because
    the rarer labels stand in no others: the same cases in which a bootstrap is withheld.

    Tukey (1958), abstract in doi:10.1214/aoms/1177706647; Efron & Stein (1981),
    doi:10.1214/aos/1176345462.
    """
    rows = sums.shape[0]
    if rows < LEAST_DOCUMENTS:
        return Interval.withheld("too_few_documents")
    others = left_out(sums, statistic)
    if np.isnan(others).any() or rows - _largest_without_figure(sums, statistic) <= _FEW:
        return Interval.withheld("too_few_of_rarer_label")
    whole = float(statistic(sums.total()[None, :])[0])
    error = standard_error(others)
    df = rows - 1 if df is None else df
    low, high = t_limits(whole, error, df)
    method = f"jackknife over {rows} {unit}, t with {df} degrees of freedom"
    below = None if threshold is None else _below(threshold, whole, error, df)
    return Interval(low, high, method, None, below)


def left_out(sums: Sums, statistic: Statistic) -> FloatArray:
    """The figure without each row, shape (rows,); NaN where it is undefined without the row."""
    whole = sums.total()
    dust = _DUST * np.maximum(np.abs(whole), 1)
    return np.concatenate(
        [statistic(_without_dust(whole - portion, dust)) for portion in sums.portions()]
    )


def standard_error(others: FloatArray) -> float:
    """The jackknife's standard error from the figures without each row."""
    rows = len(others)
    return math.sqrt((rows - 1) / rows * float(((others - others.mean()) ** 2).sum()))


def t_limits(whole: float, error: float, df: int) -> tuple[float, float]:
    """The figure less and plus its error times the t of a 95 % interval."""
    reach = student_t_quantile(1 - TAIL, df) * error
    return whole - reach, whole + reach


def _without_dust(totals: FloatArray, dust: FloatArray) -> FloatArray:
    totals[np.abs(totals) < dust] = 0.0
    return totals


def _below(threshold: float, whole: float, error: float, df: int) -> float:
    if error == 0:
        return float(whole < threshold)
    return student_t_cdf((threshold - whole) / error, df)


def _largest_without_figure(sums: Sums, statistic: Statistic) -> int:
    """How many rows the largest set has that has no figure: for alpha, the documents in which
    everybody gave one and the same label.

    Rows without a figure of their own have none together either where they fill the same columns.
    To the most frequent kind of them come the kinds that have no figure together with it.
    """
    counts: Counter[bytes] = Counter()
    examples: dict[bytes, FloatArray] = {}
    patterns, pattern = sums.patterns()
    times = np.bincount(pattern, minlength=patterns.shape[0])
    for portion in patterns.portions():
        often, times = times[: len(portion)], times[len(portion) :]
        alone = np.isnan(statistic(portion))
        for row, count in zip(portion[alone], often[alone].tolist(), strict=True):
            kind = (row != 0).tobytes()
            counts[kind] += count
            examples[kind] = row
    if not counts:
        return 0
    frequent, _ = counts.most_common(1)[0]
    together = np.stack([examples[kind] + examples[frequent] for kind in counts])
    without = np.isnan(statistic(together))
    return sum(count for count, none in zip(counts.values(), without, strict=True) if none)
