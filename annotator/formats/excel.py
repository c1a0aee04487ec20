"""Excel (.xlsx): one row is one document; the first sheet with a text column is read.

A formula counts as the value that Excel stored beside it. Read by openpyxl as a stream: one cell in
the last corner of a sheet makes other readers reserve room for seventeen billion.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from annotator.errors import DocumentRefused
from annotator.formats import archives
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import check_size
from annotator.formats.fields import DOCUMENTS_AT_MOST, TOO_MANY, find_columns, listed, quoted
from annotator.formats.tables import Row, read_table

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

KIND: Final = "Excel"
NOT_EXCEL = (
    "it cannot be read as an Excel workbook ({detail}): save it again as .xlsx, or as CSV in UTF-8."
)
LOCKED = "it is protected by a password, or an old .xls: save it as .xlsx without a password."
NO_SHEET = "it has no sheet with cells: check that the right file was chosen."
MARKUP_DECLARED = (
    "it declares entities of its own, which no workbook needs: save it again from Excel."
)
NO_VALUE = (
    "{column} holds a formula whose value was not stored: open the file in Excel, save it, and "
    "bring it again; or paste the values."
)
ERROR_VALUE = "{column} holds the error {value}: mend the formula, or empty the cell."
OTHER_SHEETS = "Read from the sheet {sheet}; not read: {others}."
COLUMN_TWICE = "two columns are named “{column}”: rename one of them."

_OLE: Final = b"\xd0\xcf\x11\xe0"
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ERRORS: Final = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}
)

_FAULTS: Final = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OverflowError,
    OSError, EOFError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` for what is no workbook, has no text column, a formula without a
    value where one is needed, or a bad row.
    """
    check_size(name, data)
    if data.startswith(_OLE):
        raise DocumentRefused(name, LOCKED)
    _check_parts(name, data)
    # Both are needed: the one gives a formula's value, the other says that there is a formula.
    with _workbook(name, data, values=True) as values, _workbook(name, data, values=False) as said:
        try:
            sheet, header = _chosen(name, values, asked)
            rows = _rows(name, header, asked, values[sheet], said[sheet])
            found = read_table(name, KIND, header, rows, asked=asked, told=_told(values, sheet))
        except _FAULTS as error:
            raise DocumentRefused(name, NOT_EXCEL.format(detail=_short(error))) from error
    return found


def _check_parts(name: str, data: bytes) -> None:
    """What unpacking and parsing cannot be asked to survive is looked for first."""
    with archives.opened(name, data) as archive:
        for member in archive.infolist():
            if member.filename.endswith((".xml", ".rels")) and _DECLARES.search(
                archives.content(name, archive, member)
            ):
                raise DocumentRefused(name, MARKUP_DECLARED)


@contextmanager
def _workbook(name: str, data: bytes, *, values: bool) -> Iterator["Workbook"]:
    from openpyxl import load_workbook  # noqa: PLC0415 - only those who bring workbooks pay

    try:
        with warnings.catch_warnings():
            # It warns of styles and checks that it does not keep; nothing is written back here.
            warnings.simplefilter("ignore")
            book = load_workbook(
                io.BytesIO(data), read_only=True, data_only=values, keep_links=False
            )
    except _FAULTS as error:
        raise DocumentRefused(name, NOT_EXCEL.format(detail=_short(error))) from error
    with closing(book):
        yield book


def _chosen(name: str, book: "Workbook", asked: Asked) -> tuple[str, list[str]]:
    """The first sheet that is shown and has a text column, and its header."""
    refusal: DocumentRefused | None = None
    for sheet in book.worksheets:
        header = _header(sheet)
        if sheet.sheet_state != "visible" or not header:
            continue
        try:
            find_columns(name, [column for column in header if column], asked.mapping)
        except DocumentRefused as error:
            refusal = refusal or error
        else:
            return sheet.title, header
    raise refusal or DocumentRefused(name, NO_SHEET)


def _header(sheet: Any) -> list[str]:  # noqa: ANN401 - openpyxl has no types
    """The cells of the first row, as text."""
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first = next(iter(sheet.iter_rows(max_row=1, values_only=True)), ())
    return ["" if cell is None else str(cell).strip() for cell in first]


def _rows(
    name: str,
    header: list[str],
    asked: Asked,
    values: Any,  # noqa: ANN401 - openpyxl has no types
    said: Any,  # noqa: ANN401 - see above
) -> Iterator[Row]:
    """Rows with a value, as Excel numbers them."""
    _check_header(name, header)
    used = find_columns(name, [column for column in header if column], asked.mapping)
    places = [header.index(column) for column in used.values()]
    documents = 0
    with warnings.catch_warnings():
        # A date that no calendar has is read as an error value, with a warning.
        warnings.simplefilter("ignore")
        said.reset_dimensions()
        both = zip(values.iter_rows(min_row=2), said.iter_rows(min_row=2), strict=False)
        for number, (cells, formulas) in enumerate(both, start=2):
            if not cells:
                continue
            documents += 1
            if documents > DOCUMENTS_AT_MOST:
                raise DocumentRefused(name, TOO_MANY.format(most=DOCUMENTS_AT_MOST))
            _check_cells(f"{name} row {number}", header, places, cells, formulas)
            yield number, [cell.value for cell in cells[: len(header)]]


def _check_cells(
    where: str,
    header: list[str],
    places: Sequence[int],
    cells: Sequence[Any],
    formulas: Sequence[Any],
) -> None:
    for place in places:
        if place >= len(cells):
            continue
        cell = cells[place]
        if cell.data_type == "e" or cell.value in _ERRORS:
            sentence = ERROR_VALUE.format(column=quoted(header[place]), value=cell.value)
            raise DocumentRefused(where, sentence)
        if cell.value is None and place < len(formulas) and formulas[place].data_type == "f":
            raise DocumentRefused(where, NO_VALUE.format(column=quoted(header[place])))


def _check_header(name: str, header: list[str]) -> None:
    for column, times in Counter(filter(None, header)).most_common(1):
        if times > 1:
            raise DocumentRefused(name, COLUMN_TWICE.format(column=column))


def _told(book: "Workbook", sheet: str) -> tuple[str, ...]:
    others = [title for title in book.sheetnames if title != sheet]
    if not others:
        return ()
    return (OTHER_SHEETS.format(sheet=quoted(sheet), others=listed(others)),)


def _short(error: BaseException) -> str:
    return str(error).partition("\n")[0][:120] or type(error).__name__
