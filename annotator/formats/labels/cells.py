"""A cell that is no text, as the text that it stands for."""

from typing import Final

NOT_A_CELL: Final = "holds {found}: write text, a number or a list of texts."
_NAMES: Final = {"dict": "an object", "bytes": "binary data", "NoneType": "null in a list"}


class NotACell(ValueError):
    """The sentence, without the place that only the reader knows."""


def text_of(value: object) -> str | None:
    """`1` and `1.0` are both “1”, as in a table where some numbers are missing; a list of labels is
    joined by `|`; None is a missing cell.

    Raises `NotACell`.

    >>> [text_of(value) for value in ("a", 1, 1.0, 0.5, True, ["b", "a"], [], None)]
    ['a', '1', '1', '0.5', 'true', 'b|a', '', None]
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return "|".join(_member(one) for one in value)
    raise _not_a_cell(value)


def _member(value: object) -> str:
    if value is None or isinstance(value, list | tuple):
        raise _not_a_cell(value)
    text = text_of(value) or ""
    if "|" in text:
        raise NotACell("holds a label with “|”, which joins the labels of a set: rename it.")
    return text


def _not_a_cell(value: object) -> NotACell:
    kind = type(value).__name__
    return NotACell(NOT_A_CELL.format(found=_NAMES.get(kind, f"a {kind}")))
