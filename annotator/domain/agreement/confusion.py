"""Which labels are taken for which: the coincidence matrix and its largest pairs."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import FloatArray, summed

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two labels that different annotators gave to one item; `times` counts the pairs of annotators
    who did.
    """

    a: str
    b: str
    times: int


def coincidences(ratings: Ratings) -> FloatArray:
    """The coincidence matrix o, shape (labels, labels), symmetric; it sums to the number of labels
    given.

        o_ck = sum over i of n_ic (n_ik - [c = k]) / (m_i - 1)

    Krippendorff (2011) Computing Krippendorff's Alpha-Reliability, example B:

    >>> from annotator.domain.scales import Scale
    >>> coders = {"Ben": "a a b b d c c c e d d a", "Gerry": "b a b b b c c c e d d d"}
    >>> rows = [(f"unit {unit:02}", coder, label) for coder, line in coders.items()
    ...         for unit, label in enumerate(line.split())]
    >>> print(coincidences(Ratings.of(rows, Scale("nominal"))).astype(int))
    [[2 1 0 1 0]
     [1 4 0 1 0]
     [0 0 6 0 0]
     [1 1 0 4 0]
     [0 0 0 0 2]]
    """
    cells = ratings.cells()
    width = len(ratings.labels)
    flat = summed(
        cells.codes * (width + 1),
        cells.counts * (cells.counts - 1) / (cells.sizes - 1),
        width * width,
    )
    for left, right in cells.neighbours():
        pair = cells.codes[left] * width + cells.codes[right]
        flat += summed(
            pair, cells.counts[left] * cells.counts[right] / (cells.sizes[left] - 1), width * width
        )
    upper = flat.reshape(width, width)
    matrix: FloatArray = upper + np.triu(upper, 1).T
    return matrix


def confusions(ratings: Ratings, *, most: int = MOST_NAMED) -> list[Confusion]:
    """The pairs of different labels that met on one item most often, the largest first, ties by
    label.

    Sets are compared whole. For numbers there is no such list: it is empty.
    """
    if ratings.scale.kind == "interval":
        return []
    cells = ratings.cells()
    keys = [np.zeros(0, dtype=np.int64)]
    times = [np.zeros(0)]
    for left, right in cells.neighbours():
        keys.append(cells.codes[left] * len(ratings.labels) + cells.codes[right])
        times.append(cells.counts[left] * cells.counts[right])
    met, which = np.unique(np.concatenate(keys), return_inverse=True)
    totals = summed(which, np.concatenate(times), len(met))
    largest = np.lexsort((met, -totals))[:most]
    return [
        Confusion(
            ratings.labels[met[index] // len(ratings.labels)],
            ratings.labels[met[index] % len(ratings.labels)],
            int(totals[index]),
        )
        for index in largest
    ]
