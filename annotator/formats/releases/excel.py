"""An Excel workbook with a sheet for each table and one for the codebook.

Every text is stored as text, so that none becomes a formula, an error or a date. What a cell cannot
hold is never cut: the cell says so in its place, and the report of losses counts it.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.dataset import Cell
from annotator.errors import DataInvalid
from annotator.formats.releases.files import MOMENT, entry
from annotator.formats.releases.frozen import Frozen
from annotator.formats.table_csv import safe

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

WORKBOOK: Final = "release.xlsx"
# Counted by Excel in UTF-16 units; a longer text is cut by it when the file is opened.
CELL_AT_MOST: Final = 32_767
ROWS_AT_MOST: Final = 1_048_576
MARK: Final = (
    "[{count:,} characters: more than a cell of Excel holds. The whole text is in the table "
    "{table} of the release.]"
)
TOO_MANY_ROWS: Final = (
    "The table {table} has {rows:,} rows, and a sheet of Excel holds {most:,} with its header; "
    "export without the format excel."
)
LOSSES: Final = (
    (
        "Line breaks of every kind are shown as one kind by Excel, and an empty text looks like "
        "nothing known."
    ),
    "`quotePrefix` marks cells that look like a formula, so that they stay text when edited.",
)
TOO_LONG: Final = (
    "{count} cells have more than 32,767 characters; each says so in place of its text, and "
    "nothing is cut."
)
NOT_XML: Final = (
    "{count} cells hold control characters that no workbook can; � stands in place of each."
)

# What XML 1.0 has no way to write; a carriage return it has, as a reference.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Excel takes _x0041_ for A, so the underscore of a text that says so is written that way itself.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_DAY: Final = b"1980-01-01T00:00:00Z"
_SURELY_SHORT: Final = 1_000
_BLOCK: Final = 1024 * 1024


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the workbook into an empty folder. Returns what it cannot hold, in sentences.

    Raises:
        DataInvalid: a table has more rows than a sheet.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - the web process must not pay for it

    for name, count in frozen.made.counts.items():
        if count >= ROWS_AT_MOST:
            raise DataInvalid(TOO_MANY_ROWS.format(table=name, rows=count, most=ROWS_AT_MOST))
    book = Workbook(write_only=True)
    cells = _Cells()
    for table in frozen.tables.values():
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        cells.append(sheet, table.name, table.names)
        for row in frozen.rows(table.name):
            cells.append(sheet, table.name, row)
    sheet = book.create_sheet("codebook")
    for row in _codebook(frozen):
        cells.append(sheet, "codebook", row)
    unfinished = folder / ".unfinished.xlsx"
    book.save(unfinished)
    _without_times(unfinished, folder / WORKBOOK)
    unfinished.unlink()
    told = ((cells.too_long, TOO_LONG), (cells.not_xml, NOT_XML))
    return (*LOSSES, *(sentence.format(count=count) for count, sentence in told if count))


class _Cells:
    """Appends rows, and counts the cells that could not be kept as they are."""

    def __init__(self) -> None:
        self.too_long = 0
        self.not_xml = 0

    def append(self, sheet: "WriteOnlyWorksheet", table: str, row: Iterable[Cell]) -> None:
        sheet.append([self._cell(sheet, table, value) for value in row])

    def _cell(self, sheet: "WriteOnlyWorksheet", table: str, value: Cell) -> Any:  # noqa: ANN401
        if not isinstance(value, str):
            return value
        held = self._held(table, value)
        # Most texts begin with a letter or digit, and openpyxl takes them for what they are.
        if held[:1].isalnum():
            return held
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - see `write`

        cell = WriteOnlyCell(sheet)
        cell.value = held
        # Said last: openpyxl takes “=1” for a formula and “#N/A” for an error.
        cell.data_type = "s"
        if safe(value) != value:
            cell.quotePrefix = True
        return cell

    def _held(self, table: str, text: str) -> str:
        if text.isalnum() and len(text) < _SURELY_SHORT:
            return text
        held = _NOT_XML.sub("�", text)
        written = _ESCAPED.sub("_x005F_", held)
        # openpyxl cuts what it is given, without a word, so the escaped text must fit as well.
        if len(written.encode("utf-16-le")) // 2 > CELL_AT_MOST:
            self.too_long += 1
            return MARK.format(count=len(text), table=table)
        self.not_xml += held != text
        return written


def _codebook(frozen: Frozen) -> Iterator[tuple[Cell, ...]]:
    language = frozen.codebook.languages[0]
    yield "question", "scale", "question_name", "label", "label_name", "value", "definition"
    for question in frozen.questions:
        named = (question.code, question.scale, question.name_in(language))
        if not question.labels:
            yield (*named, None, None, None, question.help_in(language) or None)
        for label in question.labels:
            definition = label.definition_in(language) or None
            yield (*named, label.code, label.name_in(language), label.value, definition)


def _without_times(given: Path, path: Path) -> None:
    """The same workbook, in which neither the archive nor the properties name a time."""
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == "docProps/core.xml":
                info = zipfile.ZipInfo(name, MOMENT)
                new.writestr(info, _MODIFIED.sub(rb"\g<1>" + _DAY, old.read(name)))
                continue
            with old.open(name) as source, entry(new, name) as sink:
                while block := source.read(_BLOCK):
                    sink.write(block)
