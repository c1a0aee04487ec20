"""The long table of labels as numbers: one row is item x annotator x question x label.

Ten million rows of text are gigabytes of small objects; as numbers they are 28 bytes a row and the
different names once. Importing this module loads numpy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.intervals import IntArray
from annotator.domain.judgments import Judgment
from annotator.domain.scales import nfc
from annotator.errors import DataInvalid

Codes = npt.NDArray[np.int32]

NONE: Final = -1
COUNTS: Final = 0
# The number of each reason in `LongTable.excluded`; 0 is for a judgment that counts.
REASONS: Final = {code: number for number, code in enumerate(EXCLUSIONS, 1)}
NOT_A_REASON: Final = (
    "“{reason}” is not a reason to exclude a judgment: use a code of the closed list."
)
_LARGEST_KEY: Final = 2**62


class Numbering(dict[str | None, int]):
    """Numbers names in the order in which they are met; spellings that are one after NFC share a
    number, and those of `nothing` are -1.
    """

    def __init__(self, nothing: Iterable[str | None] = (None,)) -> None:
        super().__init__(dict.fromkeys(nothing, NONE))
        self.names: list[str] = []

    def __missing__(self, name: str) -> int:
        exact = nfc(name)
        if exact == name:
            number = len(self.names)
            self.names.append(name)
        else:
            number = self[exact]
        self[name] = number
        return number

    def of(self, names: Sequence[str | None]) -> Codes:
        return np.fromiter(map(self.__getitem__, names), dtype=np.int32, count=len(names))


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where each row stands in its file: the line of row i is i plus the last offset from `starts`
    on; an ordinary file has a single one.
    """

    noun: str = "row"
    starts: IntArray = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    offsets: IntArray = field(default_factory=lambda: np.ones(1, dtype=np.int64))

    def of(self, row: int) -> int:
        return row + int(self.offsets[np.searchsorted(self.starts, row, side="right") - 1])

    def listed(self, rows: Sequence[int]) -> str:
        """`row 3`, or `rows 3, 5 and 9`."""
        numbers = [str(self.of(row)) for row in rows]
        if len(numbers) == 1:
            return f"{self.noun} {numbers[0]}"
        return f"{self.noun}s {', '.join(numbers[:-1])} and {numbers[-1]}"


