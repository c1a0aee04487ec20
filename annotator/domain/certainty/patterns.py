"""Labels as numbers, with items that got the same labels from the same annotators taken together.

Every model here looks at an item only through who gave it which label. Where few annotators label
many items, most items are like another one: a million labels may be three thousand patterns.
"""

from dataclasses import dataclass

import numpy as np

from annotator.domain.intervals import FloatArray, IntArray, summed

_WORTH_COLLAPSING = 0.5
_LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """One entry per label given, sorted by row, then annotator, then label.

    A row is an item, or a group of items with the same labels. `rows`, `raters` and `codes` have
    one length; `weights[row]` is how many items the row stands for, 0 for those without a label;
    `of_item[item]` is the row of each item.
    """

    rows: IntArray
    raters: IntArray
    codes: IntArray
    weights: FloatArray
    of_item: IntArray
    n_raters: int
    n_labels: int

    @classmethod
    def of(
        cls,
        items: IntArray,
        raters: IntArray,
        codes: IntArray,
        *,
        n_items: int,
        n_raters: int,
        n_labels: int,
    ) -> "Patterns":
        """From labels in any order: label `codes[i]` by annotator `raters[i]` of item `items[i]`.

        The same annotator may label an item more than once; all of it counts. Raises `ValueError`
        if the arrays differ in length or hold a number outside its range.
        """
        columns = [np.asarray(column, dtype=np.int64) for column in (items, raters, codes)]
        _check(columns, (n_items, n_raters, n_labels))
        rows, raters, codes = _in_order(columns[0], columns[1], columns[2], n_raters, n_labels)
        weights = (np.bincount(rows, minlength=n_items) > 0).astype(np.float64)
        return _collapsed(cls(rows, raters, codes, weights, np.arange(n_items), n_raters, n_labels))

    @property
    def n_items(self) -> int:
        return len(self.of_item)

    @property
    def n_rows(self) -> int:
        return len(self.weights)

    def sizes(self) -> IntArray:
        """How many labels an item of each row has, shape (rows,)."""
        return np.bincount(self.rows, minlength=self.n_rows)

    def entry_weights(self) -> FloatArray:
        """How many labels each entry stands for, shape (entries,)."""
        return self.weights[self.rows]

    def labels_of_raters(self) -> FloatArray:
        """How many labels each annotator gave, shape (raters,)."""
        return summed(self.raters, self.entry_weights(), self.n_raters)


def _collapsed(one: Patterns) -> Patterns:
    """The same labels by pattern, in the order in which patterns first appear, where that is at
    most half as long.
    """
    tokens = one.raters * max(1, one.n_labels) + one.codes
    keys = _row_keys(one.rows, tokens, one.n_rows)
    _, first, pattern = np.unique(keys, return_index=True, return_inverse=True)
    if len(first) > _WORTH_COLLAPSING * one.n_rows or not _alike(one.rows, tokens, first[pattern]):
        return one
    order = np.argsort(first)
    place = np.empty(len(first), dtype=np.int64)
    place[order] = np.arange(len(first))
    of_item = place[pattern]
    stays = np.zeros(one.n_rows, dtype=np.bool_)
    stays[first] = True
    kept = np.flatnonzero(stays[one.rows])
    return Patterns(
        of_item[one.rows[kept]],
        one.raters[kept],
        one.codes[kept],
        summed(of_item, one.weights, len(first)),
        of_item,
        one.n_raters,
        one.n_labels,
    )


def presence(patterns: Patterns) -> tuple[IntArray, IntArray]:
    """Each annotator of each row once, as (rows, raters), sorted."""
    keys = patterns.rows * patterns.n_raters + patterns.raters
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    return patterns.rows[first], patterns.raters[first]


def _check(columns: list[IntArray], limits: tuple[int, int, int]) -> None:
    if len({len(column) for column in columns}) != 1:
        raise ValueError("items, raters and codes must have one length")
    for name, column, limit in zip(("items", "raters", "codes"), columns, limits, strict=True):
        if len(column) and not (column.min() >= 0 and column.max() < limit):
            raise ValueError(f"{name} must lie between 0 and {limit - 1}")


def _in_order(
    items: IntArray, raters: IntArray, codes: IntArray, n_raters: int, n_labels: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Sorted by item, annotator, label. Sorting one number for all three is ten times as fast."""
    if len(items) and (int(items.max()) + 1) * n_raters * n_labels > _LARGEST_KEY:
        order = np.lexsort((codes, raters, items))
        return items[order], raters[order], codes[order]
    keys = np.sort((items * n_raters + raters) * n_labels + codes)
    given, code = np.divmod(keys, max(1, n_labels))
    item, rater = np.divmod(given, max(1, n_raters))
    return item, rater, code


def _row_keys(
    rows: IntArray, tokens: IntArray, length: int
) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A 64-bit key for the labels of each row; rows with the same labels have the same key."""
    mixed = (tokens.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    keys = np.zeros(length, dtype=np.uint64)
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    if len(rows):
        keys[rows[starts]] = np.add.reduceat(mixed ^ (mixed >> np.uint64(31)), starts)
    return keys


def _alike(rows: IntArray, tokens: IntArray, twin: IntArray) -> bool:
    """Whether each row has exactly the labels of its twin; two different rows could share a key."""
    sizes = np.bincount(rows, minlength=len(twin))
    if not np.array_equal(sizes, sizes[twin]):
        return False
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(rows)) - starts[rows] + starts[twin[rows]]
    return bool(np.array_equal(tokens[place], tokens))
