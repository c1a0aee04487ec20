"""Tables of a release as CSV: UTF-8, commas, a header, lines that end in CR LF (RFC 4180).

A spreadsheet takes a cell that begins with = + - @ for a formula and may run it. Such a cell gets
an apostrophe in front, unless it is a plain number; one that has an apostrophe in front already
gets another, so that taking one away again gives back every cell exactly.
"""

import csv
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from annotator.domain.dataset import Cell, Column, Row, Table
from annotator.errors import DataInvalid
from annotator.formats.decoding import FILE_AT_MOST

SUFFIX: Final = ".csv"
BAD_HEADER = "{name} should begin with the columns {wanted}, and begins with {found}."
BAD_WIDTH = "{name}, row {row}: it has {found} cells, and the header has {wanted}."
NOT_A_NUMBER = "{name}, row {row}, {column}: “{value}” is not {kind}."
NOT_CSV = "{name} cannot be read as CSV after row {row} ({detail})."
NOT_UTF8 = "{name} is not UTF-8 after row {row}."

_SHOWN = 60
_KINDS = {"integer": "a whole number", "number": "a number"}
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# The full-width signs are formulas to a spreadsheet set to Chinese or Japanese; the characters
# without width are dropped by some before they look.
_FORMULA = re.compile(r"'*([\t\r\n]|[\s\ufeff\u200b\u2060]*[=+\-@＝＋－＠])")

# See `annotator.formats.csv_table`: one limit for the whole process, the same as there.
csv.field_size_limit(FILE_AT_MOST)


def safe(cell: str) -> str:
    """The cell as a spreadsheet may see it.

    >>> [safe(cell) for cell in ("=1+1", "-2", "- so he said", "'=1", "text")]
    ["'=1+1", '-2', "'- so he said", "''=1", 'text']
    """
    return f"'{cell}" if _looks_like_formula(cell) else cell


def restored(cell: str) -> str:
    """The cell that `safe` was given."""
    return cell[1:] if cell.startswith("'") and _looks_like_formula(cell[1:]) else cell


def text_of(value: Cell) -> str:
    """A value as it stands in a cell before it is made safe; nothing known is an empty cell."""
    return "" if value is None else value if isinstance(value, str) else repr(value)


@contextmanager
def writer(path: Path, table: Table, *, delimiter: str = ",") -> Iterator[Callable[[Row], None]]:
    """A function that appends a row to a new file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=delimiter)
        out.writerow(table.names)
        # The module writes None as an empty cell and a number so that it reads back as it was; of
        # texts nearly all begin with a letter or a digit. There are ten cells for each judgment.
        yield lambda row: out.writerow(
            [
                safe(value) if type(value) is str and value and not value[0].isalnum() else value
                for value in row
            ]
        )


def read(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a file, restored, with numbers as numbers.

    An empty cell is None: CSV cannot tell it from an empty text.

    Raises:
        DataInvalid: the file is not CSV with these columns.
    """
    number = 0
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            _check_header(path.name, tuple(next(rows, ())), table)
            for number, cells in enumerate(rows, start=1):
                yield _row(path.name, number, cells, table)
    except csv.Error as error:
        raise DataInvalid(NOT_CSV.format(name=path.name, row=number, detail=error)) from error
    except UnicodeDecodeError as error:
        raise DataInvalid(NOT_UTF8.format(name=path.name, row=number)) from error


def _looks_like_formula(cell: str) -> bool:
    # Nearly all cells begin with a letter or a digit, and need no further look.
    if not cell or cell[0].isalnum():
        return False
    return bool(_FORMULA.match(cell)) and not _PLAIN_NUMBER.fullmatch(cell)


def _check_header(name: str, found: tuple[str, ...], table: Table) -> None:
    if found != table.names:
        shown = ", ".join(found)[: 2 * _SHOWN]
        wanted = ", ".join(table.names)[: 2 * _SHOWN]
        raise DataInvalid(BAD_HEADER.format(name=name, wanted=wanted, found=shown or "nothing"))


def _row(name: str, number: int, cells: list[str], table: Table) -> Row:
    if len(cells) != len(table.columns):
        found, wanted = len(cells), len(table.columns)
        raise DataInvalid(BAD_WIDTH.format(name=name, row=number, found=found, wanted=wanted))
    pairs = zip(cells, table.columns, strict=True)
    return tuple(_value(name, number, cell, column) for cell, column in pairs)


def _value(name: str, number: int, cell: str, column: Column) -> Cell:
    if not cell:
        return None
    if column.kind in ("text", "json"):
        return restored(cell)
    try:
        value = int(cell) if column.kind == "integer" else float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        sentence = NOT_A_NUMBER.format(
            name=name, row=number, column=column.name, value=cell[:_SHOWN], kind=_KINDS[column.kind]
        )
        raise DataInvalid(sentence)
    return value
