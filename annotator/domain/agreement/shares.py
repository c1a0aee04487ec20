"""What the coefficients of Gwet's family are functions of: the disagreement within items, and the
share of each label.

A coefficient is 1 - D_o / D_e. D_o, the disagreement observed, is one less percent agreement: the
mean over the items with two labels or more of

    sum over c, k of n_ic n_ik d(c, k) / (m_i (m_i - 1))

with the disagreement weights d of `weights`. D_e, the disagreement expected by chance, is what the
coefficients differ in. Most take it from the share of each label, which is the mean of n_ic / m_i
over ALL items, those with a single label too: their labels say what is common, though nothing about
agreement. So does irrCAC, whose values of unbalanced tables are met only that way.

Gwet (2014) Handbook of Inter-Rater Reliability, 4th ed. (no DOI); for missing labels also Gwet
(2008), doi:10.1348/000711006X126600.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.additive import Additive, defined
from annotator.domain.agreement.patterns import collapsed
from annotator.domain.agreement.ratings import Cells, Ratings
from annotator.domain.agreement.weights import Weights
from annotator.domain.intervals import FloatArray, IntArray, Sums

Part = tuple[IntArray, IntArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class OfShares(ABC):
    """Columns: the disagreement within the item, 1 for an item with two labels, then the share of
    each label.

    Rows are the items of the ratings, then those with a single label, in the order of `alone`.
    """

    weights: Weights
    labels: int

    def sums(self, ratings: Ratings) -> Sums:
        few, pattern = collapsed(ratings)
        cells = few.cells()
        shares = (cells.items, cells.codes + 2, cells.counts / cells.sizes)
        # One row for each label, which is that of every item where it stands alone.
        alone, every = len(few.item_names), np.arange(self.labels)
        single = (alone + every, every + 2, np.ones(self.labels))
        parts = [*disagreements(few, cells, self.weights), shares, single]
        once = Sums.stacked(parts, (alone + self.labels, self.labels + 2))
        return once.repeated(np.concatenate([pattern, alone + ratings.alone.codes]))

    def value(self, totals: FloatArray) -> FloatArray:
        return corrected(mean_disagreement(totals), self.by_chance(label_shares(totals)))

    @abstractmethod
    def by_chance(self, shares: FloatArray) -> FloatArray:
        """D_e for each line of shares, shape (lines, labels) to (lines,)."""


def rows_of(ratings: Ratings) -> int:
    """How many items there are, those with a single label counted too."""
    return len(ratings.item_names) + len(ratings.alone)


def disagreements(ratings: Ratings, cells: Cells, weights: Weights) -> list[Part]:
    """The first two columns: the disagreement within each item, and 1 for each item with two
    labels.
    """
    items, within = weights.within(cells)
    sizes = ratings.sizes().astype(np.float64)
    pairable = np.flatnonzero(sizes > 1)
    pairs = np.maximum(sizes * (sizes - 1), 1.0)
    return [
        (items, np.zeros(len(items), dtype=np.int64), within / pairs[items]),
        (pairable, np.ones(len(pairable), dtype=np.int64), np.ones(len(pairable))),
    ]


def mean_disagreement(totals: FloatArray) -> FloatArray:
    """D_o for each line of totals; NaN where no item has two labels."""
    undefined = np.full(len(totals), np.nan)
    means: FloatArray = np.divide(totals[:, 0], totals[:, 1], out=undefined, where=totals[:, 1] > 0)
    return means


def label_shares(totals: FloatArray) -> FloatArray:
    """The mean share of each label, shape (lines, labels); they sum to 1 over the labels."""
    shares = totals[:, 2:]
    items = shares.sum(axis=1, keepdims=True)
    means: FloatArray = shares / np.where(items > 0, items, 1.0)
    return means


def corrected(observed: FloatArray, by_chance: FloatArray) -> FloatArray:
    """1 - D_o / D_e; NaN where chance alone already agrees on everything."""
    ratio = np.full(len(observed), np.nan)
    np.divide(observed, by_chance, out=ratio, where=by_chance > 0)
    return 1 - ratio


def value_of(statistic: Additive, ratings: Ratings) -> float | None:
    """The statistic of all ratings together; None where it is undefined."""
    return defined(statistic, statistic.sums(ratings).total())
