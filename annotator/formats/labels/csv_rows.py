"""Labels from CSV or TSV: a header, then one row for each judgment. Cells are separated by
whichever of comma, semicolon and tab the header has most of.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from annotator.errors import DataInvalid
from annotator.formats.csv_table import BROKEN_QUOTE, COLUMN_TWICE, DELIMITERS, RAGGED
from annotator.formats.labels.opening import Opened, refused
from annotator.formats.labels.portions import AT_ONCE, Portion, without_columns

Row = tuple[int, list[str]]
_NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab"}


def portions(file: Opened, wanted: Sequence[str], needed: Sequence[str]) -> Iterator[Portion]:
    """The cells of the wanted columns, as far as they are there.

    Raises `DataInvalid` with the line for broken quotes, ragged rows, and what is not UTF-8.
    """
    blocks = file.blocks()
    _, first = next(blocks)
    delimiter = _delimiter(first)
    texts = chain([first], (text for _, text in blocks))
    lines = chain.from_iterable(io.StringIO(text, newline="") for text in texts)
    rows = _rows(file.name, lines, delimiter)
    header = [cell.strip() for cell in next(rows, (1, []))[1]]
    places = _places(file.name, header, wanted, needed)
    while batch := list(islice(rows, AT_ONCE)):
        numbers, cells = zip(*batch, strict=True)
        if set(map(len, cells)) != {len(header)}:
            raise _ragged(file.name, batch, len(header), delimiter)
        columns = list(zip(*cells, strict=True))
        yield Portion({column: columns[place] for column, place in places.items()}, numbers)


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _rows(name: str, lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Rows that are not empty, with the line in which each begins."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refused(name, BROKEN_QUOTE.format(line=begins, detail=error)) from error


def _places(
    name: str, header: Sequence[str], wanted: Sequence[str], needed: Sequence[str]
) -> dict[str, int]:
    for column, times in Counter(header).items():
        if times > 1 and column in wanted:
            raise refused(name, COLUMN_TWICE.format(column=f"“{column}”"))
    missing = [column for column in needed if column not in header]
    if missing:
        raise without_columns(name, missing, [column for column in header if column])
    return {column: header.index(column) for column in wanted if column in header}


def _ragged(name: str, rows: Sequence[Row], width: int, delimiter: str) -> DataInvalid:
    line, cells = next(row for row in rows if len(row[1]) != width)
    sentence = RAGGED.format(found=len(cells), wanted=width, delimiter=_NAMES[delimiter])
    return refused(name, sentence, line=line)
