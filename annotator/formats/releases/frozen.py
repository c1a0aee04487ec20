"""What a writer of a foreign format gets: the tables of a release as they were just written.

The JSON Lines are read again, as often as needed, so no writer holds a release in memory, and all
of them say the same as the tables do.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from annotator.domain.codebook import Codebook, Question
from annotator.domain.dataset import JUDGED_PATTERN, VOTING, Cell, Table
from annotator.domain.manifest import Manifest
from annotator.formats import table_jsonl

Record = dict[str, Any]
ANSWERED: Final = "answered"


@dataclass(frozen=True)
class Frozen:
    """A release folder in which the four tables stand as JSON Lines.

    Args:
        folder: where they stand.
        tables: the four tables by name, with their columns.
        codebook: the one of the release.
        made: the manifest, in which no files are named yet.
    """

    folder: Path
    tables: Mapping[str, Table]
    codebook: Codebook
    made: Manifest

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the codebook that somebody was asked or that can be settled."""
        asked = {record["question"] for record in self.records("annotations")}
        settled = {question.code for question in self.settled}
        return tuple(q for q in self.codebook.asked.values() if q.code in asked | settled)

    @cached_property
    def settled(self) -> tuple[Question, ...]:
        """Those that have columns in `items`: not the ones that are kept out of agreement."""
        found = (JUDGED_PATTERN.fullmatch(name) for name in self.tables["items"].names)
        return tuple(
            self.codebook.asked[match[2]] for match in found if match and match[1] == "gold"
        )

    @cached_property
    def annotators(self) -> tuple[str, ...]:
        return tuple(record["annotator_id"] for record in self.records("annotators"))

    def lines(self, table: str) -> Path:
        return self.folder / f"{table}{table_jsonl.SUFFIX}"

    def rows(self, table: str) -> Iterator[tuple[Cell, ...]]:
        """The rows of a table, in its order."""
        return table_jsonl.read(self.lines(table), self.tables[table])

    def records(self, table: str) -> Iterator[Record]:
        """The rows of a table by column name, in its order."""
        names = self.tables[table].names
        return (dict(zip(names, row, strict=True)) for row in self.rows(table))

    def judgments(self) -> "Judgments":
        return Judgments(self.lines("annotations"))

    def texts(self) -> dict[str, Record]:
        """Items that have a text, by id; for what must look them up, all in memory."""
        return {record["item_id"]: record for record in self.records("items") if record["text"]}


class Judgments:
    """Rows of `annotations` by item, looked up in the file: it is sorted by item."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._places: dict[str, int] = {}
        place = 0
        for line in self._file:
            self._places.setdefault(json.loads(line)["item_id"], place)
            place += len(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def of(self, item_id: str) -> list[Record]:
        """The rows of an item in their order; none where nobody was given it."""
        place = self._places.get(item_id)
        if place is None:
            return []
        self._file.seek(place)
        found: list[Record] = []
        while line := self._file.readline():
            record = json.loads(line)
            if record["item_id"] != item_id:
                break
            found.append(record)
        return found

    def by_sitting(self, item_id: str) -> Iterator[tuple[str, str, list[Record]]]:
        """The rows of an item by annotator and round: what one person said at one time."""
        sittings: dict[tuple[str, str], list[Record]] = {}
        for record in self.of(item_id):
            place = record["annotator_id"], record["round"]
            sittings.setdefault(place, []).append(record)
        for (annotator, round_), rows in sittings.items():
            yield annotator, round_, rows


def is_vote(record: Record) -> bool:
    """Whether the row is an answer that was given freely: see `annotator.domain.dataset.VOTING`."""
    return record["state"] == ANSWERED and record["excluded"] in VOTING


def labels_of(question: Question, label: str) -> list[str]:
    """The labels in a cell of `annotations`; the empty set has none.

    Only questions with the scale `set` have several.
    """
    if question.scale != "set":
        return [label]
    return label.split("|") if label else []


def spans_of(record: Record) -> list[Record]:
    """The marked passages of a row; offsets are code points of the paragraph, end excluded."""
    return list(json.loads(record["spans"])) if record["spans"] else []
