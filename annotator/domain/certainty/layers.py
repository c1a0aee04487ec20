"""The labels of many rows, cut across: the first label of every row, the second of every row, …

Sums over the labels of each row are then sums of whole arrays, which takes a third of the time of
adding up entry by entry. Rows stand by their number of labels, the largest first, so that the rows
of a layer are always the first ones of their block; a block is small enough for the cache of a
processor, where one step of EM on it is several times as fast as in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotator.domain.certainty.patterns import Patterns
from annotator.domain.intervals import FloatArray, IntArray

# An item with ten thousand labels must not make ten thousand layers: what is deeper stays as it is.
_MOST_LAYERS = 64
# Rows times labels of a block: 64-bit numbers for half a megabyte.
_BLOCK_CELLS = 2**16


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some rows that stand together: `rows[place]` is the row at each place of the block.

    `keys[j][place]` is the key of label number j of the row there; keys number what a label is
    looked up by. `deep_places` and `deep_keys` hold the labels beyond the last layer.
    """

    rows: IntArray
    keys: tuple[IntArray, ...]
    deep_places: IntArray
    deep_keys: IntArray

    def add_to_rows(self, values: FloatArray, out: FloatArray) -> None:
        """Adds the sum of `values[key]` over the labels of each row to `out`, shape (places,)."""
        for keys in self.keys:
            out[: len(keys)] += values[keys]
        if len(self.deep_keys):
            np.add.at(out, self.deep_places, values[self.deep_keys])

    def add_to_keys(self, values: FloatArray, out: FloatArray) -> None:
        """Adds the sum of `values[place]` over the labels of each key to `out`, shape (keys,)."""
        for keys in self.keys:
            np.add.at(out, keys, values[: len(keys)])
        if len(self.deep_keys):
            np.add.at(out, self.deep_keys, values[self.deep_places])


def blocks(patterns: Patterns, keys: IntArray) -> Iterator[Block]:
    """All rows of the patterns, each in one block; `keys` has one key for each entry."""
    sizes = patterns.sizes()
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(-sizes, kind="stable")
    at_once = max(1, _BLOCK_CELLS // max(1, patterns.n_labels))
    for first in range(0, len(order), at_once):
        rows = order[first : first + at_once]
        yield _block(rows, starts[rows], sizes[rows], keys)


def _block(rows: IntArray, starts: IntArray, sizes: IntArray, keys: IntArray) -> Block:
    layers = min(int(sizes[0]), _MOST_LAYERS)
    counts = np.searchsorted(-sizes, -np.arange(layers), side="left").tolist()
    deeper = np.maximum(sizes - _MOST_LAYERS, 0)
    places = np.repeat(np.arange(len(rows)), deeper)
    within = np.arange(len(places)) - (np.cumsum(deeper) - deeper)[places]
    return Block(
        rows,
        tuple(keys[starts[:count] + layer] for layer, count in enumerate(counts)),
        places,
        keys[starts[places] + _MOST_LAYERS + within],
    )
