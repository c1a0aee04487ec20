"""JSON that is written piece by piece, so that a long list or object is never held whole."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any


def compact(value: object) -> str:
    """One line, with the characters as they are.

    >>> compact({"text": "你好"})
    '{"text": "你好"}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_list(path: Path, values: Iterable[Any], *, before: str = "", after: str = "") -> int:
    """Write a JSON array with a value a line; `before` and `after` enclose it. Returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{before}[")
        for count, value in enumerate(values, start=1):
            file.write(f"{',' if count > 1 else ''}\n{compact(value)}")
        file.write(f"\n]{after}\n")
    return count


@contextmanager
def object_writer(path: Path) -> Iterator[Callable[[str, Any], None]]:
    """A function that appends a key with its value, one a line, to a new JSON object."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("{")
        commas = chain([""], repeat(","))

        def append(key: str, value: object) -> None:
            file.write(f"{next(commas)}\n{compact(key)}: {compact(value)}")

        yield append
        file.write("\n}\n")


def write(path: Path, value: object) -> None:
    """Write a small value, indented for people."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="")
