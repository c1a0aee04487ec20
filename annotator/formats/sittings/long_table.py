"""The long table: `item_id, annotator_id, question, label`, such as `annotations` of a release.

CSV, TSV, JSON Lines or Parquet. `round`, `state`, `seconds`, `saved_at` and `spans` are taken where
they are there, and `text` instead of `item_id`; other columns are passed over.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.dataset import ANNOTATIONS
from annotator.domain.sitting import Mark, Sitting
from annotator.errors import DataInvalid
from annotator.formats import table_csv
from annotator.formats.sittings.given import (
    Wanted,
    a_label,
    a_list,
    a_moment,
    a_number,
    an_object,
    lines_of,
    parsed,
    some_seconds,
    text_of,
)

NO_COLUMN: Final = "{where}: the {column} is missing; every row needs one."
NOT_PARQUET: Final = "{name} cannot be read as Parquet ({detail})."
MEMORY: Final = 1_000_000_000
AT_ONCE: Final = 10_000
Row = dict[str, Any]
Key = tuple[str | None, str | None, str, str | None]


def read(path: Path, wanted: Wanted) -> Iterator[Sitting]:
    """The rows of one person about one item in one round, together, in the order of the first.

    Raises:
        DataInvalid: it cannot be read, or a row has no person, question or item.
    """
    sittings: dict[Key, list[tuple[str, Row]]] = defaultdict(list)
    for where, row in _rows(path):
        for column in ("annotator_id", "question"):
            if not row.get(column):
                raise DataInvalid(NO_COLUMN.format(where=where, column=column))
        if not (row.get("item_id") or row.get("text")):
            raise DataInvalid(NO_COLUMN.format(where=where, column="item_id"))
        key = (
            row.get("item_id") or None,
            row.get("text") or None,
            str(row["annotator_id"]),
            row.get("round") or None,
        )
        sittings[key].append((where, row))
    for key, rows in sittings.items():
        found = _sitting(key, rows, wanted)
        if found.skipped or found.answers:
            yield found


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path)
    elif suffix == ".jsonl":
        for where, line in lines_of(path.name, text_of(path)):
            yield where, an_object(where, line)
    else:
        delimiter = "\t" if suffix == ".tsv" else ","
        rows = csv.DictReader(io.StringIO(text_of(path), newline=""), delimiter=delimiter)
        # The safe CSV of a release has apostrophes in front of what looks like a formula.
        safe = tuple(rows.fieldnames or ()) == ANNOTATIONS.names
        for number, row in enumerate(rows, start=2):
            cells = {name: cell for name, cell in row.items() if name and cell is not None}
            if safe:
                cells = {name: table_csv.restored(cell) for name, cell in cells.items()}
            yield f"{path.name}, row {number}", cells


def _parquet(path: Path) -> Iterator[tuple[str, Row]]:
    import duckdb  # noqa: PLC0415 - takes 70 MB

    from annotator.formats.table_parquet import connected, literal, short  # noqa: PLC0415

    try:
        with connected(memory=MEMORY) as connection:
            connection.execute("SELECT * FROM read_parquet(?)", [literal(path)])
            names = [str(column[0]) for column in connection.description or ()]
            number = 0
            while rows := connection.fetchmany(AT_ONCE):
                for row in rows:
                    number += 1
                    yield f"{path.name}, row {number}", dict(zip(names, row, strict=True))
    except duckdb.Error as error:
        sentence = NOT_PARQUET.format(name=path.name, detail=short(error))
        raise DataInvalid(sentence) from error


def _sitting(key: Key, rows: list[tuple[str, Row]], wanted: Wanted) -> Sitting:
    item_id, text, person, round_name = key
    answers: dict[str, list[str]] = {}
    marks: list[Mark] = []
    for where, row in rows:
        if row.get("state") in {None, "", "answered"}:
            question = str(row["question"])
            answers[question] = _labels(where, question, row.get("label"), wanted)
            marks += _marks(where, question, row.get("spans"))
    first = rows[0][1]
    return Sitting(
        where=rows[0][0],
        annotator=person,
        item_id=item_id,
        text=text,
        answers=answers,
        marks=tuple(marks),
        round_name=round_name,
        skipped=any(row.get("state") == "skipped" for _, row in rows),
        seconds=_seconds(first.get("seconds")),
        saved_at=a_moment(first.get("saved_at")),
    )


def _labels(where: str, question: str, label: object, wanted: Wanted) -> list[str]:
    if question in wanted.sets:
        return [part for part in str(label or "").split("|") if part]
    return [a_label(where, "" if label is None else label)]


def _marks(where: str, question: str, spans: object) -> Iterable[Mark]:
    for span in a_list(where, parsed(where, str(spans))) if spans else ():
        one = an_object(where, span)
        start, end = (a_number(where, one.get(name)) for name in ("start", "end"))
        yield Mark(question, a_label(where, one.get("label")), start, end, one.get("quote"))


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return some_seconds(value)
