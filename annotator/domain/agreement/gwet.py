"""Gwet's AC1 and AC2 and the coefficient of Brennan and Prediger, whose chance terms do not grow
with one label's share.

Cohen's and Fleiss' kappa fall towards 0 where nearly everything has one label, however well people
agree. These do not. With q labels, disagreement weights d (w = 1 - d) and the shares p_c of
`shares`:

    AC:  D_e = 1 - sum w(c, k) / (q (q - 1)) sum over c of p_c (1 - p_c)
    BP:  D_e = sum over c, k of d(c, k) / q squared

AC1 and unweighted Brennan-Prediger have d = 1 for different labels. q are the declared labels and
those in use beyond them, so a label that nobody used counts where the codebook declares it. Both
are defined though only one label is in use, if there are two to choose from. Undefined with one
label, and where no two labels disagree.
"""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.patterns import collapsed
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.shares import (
    OfShares,
    corrected,
    disagreements,
    mean_disagreement,
)
from annotator.domain.agreement.weights import Identity, Weights, all_labels
from annotator.domain.intervals import FloatArray, Sums


@dataclass(frozen=True, slots=True, eq=False)
class GwetAC(OfShares):
    """AC1 (no weights) or AC2 (with weights), for any number of raters; up to 1.

    Gwet (2008), doi:10.1348/000711006X126600. Two raters who both find nearly everything positive
    agree on 94 % of 125 cases, where kappa is -.023:

    >>> from annotator.domain.scales import Scale
    >>> table = {"++": 118, "+-": 5, "-+": 2}
    >>> rows = [(f"{pair}{number}", f"rater {rater}", label) for pair, times in table.items()
    ...         for number in range(times) for rater, label in enumerate(pair)]
    >>> from annotator.domain.agreement.shares import value_of
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> round(value_of(GwetAC.of(ratings), ratings), 4)
    0.9408
    """

    @classmethod
    def of(cls, ratings: Ratings, weights: Weights | None = None) -> "GwetAC":
        return cls(weights or Identity(), len(all_labels(ratings)))

    def by_chance(self, shares: FloatArray) -> FloatArray:
        by_chance: FloatArray = (shares * self.of_each(shares)).sum(axis=1)
        return by_chance

    def of_each(self, shares: FloatArray) -> FloatArray:
        """What chance expects of each label, whose mean over the shares is D_e; shape of
        `shares`.
        """
        apart = _apart(self.weights, self.labels)
        if self.labels < 2 or not apart:  # noqa: PLR2004 - two labels to choose from
            return np.zeros_like(shares)
        agreeing = (1 - apart) * self.labels / (self.labels - 1)
        of_each: FloatArray = 1 - agreeing * (1 - shares)
        return of_each


@dataclass(frozen=True, slots=True, eq=False)
class BrennanPrediger:
    """The coefficient of Brennan and Prediger, which takes every label for equally likely; up to 1.

    For two raters and no weights it is Bennett's S. Columns: the disagreement within the item, and
    1 for an item with two labels; rows as for the other coefficients of this family.

    Brennan & Prediger (1981), doi:10.1177/001316448104100307; Bennett, Alpert & Goldstein (1954),
    doi:10.1086/266520. The example of Artstein & Poesio (2008), doi:10.1162/coli.07-034-R2, p. 558:

    >>> from annotator.domain.scales import Scale
    >>> table = {"SS": 20, "SR": 10, "RS": 20, "RR": 50}
    >>> rows = [(f"{pair}{number}", f"coder {coder}", label) for pair, times in table.items()
    ...         for number in range(times) for coder, label in enumerate(pair)]
    >>> from annotator.domain.agreement.shares import value_of
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> round(value_of(BrennanPrediger.of(ratings), ratings), 3)
    0.4
    """

    weights: Weights
    labels: int

    @classmethod
    def of(cls, ratings: Ratings, weights: Weights | None = None) -> "BrennanPrediger":
        return cls(weights or Identity(), len(all_labels(ratings)))

    def sums(self, ratings: Ratings) -> Sums:
        few, pattern = collapsed(ratings)
        alone = len(few.item_names)
        once = Sums.stacked(disagreements(few, few.cells(), self.weights), (alone + 1, 2))
        return once.repeated(np.append(pattern, np.full(len(ratings.alone), alone)))

    @property
    def by_chance(self) -> float:
        """D_e, whatever the labels are."""
        return _apart(self.weights, self.labels)

    def value(self, totals: FloatArray) -> FloatArray:
        by_chance = np.full(len(totals), self.by_chance)
        return corrected(mean_disagreement(totals), by_chance)


def _apart(weights: Weights, labels: int) -> float:
    """The mean disagreement of two labels drawn with equal chance from all of them."""
    if not labels:
        return 0.0
    equal = np.ones((1, labels))
    return float(weights.from_each(equal).sum()) / labels**2
