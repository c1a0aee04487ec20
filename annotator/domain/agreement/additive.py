"""Figures that are functions of sums over items, and how each gets its value and its interval.

Because the sums add up, one pass over the items serves everything: the figure, a bootstrap
(weighted sums of documents), the figure without an annotator (take their items off, put them back
without the annotator).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import FloatArray, IntArray, Interval, Sums, bootstrap


class Additive(Protocol):
    """A statistic of agreement that is a function of sums over items."""

    def sums(self, ratings: Ratings) -> Sums:
        """One row per item of the ratings, one column per sum."""

    def value(self, totals: FloatArray) -> FloatArray:
        """The statistic for each line of totals, shape (lines, columns) to (lines,); NaN where
        undefined.
        """


@dataclass(frozen=True, slots=True)
class Fixed:
    """A statistic that is no function of few enough sums: its value, if it has one, and a code of
    `WHY`.

    The code says why the value is missing, or else why its interval is.
    """

    known: float | None
    why: str

    def sums(self, ratings: Ratings) -> Sums:
        nothing = np.zeros(0, dtype=np.int64)
        return Sums(nothing, nothing, np.zeros(0), (len(ratings.item_names), 0))

    def value(self, totals: FloatArray) -> FloatArray:
        return np.full(len(totals), math.nan if self.known is None else self.known)


@dataclass(frozen=True, slots=True)
class Resampling:
    """What is drawn for an interval: `unit[item]` numbers the document of each item; `noun` names
    it.
    """

    unit: IntArray
    units: int
    noun: str
    seed: int
    replicates: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval; whatever is missing is None, with a code of `WHY`."""

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    why: str | None = None


def figure(statistic: Additive, ratings: Ratings, resampling: Resampling) -> Figure:
    """The value and interval of a statistic; undefined on a single label, or on ratings without an
    item.
    """
    if not len(ratings):
        return Figure(None, why="no_pairable_items")
    if isinstance(statistic, Fixed):
        return Figure(statistic.known, why=statistic.why)
    by_item = statistic.sums(ratings)
    value = defined(statistic, by_item.total())
    if value is None:
        return Figure(None, why="single_category")
    interval = _interval(statistic.value, by_item, resampling)
    return Figure(value, interval.low, interval.high, interval.method, interval.why)


def _interval(
    value: Callable[[FloatArray], FloatArray], by_item: Sums, resampling: Resampling
) -> Interval:
    return bootstrap(
        by_item.regrouped(resampling.unit, resampling.units),
        value,
        seed=resampling.seed,
        replicates=resampling.replicates,
        unit=resampling.noun,
    )


def defined(statistic: Additive, total: FloatArray) -> float | None:
    """The statistic of one line of totals; None in place of NaN."""
    value = float(statistic.value(total[None, :])[0])
    return None if math.isnan(value) else value
