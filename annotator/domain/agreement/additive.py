"""Figures that are functions of sums over items, and how each gets its value and its interval.

Because the sums add up, one pass over the items serves everything: the figure, its interval
(weighted sums of documents, or the sums less one document), the figure without an annotator (take
their items off, put them back without the annotator).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.bootstrap import bootstrap
from annotator.domain.intervals import LEAST_DOCUMENTS, FloatArray, IntArray, Interval, Sums
from annotator.domain.jackknife import jackknife

IntervalKind = Literal["percentile", "BCa", "jackknife"]


class Additive(Protocol):
    """A statistic of agreement that is a function of sums over items."""

    def sums(self, ratings: Ratings) -> Sums:
        """One row per item of the ratings, one column per sum; a statistic that needs them has one
        more row for each label that stands alone, in the order of `ratings.alone`.
        """

    def value(self, totals: FloatArray) -> FloatArray:
        """The statistic for each line of totals, shape (lines, columns) to (lines,); NaN where
        undefined.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """What is drawn, or left out, for an interval, and what the interval is made by.

    `unit` numbers the document of each item and then, if they are known, that of each label that
    stands alone. Documents that have an item with two labels come first: they are the numbers
    below `units`. `noun` names them. The jackknife needs neither `seed` nor `replicates`.
    """

    unit: IntArray
    units: int
    noun: str
    seed: int
    replicates: int
    kind: IntervalKind = "percentile"

    @classmethod
    def of(
        cls,
        ratings: Ratings,
        unit_of: Mapping[str, str],
        *,
        noun: str,
        seed: int,
        replicates: int,
        kind: IntervalKind = "percentile",
    ) -> "Resampling":
        """Numbers the documents that `unit_of` names for each item, by code point."""
        paired = [unit_of[item] for item in ratings.item_names]
        lone = [unit_of[item] for item in ratings.alone.item_names]
        first = sorted(set(paired))
        names = [*first, *sorted(set(lone).difference(first))]
        number = {name: index for index, name in enumerate(names)}
        unit = np.array([number[name] for name in (*paired, *lone)], dtype=np.int64)
        return cls(unit, len(first), noun, seed, replicates, kind)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval; whatever is missing is None, with a code of `WHY`."""

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a lead plans by: `below` is the probability, 0 to 1, that the true figure lies under the
    threshold; `more_documents` are needed beside those there are to halve the interval.

    Both are None where there is no interval.
    """

    below: float | None
    more_documents: int | None


def figure(statistic: Additive, ratings: Ratings, resampling: Resampling) -> Figure:
    """The value and interval of a statistic; undefined on a single label, or on ratings without an
    item.
    """
    if not len(ratings):
        return Figure(None, why="no_pairable_items")
    by_item = statistic.sums(ratings)
    value = defined(statistic, by_item.total())
    if value is None:
        return Figure(None, why="single_category")
    interval = _interval(statistic, by_item, resampling)
    return Figure(value, interval.low, interval.high, interval.method, interval.why)


def outlook(
    statistic: Additive, ratings: Ratings, resampling: Resampling, threshold: float
) -> Outlook:
    """How sure it is that the figure misses the lead's threshold, and what it takes to be surer.

    The probability is the share of bootstrap replicates below the threshold, or Student's t of the
    jackknife. The width of an interval falls with the square root of the number of documents, so
    half the width takes four times as many.
    """
    if not len(ratings):
        return Outlook(None, None)
    interval = _interval(statistic, statistic.sums(ratings), resampling, threshold)
    if interval.low is None:
        return Outlook(None, None)
    return Outlook(interval.below, more_documents(resampling.units, times_narrower=2))


def more_documents(documents: int, *, times_narrower: float) -> int:
    """How many documents more make an interval this many times narrower, as its width goes with
    1 / sqrt(documents).

    >>> more_documents(40, times_narrower=2)
    120
    """
    return math.ceil(documents * (times_narrower**2 - 1))


def _interval(
    statistic: Additive, by_item: Sums, resampling: Resampling, threshold: float | None = None
) -> Interval:
    wanted = resampling.kind == "jackknife" or resampling.replicates > 0
    if wanted and resampling.units < LEAST_DOCUMENTS:
        # Documents with nothing but single labels do not make up for those with pairs.
        return Interval.withheld("too_few_documents")
    unit = resampling.unit[: by_item.shape[0]]
    by_document = by_item.regrouped(unit, int(unit.max()) + 1)
    if resampling.kind == "jackknife":
        return _at_most_one(
            jackknife(
                by_document,
                statistic.value,
                resampling.noun,
                df=resampling.units - 1,
                threshold=threshold,
            )
        )
    return bootstrap(
        by_document,
        statistic.value,
        seed=resampling.seed,
        replicates=resampling.replicates,
        unit=resampling.noun,
        kind=resampling.kind,
        threshold=threshold,
    )


def _at_most_one(interval: Interval) -> Interval:
    """Perfect agreement is 1, which the jackknife does not know."""
    return interval if interval.high is None else replace(interval, high=min(interval.high, 1.0))


def defined(statistic: Additive, total: FloatArray) -> float | None:
    """The statistic of one line of totals; None in place of NaN."""
    value = float(statistic.value(total[None, :])[0])
    return None if math.isnan(value) else value
