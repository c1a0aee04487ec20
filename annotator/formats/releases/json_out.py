"""JSON that is written piece by piece, so that a long list or object is never held whole."""

import json
from collections.abc import Iterable
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


def write_object(path: Path, values: Iterable[tuple[str, Any]]) -> int:
    """Write a JSON object with a key a line. Returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("{")
        for count, (key, value) in enumerate(values, start=1):
            file.write(f"{',' if count > 1 else ''}\n{compact(key)}: {compact(value)}")
        file.write("\n}\n")
    return count


def write(path: Path, value: object) -> None:
    """Write a small value, indented for people."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="")
