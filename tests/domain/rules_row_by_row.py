"""The rules of what counts, row by row as one would write them down: what the arrays must equal."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
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
