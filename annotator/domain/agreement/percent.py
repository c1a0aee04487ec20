"""Percent agreement: how often two annotators of one item gave the same label."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import FloatArray, Sums


@dataclass(frozen=True, slots=True)
class PercentAgreement:
    """The mean over items of the share of pairs of labels that are the same, 0 to 1.

        P = (1 / items) sum over i of sum over c of n_ic (n_ic - 1) / (m_i (m_i - 1))

    Each item counts the same, however many labelled it; items with one label do not enter. Labels
    are the same only if they are spelt the same (sets: hold the same labels), also where two share
    a rank. Defined as soon as one item has two labels. Chance is not taken off, so it is high
    wherever one label is common.

    Fleiss (1971), doi:10.1037/h0031619; with missing labels Gwet (2014) Handbook of Inter-Rater
    Reliability. The four raters of its data set `raw4raters`, which is example C of Krippendorff
    (2011):

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3",
    ...              ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", f"observer {number}", label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> statistic = PercentAgreement()
    >>> sums = statistic.sums(Ratings.of(rows, Scale("nominal")))
    >>> round(float(statistic.value(sums.total()[None, :])[0]), 5)
    0.81818
    """

    def sums(self, ratings: Ratings) -> Sums:
        """Columns: the agreement of the item, and 1 for the item."""
        cells = ratings.cells()
        same = cells.counts * (cells.counts - 1) / (cells.sizes * (cells.sizes - 1))
        items = np.flatnonzero(ratings.sizes())
        parts = [
            (cells.items, np.zeros(len(same), dtype=np.int64), same),
            (items, np.ones(len(items), dtype=np.int64), np.ones(len(items))),
        ]
        return Sums.stacked(parts, (len(ratings.item_names), 2))

    def value(self, totals: FloatArray) -> FloatArray:
        agreement, items = totals.T
        undefined = np.full(len(totals), np.nan)
        shares: FloatArray = np.divide(agreement, items, out=undefined, where=items > 0)
        return shares
