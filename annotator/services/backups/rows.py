"""Rows of a backup: one line of JSON each, the same from both databases.

Keys are sorted, moments are ISO 8601 in UTC with microseconds, bytes are base64.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Float,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import Date, TypeEngine

from annotator.store.base import Moment
from annotator.store.models import Base

Values = dict[str, Any]
_Turn = Callable[[Any], Any]

# Who is signed in, who tried to, who is looking at what and which work is queued belong to the
# running installation, not to what people made with it.
LEFT_OUT: Final = frozenset({"sessions", "sign_in_tries", "adjudication_leases", "jobs"})

_SQLITE_INTEGERS: Final = range(-(2**63), 2**63)


def kept_tables() -> list[Table]:
    """The tables that a backup holds; each comes after those that its foreign keys point to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def own_references(table: Table) -> list[str]:
    """The columns that point to another row of the same table, which may come later."""
    return [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


class RowWriter:
    """Turns rows of `select(table)` into lines."""

    def __init__(self, table: Table) -> None:
        self._names = [column.name for column in table.columns]
        turns = ((column.name, _to_json(column.type)) for column in table.columns)
        self._turns = [(name, turn) for name, turn in turns if turn is not None]

    def line(self, row: Row[Any] | Sequence[Any]) -> bytes:
        values = dict(zip(self._names, row, strict=True))
        for name, turn in self._turns:
            if values[name] is not None:
                values[name] = turn(values[name])
        return _dumped(values)


class RowReader:
    """Turns lines into rows to insert; takes nothing but what `RowWriter` writes."""

    def __init__(self, table: Table) -> None:
        self._columns = {column.name: column for column in table.columns}
        self._turns = {column.name: _from_json(column.type) for column in table.columns}

    def values(self, line: bytes) -> Values:
        """Raises:
        ValueError: the line is no JSON object with exactly the table's columns, each of its type.
        """
        try:
            found = json.loads(line)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
        if not isinstance(found, dict) or found.keys() != self._columns.keys():
            raise ValueError("its columns are not those of the table")
        return dict(self._taken(found))

    def _taken(self, found: Values) -> Iterator[tuple[str, Any]]:
        for name, value in found.items():
            if value is not None:
                yield name, self._turned(name, value)
            elif self._columns[name].nullable:
                yield name, None
            else:
                raise ValueError(f"{name} is empty")

    def _turned(self, name: str, value: object) -> object:
        try:
            return self._turns[name](value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name} is not of its type") from error


def _dumped(values: Values) -> bytes:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        # Half a character that came in long ago must not keep the rest from being backed up.
        return json.dumps(values, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _to_json(kind: TypeEngine[Any]) -> _Turn | None:
    if isinstance(kind, Moment):
        return _moment_written
    if isinstance(kind, Date):
        return date.isoformat
    return _bytes_written if isinstance(kind, LargeBinary) else None


def _from_json(kind: TypeEngine[Any]) -> _Turn:
    return next(turn for known, turn in _READ if isinstance(kind, known))


def _moment_written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _bytes_written(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    # Half of a character, which no database takes.
    value.encode()
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _integer(value: object) -> int:
    if type(value) is not int or value not in _SQLITE_INTEGERS:
        raise TypeError
    return value


def _number(value: object) -> float:
    if type(value) not in (int, float):
        raise TypeError
    return float(value)  # type: ignore[arg-type]  # one of the two it was just found to be


def _tree(value: object) -> object:
    if not isinstance(value, (dict, list)):
        raise TypeError
    return value


_READ: Final[tuple[tuple[type[TypeEngine[Any]] | type[TypeDecorator[Any]], _Turn], ...]] = (
    (Moment, _moment),
    (Date, date.fromisoformat),
    (LargeBinary, _bytes),
    (Boolean, _boolean),
    (Integer, _integer),
    (Float, _number),
    (Text, _text),
    (JSON, _tree),
)
