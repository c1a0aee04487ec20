"""From a request to a checked model, or to an error with a sentence for each thing wrong."""

from collections.abc import Callable
from typing import TypeVar

from flask import request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import UnsupportedMediaType

from annotator.domain.answers import NOT_A_LIST
from annotator.domain.saving import SAVE_ID_MALFORMED
from annotator.errors import AnswersInvalid
from annotator.web.api.bodies import Body, Query

JSON = "application/json"
BODY = "body"
NOT_JSON = "The body is not JSON that can be read ({detail}): send one JSON object in UTF-8."
MORE = "more"
THERE_IS_MORE = "There is more wrong than is told here: set this right first."

TOLD_AT_MOST = 50
_SHOWN = 60
_ANSWERS = "answers"
_PREFIX = "Invalid JSON: "
_SENTENCES = {
    "missing": "This field is missing: send it.",
    "extra_forbidden": "There is no such field: take it out.",
    "string_type": "This must be a text in quotes.",
    "int_type": "This must be a whole number.",
    "float_type": "This must be a number.",
    "finite_number": "This must be a finite number.",
    "bool_type": "This must be true or false.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "list_type": "This must be a list.",
    "tuple_type": "This must be a list.",
    "uuid_type": SAVE_ID_MALFORMED,
    "uuid_parsing": SAVE_ID_MALFORMED,
    "string_too_long": "This is too long: {max_length} characters are the limit.",
    "string_too_short": "This is empty: write something.",
    "too_long": "These are too many: {max_length} are the limit.",
    "too_short": "This is empty: send at least {min_length}.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} or less.",
    "literal_error": "This must be one of {expected}.",
}

BodyModel = TypeVar("BodyModel", bound=Body)
QueryModel = TypeVar("QueryModel", bound=Query)
Made = TypeVar("Made")


def body(model: type[BodyModel]) -> BodyModel:
    """The body of the request.

    Raises:
        UnsupportedMediaType: it does not say that it is JSON.
        RequestEntityTooLarge: it has more than `model.at_most` bytes.
        AnswersInvalid: it has another shape.
    """
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    request.max_content_length = model.at_most
    raw = request.get_data(cache=False)
    return told(lambda: model.model_validate_json(raw))


def query(model: type[QueryModel]) -> QueryModel:
    """The parameters in the address; the first counts where one stands twice.

    Raises:
        AnswersInvalid: one is unknown or has a wrong value.
    """
    given = request.args.to_dict()
    return told(lambda: model.model_validate(given))


def told(make: Callable[[], Made]) -> Made:
    """What `make` makes, with the complaints of a model turned into sentences."""
    try:
        return make()
    except ValidationError as error:
        raise AnswersInvalid(_problems(error)) from error


def _problems(error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    details = error.errors(include_url=False)
    # A list whose entries are all wrong counts as empty, too; once is enough.
    inside = {detail["loc"][:1] for detail in details if len(detail["loc"]) > 1}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in inside:
            continue
        if len(problems) == TOLD_AT_MOST:
            problems[MORE] = THERE_IS_MORE
            break
        place, sentence = _problem(detail)
        problems.setdefault(place, sentence)
    return problems


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    path, kind = detail["loc"], detail["type"]
    if kind == "json_invalid":
        return BODY, NOT_JSON.format(detail=detail["msg"].removeprefix(_PREFIX))
    sentence = _SENTENCES.get(kind, detail["msg"]).format(**detail.get("ctx", {}))
    if path[:1] != (_ANSWERS,) or len(path) == 1:
        return _shown(path), sentence
    # As the domain does: what is wrong with an answer stands under the code of its question.
    return _short(path[1]), NOT_A_LIST if kind in {"list_type", "string_type"} else sentence


def _shown(path: tuple[int | str, ...]) -> str:
    """`documents[2].title`, or `body` for the whole."""
    shown = "".join(f"[{part}]" if isinstance(part, int) else f".{_short(part)}" for part in path)
    return shown.removeprefix(".") or BODY


def _short(part: int | str) -> str:
    text = str(part)
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(char if char.isprintable() else "�" for char in cut)
