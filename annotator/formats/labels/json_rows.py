"""Labels from JSON Lines: one line is one object is one judgment."""

import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, NoReturn

from annotator.errors import DataInvalid
from annotator.formats.json_lines import NAME_TWICE, NOT_A_NUMBER, NOT_JSON
from annotator.formats.labels.cells import NotACell, text_of
from annotator.formats.labels.opening import Opened, refused
from annotator.formats.labels.portions import AT_ONCE, Portion, without_columns

Line = tuple[int, dict[str, Any]]
NOT_AN_OBJECT: Final = '{found} where an object is needed: write {{"item_id": …}} on each line.'
NO_FIELD: Final = "the field {field} is missing; the line has {present}."
BAD_FIELD: Final = "the field {field} {detail}"
TOO_DEEP: Final = "nested too deep: a judgment needs one level."
NO_OBJECTS: Final = "it holds only blank lines: write one JSON object on each line."
_NAMES: Final = {
    list: "a list", bool: "true or false", int: "a number", float: "a number", str: "text",
    type(None): "null",
}  # fmt: skip


class _Refused(ValueError):
    """Carries a sentence out of a hook of the JSON decoder, which does not know the line."""


def portions(file: Opened, wanted: Sequence[str], needed: Sequence[str]) -> Iterator[Portion]:
    """The fields that are wanted, as far as any line has them.

    Raises `DataInvalid` with the line for what is not a flat object with the fields needed.
    """
    objects = _objects(file)
    first = True
    while batch := list(islice(objects, AT_ONCE)):
        if first:
            _check_first(file.name, batch[0][1], needed)
            first = False
        yield _portion(file.name, batch, wanted, needed)
    if first:
        raise refused(file.name, NO_OBJECTS)


def _check_first(name: str, one: dict[str, Any], needed: Sequence[str]) -> None:
    """A table that lacks a field lacks it from the first line on: that is said of the whole."""
    if missing := [field for field in needed if field not in one]:
        raise without_columns(name, missing, list(one), kind="field")


def _objects(file: Opened) -> Iterator[Line]:
    decode = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_once).decode
    for first, text in file.blocks():
        # Only a line feed ends a line: U+2028 and its like may stand inside a JSON string.
        for number, line in enumerate(io.StringIO(text, newline="\n"), first):
            if line.strip():
                yield number, _object(file.name, number, line, decode)


def _object(name: str, number: int, line: str, decode: Any) -> dict[str, Any]:  # noqa: ANN401
    try:
        found = decode(line)
    except json.JSONDecodeError as error:
        sentence = NOT_JSON.format(detail=error.msg, column=error.colno)
        raise refused(name, sentence, line=number) from error
    except _Refused as error:
        raise refused(name, str(error), line=number) from error
    except RecursionError as error:
        raise refused(name, TOO_DEEP, line=number) from error
    except ValueError as error:  # more digits than Python takes
        raise refused(name, str(error), line=number) from error
    if not isinstance(found, dict):
        raise refused(name, NOT_AN_OBJECT.format(found=_NAMES[type(found)]), line=number)
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise _Refused(NOT_A_NUMBER.format(constant=constant))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        fields = [field for field, _ in pairs]
        twice = next(field for field in fields if fields.count(field) > 1)
        raise _Refused(NAME_TWICE.format(field=f"“{twice}”"))
    return found


def _portion(
    name: str, batch: Sequence[Line], wanted: Sequence[str], needed: Sequence[str]
) -> Portion:
    columns = {}
    for field in wanted:
        try:
            columns[field] = [
                text_of(one[field] if field in needed else one.get(field)) for _, one in batch
            ]
        except (KeyError, NotACell):
            raise _first_bad(name, batch, field, needed=field in needed) from None
    return Portion(columns, [number for number, _ in batch])


def _first_bad(name: str, batch: Sequence[Line], field: str, *, needed: bool) -> DataInvalid:
    for number, one in batch:
        if field not in one and needed:
            present = ", ".join(one) or "no fields"
            return refused(name, NO_FIELD.format(field=field, present=present), line=number)
        try:
            text_of(one.get(field))
        except NotACell as error:
            return refused(name, BAD_FIELD.format(field=field, detail=error), line=number)
    raise AssertionError("one of the lines was refused")
