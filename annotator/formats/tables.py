"""Tables whose cells are values and not text: what a row of them says of a document."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from annotator.domain.document import ImportRecord
from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.fields import find_columns, listed, record, together

NO_ROWS = "it has a header and no rows: add a row for each document."
NOT_TEXT = (
    "the column “{column}” holds {found}, and must hold text: write it as text, or leave it out."
)
NOT_USED = "Columns not used: {columns}."

Row = tuple[int, Sequence[object]]


def read_table(
    name: str,
    kind: str,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    asked: Asked,
    told: tuple[str, ...] = (),
) -> Understood:
    """The documents of a table; rows come with the number that a person finds them by.

    Raises:
        DocumentRefused: there is no text column, no row, or a row cannot be taken.
    """
    named = [column for column in header if column.strip()]
    columns = find_columns(name, named, asked.mapping)
    places = {field: header.index(column) for field, column in columns.items()}
    unused = [column for column in named if column not in columns.values()]
    notes = (NOT_USED.format(columns=listed(unused)),) if unused else ()
    found = together(name, _records(name, rows, places, columns), told + notes)
    if not found:
        raise DocumentRefused(name, NO_ROWS)
    return Understood(kind, found, None, tuple(named), columns)


def _records(
    name: str, rows: Iterable[Row], places: Mapping[str, int], columns: Mapping[str, str]
) -> Iterator[ImportRecord]:
    for number, cells in rows:
        where = f"{name} row {number}"
        values = {
            field: _text(where, columns[field], cells[place]) if place < len(cells) else None
            for field, place in places.items()
        }
        if any(values.values()):
            yield record(where, values, name=name)


def _text(where: str, column: str, value: object) -> str | None:
    """A value as a person would write it: 1.0 of an id is 1, midnight is the day alone."""
    match value:
        case None | str():
            return value
        case bool():
            found = "true or false"
        case int() | Decimal():
            return str(value)
        case float():
            if math.isfinite(value):
                return str(int(value)) if value.is_integer() else repr(value)
            found = "a number that is none"
        case datetime():
            return (value.date() if _is_midnight(value) else value).isoformat()
        case date():
            return value.isoformat()
        case _:
            found = f"values of the type {type(value).__name__}"
    raise DocumentRefused(where, NOT_TEXT.format(column=column, found=found))


def _is_midnight(value: datetime) -> bool:
    return (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
