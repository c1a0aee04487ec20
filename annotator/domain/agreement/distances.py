"""How far apart two labels are: distances between sets of labels, and any table of distances."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from annotator.domain.intervals import FloatArray, IntArray
from annotator.domain.scales import SetDistance

SetMetric = SetDistance | Literal["dice"]


class Distance(Protocol):
    """Squared distances between the labels of a question by their code, 0 to 1 for sets."""

    def between(self, left: IntArray, right: IntArray) -> FloatArray:
        """The distance of each pair of codes, shape of `left`."""

    def columns(self, start: int, stop: int) -> FloatArray:
        """The distances of all codes from those of start to stop, shape (codes, stop - start)."""


@dataclass(frozen=True, slots=True, eq=False)
class DistanceTable:
    """Distances written down one by one, shape (codes, codes), symmetric with a zero diagonal."""

    table: FloatArray

    def between(self, left: IntArray, right: IntArray) -> FloatArray:
        return self.table[left, right]

    def columns(self, start: int, stop: int) -> FloatArray:
        return self.table[:, start:stop]


@dataclass(frozen=True, slots=True, eq=False)
class SetDistances:
    """MASI, Jaccard or Dice distances; `members` has shape (codes, labels), 1 where the set holds
    the label.

    Only the sets that are asked for are compared: thousands of different sets would make a table of
    millions.
    """

    members: FloatArray
    kind: SetMetric

    def between(self, left: IntArray, right: IntArray) -> FloatArray:
        one, other = self.members[left], self.members[right]
        return _set_distances(
            (one * other).sum(axis=1), one.sum(axis=1), other.sum(axis=1), self.kind
        )

    def columns(self, start: int, stop: int) -> FloatArray:
        sizes = self.members.sum(axis=1)
        shared = self.members @ self.members[start:stop].T
        return _set_distances(shared, sizes[:, None], sizes[None, start:stop], self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class RatioDistances:
    """d = ((x - y) / (x + y)) squared, for numbers from 0 with a true zero; 0 for two zeros.

    Only the labels that are asked for are compared, as with sets.
    """

    values: FloatArray

    def between(self, left: IntArray, right: IntArray) -> FloatArray:
        return _ratio_distances(self.values[left], self.values[right])

    def columns(self, start: int, stop: int) -> FloatArray:
        return _ratio_distances(self.values[:, None], self.values[None, start:stop])


def _ratio_distances(x: FloatArray, y: FloatArray) -> FloatArray:
    apart, together = x - y, x + y
    shares = np.divide(apart, together, out=np.zeros_like(together), where=together > 0)
    squared: FloatArray = shares**2
    return squared


def set_distance(a: Sequence[str], b: Sequence[str], kind: SetMetric = "masi") -> float:
    """The distance of two sets of labels, 0 (the same) to 1 (nothing shared).

    Jaccard: 1 - |a & b| / |a | b|. MASI: 1 - J M, where J is that share and M is 1 for equal sets,
    2/3 where one holds the other, 1/3 where they overlap, 0 where they share nothing. Dice:
    1 - 2 |a & b| / (|a| + |b|). Two empty sets are the same answer, so their distance is 0; an
    empty set and any other share nothing, so theirs is 1.

    Passonneau (2006) Measuring Agreement on Set-valued Items (MASI), LREC,
    http://www.lrec-conf.org/proceedings/lrec2006/pdf/636_pdf.pdf (no DOI); Jaccard (1912),
    doi:10.1111/j.1469-8137.1912.tb05611.x; Dice (1945), doi:10.2307/1932409. The examples of
    Passonneau's kind (a subset of half the size; an overlap of one in three):

    >>> round(set_distance(["1", "2"], ["1", "2", "3", "4"]), 4)
    0.6667
    >>> round(set_distance(["1", "2"], ["2", "3"]), 4)
    0.8889
    >>> set_distance([], [])
    0.0
    """
    universe = sorted({*a, *b})
    members = np.array(
        [[label in labels for label in universe] for labels in (a, b)], dtype=np.float64
    )
    pair = SetDistances(members, kind).between(np.array([0]), np.array([1]))
    return float(pair[0])


def _set_distances(
    shared: FloatArray, left: FloatArray, right: FloatArray, kind: SetMetric
) -> FloatArray:
    union = left + right - shared
    jaccard = np.divide(shared, union, out=np.ones_like(shared), where=union > 0)
    if kind == "jaccard":
        return 1.0 - jaccard
    if kind == "dice":
        dice: FloatArray = 1.0 - 2 * jaccard / (1 + jaccard)
        return dice
    within = shared == np.minimum(left, right)
    monotonicity: npt.NDArray[np.float64] = np.select(
        [shared == union, within, shared > 0], [1.0, 2 / 3, 1 / 3], 0.0
    )
    distances: FloatArray = 1.0 - jaccard * monotonicity
    return distances


def memberships(sets: Sequence[str]) -> tuple[tuple[str, ...], FloatArray]:
    """The labels used in `|`-joined sets, and who holds which: shape (sets, labels)."""
    split = [set(joined.split("|")) - {""} for joined in sets]
    labels = tuple(sorted(set().union(*split)))
    held = [[label in one for label in labels] for one in split]
    return labels, np.array(held, dtype=np.float64).reshape(len(sets), len(labels))
