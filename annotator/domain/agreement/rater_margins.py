"""Kappas whose chance term takes each rater's own use of the labels: Cohen's and Conger's.

Their sums are as many as raters (or pairs of raters) have labels in use. Only those that occur are
kept, and `coefficients` gives no interval where they are more than a bootstrap can carry.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from annotator.domain.agreement.pairs import shared
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.shares import (
    corrected,
    disagreements,
    mean_disagreement,
    rows_of,
)
from annotator.domain.agreement.weights import Identity, Weights, all_labels, expected, without_dust
from annotator.domain.intervals import FloatArray, IntArray, Sums, summed

_ROOM_PER_KEY = 16


@dataclass(frozen=True, slots=True, eq=False)
class CongerKappa:
    """Conger's kappa: what Cohen's is for two raters, for any number of them; -1 to 1.

        kappa = 1 - D_o / D_e,
        D_e = mean over raters g, h (g not h) of sum over c, k of p_gc p_hk d(c, k)

    where p_gc is the share of label c among all labels of rater g, those alone on their item too
    (as in irrCAC), and D_o is that of `shares`. Undefined where all raters give one and the same
    label. For two raters who labelled the same items it is Cohen's kappa.

    Columns: the disagreement within the item, 1 for an item with two labels, then how often each
    rater gave each label, of which only those that occur: `rater` and `code` say which they are.

    Conger (1980), doi:10.1037/0033-2909.88.2.322; with missing labels Gwet (2014) Handbook of
    Inter-Rater Reliability, ch. 2. The four raters of its data set `raw4raters` (whose last
    label is of another rater than in Krippendorff's example C):

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . .",
    ...              ". 3 3 3 2 3 4 2 2 5 1 3", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", f"observer {number}", label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> from annotator.domain.agreement.shares import value_of
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> round(value_of(CongerKappa.of(ratings), ratings), 5)
    0.76282
    """

    weights: Weights
    labels: int
    rater: IntArray
    code: IntArray

    @classmethod
    def of(cls, ratings: Ratings, weights: Weights | None = None) -> "CongerKappa":
        width = max(1, len(all_labels(ratings)))
        used = distinct(_margin_keys(ratings, width))
        return cls(weights or Identity(), width, used // width, used % width)

    @property
    def columns(self) -> int:
        return len(self.rater) + 2

    def sums(self, ratings: Ratings) -> Sums:
        keys = _margin_keys(ratings, self.labels)
        columns = places(self.rater * self.labels + self.code, keys) + 2
        alone = len(ratings.item_names) + np.arange(len(ratings.alone))
        margins = (np.concatenate([ratings.items, alone]), columns, np.ones(len(keys)))
        parts = [*disagreements(ratings, ratings.cells(), self.weights), margins]
        return Sums.stacked(parts, (rows_of(ratings), self.columns))

    def value(self, totals: FloatArray) -> FloatArray:
        return corrected(mean_disagreement(totals), self._by_chance(totals[:, 2:]))

    def _by_chance(self, margins: FloatArray) -> FloatArray:
        """All raters against all, less each against itself, over the number of pairs."""
        together = np.zeros((len(margins), self.labels))
        alone = np.zeros(len(margins))
        raters = np.zeros(len(margins))
        starts = np.flatnonzero(np.diff(self.rater, prepend=-1, append=-2))
        for start, stop in pairwise(starts):
            counts = margins[:, start:stop]
            given = counts.sum(axis=1, keepdims=True)
            shares = np.zeros_like(together)
            shares[:, self.code[start:stop]] = counts / np.where(given > 0, given, 1.0)
            together += shares
            alone += expected(self.weights, shares)
            raters += given[:, 0] > 0
        by_chance = without_dust(expected(self.weights, together) - alone, raters)
        return by_chance / np.maximum(raters * (raters - 1), 1.0)


def _margin_keys(ratings: Ratings, width: int) -> IntArray:
    alone = ratings.alone
    return np.concatenate(
        [ratings.raters * width + ratings.codes, alone.raters * width + alone.codes]
    )


@dataclass(frozen=True, slots=True, eq=False)
class CohenKappa:
    """The mean of Cohen's kappa over all pairs of raters who share an item (Light's kappa); -1 to
    1.

        kappa = 1 - D_o / D_e,  D_e = sum over c, k of a_c b_k d(c, k)

    for each pair on the items they share, where a_c and b_k are the shares of the labels of each,
    and D_o is the mean of d over these items. Pairs whose kappa is undefined, as both use one and
    the same label, are left out of the mean; it is undefined where no pair is left. Every pair
    counts the same, however many items it shares. With weights it is weighted kappa; here the
    scale of d does not matter.

    Columns: the disagreement of each pair, then how often the first and how often the second of
    the pair gave each label, of which only those that occur (`keys`). D_e of a pair is `whole`
    plus the sum of the products of the counts `left` and `right`, each times `factor`, over the
    square of the number of items: without weights 1 less what meets by chance, else how far it is
    apart.

    Cohen (1960), doi:10.1177/001316446002000104, p. 45, and with the weights of Cohen (1968),
    doi:10.1037/h0026256; Light (1971), doi:10.1037/h0031643:

    >>> from annotator.domain.scales import Scale
    >>> table = {"11": 88, "12": 14, "13": 18, "21": 10, "22": 40, "23": 10,
    ...          "31": 2, "32": 6, "33": 12}
    >>> rows = [(f"{cell}-{number}", judge, label) for cell, times in table.items()
    ...         for number in range(times) for judge, label in zip("AB", cell, strict=True)]
    >>> from annotator.domain.agreement.distances import DistanceTable
    >>> from annotator.domain.agreement.shares import value_of
    >>> from annotator.domain.agreement.weights import Given
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> round(value_of(CohenKappa.of(ratings), ratings), 3)
    0.492
    >>> weights = Given(DistanceTable(np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0.]])))
    >>> round(value_of(CohenKappa.of(ratings, weights), ratings), 3)
    0.348
    """

    weights: Weights
    keys: IntArray
    width: int
    pairs: IntArray
    left: IntArray
    right: IntArray
    pair: IntArray
    factor: FloatArray
    whole: float

    @classmethod
    def of(cls, ratings: Ratings, weights: Weights | None = None) -> "CohenKappa":
        weights = weights or Identity()
        width = max(1, len(ratings.labels))
        first, second = shared(ratings)
        met = pair_keys(ratings, first, second)
        pairs = distinct(met)
        keys = distinct(_sided_keys(ratings, first, second, places(pairs, met), width))
        same = isinstance(weights, Identity)
        left, right = _same_labels(keys, width) if same else _any_labels(keys, width)
        apart = weights.table(keys[left] % width, keys[right] % width)
        factor = -np.ones(len(left)) if same else apart
        pair = keys[left] // (2 * width)
        return cls(weights, keys, width, pairs, left, right, pair, factor, float(same))

    @property
    def columns(self) -> int:
        return len(self.pairs) + len(self.keys)

    def sums(self, ratings: Ratings) -> Sums:
        first, second = shared(ratings)
        items = ratings.items[first]
        which = places(self.pairs, pair_keys(ratings, first, second))
        apart = self.weights.table(ratings.codes[first], ratings.codes[second])
        disagree = np.flatnonzero(apart)
        sided = _sided_keys(ratings, first, second, which, self.width)
        columns = len(self.pairs) + places(self.keys, sided)
        parts = [
            (items[disagree], which[disagree], apart[disagree]),
            (np.concatenate([items, items]), columns, np.ones(len(columns))),
        ]
        return Sums.stacked(parts, (len(ratings.item_names), self.columns))

    def value(self, totals: FloatArray) -> FloatArray:
        return mean_of_pairs(self.kappas(totals))

    def kappas(self, totals: FloatArray) -> FloatArray:
        """Kappa of each pair for each line of totals, shape (lines, pairs); NaN where undefined."""
        lines, pairs = len(totals), len(self.pairs)
        if not pairs:
            return np.zeros((lines, 0))
        disagreement, counts = totals[:, :pairs], totals[:, pairs:]
        # Both of a pair labelled each of its items, so the counts of both are twice the items.
        starts = np.searchsorted(self.keys, 2 * self.width * np.arange(pairs))
        items = np.add.reduceat(counts, starts, axis=1) / 2
        met = counts[:, self.left] * counts[:, self.right] * self.factor
        place = np.arange(lines)[:, None] * pairs + self.pair
        by_chance = summed(place.ravel(), met.ravel(), lines * pairs)
        by_chance += self.whole * (items * items).ravel()
        return corrected((disagreement * items).ravel(), by_chance).reshape(lines, pairs)


def mean_of_pairs(kappas: FloatArray) -> FloatArray:
    """The mean of the kappas that are defined, by line; shape (lines, pairs) to (lines,)."""
    known = ~np.isnan(kappas)
    sums = np.where(known, kappas, 0.0).sum(axis=1)
    means = np.full(len(kappas), np.nan)
    np.divide(sums, known.sum(axis=1), out=means, where=known.any(axis=1))
    return means


def pair_keys(ratings: Ratings, first: IntArray, second: IntArray) -> IntArray:
    """A number for the two raters of each pair of entries."""
    keys: IntArray = ratings.raters[first] * len(ratings.rater_names) + ratings.raters[second]
    return keys


def _sided_keys(
    ratings: Ratings, first: IntArray, second: IntArray, which: IntArray, width: int
) -> IntArray:
    """A number for each (pair, first or second of it, label), first ones before second ones."""
    start = 2 * width * which
    return np.concatenate([start + ratings.codes[first], start + width + ratings.codes[second]])


def _same_labels(keys: IntArray, width: int) -> tuple[IntArray, IntArray]:
    """The places in `keys` of each label that both of a pair gave, first and second."""
    second = keys // width % 2 == 1
    first_at, second_at = np.flatnonzero(~second), np.flatnonzero(second)
    _, left, right = np.intersect1d(
        keys[first_at], keys[second_at] - width, assume_unique=True, return_indices=True
    )
    return first_at[left], second_at[right]


def _any_labels(keys: IntArray, width: int) -> tuple[IntArray, IntArray]:
    """The places in `keys` of every label of the first of a pair with every label of the second."""
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for pair in np.unique(keys // (2 * width)):
        start, middle, stop = np.searchsorted(keys, (2 * pair + np.arange(3)) * width)
        left, right = np.meshgrid(np.arange(start, middle), np.arange(middle, stop))
        lefts.append(left.ravel())
        rights.append(right.ravel())
    return np.concatenate(lefts), np.concatenate(rights)


def distinct(keys: IntArray) -> IntArray:
    """The different keys in order; counted in a table where that is not much larger than they
    are.
    """
    if keys.max(initial=0) > _ROOM_PER_KEY * len(keys):
        return np.unique(keys)
    return np.flatnonzero(np.bincount(keys))


def places(known: IntArray, keys: IntArray) -> IntArray:
    """The place of each key in the ordered `known`, which holds them all."""
    if known.max(initial=0) > _ROOM_PER_KEY * len(keys):
        return np.searchsorted(known, keys).astype(np.int64)
    table = np.zeros(int(known.max(initial=0)) + 1, dtype=np.int64)
    table[known] = np.arange(len(known))
    return table[keys]