@dataclass(frozen=True, slots=True, eq=False)
class SpanColumns:
    """Where the span of each row begins and ends, in characters, the end left out; `lengths` is
    that of the whole item. -1 where a cell is empty.
    """

    starts: IntArray
    ends: IntArray
    lengths: IntArray

    def at(self, rows: IntArray) -> Self:
        return replace(
            self, starts=self.starts[rows], ends=self.ends[rows], lengths=self.lengths[rows]
        )


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of a `LongTable` stand for, each sorted by code point."""

    items: tuple[str, ...]
    annotators: tuple[str, ...]
    questions: tuple[str, ...]
    labels: tuple[str, ...]
    documents: tuple[str, ...]
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LongTable:
    """Judgments as arrays of one length; each number stands for a name of the same field of
    `names`.

    Names are sorted by code point, so that numbers compare as names do. `labels`, `documents` and
    `clusters` are -1 where there is none; the empty text is a label here, and the scale says
    whether it is the empty set or missing. `excluded` is `COUNTS` or a number of `REASONS`.
    """

    items: Codes
    annotators: Codes
    questions: Codes
    labels: Codes
    documents: Codes
    clusters: Codes
    excluded: Codes
    names: Names
    places: Places = field(default_factory=Places)
    spans: SpanColumns | None = None

    @classmethod
    def of(cls, judgments: Sequence[Judgment]) -> "LongTable":
        """From objects, numbered from 1. Raises `DataInvalid` for a reason that is unknown."""
        gathered = Gathering()
        gathered.add(
            [row.item for row in judgments],
            [row.annotator for row in judgments],
            [row.question for row in judgments],
            [row.label for row in judgments],
            [row.document for row in judgments],
            [row.cluster for row in judgments],
            [row.excluded for row in judgments],
        )
        return gathered.table()

    def __len__(self) -> int:
        return len(self.items)

    def at(self, rows: IntArray) -> "LongTable":
        """The rows of these numbers, in their order; the places in the file are lost."""
        return replace(
            self,
            items=self.items[rows],
            annotators=self.annotators[rows],
            questions=self.questions[rows],
            labels=self.labels[rows],
            documents=self.documents[rows],
            clusters=self.clusters[rows],
            excluded=self.excluded[rows],
            places=Places(),
            spans=None if self.spans is None else self.spans.at(rows),
        )

    def excluding(self, rows: npt.NDArray[np.bool_], reason: str) -> "LongTable":
        """The same table, where `rows` holds excluded for the reason."""
        return replace(self, excluded=np.where(rows, np.int32(REASONS[reason]), self.excluded))

    def relabelled(self, labels: Codes) -> "LongTable":
        return replace(self, labels=labels)

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        counted: npt.NDArray[np.bool_] = self.excluded == COUNTS
        return counted

    def numbers_of(self, questions: Iterable[str]) -> list[int]:
        """The numbers of those questions that are in the table."""
        known = {name: number for number, name in enumerate(self.names.questions)}
        return [known[name] for name in questions if name in known]

    def question(self, name: str) -> "LongTable":
        """The rows of one question."""
        return self.at(np.flatnonzero(np.isin(self.questions, self.numbers_of([name]))))


class Gathering:
    """Puts a table together from portions of rows, of which only numbers are kept."""

    def __init__(self) -> None:
        nothing = (None, "")
        self._numberings = (
            *(Numbering(), Numbering(), Numbering(), Numbering()),
            *(Numbering(nothing), Numbering(nothing)),
        )
        self.reasons: dict[str | None, int] = {"": COUNTS, None: COUNTS}
        self.reasons.update(REASONS)
        self._portions: list[list[Codes]] = [[] for _ in range(7)]

    def add(self, *columns: Sequence[str | None]) -> None:
        """Items, annotators, questions, labels, documents, clusters and reasons of some rows.

        Raises `DataInvalid` for a reason outside the closed list.
        """
        *named, reasons = columns
        if unknown := set(reasons).difference(self.reasons):
            raise DataInvalid(NOT_A_REASON.format(reason=min(map(str, unknown))))
        numbers = [
            numbering.of(column) for numbering, column in zip(self._numberings, named, strict=True)
        ]
        numbers.append(np.fromiter(map(self.reasons.__getitem__, reasons), np.int32, len(reasons)))
        for portions, portion in zip(self._portions, numbers, strict=True):
            portions.append(portion)

    def table(self, places: Places | None = None, spans: SpanColumns | None = None) -> LongTable:
        codes, names = [], []
        for numbering, portions in zip(self._numberings, self._portions, strict=False):
            given = numbering.names
            order = sorted(range(len(given)), key=given.__getitem__)
            codes.append(_renumbered(_joined(portions), order))
            names.append(tuple(given[number] for number in order))
        items, annotators, questions, labels, documents, clusters = codes
        return LongTable(
            items=items,
            annotators=annotators,
            questions=questions,
            labels=labels,
            documents=documents,
            clusters=clusters,
            excluded=_joined(self._portions[-1]),
            names=Names(*names),
            places=places or Places(),
            spans=spans,
        )


def joint(*columns: npt.NDArray[np.integer]) -> IntArray:
    """One number for the values of each row, that compares as the row of values does."""
    key, size = columns[0].astype(np.int64) + 1, int(columns[0].max(initial=0)) + 2
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 2
        if size > _LARGEST_KEY // width:
            known, key = np.unique(key, return_inverse=True)
            size = len(known)
        key = key * width + (column + 1)
        size *= width
    return key


def _joined(portions: Sequence[Codes]) -> Codes:
    return np.concatenate([np.zeros(0, dtype=np.int32), *portions])


def _renumbered(codes: Codes, order: Sequence[int]) -> Codes:
    """Gives each old number its place in `order`; -1 stays."""
    new = np.empty(len(order) + 1, dtype=np.int32)
    new[np.array(order, dtype=np.int64)] = np.arange(len(order), dtype=np.int32)
    new[NONE] = NONE
    return new[codes]
