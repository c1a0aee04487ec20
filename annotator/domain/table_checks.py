"""What cannot be scored as it stands, each in one sentence that names the rows; and labels and
annotators that only look alike, which are warned of.

Importing this module loads numpy.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from annotator.domain.intervals import IntArray
from annotator.domain.long_table import NONE, Codes, LongTable, joint
from annotator.domain.scales import Scale, look_alikes
from annotator.errors import DataInvalid

MAX_NAMED: Final = 3
TWICE: Final = (
    "The same person labelled the same item more than once ({named}{more}): keep one row of each."
)
TWO_DOCUMENTS: Final = (
    "Item {item} is given two documents, {first} in {first_place} and {other} in {other_place}: "
    "give each item one document."
)
TWO_CLUSTERS: Final = (
    "Item {item} is given two clusters, {first} in {first_place} and {other} in {other_place}: "
    "give each item one cluster."
)
ALIKE_ANNOTATORS: Final = (
    "The annotators {names} look alike but are counted as different; correct the table if they are "
    "meant to be one."
)
LOOK_ALIKE: Final = (
    "Question {question}: the labels {labels} look alike but are counted as different; correct the "
    "table if they are meant to be one."
)


def check_table(table: LongTable, scales: Mapping[str, Scale]) -> None:
    """Raises `DataInvalid` if the rows contradict each other or their scales; excluded rows are
    not looked at.

    The same person twice on an item and question is an error, except where the question asks for
    spans, of which an item may have many.
    """
    rows = np.flatnonzero(table.counted)
    spans = [name for name, scale in scales.items() if scale.kind == "span"]
    _check_once(table, rows[~np.isin(table.questions[rows], table.numbers_of(spans))])
    _check_one_each(table, rows, table.documents, table.names.documents, TWO_DOCUMENTS)
    _check_one_each(table, rows, table.clusters, table.names.clusters, TWO_CLUSTERS)
    check_labels(table, scales)


def _check_once(table: LongTable, rows: IntArray) -> None:
    key = joint(table.questions[rows], table.items[rows], table.annotators[rows])
    ordered = np.sort(key)
    if not (ordered[1:] == ordered[:-1]).any():
        return
    _, place, times = np.unique(key, return_inverse=True, return_counts=True)
    twice = np.flatnonzero(times[place] > 1)
    groups: dict[int, list[int]] = {}
    for row, group in zip(rows[twice].tolist(), place[twice].tolist(), strict=True):
        groups.setdefault(group, []).append(row)
    named = "; ".join(_doubled(table, found) for found in list(groups.values())[:MAX_NAMED])
    more = f"; and {len(groups) - MAX_NAMED} more" if len(groups) > MAX_NAMED else ""
    raise DataInvalid(TWICE.format(named=named, more=more))


def _doubled(table: LongTable, rows: Sequence[int]) -> str:
    names, row = table.names, rows[0]
    return (
        f"{names.annotators[table.annotators[row]]} on item {names.items[table.items[row]]}, "
        f"question {names.questions[table.questions[row]]}, {table.places.listed(rows)}"
    )


def _check_one_each(
    table: LongTable, rows: IntArray, codes: Codes, names: Sequence[str], sentence: str
) -> None:
    """Each item has one document, or one cluster, in all of its rows where there is one."""
    rows = rows[codes[rows] != NONE]
    first = np.zeros(len(table.names.items), dtype=np.int64)
    # The last assignment holds, so the first row of an item is assigned last.
    first[table.items[rows[::-1]]] = rows[::-1]
    before = first[table.items[rows]]
    differs = np.flatnonzero(codes[rows] != codes[before])
    if len(differs):
        row, other = int(before[differs[0]]), int(rows[differs[0]])
        raise DataInvalid(
            sentence.format(
                item=table.names.items[table.items[row]],
                first=names[codes[row]],
                first_place=table.places.listed([row]),
                other=names[codes[other]],
                other_place=table.places.listed([other]),
            )
        )


def check_labels(table: LongTable, scales: Mapping[str, Scale]) -> None:
    """Raises `DataInvalid` with the row of the first label that its scale refuses."""
    rows = np.flatnonzero(table.counted)
    refused = [
        (int(rows[first]), question, str(error))
        for question, scale in scales.items()
        for first, error in _refusals(table, rows, question, scale)
    ]
    if refused:
        row, question, sentence = min(refused)
        place = table.places.listed([row])
        raise DataInvalid(f"{place[0].upper()}{place[1:]}, question {question}: {sentence}")


def _refusals(
    table: LongTable, rows: IntArray, question: str, scale: Scale
) -> Iterator[tuple[int, DataInvalid]]:
    """The first row, as an index into `rows`, of each label that the scale refuses."""
    for label, first in _labels_of(table, rows, question):
        try:
            scale.canonical(label)
        except DataInvalid as error:
            yield first, error


def _labels_of(table: LongTable, rows: IntArray, question: str) -> Iterator[tuple[str, int]]:
    """Each label of the question that is not empty, with the index of its first row."""
    if question not in table.names.questions:
        return
    number = table.names.questions.index(question)
    asked = np.flatnonzero((table.questions[rows] == number) & (table.labels[rows] != NONE))
    used, first = np.unique(table.labels[rows[asked]], return_index=True)
    for code, place in zip(used.tolist(), asked[first].tolist(), strict=True):
        if table.names.labels[code]:
            yield table.names.labels[code], place


def look_alike_warnings(table: LongTable, scales: Mapping[str, Scale]) -> list[str]:
    """A sentence for each group of annotators, and of labels of one question, that look alike but
    are counted as different.
    """
    rows = np.arange(len(table))
    found = [
        ALIKE_ANNOTATORS.format(names=", ".join(map(_spelt, group)))
        for group in look_alikes(table.names.annotators)
    ]
    for question, scale in scales.items():
        if scale.kind == "interval":
            continue
        used = set(scale.labels)
        for label, _ in _labels_of(table, rows, question):
            used.update(label.split("|") if scale.kind == "set" else [label])
        found += [
            LOOK_ALIKE.format(question=question, labels=", ".join(map(_spelt, group)))
            for group in look_alikes(used)
        ]
    return found


def _spelt(label: str) -> str:
    """The label in quotes, with what a reader could not tell apart written out."""
    return f"“{label}”" if label.isascii() else f"“{label}” ({ascii(label)[1:-1]})"
