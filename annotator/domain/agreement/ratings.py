"""The judgments of one question as arrays, and the item x label counts that every figure is a
function of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from annotator.domain.intervals import FloatArray, IntArray
from annotator.domain.scales import Scale

_ROOM_PER_RATING = 16


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The item x label table without its zeros, sorted by item then label; all arrays have one
    length.

    `sizes` is the number of labels the item of each cell has in all.
    """

    items: IntArray
    codes: IntArray
    counts: FloatArray
    sizes: FloatArray

    def neighbours(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Pairs of cells (left, right) with different labels of one item, each pair once, in
        several portions.
        """
        for shift in range(1, len(self.items)):
            left = np.flatnonzero(self.items[:-shift] == self.items[shift:])
            if not len(left):
                return
            yield left, left + shift


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Items with two labels or more, one entry per label given, sorted by item then rater.

    `items`, `raters`, `codes` number `item_names`, `rater_names`, `labels`. Labels stand in the
    declared order, then by code point; numbers by size. Raters are compared by name only to keep
    them apart.
    """

    scale: Scale
    items: IntArray
    raters: IntArray
    codes: IntArray
    item_names: tuple[str, ...]
    rater_names: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]], scale: Scale) -> "Ratings":
        """From (item, rater, label) rows without missing labels; items with a single label are
        dropped.

        Raises `DataInvalid` for a label that the scale refuses.
        """
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        names, number = _encoded(columns[0])
        enough = np.bincount(number, minlength=len(names)) > 1
        kept = enough[number]
        rater_names, raters = _encoded(list(compress(columns[1], kept)))
        labels, codes = _labelled(list(compress(columns[2], kept)), scale)
        items = (np.cumsum(enough) - 1)[number[kept]]
        order = np.lexsort((raters, items))
        item_names = tuple(compress(names, enough))
        return cls(
            scale, items[order], raters[order], codes[order], item_names, rater_names, labels
        )

    def __len__(self) -> int:
        return len(self.items)

    def subset(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> "Ratings":
        """The entries where `mask` holds; items and raters keep their numbers, single labels are
        not dropped.
        """
        return replace(
            self, items=self.items[mask], raters=self.raters[mask], codes=self.codes[mask]
        )

    def cells(self, codes: IntArray | None = None, width: int | None = None) -> Cells:
        """The counts by item and label, or by item and another code of `width` values."""
        codes = self.codes if codes is None else codes
        return cells(self.items, codes, max(1, len(self.labels) if width is None else width))

    def sizes(self) -> IntArray:
        """How many labels each item has."""
        return np.bincount(self.items, minlength=len(self.item_names))


def cells(items: IntArray, codes: IntArray, width: int) -> Cells:
    """Counts equal (item, code) pairs; counted in a full table where that is not much larger than
    the data.
    """
    keys = items * width + codes
    room = (int(items.max()) + 1) * width if len(items) else 0
    if room <= _ROOM_PER_RATING * len(keys):
        table = np.bincount(keys, minlength=room)
        used = np.flatnonzero(table)
        counts = table[used]
    else:
        used, counts = np.unique(keys, return_counts=True)
    cell_items = used // width
    sizes = np.bincount(items).astype(np.float64)
    return Cells(cell_items, used % width, counts.astype(np.float64), sizes[cell_items])


def _encoded(values: Sequence[str]) -> tuple[tuple[str, ...], IntArray]:
    names = tuple(sorted(set(values)))
    return names, _numbered({name: number for number, name in enumerate(names)}, values)


def _labelled(given: Sequence[str], scale: Scale) -> tuple[tuple[str, ...], IntArray]:
    canonical = {label: scale.canonical(label) for label in set(given)}
    labels = _in_order(set(canonical.values()), scale)
    code = {label: number for number, label in enumerate(labels)}
    return labels, _numbered({label: code[name] for label, name in canonical.items()}, given)


def _numbered(number: dict[str, int], values: Sequence[str]) -> IntArray:
    return np.fromiter(map(number.__getitem__, values), dtype=np.int64, count=len(values))


def _in_order(used: set[str], scale: Scale) -> tuple[str, ...]:
    if scale.kind == "interval":
        return tuple(sorted(used, key=float))
    if scale.kind == "set":
        return tuple(sorted(used))
    return (*scale.labels, *sorted(used.difference(scale.labels)))
