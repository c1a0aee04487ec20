"""Kappas whose chance term is the share of each label over all raters: Scott's pi, Fleiss' kappa.

    kappa = 1 - D_o / D_e,  D_e = sum over c, k of p_c p_k d(c, k)

with D_o and the shares p_c as in `shares`; without weights D_e = 1 - sum over c of p_c squared.
1 is full agreement, 0 what chance gives. Undefined where only one label is in use.
"""

from dataclasses import dataclass, replace

import numpy as np

from annotator.domain.agreement.ratings import Alone, Ratings
from annotator.domain.agreement.shares import (
    OfShares,
    corrected,
    label_shares,
)
from annotator.domain.agreement.weights import Identity, Weights, all_labels, expected
from annotator.domain.intervals import FloatArray, Sums, summed


@dataclass(frozen=True, slots=True, eq=False)
class FleissKappa(OfShares):
    """Fleiss' kappa for any number of raters, who need not be the same for each item.

    Where every item has the same number of labels it differs from Krippendorff's alpha only by a
    term of the size of one in the number of labels. Labels alone on their item count towards the
    shares (see `shares`).

    Fleiss (1971), doi:10.1037/h0031619: 30 patients, each diagnosed by six psychiatrists.

    >>> from annotator.domain.scales import Scale
    >>> patients = ('''444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
    ...   144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 555555
    ...   244444 224555 114444 144445 222224 111155 224444 133333 555555''').split()
    >>> rows = [(f"patient {number:02}", f"rater {rater}", diagnosis)
    ...         for number, line in enumerate(patients) for rater, diagnosis in enumerate(line)]
    >>> from annotator.domain.agreement.shares import value_of
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> round(value_of(FleissKappa.of(ratings), ratings), 3)
    0.43
    """

    @classmethod
    def of(cls, ratings: Ratings, weights: Weights | None = None) -> "FleissKappa":
        return cls(weights or Identity(), len(all_labels(ratings)))

    def by_chance(self, shares: FloatArray) -> FloatArray:
        return expected(self.weights, shares)

    def of_each(self, shares: FloatArray) -> FloatArray:
        """What chance expects of each label, whose mean over the shares is D_e; shape of
        `shares`.
        """
        return self.weights.from_each(shares)


@dataclass(frozen=True, slots=True, eq=False)
class ScottPi(FleissKappa):
    """Scott's pi of two raters, on the items that both labelled; -1 to 1.

    With three raters or more it is not defined: `coefficients` says so, and Fleiss' kappa is what
    takes its place.

    Scott (1955), doi:10.1086/266577. The example of Artstein & Poesio (2008),
    doi:10.1162/coli.07-034-R2, p. 558, where two coders tell statements from requests:

    >>> from annotator.domain.scales import Scale
    >>> table = {"SS": 20, "SR": 10, "RS": 20, "RR": 50}
    >>> rows = [(f"{pair}{number}", f"coder {coder}", label) for pair, times in table.items()
    ...         for number in range(times) for coder, label in enumerate(pair)]
    >>> from annotator.domain.agreement.shares import value_of
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> round(value_of(ScottPi.of(ratings), ratings), 3)
    0.341
    """

    def sums(self, ratings: Ratings) -> Sums:
        nobody = np.zeros(0, dtype=np.int64)
        both = replace(ratings, alone=Alone(nobody, nobody, (), ratings.alone.more_labels))
        return FleissKappa.sums(self, both)


def fleiss_per_label(ratings: Ratings) -> dict[str, float | None]:
    """Fleiss' kappa of each label against all the rest; None where everybody or nobody gave it.

        kappa_c = 1 - D_c / (2 p_c (1 - p_c)),
        D_c = mean over i of 2 n_ic (m_i - n_ic) / (m_i (m_i - 1))

    Fleiss (1971), doi:10.1037/h0031619, whose own figures err in the third digit (.248 for
    depression, label 1, where exact arithmetic gives .245):

    >>> from annotator.domain.scales import Scale
    >>> patients = ('''444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
    ...   144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 555555
    ...   244444 224555 114444 144445 222224 111155 224444 133333 555555''').split()
    >>> rows = [(f"patient {number:02}", f"rater {rater}", diagnosis)
    ...         for number, line in enumerate(patients) for rater, diagnosis in enumerate(line)]
    >>> kappas = fleiss_per_label(Ratings.of(rows, Scale("nominal")))
    >>> {label: round(kappa, 3) for label, kappa in kappas.items()}
    {'1': 0.245, '2': 0.245, '3': 0.52, '4': 0.471, '5': 0.566}
    """
    labels = all_labels(ratings)
    statistic = FleissKappa.of(ratings)
    shares = label_shares(statistic.sums(ratings).total()[None, :])[0]
    cells = ratings.cells()
    apart = 2 * cells.counts * (cells.sizes - cells.counts) / (cells.sizes * (cells.sizes - 1))
    within = summed(cells.codes, apart, len(labels)) / max(len(ratings.item_names), 1)
    kappas = corrected(within, 2 * shares * (1 - shares))
    return {
        label: None if np.isnan(kappa) or not len(ratings) else float(kappa)
        for label, kappa in zip(labels, kappas, strict=True)
    }
