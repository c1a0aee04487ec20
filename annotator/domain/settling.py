"""What does not count by the rows themselves: missing labels, copies of a near-duplicate, and
judgments that are alone on their item.

Doing any of it twice changes nothing. Importing this module loads numpy.
"""

from typing import Final

import numpy as np

from annotator.domain.cluster_ranking import lot
from annotator.domain.intervals import IntArray
from annotator.domain.long_table import NONE, LongTable, joint

_ROOM_PER_ROW: Final = 4


def settled(table: LongTable, *, seed: int) -> LongTable:
    """The table with every code that follows from the rows themselves."""
    labelled = table.excluding((table.labels == NONE) & table.counted, "missing_label")
    return mark_single_coded(count_clusters_once(labelled, seed=seed))


def mark_single_coded(table: LongTable) -> LongTable:
    """Marks the judgments that are alone on their item and question."""
    place = _places(table)
    votes = np.bincount(place[table.counted], minlength=int(place.max(initial=-1)) + 1)
    return table.excluding(table.counted & (votes[place] == 1), "single_coded")


def count_clusters_once(table: LongTable, *, seed: int) -> LongTable:
    """Marks all members of a near-duplicate cluster but one as `cluster_duplicate`, question by
    question.

    The member with most judgments that count stays. Ties are drawn by a seeded hash of the document
    first, so that two copies of one article leave the paragraphs of the same copy and not a mixture
    of both.
    """
    rows = np.flatnonzero(table.counted & (table.clusters != NONE))
    if not len(rows):
        return table
    cluster = joint(table.questions[rows], table.clusters[rows])
    _, cluster = np.unique(cluster, return_inverse=True)
    _, first, votes = np.unique(
        joint(cluster, table.documents[rows], table.items[rows]),
        return_index=True,
        return_counts=True,
    )
    chosen = _chosen(table, rows[first], cluster[first], votes, seed)
    copies = np.zeros(len(table), dtype=np.bool_)
    copies[rows[table.items[rows] != chosen[cluster]]] = True
    return table.excluding(copies, "cluster_duplicate")


def _chosen(
    table: LongTable, rows: IntArray, cluster: IntArray, votes: IntArray, seed: int
) -> IntArray:
    """The item of each cluster that stays; members come one row each, sorted by cluster."""
    begins = np.flatnonzero(np.diff(cluster, prepend=-1))
    best = np.repeat(np.maximum.reduceat(votes, begins), np.diff(begins, append=len(rows)))
    ahead = np.flatnonzero(votes == best)
    chosen = np.zeros(len(begins), dtype=np.int64)
    chosen[cluster[ahead]] = table.items[rows[ahead]]
    tied = np.bincount(cluster[ahead]) > 1
    drawn: dict[int, tuple[bytes, bytes, str, str]] = {}
    for member in ahead[tied[cluster[ahead]]].tolist():
        number, row = int(cluster[member]), rows[member]
        document = (
            "" if table.documents[row] == NONE else table.names.documents[table.documents[row]]
        )
        item = table.names.items[table.items[row]]
        place = (lot(seed, document), lot(seed, item), document, item)
        if number not in drawn or place < drawn[number]:
            drawn[number] = place
            chosen[number] = table.items[row]
    return chosen


def _places(table: LongTable) -> IntArray:
    """One number for each item and question; a table of both is counted in full unless most of it
    is empty.
    """
    place = table.questions.astype(np.int64) * len(table.names.items) + table.items
    if len(table.names.questions) * len(table.names.items) > _ROOM_PER_ROW * len(table):
        _, place = np.unique(place, return_inverse=True)
    return place
