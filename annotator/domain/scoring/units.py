"""Which unit each item is resampled with: its document, with all documents that share a near-
duplicate with it.
"""

import numpy as np

from annotator.domain.intervals import IntArray
from annotator.domain.long_table import NONE, LongTable


def units(table: LongTable) -> IntArray:
    """For each item of the names the number of its unit; items that are not in the table are units
    by themselves.

    Items of one document belong together, and so do documents that share a cluster. A unit is
    numbered by the smallest of its documents, or after all documents by its item where it has none;
    so units compare as these names do. Rows that are excluded must have been left out.
    """
    documents, items = len(table.names.documents), len(table.names.items)
    home = np.arange(documents, documents + items)
    known = table.documents != NONE
    home[table.items[known]] = table.documents[known]
    clustered = table.clusters != NONE
    if not clustered.any():
        return home
    smallest = _smallest_of_component(
        home[table.items[clustered]], table.clusters[clustered].astype(np.int64), documents + items
    )
    joined: IntArray = smallest[home]
    return joined


def _smallest_of_component(nodes: IntArray, clusters: IntArray, size: int) -> IntArray:
    """For each of `size` nodes the smallest node that it is connected with through clusters.

    Each turn, a cluster takes the smallest node any of its nodes points to, and gives it to them
    and to what they pointed to; then pointers are shortened. Chains of any length are done in a few
    turns.
    """
    pointer = np.arange(size)
    while True:
        before = pointer.copy()
        least = np.full(int(clusters.max()) + 1, size)
        np.minimum.at(least, clusters, pointer[nodes])
        np.minimum.at(pointer, before[nodes], least[clusters])
        np.minimum.at(pointer, nodes, least[clusters])
        pointer = pointer[pointer]
        if np.array_equal(pointer, before):
            return pointer
