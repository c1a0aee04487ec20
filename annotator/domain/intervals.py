"""What intervals are made from: sums by document, and which documents belong together.

Paragraphs of one document are not independent, so whole documents are drawn or left out, never
single items. Nothing here knows what is summed: a statistic hands over its sums by document and a
function of their total. `bootstrap` and `jackknife` make the intervals.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

# Maps totals of shape (lines, columns) to values of shape (lines,), NaN where undefined.
Statistic = Callable[[FloatArray], FloatArray]

LEAST_DOCUMENTS: Final = 20
TAIL: Final = 0.025
# Above this many cells a table of document x sum is kept sparse, and below it multiplied at once.
_DENSE_CELLS: Final = 4_000_000
_LINES_AT_ONCE: Final = 128
# So few columns are summed faster one by one than cell by cell.
_FEW_COLUMNS: Final = 16


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 % interval, or None twice with a code of `WHY`; `method` says in words how it was
    made.

    `below` is the probability, 0 to 1, that the true figure lies below a threshold; None where no
    threshold was named or the interval is withheld.
    """

    low: float | None
    high: float | None
    method: str | None
    why: str | None
    below: float | None = None

    @classmethod
    def withheld(cls, why: str) -> Self:
        return cls(None, None, None, why)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """A sparse table of sums: `values[i]` belongs to row `rows[i]` and column `columns[i]`; cells
    may repeat.

    A row is an item or a document, a column one of the sums a statistic is a function of. Where
    many rows are alike, each kind is kept once: with `pattern`, row r of the table is the row
    `pattern[r]` that the cells describe.
    """

    rows: IntArray
    columns: IntArray
    values: FloatArray
    shape: tuple[int, int]
    pattern: IntArray | None = None

    @classmethod
    def stacked(
        cls, parts: Iterable[tuple[IntArray, IntArray, FloatArray]], shape: tuple[int, int]
    ) -> Self:
        """Puts (rows, columns, values) of several sums into one table."""
        rows, columns, values = zip(*parts, strict=True)
        return cls(np.concatenate(rows), np.concatenate(columns), np.concatenate(values), shape)

    def repeated(self, pattern: IntArray) -> "Sums":
        """A table whose row r is row `pattern[r]` of this one, which must have no pattern yet."""
        return replace(self, shape=(len(pattern), self.shape[1]), pattern=pattern)

    def total(self) -> FloatArray:
        """The sum of all rows, shape (columns,)."""
        if self.pattern is None:
            return summed(self.columns, self.values, self.shape[1])
        times = np.bincount(self.pattern, minlength=self._described())
        return summed(self.columns, self.values * times[self.rows], self.shape[1])

    def regrouped(self, group: IntArray, groups: int) -> "Sums":
        """The same sums by group, where `group[row]` is the group of each row; it may go on beyond
        the rows.
        """
        width = self.shape[1]
        group = group[: self.shape[0]]
        if self.pattern is not None and width <= _FEW_COLUMNS:
            kinds = self._once().dense()
            columns = [summed(group, column[self.pattern], groups) for column in kinds.T]
            table = np.stack(columns, axis=1).ravel()
        else:
            cells = self._spelt_out()
            rows = group[cells.rows]
            if groups * width > _DENSE_CELLS:
                return Sums(rows, cells.columns, cells.values, (groups, width))
            table = summed(rows * width + cells.columns, cells.values, groups * width)
        used = np.flatnonzero(table)
        return Sums(used // width, used % width, table[used], (groups, width))

    def weighted(self, weights: FloatArray) -> FloatArray:
        """For each line of weights, shape (lines, rows), the weighted sum of the rows: shape
        (lines, columns).

        A weight of two is the same as having the row twice.
        """
        return self.weighted_by([weights])

    def weighted_by(self, portions: Iterable[FloatArray]) -> FloatArray:
        """The weighted sums for many lines of weights that come some at a time."""
        if self.pattern is not None:
            once, pattern = self._once(), self.pattern
            return once.weighted_by(
                np.stack([summed(pattern, line, once.shape[0]) for line in weights])
                for weights in portions
            )
        if self.shape[0] * self.shape[1] <= _DENSE_CELLS:
            table = self.dense()
            return np.concatenate([weights @ table for weights in _joined(portions)])
        return np.stack(
            [
                summed(self.columns, self.values * line[self.rows], self.shape[1])
                for weights in portions
                for line in weights
            ]
        )

    def dense(self) -> FloatArray:
        """The table as an array of its full shape."""
        if self.pattern is not None:
            return self._once().dense()[self.pattern]
        flat = summed(
            self.rows * self.shape[1] + self.columns, self.values, self.shape[0] * self.shape[1]
        )
        return flat.reshape(self.shape)

    def portions(self) -> Iterator[FloatArray]:
        """The table as arrays of some whole rows each, in their order."""
        cells = self._spelt_out()
        at_once = max(1, _DENSE_CELLS // max(1, self.shape[1]))
        order = np.argsort(cells.rows, kind="stable")
        starts = range(0, self.shape[0], at_once)
        cuts = np.searchsorted(cells.rows[order], [*starts[1:]])
        for start, part in zip(starts, np.split(order, cuts), strict=True):
            length = min(at_once, self.shape[0] - start)
            rows = cells.rows[part] - start
            shape = (length, self.shape[1])
            yield Sums(rows, cells.columns[part], cells.values[part], shape).dense()

    def patterns(self) -> tuple["Sums", IntArray]:
        """The different rows, and for each row which of them it is. A table too large to compare is
        left as it is.
        """
        if self.pattern is not None:
            few, which = self._once().patterns()
            return few, which[self.pattern]
        if self.shape[0] * self.shape[1] > _DENSE_CELLS:
            return self, np.arange(self.shape[0])
        table = self.dense()
        keys = _row_keys(table)
        _, first, pattern = np.unique(keys, return_index=True, return_inverse=True)
        if not np.array_equal(table[first[pattern]], table):
            return self, np.arange(self.shape[0])
        rows, columns = np.nonzero(table[first])
        return Sums(
            rows, columns, table[first][rows, columns], (len(first), self.shape[1])
        ), pattern

    def _described(self) -> int:
        """How many rows the cells and the pattern speak of."""
        last = -1 if self.pattern is None else self.pattern.max(initial=-1)
        return int(self.rows.max(initial=last)) + 1

    def _once(self) -> "Sums":
        """The rows that the cells describe, each once."""
        return Sums(self.rows, self.columns, self.values, (self._described(), self.shape[1]))

    def _spelt_out(self) -> "Sums":
        """The same table without a pattern: the cells of a row as often as the row is there."""
        if self.pattern is None:
            return self
        order = np.argsort(self.rows, kind="stable")
        lengths = np.bincount(self.rows, minlength=self._described())
        mine = lengths[self.pattern]
        # Cell k of row r stands k places behind the first cell of its pattern.
        place = (np.cumsum(lengths) - lengths)[self.pattern] - (np.cumsum(mine) - mine)
        cell = order[np.arange(mine.sum()) + np.repeat(place, mine)]
        rows = np.repeat(np.arange(len(mine)), mine)
        return Sums(rows, self.columns[cell], self.values[cell], self.shape)


def _joined(portions: Iterable[FloatArray]) -> Iterator[FloatArray]:
    """The same lines in portions of a hundred or so: a product of a few lines reads the whole table
    for them, and threads wait for each other longer than they multiply.
    """
    lines: list[FloatArray] = []
    for portion in portions:
        lines.append(portion)
        held = sum(map(len, lines))
        if held >= _LINES_AT_ONCE or held * portion.shape[1] >= _DENSE_CELLS:
            yield np.concatenate(lines)
            lines = []
    if lines:
        yield np.concatenate(lines)


def summed(cells: IntArray, values: FloatArray, length: int) -> FloatArray:
    """The sum of the values of each cell, shape (length,)."""
    return np.bincount(cells, weights=values, minlength=length).astype(np.float64, copy=False)


def _row_keys(table: FloatArray) -> npt.NDArray[np.uint64]:
    """A 64-bit key for each row; sorting keys is many times faster than sorting rows."""
    multipliers = np.random.PCG64(0).random_raw(table.shape[1]) | np.uint64(1)
    bits = (table + 0.0).view(np.uint64)
    mixed = (bits ^ (bits >> np.uint64(29))) * multipliers
    keys: npt.NDArray[np.uint64] = (mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64)
    return keys


def joined_units(rows: Iterable[tuple[str, str | None, str | None]]) -> dict[str, str]:
    """For each item the name of the unit it is resampled with, from (item, document, cluster) rows.

    Items of one document belong together, and so do documents that share a near-duplicate cluster.
    A unit is named by the smallest of its documents; an item without a document or cluster is a
    unit by itself.
    """
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    items: dict[str, tuple[str, str]] = {}
    for item, document, cluster in sorted(set(rows), key=lambda row: tuple(map(str, row))):
        home = ("document", document) if document is not None else ("item", item)
        for other in [("cluster", cluster)] if cluster is not None else []:
            parent[root(other)] = root(home)
        if item in items:
            parent[root(items[item])] = root(home)
        items[item] = home
    return _named({item: root(home) for item, home in items.items()}, items)


def _named(roots: dict[str, tuple[str, str]], homes: dict[str, tuple[str, str]]) -> dict[str, str]:
    smallest: dict[tuple[str, str], tuple[str, str]] = {}
    for item, unit in roots.items():
        smallest[unit] = min(homes[item], smallest.get(unit, homes[item]))
    return {item: "/".join(smallest[unit]) for item, unit in roots.items()}
