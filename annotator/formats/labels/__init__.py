"""The long table of labels from a file: CSV, TSV, JSON Lines (each also gzipped) or Parquet.

Read in portions of which only numbers are kept (see `annotator.domain.long_table`), so that the
memory needed grows with the number of different items, not with the size of the file. Importing
this package loads numpy.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from annotator.domain.intervals import IntArray
from annotator.domain.long_table import (
    Codes,
    Gathering,
    LongTable,
    Numbering,
    Places,
    SpanColumns,
)
from annotator.errors import DataInvalid
from annotator.formats.labels import csv_rows, json_rows, parquet_rows
from annotator.formats.labels.opening import Kind, Opened, Progress, opened, refused
from annotator.formats.labels.portions import Portion

__all__ = ["read_gold", "read_labels"]

NEEDED: Final = ("item_id", "annotator_id", "question", "label")
GOLD: Final = ("item_id", "question", "label")
NAMED: Final = (*NEEDED, "document_id", "cluster_id", "excluded")
SPAN: Final = ("start", "end", "length")
GOLD_ANNOTATOR: Final = "gold"
NO_ROWS: Final = "it has a header and no rows: check that the right file was chosen."
EMPTY_CELL: Final = "the {column} is empty: fill it in, or take the row out."
ODD_NAME: Final = "the {column} {name} holds {what}, which no name needs: take it out."
NOT_A_PLACE: Final = "the {column} “{value}” is not a whole number from 0: correct it."
HALF_A_SPAN: Final = "a span needs both start and end: fill in the other, or empty both."
BACKWARDS: Final = "the span ends before it begins, or where it begins: correct start or end."
BEYOND: Final = "the span ends after the length of its item: correct end or length."

_PORTIONS: Final[
    dict[Kind, Callable[[Opened, Sequence[str], Sequence[str]], Iterator[Portion]]]
] = {
    "csv": csv_rows.portions,
    "jsonl": json_rows.portions,
    "parquet": parquet_rows.portions,
}


def read_labels(path: Path, *, progress: Progress | None = None) -> LongTable:
    """The judgments of a file, in its order.

    It needs the columns `item_id, annotator_id, question, label`; `document_id, cluster_id,
    excluded` and, for spans, `start, end, length` are taken where they are, others passed over. A
    row with a code in `excluded` stays in the table. An empty cell of `label` is the empty text;
    what that means is for the scale to say. `progress` is told the share that is read, 0 to 1.

    Raises `DataInvalid` with the line for whatever cannot be read.
    """
    return _read(path, NEEDED, progress)


def read_gold(path: Path) -> LongTable:
    """The gold labels of a file with `item_id, question, label`, one for each item and question,
    all given by an annotator called `gold`.

    Raises `DataInvalid` with the line for whatever cannot be read.
    """
    return _read(path, GOLD, None)


def _read(path: Path, needed: Sequence[str], progress: Progress | None) -> LongTable:
    gathered, lines, spans = Gathering(), _Lines(), _Spans()
    with opened(path, progress) as file:
        noun = "row" if file.kind == "parquet" else "line"
        wanted = (*NAMED, *SPAN) if needed == NEEDED else GOLD
        for portion in _PORTIONS[file.kind](file, wanted, needed):
            nothing: Sequence[str | None] = (None,) * len(portion.lines)
            everybody: Sequence[str | None] = (GOLD_ANNOTATOR,) * len(portion.lines)
            columns = dict(portion.columns)
            if needed == GOLD:
                columns["annotator_id"] = everybody
            try:
                gathered.add(*(columns.get(column, nothing) for column in NAMED))
            except DataInvalid as error:
                raise _unknown_reason(file, portion, gathered, error) from None
            lines.add(portion.lines)
            spans.add(portion, nothing)
        places = lines.places(noun)
        table = gathered.table(places, spans.columns(file.name, places))
        if not len(table):
            raise refused(file.name, NO_ROWS)
        _check_names(file.name, table)
    return table


def _unknown_reason(
    file: Opened, portion: Portion, gathered: Gathering, error: DataInvalid
) -> DataInvalid:
    codes = portion.columns["excluded"]
    row = next(n for n, code in enumerate(codes) if code and code not in gathered.reasons)
    noun = "row" if file.kind == "parquet" else "line"
    return refused(file.name, str(error), line=portion.lines[row], noun=noun)


def _check_names(name: str, table: LongTable) -> None:
    """What no name may be: empty, or with characters that cannot be written anywhere."""
    for column, codes, names in (
        ("item_id", table.items, table.names.items),
        ("annotator_id", table.annotators, table.names.annotators),
        ("question", table.questions, table.names.questions),
        ("label", table.labels, table.names.labels),
    ):
        empty = codes == -1
        if column != "label":
            if names[:1] == ("",):
                empty |= codes == 0
            if empty.any():
                raise _at(name, table, empty, EMPTY_CELL.format(column=column))
        for number, one in enumerate(names):
            if what := _odd(one):
                sentence = ODD_NAME.format(column=column, name=ascii(one), what=what)
                raise _at(name, table, codes == number, sentence)


def _at(
    name: str, table: LongTable, rows: np.ndarray[tuple[int], np.dtype[np.bool_]], sentence: str
) -> DataInvalid:
    line = table.places.of(int(np.argmax(rows)))
    return refused(name, sentence, line=line, noun=table.places.noun)


def _odd(name: str) -> str:
    if name.isascii():
        return "a NUL character" if "\0" in name else ""
    try:
        name.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return "a NUL character" if "\0" in name else ""


class _Lines:
    """Where the rows stand: a new entry only where the distance of row and line changes."""

    def __init__(self) -> None:
        self._rows = 0
        self._starts: list[int] = []
        self._offsets: list[int] = []

    def add(self, lines: Sequence[int]) -> None:
        offsets = np.array(lines, dtype=np.int64) - np.arange(self._rows, self._rows + len(lines))
        last = self._offsets[-1] if self._offsets else -1
        for place in np.flatnonzero(np.diff(offsets, prepend=last)).tolist():
            self._starts.append(self._rows + place)
            self._offsets.append(int(offsets[place]))
        self._rows += len(lines)

    def places(self, noun: str) -> Places:
        if not self._starts:
            return Places(noun)
        return Places(noun, np.array(self._starts), np.array(self._offsets))


class _Spans:
    """The columns `start`, `end`, `length`, where the file has them."""

    def __init__(self) -> None:
        self._numberings = tuple(Numbering((None, "")) for _ in SPAN)
        self._portions: list[list[Codes]] = [[] for _ in SPAN]
        self._there = False

    def add(self, portion: Portion, nothing: Sequence[str | None]) -> None:
        self._there |= "start" in portion.columns and "end" in portion.columns
        if not self._there:
            return
        for column, numbering, portions in zip(SPAN, self._numberings, self._portions, strict=True):
            portions.append(numbering.of(portion.columns.get(column, nothing)))

    def columns(self, name: str, places: Places) -> SpanColumns | None:
        """Raises `DataInvalid` for places that are no whole numbers, or no span."""
        if not any((portion >= 0).any() for portions in self._portions for portion in portions):
            return None
        starts, ends, lengths = (self._numbers(name, places, which) for which in range(len(SPAN)))
        for wrong, sentence in (
            ((starts < 0) != (ends < 0), HALF_A_SPAN),
            ((starts >= 0) & (ends <= starts), BACKWARDS),
            ((lengths >= 0) & (ends > lengths), BEYOND),
        ):
            if wrong.any():
                line = places.of(int(np.argmax(wrong)))
                raise refused(name, sentence, line=line, noun=places.noun)
        return SpanColumns(starts, ends, lengths)

    def _numbers(self, name: str, places: Places, which: int) -> IntArray:
        codes = np.concatenate(self._portions[which])
        texts = self._numberings[which].names
        for number, text in enumerate(texts):
            if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004 - 2**53
                line = places.of(int(np.argmax(codes == number)))
                sentence = NOT_A_PLACE.format(column=SPAN[which], value=text[:60])
                raise refused(name, sentence, line=line, noun=places.noun)
        values = np.array([*map(int, texts), -1], dtype=np.int64)
        return values[codes]
