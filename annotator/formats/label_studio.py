"""JSON: the tasks that Label Studio imports and exports, or a plain list of objects.

A task is `{"data": {"text": …}}`, beside which its annotations and predictions may stand; only
`data` is read here. The number of a task is one of its Label Studio project, not of the document.
"""

from typing import Any

from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import decode
from annotator.formats.fields import DOCUMENTS_AT_MOST, TOO_MANY, find_columns, together
from annotator.formats.json_lines import as_object, from_object, not_used, parse

TASKS = "Label Studio tasks"
KIND = "JSON"
DATA = "data"
NOT_JSON = (
    "not JSON ({detail} in line {line} at character {column}): it should hold a list of Label "
    "Studio tasks, or of objects with a text each; for one object a line, name the file .jsonl."
)
NO_TASKS = "it holds an empty list: there is no document in it."
ANNOTATIONS_LEFT = (
    "{count:,} of the tasks carry annotations; only their texts were read, not their labels."
)


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` with the number of the task for what is not an object of texts."""
    decoded = decode(name, data, asked.encoding)
    found = parse(name, decoded.text, sentence=NOT_JSON)
    entries = found if isinstance(found, list) else [found]
    if not entries:
        raise DocumentRefused(name, NO_TASKS)
    if len(entries) > DOCUMENTS_AT_MOST:
        raise DocumentRefused(name, TOO_MANY.format(most=DOCUMENTS_AT_MOST))
    tasks = {
        f"{name} task {number}": as_object(f"{name} task {number}", entry)
        for number, entry in enumerate(entries, start=1)
    }
    objects = {where: _data(where, task) for where, task in tasks.items()}
    present = list(dict.fromkeys(field for one in objects.values() for field in one))
    columns = find_columns(name, present, asked.mapping, kind="field")
    told = decoded.told + not_used(present, columns) + _left(list(tasks.values()))
    records = (from_object(where, one, columns, name) for where, one in objects.items())
    kind = TASKS if any(DATA in task for task in tasks.values()) else KIND
    return Understood(
        kind, together(name, records, told), decoded.encoding, tuple(present), columns
    )


def _data(where: str, task: dict[str, Any]) -> dict[str, Any]:
    return as_object(where, task[DATA]) if DATA in task else task


def _left(tasks: list[dict[str, Any]]) -> tuple[str, ...]:
    count = sum(bool(task.get("annotations") or task.get("completions")) for task in tasks)
    return (ANNOTATIONS_LEFT.format(count=count),) if count else ()
