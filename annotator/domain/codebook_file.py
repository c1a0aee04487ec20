"""Reading a codebook from YAML, with complaints that say where and what to do."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_checks import faults, nearest
from annotator.domain.codebook_shape import (
    Detail,
    Example,
    Item,
    Label,
    Rollup,
    WrittenCodebook,
    WrittenQuestion,
)
from annotator.domain.yaml_tree import Path, Tree, UnreadableError, read_tree
from annotator.errors import CodebookInvalid

_MODELS: tuple[type[BaseModel], ...] = (
    WrittenCodebook,
    WrittenQuestion,
    Item,
    Label,
    Rollup,
    Detail,
    Example,
)

_ANSWERS: dict[str, str] = {
    "missing": "is missing: write it",
    "string_type": "must be a text",
    "string_unicode": "holds half a character (a lone surrogate): take it out",
    "string_too_short": "is empty: write something",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys and values",
    "model_type": "must be a mapping of keys and values",
    "model_attributes_type": "must be a mapping of keys and values",
    "string_pattern_mismatch": "“{input}” does not match the pattern {pattern}",
    "string_too_long": "is too long: the limit is {max_length}",
    "too_long": "is too long: the limit is {max_length}",
    "too_short": "is empty: write something",
    "greater_than": "must be greater than {gt:g}",
}

MORE = "there are more complaints than these: set these right first"
BAD_KEY = "this cannot be a key here: a text with a comma or a colon needs quotes"
NO_VALUE = "has no value: write one, or take the key out"

# A file with more faults than this is not a codebook; nobody reads a thousand sentences.
TOLD_LIMIT = 100

# What pydantic puts behind the path of a key that is itself wrong.
_KEY = "[key]"
_SHOWN = 60


def parse(text: str, *, name: str) -> Codebook:
    """The codebook in a YAML text.

    Args:
        text: the content of the file.
        name: of the file, for the complaints.

    Raises:
        CodebookInvalid: one sentence per complaint, in the order of the file, each of the form
            `name, line 12, questions[2].labels[0].code: …`. A text that is not YAML has one
            complaint. Otherwise all faults of shape (keys, types) come at once; what concerns
            several places (duplicates, conditions, ranks) is checked when the shape is right.
    """
    try:
        tree = read_tree(text)
    except UnreadableError as error:
        where = name if error.line is None else f"{name}, line {error.line}"
        raise CodebookInvalid([f"{where}: {error.sentence}"]) from None
    complaints = [(line, path, "the key stands twice: take one out") for path, line in tree.doubled]
    if tree.value is None:
        raise CodebookInvalid([f"{name}: the file is empty: write a codebook into it"])
    try:
        codebook = Codebook.model_validate(tree.value)
    except ValidationError as error:
        complaints += _shape_complaints(error, tree)
        raise _invalid(complaints, name) from None
    complaints += [(tree.line_of(f.path), f.path, f.sentence) for f in faults(codebook)]
    if complaints:
        raise _invalid(complaints, name)
    return codebook


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a codebook file, for editors; kept in schema/."""
    made = WrittenCodebook.model_json_schema()
    made["title"] = "Codebook"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _invalid(complaints: Sequence[tuple[int, Path, str]], name: str) -> CodebookInvalid:
    ordered = sorted(complaints, key=lambda complaint: complaint[0])
    told = [f"{name}, line {line}{_shown(path)}: {sentence}" for line, path, sentence in ordered]
    if len(told) > TOLD_LIMIT:
        told[TOLD_LIMIT:] = [f"{name}: {MORE}"]
    return CodebookInvalid(told)


def _shown(path: Path) -> str:
    """A path as a person writes it: `, questions[2].labels[0].code`."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{_short(part)}"
    return f", {shown.removeprefix('.')}" if shown else ""


def _short(text: str) -> str:
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(char if char.isprintable() else "�" for char in cut)


def _shape_complaints(error: ValidationError, tree: Tree) -> Iterator[tuple[int, Path, str]]:
    # One more than is told, so that the reader learns that there is more.
    details = error.errors(include_url=False)[: TOLD_LIMIT + 1]
    bad_keys = {detail["loc"][:-1] for detail in details if detail["loc"][-1:] == (_KEY,)}
    for path in bad_keys:
        yield tree.line_of(path), path, BAD_KEY
    for detail in details:
        path = detail["loc"]
        if path[-1:] == (_KEY,) or path in bad_keys:
            continue
        # A list whose entries are all wrong counts as empty, too; once is enough.
        within = any(other["loc"][: len(path)] == path != other["loc"] for other in details)
        if detail["type"] != "too_short" or not within:
            yield tree.line_of(path), path, _sentence(detail)


def _sentence(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"there is no such key{nearest(str(detail['loc'][-1]), _keys())}: take it out"
    if detail["input"] is None and kind != "missing":
        return NO_VALUE
    if kind == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        return f"must be one of {allowed}"
    if kind == "value_error":
        return str(context["error"])
    shown = {**context, "input": _short(str(detail["input"]))}
    return _ANSWERS[kind].format(**shown) if kind in _ANSWERS else detail["msg"]


def _keys() -> set[str]:
    return {key for model in _MODELS for key in model.model_fields}
