"""JSON Lines: one line is one JSON object is one document."""

import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from annotator.domain.document import ImportRecord
from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import decode
from annotator.formats.fields import (
    DOCUMENTS_AT_MOST,
    find_columns,
    listed,
    quoted,
    record,
    together,
)

KIND = "JSON Lines"
DEPTH_AT_MOST = 20
NOT_JSON = "not JSON ({detail} at character {column}): write one JSON object on each line."
NOT_AN_OBJECT = (
    '{found} where an object is needed: write {{"text": …}} with the fields of one document.'
)
NOT_A_NUMBER = "{constant} is not a JSON number: write null, or leave the field out."
NAME_TWICE = "the field {field} stands twice in one object: keep one of them."
TOO_DEEP = f"nested more than {DEPTH_AT_MOST} levels deep: a document needs one level."
NUMBER_TOO_LONG = "a number with too many digits: put it in quotes, or leave it out."
NOT_TEXT = (
    "the field “{field}” holds {found}, and must hold text in quotes: write it so, or leave it out."
)
NO_OBJECTS = "it holds only blank lines: write one JSON object on each line."
NOT_USED = "Fields not used: {fields}."

_BRACKETS = re.compile(r"[\[\]{}]")
_NAMES = {
    dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number",
    str: "text", type(None): "null",
}  # fmt: skip


class _Refused(ValueError):
    """Carries a sentence out of a hook of the JSON decoder, which does not know the line."""


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` with the line for what is not a flat object of texts."""
    decoded = decode(name, data, asked.encoding)
    # One more than allowed is enough for the refusal.
    objects = dict(itertools.islice(_objects(name, decoded.text), DOCUMENTS_AT_MOST + 1))
    if not objects:
        raise DocumentRefused(name, NO_OBJECTS)
    present = list(dict.fromkeys(field for one in objects.values() for field in one))
    columns = find_columns(name, present, asked.mapping, kind="field")
    told = decoded.told + not_used(present, columns)
    records = (
        from_object(f"{name} line {line}", one, columns, name) for line, one in objects.items()
    )
    found = together(name, records, told)
    return Understood(KIND, found, decoded.encoding, tuple(present), columns)


def not_used(present: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence on the fields that nothing is read from, if there are any."""
    unused = [field for field in present if field not in columns.values()]
    return (NOT_USED.format(fields=listed(unused)),) if unused else ()


def _objects(name: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Only a line feed ends a line: U+2028 and its like may stand inside a JSON string."""
    for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if not line.strip():
            continue
        where = f"{name} line {number}"
        found = parse(where, line)
        yield number, as_object(where, found)


def parse(where: str, line: str, *, sentence: str = NOT_JSON) -> Any:  # noqa: ANN401 - JSON can be anything
    """The value of a JSON text, which no depth or number of digits can bring down.

    Raises `DocumentRefused` for what is not JSON, nested too deep, or names a field twice.
    """
    if _depth(line) > DEPTH_AT_MOST:
        raise DocumentRefused(where, TOO_DEEP)
    try:
        return json.loads(line, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        said = sentence.format(detail=error.msg, line=error.lineno, column=error.colno)
        raise DocumentRefused(where, said) from error
    except _Refused as error:
        raise DocumentRefused(where, str(error)) from error
    except ValueError as error:
        raise DocumentRefused(where, NUMBER_TOO_LONG) from error


def _depth(line: str) -> int:
    """How deep the brackets outside of strings go; counted first, since the decoder would
    recurse.
    """
    outside = "".join(line.replace("\\\\", "").replace('\\"', "").split('"')[::2])
    depth = deepest = 0
    for bracket in _BRACKETS.findall(outside):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse_constant(constant: str) -> NoReturn:
    raise _Refused(NOT_A_NUMBER.format(constant=constant))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for field, _ in pairs:
        if field in seen:
            raise _Refused(NAME_TWICE.format(field=quoted(field)))
        seen.add(field)
    return found


def as_object(where: str, found: object) -> dict[str, Any]:
    """Raises `DocumentRefused` for a list, a number or whatever else is no object."""
    if not isinstance(found, dict):
        raise DocumentRefused(where, NOT_AN_OBJECT.format(found=_NAMES[type(found)]))
    return found


def from_object(
    where: str, found: Mapping[str, Any], columns: Mapping[str, str], name: str
) -> ImportRecord:
    """The record that an object holds.

    Raises `DocumentRefused` for a field that is not text, and what `fields.record` refuses.
    """
    values = {field: _text(where, field, found.get(column)) for field, column in columns.items()}
    return record(where, values, name=name)


def _text(where: str, field: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    # Ids are numbers in many files; True is an int to Python and not to anybody else.
    if field == "external_id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise DocumentRefused(where, NOT_TEXT.format(field=field, found=_NAMES[type(value)]))
