"""Two annotators at a time: how many items they share, how often they agree, Cohen's kappa, and
alpha.
"""

from dataclasses import dataclass, replace

import numpy as np

from annotator.domain.agreement.alpha import alpha_of
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


def pair_alphas(ratings: Ratings) -> dict[tuple[str, str], float | None]:
    """Krippendorff's alpha of every two annotators who share an item, by their names in order.

    Alpha with the metric of the scale, on the items that both labelled; None where both used one
    and the same label. All pairs are computed in one pass, as if each had its own items.

    The example C of Krippendorff (2011), https://repository.upenn.edu/asc_papers/43, with four
    observers:

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3",
    ...              ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", "ABCD"[number], label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> for (a, b), alpha in pair_alphas(Ratings.of(rows, Scale("nominal"))).items():
    ...     print(a, b, round(alpha, 3))
    A B 0.852
    A C 0.489
    A D 0.857
    B C 0.557
    B D 0.876
    C D 0.627
    """
    first, second = shared(ratings)
    if not len(first):
        return {}
    raters = len(ratings.rater_names)
    met, which = np.unique(
        ratings.raters[first] * raters + ratings.raters[second], return_inverse=True
    )
    names = [
        (ratings.rater_names[a], ratings.rater_names[b])
        for a, b in zip(*divmod(met, raters), strict=True)
    ]
    values = _set_alphas if ratings.scale.kind == "set" else _alphas
    return {
        name: None if np.isnan(alpha) else float(alpha)
        for name, alpha in zip(names, values(ratings, first, second, which), strict=True)
    }


def _alphas(ratings: Ratings, first: IntArray, second: IntArray, which: IntArray) -> FloatArray:
    """Alpha of each pair; sums are taken over its meetings, some pairs at a time."""
    met = _meetings(ratings, first, second)
    statistic = alpha_of(met)
    sums = statistic.sums(met).regrouped(which, int(which.max()) + 1)
    return np.concatenate([statistic.value(some) for some in sums.portions()])


def _set_alphas(ratings: Ratings, first: IntArray, second: IntArray, which: IntArray) -> FloatArray:
    """Alpha of each pair by itself: thousands of sets are compared only with those it used."""
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which))
    values = []
    for places in np.split(order, ends[:-1]):
        used, codes = np.unique(
            np.stack([ratings.codes[first[places]], ratings.codes[second[places]]], axis=1),
            return_inverse=True,
        )
        labels = tuple(ratings.labels[code] for code in used)
        met = _meetings(ratings, first[places], second[places])
        met = replace(met, codes=codes.ravel().astype(np.int64), labels=labels)
        statistic = alpha_of(met)
        values.append(statistic.value(statistic.sums(met).total()[None, :]))
    return np.concatenate(values)


def _meetings(ratings: Ratings, first: IntArray, second: IntArray) -> Ratings:
    """The same labels as if every two that met were on an item of their own."""
    places = np.stack([first, second], axis=1).ravel()
    return replace(
        ratings,
        items=np.repeat(np.arange(len(first)), 2),
        raters=ratings.raters[places],
        codes=ratings.codes[places],
        item_names=("",) * len(first),
    )


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
