"""Agreement weights: how much of an agreement two different labels are.

Coefficients of the family of Gwet (2014) weigh each pair of labels by w(c, k), 1 for labels that
are the same. Here the complement is kept, the disagreement d = 1 - w, since what is 0 by
definition should come out as exactly 0. Everything is a function of counts or shares of labels,
so that a large table of weights is never made where a formula does.

Gwet (2014) Handbook of Inter-Rater Reliability, 4th ed., ch. 3 (no DOI). "Ordinal weights" are not
Krippendorff's ordinal metric: that depends on how often each label is used, these do not.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from annotator.domain.agreement.distances import Distance, DistanceTable
from annotator.domain.agreement.measured import within_reach
from annotator.domain.agreement.ratings import Cells, Ratings
from annotator.domain.intervals import FloatArray, IntArray, summed

WeightKind = Literal["identity", "linear", "quadratic", "ordinal"]
_COLUMNS_AT_ONCE = 512
_DUST = 1e-14


class Weights(Protocol):
    """The disagreements d(c, k) = 1 - w(c, k) of labels by their code, symmetric, 0 for c = k."""

    def within(self, cells: Cells) -> tuple[IntArray, FloatArray]:
        """Items, which may repeat, and parts of the sum over c, k of n_c n_k d(c, k) of each."""

    def from_each(self, shares: FloatArray) -> FloatArray:
        """For each label c the sum over k of shares_k d(c, k), shape (lines, labels) as given."""

    def table(self, left: IntArray, right: IntArray) -> FloatArray:
        """The disagreement of each pair of codes, shape of `left`."""


def expected(weights: Weights, shares: FloatArray) -> FloatArray:
    """The sum over c, k of shares_c shares_k d(c, k) for each line of shares, exactly 0 where
    nothing disagrees.
    """
    drawn: FloatArray = (shares * weights.from_each(shares)).sum(axis=1)
    return without_dust(drawn, shares.sum(axis=1))


def without_dust(disagreement: FloatArray, drawn: FloatArray) -> FloatArray:
    """The disagreement of `drawn` labels with as many, where what rounding leaves of nothing is 0
    again.
    """
    disagreement[disagreement <= _DUST * drawn * drawn] = 0.0
    return disagreement


@dataclass(frozen=True, slots=True)
class Identity:
    """d = 1 for different labels: no agreement but the full one."""

    def within(self, cells: Cells) -> tuple[IntArray, FloatArray]:
        others: FloatArray = cells.counts * (cells.sizes - cells.counts)
        return cells.items, others

    def from_each(self, shares: FloatArray) -> FloatArray:
        others: FloatArray = shares.sum(axis=1, keepdims=True) - shares
        return others

    def table(self, left: IntArray, right: IntArray) -> FloatArray:
        different: FloatArray = np.not_equal(left, right).astype(np.float64)
        return different


@dataclass(frozen=True, slots=True, eq=False)
class Quadratic:
    """d = ((x_c - x_k) / (largest - smallest)) squared, with the rank or the number x of each
    label.

    `values` holds x over the range, so that all differences are at most 1; where all labels are of
    one rank, nothing disagrees.
    """

    values: FloatArray

    def within(self, cells: Cells) -> tuple[IntArray, FloatArray]:
        x = self.values[cells.codes]
        length = int(cells.items.max(initial=-1)) + 1
        n, first, second = (
            summed(cells.items, cells.counts * power, length)
            for power in (np.ones(len(x)), x, x * x)
        )
        return np.arange(length), np.maximum(2 * (n * second - first * first), 0.0)

    def from_each(self, shares: FloatArray) -> FloatArray:
        x = self.values
        n, first, second = ((shares @ power)[:, None] for power in (np.ones(len(x)), x, x * x))
        squared: FloatArray = np.maximum(x * x * n - 2 * x * first + second, 0.0)
        return squared

    def table(self, left: IntArray, right: IntArray) -> FloatArray:
        squared: FloatArray = (self.values[left] - self.values[right]) ** 2
        return squared


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Any disagreements, as a table or as a function of two labels; 0 to 1 for the coefficients
    that count full agreement as 1.
    """

    distance: Distance

    def within(self, cells: Cells) -> tuple[IntArray, FloatArray]:
        items = [np.zeros(0, dtype=np.int64)]
        sums = [np.zeros(0)]
        for left, right in cells.neighbours():
            between = self.distance.between(cells.codes[left], cells.codes[right])
            items.append(cells.items[left])
            sums.append(2 * cells.counts[left] * cells.counts[right] * between)
        return np.concatenate(items), np.concatenate(sums)

    def from_each(self, shares: FloatArray) -> FloatArray:
        width = shares.shape[1]
        return np.concatenate(
            [
                shares @ self.distance.columns(start, min(start + _COLUMNS_AT_ONCE, width))
                for start in range(0, width, _COLUMNS_AT_ONCE)
            ]
            or [shares],
            axis=1,
        )

    def table(self, left: IntArray, right: IntArray) -> FloatArray:
        return self.distance.between(left, right)


def weights_of(ratings: Ratings, kind: WeightKind) -> Weights:
    """Weights over the ranks of an ordinal scale, the values of an interval scale, else the order
    of the labels.

    identity: w = 1 for the same label, else 0. linear: w = 1 - |x_c - x_k| / range. quadratic: w =
    1 - ((x_c - x_k) / range) squared. ordinal: w = 1 - (r + 1) r / (q (q - 1)), where r is the
    number of levels from c to k and q that of all (Gwet's, not Krippendorff's). The range is over
    the labels that are declared or in use, labels of one rank have w = 1.

    >>> from annotator.domain.scales import Scale
    >>> rows = [("i1", "ann", "low"), ("i1", "bob", "high")]
    >>> ratings = Ratings.of(rows, Scale.parse("ordinal:low<middle<high"))
    >>> for kind in ("identity", "linear", "quadratic", "ordinal"):
    ...     d = weights_of(ratings, kind).table(np.array([0, 0]), np.array([1, 2]))
    ...     print(kind, [round(float(w), 4) for w in 1 - d])
    identity [0.0, 0.0]
    linear [0.5, 0.0]
    quadratic [0.75, 0.0]
    ordinal [0.6667, 0.0]
    """
    if kind == "identity":
        return Identity()
    levels = level_values(ratings)
    if kind == "ordinal":
        levels = np.unique(levels, return_inverse=True)[1].astype(np.float64)
    spread = float(np.ptp(levels)) if len(levels) else 0.0
    scaled = (levels - levels.min()) / spread if spread else np.zeros(len(levels))
    if kind == "quadratic":
        return Quadratic(scaled)
    apart = np.abs(scaled[:, None] - scaled)
    if kind == "ordinal":
        apart = apart * (apart * spread + 1) / (spread + 1)
    return Given(DistanceTable(apart))


def all_labels(ratings: Ratings) -> tuple[str, ...]:
    """The labels that codes number, those that stand only alone on their item after the others."""
    return (*ratings.labels, *ratings.alone.more_labels)


def level_values(ratings: Ratings) -> FloatArray:
    """The rank of each label on an ordinal scale, its number on an interval scale, else its place;
    shape (labels,), those alone on their item too.
    """
    labels = all_labels(ratings)
    if ratings.scale.kind == "interval":
        return within_reach(labels)
    if ratings.scale.ranks is None:
        return np.arange(len(labels), dtype=np.float64)
    return np.array([ratings.scale.ranks[label] for label in labels], dtype=np.float64)
