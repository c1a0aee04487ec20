"""The judgments of one question as arrays, and the item x label counts that every figure is a
function of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from annotator.domain.intervals import FloatArray, IntArray
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid

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
class Entries:
    """One entry per label given, as numbers of its item, rater and label; all of one length."""

    items: IntArray
    raters: IntArray
    codes: IntArray


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of `Entries` stand for."""

    items: Sequence[str]
    raters: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """Labels that are the only one of their item: entry i is of item `item_names[i]`.

    They say nothing about agreement, but the chance terms of Gwet's family take the share of each
    label over all items. Codes number the labels of the ratings and, after these, `more_labels`,
    which nobody gave to an item that has two.
    """

    raters: IntArray
    codes: IntArray
    item_names: tuple[str, ...]
    more_labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Items with two labels or more, one entry per label given, sorted by item then rater.

    `items`, `raters`, `codes` number `item_names`, `rater_names`, `labels`. Labels stand in the
    declared order, then by code point; numbers by size. Raters are compared by name only to keep
    them apart. `alone` holds the items with a single label; its raters and codes number the same
    names.
    """

    scale: Scale
    items: IntArray
    raters: IntArray
    codes: IntArray
    item_names: tuple[str, ...]
    rater_names: tuple[str, ...]
    labels: tuple[str, ...]
    alone: Alone

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]], scale: Scale) -> "Ratings":
        """From (item, rater, label) rows without missing labels.

        Raises `DataInvalid` for a label that the scale refuses.
        """
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        item_names, items = _encoded(columns[0])
        rater_names, raters = _encoded(columns[1])
        labels, codes = _labelled(columns[2], scale)
        return cls.coded(
            Entries(items, raters, codes), Names(item_names, rater_names, labels), scale
        )

    @classmethod
    def coded(cls, entries: "Entries", names: "Names", scale: Scale) -> "Ratings":
        """From labels that are numbered already; `names.labels` must be canonical and in the order
        of the scale. Entries may stand in any order.
        """
        votes = np.bincount(entries.items, minlength=len(names.items))
        enough, single = votes > 1, votes == 1
        kept = np.flatnonzero(enough[entries.items])
        lone = np.flatnonzero(single[entries.items])
        lone = lone[np.argsort(entries.items[lone])]
        kept = kept[np.lexsort((entries.raters[kept], entries.items[kept]))]
        labels, more_labels, code = _first_those_of_pairs(names.labels, entries.codes[kept], scale)
        return cls(
            scale,
            (np.cumsum(enough) - 1)[entries.items[kept]],
            entries.raters[kept],
            code[entries.codes[kept]],
            tuple(compress(names.items, enough)),
            names.raters,
            labels,
            Alone(
                entries.raters[lone],
                code[entries.codes[lone]],
                tuple(compress(names.items, single)),
                more_labels,
            ),
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


def check_one_label_each(ratings: Ratings) -> None:
    """Raises `DataInvalid` if a rater labelled an item twice.

    Such labels say how far a person agrees with themselves, which is not agreement; only models of
    raters take them.
    """
    again = (ratings.items[1:] == ratings.items[:-1]) & (ratings.raters[1:] == ratings.raters[:-1])
    if again.any():
        place = int(np.argmax(again))
        raise DataInvalid(
            f"“{ratings.rater_names[ratings.raters[place]]}” labelled the item "
            f"“{ratings.item_names[ratings.items[place]]}” twice: keep one of the labels."
        )


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
    labels = scale.ordered(set(canonical.values()))
    code = {label: number for number, label in enumerate(labels)}
    return labels, _numbered({label: code[name] for label, name in canonical.items()}, given)


def _first_those_of_pairs(
    labels: tuple[str, ...], codes: IntArray, scale: Scale
) -> tuple[tuple[str, ...], tuple[str, ...], IntArray]:
    """The labels that are declared or among `codes`, then the others; and the new code of each."""
    declared = frozenset(scale.labels)
    wanted = np.fromiter((label in declared for label in labels), np.bool_, len(labels))
    wanted |= np.bincount(codes, minlength=len(labels)) > 0
    order = np.argsort(~wanted, kind="stable")
    code = np.empty(len(labels), dtype=np.int64)
    code[order] = np.arange(len(labels))
    return tuple(compress(labels, wanted)), tuple(compress(labels, ~wanted)), code


def _numbered(number: dict[str, int], values: Sequence[str]) -> IntArray:
    return np.fromiter(map(number.__getitem__, values), dtype=np.int64, count=len(values))
