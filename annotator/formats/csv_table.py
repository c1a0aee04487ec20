"""CSV: one row is one document, one column holds its text. Rows are counted as a spreadsheet
shows them: the header is row 1.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.domain.document import ImportRecord
from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import FILE_AT_MOST, Decoded, decode
from annotator.formats.fields import find_columns, listed, quoted, record, together

KIND = "CSV"
DELIMITERS = ",;\t"
NO_ROWS = "it has a header and no rows: add a row for each document."
BROKEN_QUOTE = (
    "its quotes do not match in the row that begins in line {line} ({detail}): close the quote, "
    "and write a quote inside a quoted cell twice."
)
RAGGED = (
    "it has {found} cells and the header has {wanted}: put a cell that holds a {delimiter} or a "
    "line break in quotes."
)
COLUMN_TWICE = "two columns are named {column}: rename one of them."
SEPARATED_BY = "The cells were taken to be separated by {delimiter}."
NOT_USED = "Columns not used: {columns}."

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}

# The module's own limit of 131,072 characters is shorter than a long report. The limit is one for
# the whole process, hence set once, to what no file that is read here can exceed.
csv.field_size_limit(FILE_AT_MOST)


@dataclass(frozen=True, slots=True)
class Separated:
    """`quoted`: a cell in quotes may hold the delimiter and line breaks."""

    kind: str
    delimiter: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: list[str]


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` for a missing text column, broken quotes, ragged rows, or a bad row.

    Cells are separated by whichever of comma, semicolon and tab the header has most of.
    """
    decoded = decode(name, data, asked.encoding)
    delimiter = _delimiter(decoded.text)
    return read_separated(name, decoded, asked, Separated(KIND, delimiter))


def read_separated(name: str, decoded: Decoded, asked: Asked, how: Separated) -> Understood:
    """The rows of a text with cells apart; refuses what `read` refuses."""
    rows = _rows(name, decoded.text, how)
    header = next(rows, _Row(1, [])).cells
    _check_header(name, header)
    named = [column for column in header if column.strip()]
    columns = find_columns(name, named, asked.mapping)
    places = {field: header.index(column) for field, column in columns.items()}
    told = decoded.told + _notes(header, list(columns.values()), how)
    records = (_record(name, row, places, len(header), how.delimiter) for row in rows)
    found = together(name, records, told)
    if not found:
        raise DocumentRefused(name, NO_ROWS)
    return Understood(how.kind, found, decoded.encoding, tuple(named), columns)


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _rows(name: str, text: str, how: Separated) -> Iterator[_Row]:
    """Rows that are not empty, with their number."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if how.quoted else csv.QUOTE_NONE
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=how.delimiter, strict=True, quoting=quoting)
    begins = 1
    try:
        for number, cells in enumerate(reader, start=1):
            if cells:
                yield _Row(number, cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        sentence = BROKEN_QUOTE.format(line=begins, detail=error)
        raise DocumentRefused(name, sentence) from error


def _check_header(name: str, header: Sequence[str]) -> None:
    named = [column for column in header if column.strip()]
    for column, times in Counter(named).most_common(1):
        if times > 1:
            raise DocumentRefused(name, COLUMN_TWICE.format(column=quoted(column)))


def _notes(header: Sequence[str], used: Sequence[str], how: Separated) -> tuple[str, ...]:
    notes = []
    if how.kind == KIND and how.delimiter != ",":
        notes.append(SEPARATED_BY.format(delimiter=f"a {_NAMES[how.delimiter]}"))
    if unused := [column for column in header if column.strip() and column not in used]:
        notes.append(NOT_USED.format(columns=listed(unused)))
    return tuple(notes)


def _record(
    name: str, row: _Row, places: Mapping[str, int], width: int, delimiter: str
) -> ImportRecord:
    where = f"{name} row {row.number}"
    if len(row.cells) != width:
        sentence = RAGGED.format(found=len(row.cells), wanted=width, delimiter=_NAMES[delimiter])
        raise DocumentRefused(where, sentence)
    values = {field: row.cells[place] for field, place in places.items()}
    return record(where, values, name=name)
