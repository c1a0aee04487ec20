"""The rules of what counts, row by row as one would write them down: what the arrays must equal."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotator.domain.judgments import Judgment


def settled(judgments: Sequence[Judgment], *, seed: int) -> list[Judgment]:
    """The judgments with every code that follows from the rows themselves; doing it twice changes
    nothing.
    """
    labelled = [
        replace(row, excluded="missing_label") if row.label is None and not row.excluded else row
        for row in judgments
    ]
    return mark_single_coded(count_clusters_once(labelled, seed=seed))


def count_clusters_once(judgments: Sequence[Judgment], *, seed: int) -> list[Judgment]:
    """Marks all members of a near-duplicate cluster but one as `cluster_duplicate`, question by
    question.

    The member with most judgments that count stays. Ties are drawn by a seeded hash of the document
    first, so that two copies of one article leave the paragraphs of the same copy and not a mixture
    of both.
    """
    votes: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in judgments:
        if row.cluster is not None and not row.excluded:
            votes[row.question, row.cluster][row.document or "", row.item] += 1
    chosen = {key: _drawn(members, seed)[1] for key, members in votes.items()}
    return [
        replace(row, excluded="cluster_duplicate")
        if row.cluster is not None
        and not row.excluded
        and chosen[row.question, row.cluster] != row.item
        else row
        for row in judgments
    ]


def _drawn(members: Counter[tuple[str, str]], seed: int) -> tuple[str, str]:
    return min(
        members,
        key=lambda member: (-members[member], *(_lot(seed, name) for name in member), member),
    )


def _lot(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()


def mark_single_coded(judgments: Sequence[Judgment]) -> list[Judgment]:
    """Marks the judgments that are alone on their item and question; doing it twice changes
    nothing.
    """
    votes = Counter((row.question, row.item) for row in judgments if not row.excluded)
    return [
        replace(row, excluded="single_coded")
        if not row.excluded and votes[row.question, row.item] == 1
        else row
        for row in judgments
    ]


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
