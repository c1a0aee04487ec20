"""Krippendorff's alpha with the metric of the scale, for all labels together, one label, or one
annotator less.

alpha = 1 - D_o / D_e: the disagreement seen within items over the disagreement expected if the same
labels had been dealt out at random. With n labels in all, n_c of them c, n_ic of item i (which has
m_i), and squared distances d(c, k):

    D_o = (1 / n) sum over i of sum over c, k of n_ic n_ik d(c, k) / (m_i - 1)
    D_e = sum over c, k of n_c n_k d(c, k) / (n (n - 1))

1 is perfect agreement, 0 what chance gives, below 0 worse than chance. Items with one label do not
enter. Undefined where D_e is 0, which is where all labels are one. A missing label simply is not
there.

Krippendorff (2011) Computing Krippendorff's Alpha-Reliability,
https://repository.upenn.edu/asc_papers/43; Hayes & Krippendorff (2007),
doi:10.1080/19312450709336664.
"""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.additive import Additive, defined
from annotator.domain.agreement.distances import (
    Distance,
    RatioDistances,
    SetDistances,
    SetMetric,
    memberships,
)
from annotator.domain.agreement.measured import within_reach
from annotator.domain.agreement.patterns import collapsed
from annotator.domain.agreement.ratings import Cells, Ratings
from annotator.domain.intervals import FloatArray, IntArray, Sums, summed
from annotator.errors import DataInvalid

_COLUMNS_AT_ONCE = 512
# Sums of squares of numbers that are all the same leave dust of this size, relative to the largest
# of them.
_DUST = 1e-12


def krippendorff_alpha(ratings: Ratings) -> float | None:
    """Alpha with the metric of the ratings' own scale; None where it is undefined.

    The example C of Krippendorff (2011), four observers and twelve units with missing values:

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3",
    ...              ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", f"observer {number}", label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> for scale in ("nominal", "ordinal:1<2<3<4<5", "interval"):
    ...     print(scale, round(krippendorff_alpha(Ratings.of(rows, Scale.parse(scale))), 3))
    nominal 0.743
    ordinal:1<2<3<4<5 0.815
    interval 0.849
    """
    statistic = alpha_of(ratings)
    return defined(statistic, statistic.sums(ratings).total())


def alpha_of(ratings: Ratings) -> Additive:
    """The statistic that fits the scale of the ratings. Ordinal is Krippendorff's own ordinal
    metric.
    """
    match ratings.scale.kind:
        case "nominal":
            return NominalAlpha(len(ratings.labels))
        case "ordinal":
            return OrdinalAlpha.of(ratings)
        case "interval":
            return IntervalAlpha.of(ratings)
        case "set":
            return set_alpha(ratings)
        case "span":
            raise ValueError("spans have no item x label counts")


@dataclass(frozen=True, slots=True)
class NominalAlpha:
    """d = 1 for different labels. Columns: the disagreement within items, then the count of each
    label.
    """

    labels: int

    def sums(self, ratings: Ratings) -> Sums:
        few, pattern = collapsed(ratings)
        cells = few.cells()
        within = cells.counts * (cells.sizes - cells.counts) / (cells.sizes - 1)
        once = _with_counts(cells, cells.items, within, self.labels, len(few.item_names))
        return once.repeated(pattern)

    def value(self, totals: FloatArray) -> FloatArray:
        counts = totals[:, 1:]
        n = counts.sum(axis=1)
        return _alpha(totals[:, 0], n * n - (counts * counts).sum(axis=1), n)


@dataclass(frozen=True, slots=True)
class DistanceAlpha:
    """Any table of squared distances d. Columns as for nominal labels.

    Artstein & Poesio (2008), doi:10.1162/coli.07-034-R2, section 2.6, where a statement (S) and a
    request (I) differ by 1 and both differ from a check (C) by .5:

    >>> from annotator.domain.scales import Scale
    >>> from annotator.domain.agreement.distances import DistanceTable
    >>> table = {"SS": 46, "IS": 6, "II": 32, "IC": 6, "CC": 10}
    >>> rows = [(f"{pair}{number}", f"coder {coder}", label) for pair, times in table.items()
    ...         for number in range(times) for coder, label in enumerate(pair)]
    >>> statistic = DistanceAlpha(DistanceTable(np.array([[0, .5, .5], [.5, 0, 1], [.5, 1, 0]])), 3)
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> ratings.labels
    ('C', 'I', 'S')
    >>> round(float(statistic.value(statistic.sums(ratings).total()[None, :])[0]), 4)
    0.8156
    """

    distance: Distance
    labels: int

    def sums(self, ratings: Ratings) -> Sums:
        cells = ratings.cells()
        items, within = _pair_sums(cells, self.distance)
        return _with_counts(cells, items, within, self.labels, len(ratings.item_names))

    def value(self, totals: FloatArray) -> FloatArray:
        counts = totals[:, 1:]
        expected = np.zeros(len(totals))
        for start in range(0, self.labels, _COLUMNS_AT_ONCE):
            stop = min(start + _COLUMNS_AT_ONCE, self.labels)
            expected += ((counts @ self.distance.columns(start, stop)) * counts[:, start:stop]).sum(
                axis=1
            )
        expected[(counts > 0).sum(axis=1) < 2] = 0.0  # noqa: PLR2004 - two different labels
        return _alpha(totals[:, 0], expected, counts.sum(axis=1))


