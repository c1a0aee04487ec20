"""Small tables of sums by document, and a figure that is a function of them."""

from collections.abc import Sequence

import numpy as np

from annotator.domain.intervals import FloatArray, Sums


def sums_of(table: Sequence[Sequence[float]]) -> Sums:
    array = np.array(table, dtype=np.float64).reshape(len(table), -1)
    rows, columns = np.nonzero(array)
    return Sums(rows, columns, array[rows, columns], array.shape)


def ratio(totals: FloatArray) -> FloatArray:
    """The first sum over the second, undefined without any of the second."""
    share: FloatArray = np.divide(
        totals[:, 0], totals[:, 1], out=np.full(len(totals), np.nan), where=totals[:, 1] > 0
    )
    return share


def varied(documents: int) -> Sums:
    return sums_of([[number % 7, 7] for number in range(documents)])


def rare(documents_with: int) -> Sums:
    """Sixty documents, of which only so many have the second sum."""
    return sums_of([[0, number < documents_with] for number in range(60)])
