"""Items that got the same labels, collapsed to one: ten million labels have some 1,300 patterns."""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import IntArray

# Whole numbers of so many bits are exact as floating-point numbers.
_MOST_BITS: Final = 53
# Items are taken in portions that stay in the cache of a core.
_ITEMS_AT_ONCE: Final = 16_384
_ROOM_PER_ITEM: Final = 8


def collapsed(ratings: Ratings) -> tuple[Ratings, IntArray]:
    """Ratings with one item for each different row of label counts, and for each item the number of
    the one that stands for it.

    Only for figures that do not ask who gave a label: the entries of a pattern are dealt out to
    raters in turn. Where labels are too many to tell rows apart by one number, nothing is
    collapsed.

    >>> from annotator.domain.scales import Scale
    >>> rows = [("i1", "ann", "a"), ("i1", "bob", "b"), ("i2", "ann", "b"), ("i2", "bob", "a"),
    ...         ("i3", "ann", "a"), ("i3", "bob", "a")]
    >>> few, pattern = collapsed(Ratings.of(rows, Scale("nominal")))
    >>> few.codes.tolist(), few.items.tolist(), pattern.tolist()
    ([0, 0, 0, 1], [0, 0, 1, 1], [1, 1, 0])
    """
    bounds = _bounds(ratings.items)
    radix = int(np.diff(bounds).max(initial=0)) + 1
    if not len(ratings) or len(ratings.labels) * math.log2(radix) > _MOST_BITS:
        return ratings, np.arange(len(ratings.item_names))
    keys = _keys(ratings.codes, bounds, radix, len(ratings.labels))
    if len(keys) < len(ratings.item_names):
        # A subset can leave items without a label, whose counts are all 0.
        there, keys = keys, np.zeros(len(ratings.item_names), dtype=np.int64)
        keys[ratings.items[bounds[:-1]]] = there
    used, pattern = _distinct(keys, radix ** len(ratings.labels))
    return _spelt_out(ratings, used, radix), pattern


def _bounds(items: IntArray) -> IntArray:
    """Where each item begins, and where the last one ends; entries are sorted by item."""
    first = np.ones(len(items) + 1, dtype=np.bool_)
    np.not_equal(items[1:], items[:-1], out=first[1:-1])
    return np.flatnonzero(first)


def _keys(codes: IntArray, bounds: IntArray, radix: int, labels: int) -> IntArray:
    """The row of label counts of each item as one number, whose digits in base `radix` they are."""
    weight = float(radix) ** np.arange(labels)
    keys = np.empty(len(bounds) - 1, dtype=np.int64)
    for begin in range(0, len(keys), _ITEMS_AT_ONCE):
        some = bounds[begin : begin + _ITEMS_AT_ONCE + 1]
        entries = codes[some[0] : some[-1]]
        keys[begin : begin + len(some) - 1] = np.add.reduceat(weight[entries], some[:-1] - some[0])
    return keys


def _distinct(keys: IntArray, room: int) -> tuple[IntArray, IntArray]:
    """The different keys by size and the place of each key among them."""
    if room > _ROOM_PER_ITEM * len(keys):
        used, place = np.unique(keys, return_inverse=True)
        return used, place
    seen = np.zeros(room, dtype=np.bool_)
    seen[keys] = True
    used = np.flatnonzero(seen)
    number = np.empty(room, dtype=np.int64)
    number[used] = np.arange(len(used))
    return used, number[keys]


def _spelt_out(ratings: Ratings, keys: IntArray, radix: int) -> Ratings:
    """The ratings whose items have the counts that are written in the keys."""
    labels = len(ratings.labels)
    counts = keys[:, None] // radix ** np.arange(labels) % radix
    sizes = counts.sum(axis=1)
    items = np.repeat(np.arange(len(keys)), sizes)
    return replace(
        ratings,
        items=items,
        raters=np.arange(len(items)) - np.repeat(np.cumsum(sizes) - sizes, sizes),
        codes=np.repeat(np.tile(np.arange(labels), len(keys)), counts.ravel()),
        item_names=("",) * len(keys),
    )
