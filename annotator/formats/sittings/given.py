"""What the readers of other tools share: reading JSON with care, and looking at what it holds."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from annotator.errors import DataInvalid

BYTES_AT_MOST: Final = 500_000_000
TOO_LARGE: Final = "{name} has {size:,} bytes, and may have {most:,}: split it."
UNREADABLE: Final = "{name} cannot be read ({detail})."
NOT_UTF8: Final = "{name} is not UTF-8 at byte {offset}: save it as UTF-8."
NOT_JSON: Final = "{where}: not JSON ({detail} in line {line})."
TOO_DEEP: Final = "{where}: JSON that is nested too deep to be labels."
NOT_WHAT: Final = "{where}: {found} where {wanted} is needed."

_NAMES: Final = {
    dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number",
    str: "text", type(None): "nothing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader must know besides the file.

    Args:
        questions: codes of the project's questions, some of which hold dots.
        sets: those of them whose answers are sets of labels.
        question: what a tool without names of questions has asked; None where it names them.
        texts: by id of the tool, where it does not keep the texts with the labels.
    """

    questions: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    question: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def text_of(path: Path) -> str:
    """Raises:
    DataInvalid: the file cannot be read, is too large, or not UTF-8.
    """
    try:
        size = path.stat().st_size
        if size > BYTES_AT_MOST:
            raise DataInvalid(TOO_LARGE.format(name=path.name, size=size, most=BYTES_AT_MOST))
        return decoded(path.name, path.read_bytes())
    except OSError as error:
        raise DataInvalid(UNREADABLE.format(name=path.name, detail=error.strerror)) from error


def decoded(name: str, data: bytes) -> str:
    """Raises:
    DataInvalid: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataInvalid(NOT_UTF8.format(name=name, offset=error.start)) from error


def parsed(where: str, text: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """Raises:
    DataInvalid: it is not JSON, or nested beyond reason.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        sentence = NOT_JSON.format(where=where, detail=error.msg, line=error.lineno)
        raise DataInvalid(sentence) from error
    except ValueError as error:
        raise DataInvalid(NOT_JSON.format(where=where, detail=error, line=1)) from error
    except RecursionError as error:
        raise DataInvalid(TOO_DEEP.format(where=where)) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def lines_of(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """The objects of JSON Lines with the place of each."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{name}, line {number}"
            yield where, parsed(where, line)


def an_object(where: str, value: object) -> dict[str, Any]:
    """Raises:
    DataInvalid: it is none.
    """
    return value if isinstance(value, dict) else _wrong(where, value, "an object")


def a_list(where: str, value: object) -> list[Any]:
    """Raises:
    DataInvalid: it is none.
    """
    return value if isinstance(value, list) else _wrong(where, value, "a list")


def a_number(where: str, value: object) -> int:
    """A whole number from 0, which offsets are.

    Raises:
        DataInvalid: it is none.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return _wrong(where, value, "a whole number from 0")


def a_label(where: str, value: object) -> str:
    """A label in writing: 3.0 is 3.

    Raises:
        DataInvalid: it is no text and no number.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return _wrong(where, value, "a label")


def a_moment(value: object) -> datetime | None:
    """A moment in ISO 8601, in UTC; None for what is none, as it is told and not needed."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def some_seconds(value: object) -> float | None:
    """Seconds from 0; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def the_text(data: Mapping[str, Any]) -> str | None:
    """The text of an item: under `text`, or the only text there is."""
    if isinstance(data.get("text"), str):
        return str(data["text"])
    texts = [value for value in data.values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else None


def _wrong(where: str, value: object, wanted: str) -> NoReturn:
    found = _NAMES.get(type(value), "something else")
    raise DataInvalid(NOT_WHAT.format(where=where, found=found, wanted=wanted))
