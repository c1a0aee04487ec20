"""Percent agreement: how often two annotators of one item gave the same label."""

from dataclasses import dataclass, field

from annotator.domain.agreement.patterns import collapsed
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.shares import disagreements, mean_disagreement
from annotator.domain.agreement.weights import Identity, Weights
from annotator.domain.intervals import FloatArray, Sums


@dataclass(frozen=True, slots=True)
class PercentAgreement:
    """The mean over items of the share of pairs of labels that are the same, 0 to 1.

        P = (1 / items) sum over i of sum over c of n_ic (n_ic - 1) / (m_i (m_i - 1))

    Each item counts the same, however many labelled it; items with one label do not enter. Labels
    are the same only if they are spelt the same (sets: hold the same labels), also where two share
    a rank. Defined as soon as one item has two labels. Chance is not taken off, so it is high
    wherever one label is common.

    With weights a pair of different labels counts for w(c, k) instead of nothing (see `weights`).

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

    weights: Weights = field(default_factory=Identity)

    def sums(self, ratings: Ratings) -> Sums:
        """Columns: the disagreement within the item, and 1 for the item."""
        few, pattern = collapsed(ratings)
        parts = disagreements(few, few.cells(), self.weights)
        return Sums.stacked(parts, (len(few.item_names), 2)).repeated(pattern)

    def value(self, totals: FloatArray) -> FloatArray:
        return 1 - mean_disagreement(totals)
