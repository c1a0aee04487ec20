"""The sample project's files, read for the tests that compare them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from annotator import paths

SAMPLE = paths.sample()
DOCUMENTS = SAMPLE / "documents"
Row = dict[str, Any]


@cache
def sources() -> list[Row]:
    rows: list[Row] = json.loads((SAMPLE / "sources.json").read_text("utf-8"))
    return rows


@cache
def rows_of(name: str) -> list[Row]:
    return [json.loads(line) for line in (SAMPLE / name).read_text("utf-8").splitlines()]


def files() -> list[str]:
    return [row["file"] for row in rows_of("documents.jsonl")]


@cache
def text_of(file: str) -> str:
    return (DOCUMENTS / file).read_bytes().decode("utf-8")


def lines_of(file: str) -> list[str]:
    return [line for line in text_of(file).split("\n") if line.strip()]


def all_lines() -> list[str]:
    return [line for file in files() for line in lines_of(file)]


def paragraph_gold() -> list[Row]:
    return [row for row in rows_of("gold.jsonl") if "position" in row]


def document_gold() -> dict[str, Row]:
    return {row["file"]: row["answers"] for row in rows_of("gold.jsonl") if row.get("document")}


def labelled() -> Iterator[tuple[str, str, Row]]:
    """File, text and answers of every paragraph."""
    for row in paragraph_gold():
        yield row["file"], lines_of(row["file"])[row["position"]], row["answers"]


def prose() -> list[tuple[str, str, Row]]:
    return [case for case in labelled() if case[2]["content"] != ["boilerplate"]]


def noise(kind: str) -> list[str]:
    return [text for _, text, answers in labelled() if answers.get("noise_type") == [kind]]


def words(text: str) -> int:
    return len(text.split())