def set_alpha(ratings: Ratings, metric: SetMetric | None = None) -> DistanceAlpha:
    """Alpha over sets, by the distance of the scale or another `metric` (see `set_distance`)."""
    _, members = memberships(ratings.labels)
    distance = SetDistances(members, metric or ratings.scale.distance)
    return DistanceAlpha(distance, len(ratings.labels))


def ratio_alpha(ratings: Ratings) -> DistanceAlpha:
    """Alpha of numbers with a true zero: d(c, k) = ((c - k) / (c + k)) squared, 0 for two zeros.

    Takes an interval scale and raises `DataInvalid` for a number below zero, which such a scale
    does not have. The example C of Krippendorff (2011), with his four observers:

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3",
    ...              ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", f"observer {number}", label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> ratings = Ratings.of(rows, Scale("interval"))
    >>> statistic = ratio_alpha(ratings)
    >>> round(float(statistic.value(statistic.sums(ratings).total()[None, :])[0]), 3)
    0.797
    """
    values = np.array([float(label) for label in ratings.labels], dtype=np.float64)
    if (values < 0).any():
        below = ratings.labels[int(np.argmin(values))]
        raise DataInvalid(
            f"The label “{below}” is below zero, and ratios need a true zero: correct it or use "
            "the scale interval."
        )
    return DistanceAlpha(RatioDistances(values), len(values))


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalAlpha:
    """Krippendorff's ordinal metric: d(c, k) = (sum of n_g for g from c to k, less half of n_c and
    of n_k) squared.

    This is the squared distance of the mid-ranks of c and k, so it depends on how often each label
    was used, not on any number a label stands for; "ordinal weights" of other packages are another
    statistic. Labels of one rank are one level. Columns: the coincidences of each pair of levels,
    then the count of each level.
    """

    level: IntArray
    low: IntArray
    high: IntArray
    levels: int

    @classmethod
    def of(cls, ratings: Ratings) -> "OrdinalAlpha":
        ranks = ratings.scale.ranks or {}
        values = np.array([ranks[label] for label in ratings.labels])
        distinct, level = np.unique(values, return_inverse=True)
        low, high = np.triu_indices(len(distinct), 1)
        return cls(
            level.astype(np.int64), low.astype(np.int64), high.astype(np.int64), len(distinct)
        )

    def sums(self, ratings: Ratings) -> Sums:
        cells = ratings.cells(self.level[ratings.codes], self.levels)
        pairs = len(self.low)
        column = np.zeros((self.levels, self.levels), dtype=np.int64)
        column[self.low, self.high] = np.arange(pairs)
        parts = [(cells.items, cells.codes + pairs, cells.counts)]
        for left, right in cells.neighbours():
            within = 2 * cells.counts[left] * cells.counts[right] / (cells.sizes[left] - 1)
            parts.append((cells.items[left], column[cells.codes[left], cells.codes[right]], within))
        return Sums.stacked(parts, (len(ratings.item_names), pairs + self.levels))

    def value(self, totals: FloatArray) -> FloatArray:
        pairs = len(self.low)
        counts = totals[:, pairs:]
        middle = np.cumsum(counts, axis=1) - counts / 2
        distances = (middle[:, self.high] - middle[:, self.low]) ** 2
        observed = (totals[:, :pairs] * distances).sum(axis=1)
        expected = 2 * (counts[:, self.low] * counts[:, self.high] * distances).sum(axis=1)
        return _alpha(observed, expected, counts.sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class IntervalAlpha:
    """d(c, k) = (c - k) squared. Columns: disagreement within items, n, sum of x, sum of x squared.

    `values` are the numbers of the labels, moved and scaled as `within_reach` does; neither changes
    alpha.
    """

    values: FloatArray

    @classmethod
    def of(cls, ratings: Ratings) -> "IntervalAlpha":
        return cls(within_reach(ratings.labels))

    def sums(self, ratings: Ratings) -> Sums:
        x = self.values[ratings.codes]
        items, one = ratings.items, np.ones(len(ratings))
        length = len(ratings.item_names)
        m, first, second = (summed(items, weights, length) for weights in (one, x, x * x))
        within = 2 * (m * second - first * first) / np.maximum(m - 1, 1)
        rows = np.arange(length)
        parts = [
            (rows, np.full(length, column), sums)
            for column, sums in enumerate((within, m, first, second))
        ]
        return Sums.stacked(parts, (length, 4))

    def value(self, totals: FloatArray) -> FloatArray:
        within, n, first, second = totals.T
        expected = 2 * (n * second - first * first)
        expected[expected <= _DUST * n * second] = 0.0
        return _alpha(within, expected, n)


def _pair_sums(cells: Cells, distance: Distance) -> tuple[IntArray, FloatArray]:
    """The item and 2 n_ic n_ik d(c, k) / (m_i - 1) of each two different labels within an item."""
    parts = [
        (
            cells.items[left],
            2
            * cells.counts[left]
            * cells.counts[right]
            * distance.between(cells.codes[left], cells.codes[right])
            / (cells.sizes[left] - 1),
        )
        for left, right in cells.neighbours()
    ]
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    return np.concatenate([items for items, _ in parts]), np.concatenate(
        [within for _, within in parts]
    )


def _with_counts(
    cells: Cells, items: IntArray, within: FloatArray, labels: int, length: int
) -> Sums:
    first = (items, np.zeros(len(items), dtype=np.int64), within)
    return Sums.stacked([first, (cells.items, cells.codes + 1, cells.counts)], (length, labels + 1))


def _alpha(observed: FloatArray, expected: FloatArray, n: FloatArray) -> FloatArray:
    """1 - (n - 1) observed / expected, both as sums over pairs and not yet divided by n; NaN where
    undefined.
    """
    ratio = np.full(len(observed), np.nan)
    np.divide((n - 1) * observed, expected, out=ratio, where=expected > 0)
    return 1 - ratio


def label_alphas(ratings: Ratings) -> dict[str, tuple[int, float | None]]:
    """For each label how often it was given, and nominal alpha of that label against all the rest.

    For sets it is about membership: does the set hold the label or not. None where everybody, or
    nobody, gave the label. Declared labels come first, also those nobody used.

    The example of Krippendorff (1980) Content Analysis, three coders of nine units, for category 1:

    >>> from annotator.domain.scales import Scale
    >>> coders = "1 1 2 4 1 2 1 3 2", "1 2 2 4 4 2 2 3 2", "1 2 2 4 4 2 3 3 2"
    >>> rows = [(f"unit {unit}", f"coder {number}", label) for number, line in enumerate(coders)
    ...         for unit, label in enumerate(line.split())]
    >>> count, alpha = label_alphas(Ratings.of(rows, Scale("nominal")))["1"]
    >>> count, round(alpha, 3)
    (6, 0.381)
    """
    labels, cells = _label_cells(ratings)
    n = float(len(ratings))
    counts = summed(cells.codes, cells.counts, len(labels))
    within = summed(
        cells.codes,
        2 * cells.counts * (cells.sizes - cells.counts) / (cells.sizes - 1),
        len(labels),
    )
    alphas = _alpha(within, 2 * counts * (n - counts), np.full(len(labels), n))
    found = {
        label: (int(count), None if np.isnan(alpha) else float(alpha))
        for label, count, alpha in zip(labels, counts, alphas, strict=True)
    }
    declared = dict.fromkeys(ratings.scale.labels, (0, None))
    return {**declared, **found}


def _label_cells(ratings: Ratings) -> tuple[tuple[str, ...], Cells]:
    """How many annotators of each item gave each label; a set gives each label it holds."""
    cells = ratings.cells()
    if ratings.scale.kind != "set":
        return ratings.labels, cells
    labels, members = memberships(ratings.labels)
    cell, code = np.nonzero(members[cells.codes])
    keys = cells.items[cell] * max(1, len(labels)) + code
    used, which = np.unique(keys, return_inverse=True)
    sizes = ratings.sizes().astype(np.float64)
    items = used // max(1, len(labels))
    counts = summed(which, cells.counts[cell], len(used))
    return labels, Cells(items, used % max(1, len(labels)), counts, sizes[items])


def alpha_without_each(ratings: Ratings) -> dict[str, float | None]:
    """For each annotator, alpha of the others' labels; None where it is undefined without them.

    A figure that rises far without one annotator says that this person reads the codebook
    differently.
    """
    if not len(ratings):
        return {}
    statistic = alpha_of(ratings)
    whole = statistic.sums(ratings).total()
    raters = np.unique(ratings.raters)
    totals = np.stack([_total_without(statistic, ratings, whole, int(rater)) for rater in raters])
    values = statistic.value(totals)
    return {
        ratings.rater_names[rater]: None if np.isnan(value) else float(value)
        for rater, value in zip(raters, values, strict=True)
    }


def _total_without(
    statistic: Additive, ratings: Ratings, whole: FloatArray, rater: int
) -> FloatArray:
    """The totals less the rater's items, plus those items again as the others labelled them."""
    theirs = ratings.raters == rater
    touched = np.zeros(len(ratings.item_names), dtype=np.bool_)
    touched[ratings.items[theirs]] = True
    others_enough = ratings.sizes() - touched > 1
    before = ratings.subset(touched[ratings.items])
    after = ratings.subset(touched[ratings.items] & others_enough[ratings.items] & ~theirs)
    total = whole - statistic.sums(before).total() + statistic.sums(after).total()
    # What cancels leaves dust, and dust is neither a disagreement nor a label.
    total[np.abs(total) < _DUST * np.maximum(np.abs(whole), 1)] = 0.0
    return total
