"""Judgments: one row item x annotator x question x label, checked, and marked where they do not
count.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from annotator.domain.exclusions import EXCLUSIONS, WHY, Candidate, Counting, exclusion_of
from annotator.domain.scales import Scale, look_alikes, nfc
from annotator.errors import DataInvalid

__all__ = [
    "EXCLUSIONS",
    "WHY",
    "Candidate",
    "Counting",
    "Judgment",
    "Scale",
    "check_judgments",
    "count_clusters_once",
    "exclude",
    "item_agreement",
    "look_alike_warnings",
    "look_alikes",
    "mark_single_coded",
    "settled",
    "unanimous",
]

_DEFAULT_COUNTING: Final = Counting()
MAX_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Judgment:
    """`label` None is missing; set labels are joined by `|`, the empty string being the empty set
    there.

    `document` is what is resampled, `cluster` joins near-duplicates; `excluded` is a code of
    `EXCLUSIONS`, or empty for a judgment that counts.
    """

    item: str
    annotator: str
    question: str
    label: str | None
    document: str | None = None
    cluster: str | None = None
    excluded: str = ""


def exclude(
    candidates: Iterable[Candidate], counting: Counting = _DEFAULT_COUNTING, *, seed: int
) -> list[Judgment]:
    """A judgment for each candidate, in the same order, with the code of why it does not count.

    The seed draws the member that stands for a near-duplicate cluster; the same seed draws the same
    one on any machine and in any order of rows.
    """
    rows = list(candidates)
    codes = [exclusion_of(candidate, counting) for candidate in rows]
    first = _first_occasions(rows, codes)
    judgments = [
        Judgment(
            item=row.item,
            annotator=row.annotator,
            question=row.question,
            label=row.label,
            document=row.document,
            cluster=row.cluster,
            excluded=code if code or number in first else "labelled_before",
        )
        for number, (row, code) in enumerate(zip(rows, codes, strict=True))
    ]
    return settled(judgments, seed=seed)


def _first_occasions(rows: Sequence[Candidate], codes: Sequence[str]) -> set[int]:
    """The numbers of the rows in which a person met an item for the first time, among those that
    count.
    """
    order = sorted(
        (number for number, code in enumerate(codes) if not code),
        key=lambda number: (
            rows[number].occasion,
            rows[number].codebook_version,
            rows[number].round,
        ),
    )
    first: dict[tuple[str, str, str], int] = {}
    for number in order:
        row = rows[number]
        first.setdefault((row.question, row.item, row.annotator), number)
    return set(first.values())


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


def check_judgments(
    judgments: Sequence[Judgment], scales: Mapping[str, Scale], *, first_row: int = 1
) -> None:
    """Raises `DataInvalid` if the rows contradict each other or their scales.

    Rows are named by number, counted from `first_row`: 2 for a file with a header. Rows that are
    excluded are only checked for their code.
    """
    strange = next(
        (row.excluded for row in judgments if row.excluded and row.excluded not in EXCLUSIONS), ""
    )
    if strange:
        raise DataInvalid(
            f"“{strange}” is not a reason to exclude a judgment: use a code of the closed list."
        )
    counted = [(number, row) for number, row in enumerate(judgments, first_row) if not row.excluded]
    _check_once(counted)
    _check_documents(counted)
    _check_labels(counted, scales)


def _check_once(counted: Sequence[tuple[int, Judgment]]) -> None:
    # The set alone settles the usual case, which is a million good rows, in half the time of the
    # search below.
    if len({(row.question, row.item, row.annotator) for _, row in counted}) == len(counted):
        return
    numbers: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, row in counted:
        numbers[row.question, row.item, row.annotator].append(number)
    twice = [(key, found) for key, found in numbers.items() if len(found) > 1]
    named = "; ".join(
        f"{annotator} on item {item}, question {question}, rows {_listed(found)}"
        for (question, item, annotator), found in twice[:MAX_NAMED]
    )
    more = f"; and {len(twice) - MAX_NAMED} more" if len(twice) > MAX_NAMED else ""
    raise DataInvalid(
        f"The same person labelled the same item more than once ({named}{more}): "
        "keep one row of each."
    )


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers[:-1]) + f" and {numbers[-1]}"


def _check_documents(counted: Iterable[tuple[int, Judgment]]) -> None:
    first: dict[str, tuple[int, str]] = {}
    for number, row in counted:
        if row.document is None:
            continue
        seen, document = first.setdefault(row.item, (number, row.document))
        if document != row.document:
            raise DataInvalid(
                f"Item {row.item} is given two documents, {document} in row {seen} and "
                f"{row.document} in row {number}: give each item one document."
            )


def _check_labels(counted: Iterable[tuple[int, Judgment]], scales: Mapping[str, Scale]) -> None:
    known: set[tuple[str, str]] = set()
    for number, row in counted:
        scale = scales.get(row.question)
        if scale is None or not row.label or (row.question, row.label) in known:
            continue
        try:
            scale.canonical(row.label)
        except DataInvalid as error:
            raise DataInvalid(f"Row {number}, question {row.question}: {error}") from None
        known.add((row.question, row.label))


def look_alike_warnings(judgments: Iterable[Judgment], scales: Mapping[str, Scale]) -> list[str]:
    """A sentence for each group of labels of one question that look alike but are counted as
    different.
    """
    used: dict[str, set[str]] = {question: set(scale.labels) for question, scale in scales.items()}
    for row in judgments:
        scale = scales.get(row.question)
        if scale is None or scale.kind == "interval" or not row.label:
            continue
        used[row.question].update(row.label.split("|") if scale.kind == "set" else [row.label])
    return [
        f"Question {question}: the labels {', '.join(map(_spelt, group))} look alike but are "
        "counted as different; correct the table if they are meant to be one."
        for question, labels in used.items()
        for group in look_alikes(labels)
    ]


def _spelt(label: str) -> str:
    """The label in quotes, with what a reader could not tell apart written out."""
    return f"“{label}”" if label.isascii() else f"“{label}” ({ascii(label)[1:-1]})"


def unanimous(labels: Iterable[str | None]) -> bool:
    """Whether two or more labels were given and all are the same after NFC.

    A missing label (None) speaks neither for nor against. Set labels must be spelt in their sorted
    form.
    """
    given = [nfc(label) for label in labels if label is not None]
    return len(given) > 1 and len(set(given)) == 1


def item_agreement(labels: Iterable[str | None]) -> float | None:
    """The share of pairs of annotators who gave one item the same label, 0 to 1; None below two
    labels.

    This is P_i of Fleiss (1971), doi:10.1037/h0031619: sum of n_c (n_c - 1) over n (n - 1).

    >>> item_agreement(["security", "security", "economic"])
    0.3333333333333333
    """
    votes = Counter(nfc(label) for label in labels if label is not None)
    n = votes.total()
    return sum(count * (count - 1) for count in votes.values()) / (n * (n - 1)) if n > 1 else None
