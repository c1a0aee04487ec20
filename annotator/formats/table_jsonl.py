"""Tables of a release as JSON Lines: a line is a row, an object with every column in order."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from annotator.domain.dataset import Cell, Column, Row, Table
from annotator.errors import DataInvalid

SUFFIX: Final = ".jsonl"
# A paragraph has at most the 20 MB of an imported file, and JSON may need six bytes for a byte.
LINE_AT_MOST: Final = 128 * 1024 * 1024
NOT_JSON = "{name}, row {row}: not a JSON object in UTF-8."
TOO_LONG = "{name}, row {row}: the line is longer than any row of a release."
BAD_COLUMNS = "{name}, row {row}: its fields are not the columns of the table ({detail})."
BAD_VALUE = "{name}, row {row}, {column}: {found} where {wanted} or null belongs."

_LINE_BREAKS = "\x85\u2028\u2029"
_SPELLED = {ord(character): f"\\u{ord(character):04x}" for character in _LINE_BREAKS}
_WANTED = {"text": "a text", "json": "a text", "integer": "a whole number", "number": "a number"}


@contextmanager
def writer(path: Path, table: Table) -> Iterator[Callable[[Row], None]]:
    """A function that appends a row to a new file."""
    names = table.names
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    with path.open("w", encoding="utf-8", newline="") as file:
        yield lambda row: _append(file.write, encode(dict(zip(names, row, strict=True))))


def read(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a file.

    Raises:
        DataInvalid: a line is not an object with exactly these columns and kinds of values.
    """
    wanted = set(table.names)
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_AT_MOST + 1):
            number += 1
            if len(line) > LINE_AT_MOST:
                raise DataInvalid(TOO_LONG.format(name=path.name, row=number))
            found = _parsed(path.name, number, line)
            if set(found) != wanted:
                detail = ", ".join(sorted(set(found) ^ wanted)[:3])[:200]
                sentence = BAD_COLUMNS.format(name=path.name, row=number, detail=detail)
                raise DataInvalid(sentence)
            yield tuple(_value(path.name, number, found[c.name], c) for c in table.columns)


def _append(write: Callable[[str], object], line: str) -> None:
    # Readers that split text into lines split at these, too, and JSON may spell them in ASCII. To
    # look for each takes a tenth of the time of the pattern, and there is hardly ever one.
    if any(character in line for character in _LINE_BREAKS):
        line = line.translate(_SPELLED)
    write(line)
    write("\n")


def _parsed(name: str, number: int, line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataInvalid(NOT_JSON.format(name=name, row=number)) from error
    if not isinstance(found, dict):
        raise DataInvalid(NOT_JSON.format(name=name, row=number))
    return found


def _value(name: str, number: int, value: object, column: Column) -> Cell:
    if value is None:
        return None
    if column.kind in ("text", "json") and isinstance(value, str):
        return value
    # True is an int to Python, and to nobody else.
    if column.kind == "integer" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if column.kind == "number" and isinstance(value, float) and math.isfinite(value):
        return value
    sentence = BAD_VALUE.format(
        name=name,
        row=number,
        column=column.name,
        found=type(value).__name__,
        wanted=_WANTED[column.kind],
    )
    raise DataInvalid(sentence)
