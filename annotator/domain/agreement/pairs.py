"""Two annotators at a time: how many items they share, how often they agree, Cohen's kappa."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import FloatArray, IntArray, summed


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators, `a` before `b` by code point. `kappa` is None where both used one and the
    same label.
    """

    a: str
    b: str
    items: int
    percent: float
    kappa: float | None


def pairs(ratings: Ratings) -> list[Pair]:
    """Every two annotators who share an item, sorted by name, with percent agreement and Cohen's
    kappa.

        kappa = (P_o - P_e) / (1 - P_e),  P_e = sum over c of a_c b_c

    where a_c and b_c are the shares of label c of each, on the items they share. Unweighted on
    every scale, and None for numbers, where equal is the exception. Between -1 and 1; undefined
    where P_e is 1.

    Cohen (1960), doi:10.1177/001316446002000104, page 45:

    >>> from annotator.domain.scales import Scale
    >>> table = {"11": 88, "12": 14, "13": 18, "21": 10, "22": 40, "23": 10,
    ...          "31": 2, "32": 6, "33": 12}
    >>> rows = [(f"{cell}-{number}", judge, label) for cell, times in table.items()
    ...         for number in range(times) for judge, label in zip("AB", cell, strict=True)]
    >>> [pair] = pairs(Ratings.of(rows, Scale("nominal")))
    >>> pair.items, round(pair.percent, 2), round(pair.kappa, 3)
    (200, 0.7, 0.492)
    """
    first, second = shared(ratings)
    if not len(first):
        return []
    raters = len(ratings.rater_names)
    met, which = np.unique(
        ratings.raters[first] * raters + ratings.raters[second], return_inverse=True
    )
    items = np.bincount(which).astype(np.float64)
    observed = np.bincount(which, ratings.codes[first] == ratings.codes[second]) / items
    kappas = _kappas(observed, _expected(ratings, which, first, second, items))
    measured = ratings.scale.kind == "interval"
    return [
        Pair(
            ratings.rater_names[pair // raters],
            ratings.rater_names[pair % raters],
            int(count),
            float(percent),
            None if measured or np.isnan(kappa) else float(kappa),
        )
        for pair, count, percent, kappa in zip(met.tolist(), items, observed, kappas, strict=True)
    ]


def shared(ratings: Ratings) -> tuple[IntArray, IntArray]:
    """All pairs of entries of one item, as their places; entries are sorted, so the first has the
    smaller rater.
    """
    first: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    second: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    for shift in range(1, int(ratings.sizes().max(initial=0))):
        left = np.flatnonzero(ratings.items[:-shift] == ratings.items[shift:])
        first.append(left)
        second.append(left + shift)
    return np.concatenate(first), np.concatenate(second)


def _expected(
    ratings: Ratings, which: IntArray, first: IntArray, second: IntArray, items: FloatArray
) -> FloatArray:
    """P_e of each pair; only labels that both used enter the sum, so the counts are kept sparse."""
    width = len(ratings.labels)
    mine, my_counts = np.unique(which * width + ratings.codes[first], return_counts=True)
    theirs, their_counts = np.unique(which * width + ratings.codes[second], return_counts=True)
    both, at_mine, at_theirs = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    products = (my_counts[at_mine] * their_counts[at_theirs]).astype(np.float64)
    return summed(both // width, products, len(items)) / (items * items)


def _kappas(observed: FloatArray, expected: FloatArray) -> FloatArray:
    undefined = np.full(len(observed), np.nan)
    kappas: FloatArray = np.divide(
        observed - expected, 1 - expected, out=undefined, where=expected < 1
    )
    return kappas
