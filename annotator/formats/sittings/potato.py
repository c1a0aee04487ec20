"""Potato: the folder with a `user_state.json` for each person, or its table of annotations.

A schema is a question. A state keeps no texts, so its items are named by their ids, or found in the
file of texts that the task was made from.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.sitting import Mark, Sitting
from annotator.errors import DataInvalid
from annotator.formats.sittings.given import (
    Wanted,
    a_label,
    a_list,
    a_number,
    an_object,
    lines_of,
    parsed,
    text_of,
)

STATE: Final = "user_state.json"
NO_STATES: Final = (
    "{name} holds no folders with a user_state.json: name the folder that Potato calls "
    "output_annotation_dir."
)
NO_COLUMNS: Final = "{name} needs the columns instance_id and user_id: export it as csv or tsv."
NO_TEXTS: Final = "{name} has no texts: it needs `id` and `text` in every row."
LABELS: Final = "instance_id_to_label_to_value"
PASSAGES: Final = "instance_id_to_span_to_value"
SPANS: Final = "._spans"
CHOSEN: Final = (True, "true", "True")
NOT_CHOSEN: Final = (False, None, "", "false", "False")
# What Potato calls the one field of a question that is answered in writing.
WRITTEN: Final = "text_box"

# Where it stands, the person and the item; and schema with label of what is chosen.
About = tuple[str, str, str]
Said = list[tuple[str, str]]


def read(path: Path, wanted: Wanted) -> Iterator[Sitting]:
    """What each person said about each item.

    Raises:
        DataInvalid: it is not what Potato writes.
    """
    if path.is_dir():
        return _states(path, wanted)
    return _table(path, wanted)


def _states(folder: Path, wanted: Wanted) -> Iterator[Sitting]:
    states = sorted(folder.glob(f"*/{STATE}"))
    if not states:
        raise DataInvalid(NO_STATES.format(name=folder.name))
    for path in states:
        name = f"{path.parent.name}/{STATE}"
        state = an_object(name, parsed(name, text_of(path)))
        person = str(state.get("user_id") or path.parent.name)
        labels = an_object(name, state.get(LABELS) or {})
        passages = an_object(name, state.get(PASSAGES) or {})
        for item in [*labels, *(each for each in passages if each not in labels)]:
            where = f"{name}, {item}"
            said = list(_labels(where, labels.get(item)))
            marks = list(_passages(where, passages.get(item)))
            if said or marks:
                yield _sitting((where, person, item), said, marks, wanted)


def _labels(where: str, found: object) -> Iterator[tuple[str, str]]:
    """Schema and label of whatever is chosen, in any of the shapes that Potato has used."""
    if isinstance(found, list):
        for pair in found:
            name, value = a_list(where, pair)
            about = an_object(where, name)
            yield from _chosen(where, str(about.get("schema")), str(about.get("name")), value)
    elif found is not None:
        for schema, labels in an_object(where, found).items():
            inside = labels.get("labels", labels) if isinstance(labels, dict) else {"": labels}
            for name, value in an_object(where, inside).items():
                yield from _chosen(where, schema, name, value)


def _chosen(where: str, schema: str, name: str, value: object) -> Iterator[tuple[str, str]]:
    if value in CHOSEN or value == name:
        yield schema, name
    elif value not in NOT_CHOSEN:
        # A number or a text: what was written is the answer, the name only says where.
        yield schema, a_label(where, value)


def _passages(where: str, found: object) -> Iterator[Mark]:
    if isinstance(found, list):
        for pair in found:
            about = an_object(where, a_list(where, pair)[0])
            yield _mark(where, str(about.get("schema")), about, about.get("name"))
    elif found is not None:
        for schema, spans in an_object(where, found).items():
            for span in a_list(where, spans):
                about = an_object(where, span)
                yield _mark(where, schema, about, about.get("label", about.get("name")))


def _mark(where: str, schema: str, about: dict[str, Any], label: object) -> Mark:
    quote = about.get("text")
    start, end = (a_number(where, about.get(name)) for name in ("start", "end"))
    return Mark(
        schema, a_label(where, label), start, end, quote if isinstance(quote, str) else None
    )


def _table(path: Path, wanted: Wanted) -> Iterator[Sitting]:
    text = text_of(path)
    if path.suffix.lower() == ".jsonl":
        for where, line in lines_of(path.name, text):
            row = an_object(where, line)
            said = list(_labels(where, row.get("labels")))
            marks = list(_passages(where, row.get("spans")))
            person, item = str(row.get("user_id")), str(row.get("instance_id"))
            yield _sitting((where, person, item), said, marks, wanted)
        return
    rows = csv.DictReader(
        io.StringIO(text, newline=""), delimiter="\t" if path.suffix.lower() == ".tsv" else ","
    )
    if not {"instance_id", "user_id"} <= set(rows.fieldnames or ()):
        raise DataInvalid(NO_COLUMNS.format(name=path.name))
    for number, row in enumerate(rows, start=2):
        where = f"{path.name}, row {number}"
        cells = {name: cell for name, cell in row.items() if name and cell not in NOT_CHOSEN}
        person, item = cells.pop("user_id", "unknown"), cells.pop("instance_id", "")
        said, marks = _cells(where, cells, wanted.questions)
        yield _sitting((where, person, item), said, marks, wanted)


def _cells(
    where: str, cells: dict[str, str], questions: Iterable[str]
) -> tuple[list[tuple[str, str]], list[Mark]]:
    """Columns are `schema.label`; a question of ours may have dots of its own."""
    by_length = sorted(questions, key=len, reverse=True)
    said: list[tuple[str, str]] = []
    marks: list[Mark] = []
    for name, cell in cells.items():
        if name.endswith(SPANS):
            marks += _passages(where, {name.removesuffix(SPANS): parsed(where, cell)})
            continue
        known = (code for code in by_length if name == code or name.startswith(f"{code}."))
        schema = next(known, name.partition(".")[0])
        if not name.removeprefix(schema).startswith("._"):
            said += _chosen(where, schema, name.removeprefix(schema).removeprefix("."), cell)
    return said, marks


def _sitting(about: About, said: Said, marks: list[Mark], wanted: Wanted) -> Sitting:
    where, person, item = about
    answers: dict[str, list[str]] = defaultdict(list)
    for question, label in [*said, *((mark.question, mark.label) for mark in marks)]:
        if label not in answers[question]:
            answers[question].append(label)
    text = wanted.texts.get(item)
    return Sitting(
        where=where,
        annotator=person,
        item_id=item if text is None else None,
        text=text,
        answers=dict(answers),
        marks=tuple(marks),
    )


def texts_of(path: Path) -> dict[str, str]:
    """The texts of a task by id, from its JSON Lines, CSV or TSV with `id` and `text`.

    Raises:
        DataInvalid: it cannot be read, or has no such fields.
    """
    text = text_of(path)
    if path.suffix.lower() in {".csv", ".tsv"}:
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
        rows: Iterable[dict[str, Any]] = csv.DictReader(
            io.StringIO(text, newline=""), delimiter=delimiter
        )
    elif text.lstrip().startswith("["):
        rows = [an_object(path.name, each) for each in a_list(path.name, parsed(path.name, text))]
    else:
        rows = [an_object(where, each) for where, each in lines_of(path.name, text)]
    found = {str(row["id"]): row["text"] for row in rows if isinstance(row.get("text"), str)}
    if not found:
        raise DataInvalid(NO_TEXTS.format(name=path.name))
    return found
