"""Weighted kappa with quadratic weights, by moments: any number of different labels costs the
same.
"""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.pairs import shared
from annotator.domain.agreement.rater_margins import distinct, mean_of_pairs, pair_keys, places
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.shares import corrected
from annotator.domain.agreement.weights import level_values
from annotator.domain.intervals import FloatArray, IntArray, Sums

_MOMENTS = 5
# Sums of squares of numbers that are all the same leave dust of this size, relative to the largest
# of them.
_DUST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class WeightedKappa:
    """The mean of weighted kappa over all pairs of raters who share an item; -1 to 1.

        kappa = 1 - D_o / D_e,  D_o = mean of (a - b) squared,
        D_e = mean of a squared + mean of b squared - 2 (mean of a) (mean of b)

    for each pair on the items they share, where a and b are the ranks of the labels of each on an
    ordinal scale, their numbers on an interval scale. This is 1 - w = (a - b) squared over the
    squared range, which cancels. Pairs whose kappa is undefined, as all their labels are of one
    rank, are left out of the mean; it is undefined where no pair is left. Every pair counts the
    same, however many items it shares.

    Columns, five for each pair: the items it shares, and the sums of (a - b) squared, of a, of b
    and of a squared + b squared.

    Cohen (1968), doi:10.1037/h0026256; Fleiss & Cohen (1973), doi:10.1177/001316447303300309, on
    quadratic weights; Light (1971), doi:10.1037/h0031643, on the mean. The table of Cohen (1960),
    doi:10.1177/001316446002000104, p. 45, as if its categories had an order:

    >>> from annotator.domain.agreement.shares import value_of
    >>> from annotator.domain.scales import Scale
    >>> table = {"11": 88, "12": 14, "13": 18, "21": 10, "22": 40, "23": 10,
    ...          "31": 2, "32": 6, "33": 12}
    >>> rows = [(f"{cell}-{number}", judge, label) for cell, times in table.items()
    ...         for number in range(times) for judge, label in zip("AB", cell, strict=True)]
    >>> ratings = Ratings.of(rows, Scale.parse("ordinal:1<2<3"))
    >>> round(value_of(WeightedKappa.of(ratings), ratings), 3)
    0.455
    """

    values: FloatArray
    pairs: IntArray

    @classmethod
    def of(cls, ratings: Ratings) -> "WeightedKappa":
        first, second = shared(ratings)
        return cls(level_values(ratings), distinct(pair_keys(ratings, first, second)))

    @property
    def columns(self) -> int:
        return _MOMENTS * len(self.pairs)

    def sums(self, ratings: Ratings) -> Sums:
        first, second = shared(ratings)
        column = _MOMENTS * places(self.pairs, pair_keys(ratings, first, second))
        a, b = self.values[ratings.codes[first]], self.values[ratings.codes[second]]
        moments = (np.ones(len(first)), (a - b) ** 2, a, b, a * a + b * b)
        parts = [
            (ratings.items[first], column + number, moment) for number, moment in enumerate(moments)
        ]
        return Sums.stacked(parts, (len(ratings.item_names), self.columns))

    def value(self, totals: FloatArray) -> FloatArray:
        shaped = totals.reshape(len(totals), len(self.pairs), _MOMENTS)
        items, apart, a, b, squares = np.moveaxis(shaped, 2, 0)
        by_chance = items * squares - 2 * a * b
        by_chance[by_chance <= _DUST * items * squares] = 0.0
        kappas = corrected((items * apart).ravel(), by_chance.ravel())
        return mean_of_pairs(kappas.reshape(items.shape))
