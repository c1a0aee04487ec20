"""Argilla: records as JSON or JSON Lines, of version 2 (nested or flat) and of version 1.

People are named by their id in Argilla, which is what an export has. Drafts are passed over, what
was discarded is a skipped item.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.sitting import Mark, Sitting
from annotator.formats.sittings.given import (
    Wanted,
    a_label,
    a_list,
    a_number,
    an_object,
    lines_of,
    parsed,
    text_of,
    the_text,
)

RESPONSES: Final = ".responses"
DISCARDED: Final = "discarded"
DRAFT: Final = "draft"
# Question, value and status by person.
Said = dict[str, list[tuple[str, object, str | None]]]


def read(path: Path, _wanted: Wanted) -> Iterator[Sitting]:
    """What each person answered about each record.

    Raises:
        DataInvalid: it is not what Argilla writes.
    """
    text = text_of(path)
    if path.suffix.lower() == ".jsonl":
        records = lines_of(path.name, text)
    else:
        found = a_list(path.name, parsed(path.name, text))
        records = ((f"{path.name}, record {n}", each) for n, each in enumerate(found, start=1))
    for where, each in records:
        record = an_object(where, each)
        for person, answers in _said(where, record).items():
            if all(status != DRAFT for _, _, status in answers):
                yield _sitting(where, record, person, answers)


def _said(where: str, record: dict[str, Any]) -> Said:
    responses = record.get("responses")
    if isinstance(responses, list):
        return _of_version_1(where, responses)
    if isinstance(responses, dict):
        return _nested(where, responses)
    return _flat(where, record)


def _nested(where: str, responses: dict[str, Any]) -> Said:
    found: Said = defaultdict(list)
    for question, given in responses.items():
        for each in a_list(where, given or []):
            one = an_object(where, each)
            said = (question, one.get("value"), one.get("status"))
            found[str(one.get("user_id", "unknown"))].append(said)
    return found


def _flat(where: str, record: dict[str, Any]) -> Said:
    found: Said = defaultdict(list)
    for name, given in record.items():
        if not name.endswith(RESPONSES) or given is None:
            continue
        values = a_list(where, given)
        people = a_list(where, record.get(f"{name}.users") or [])
        statuses = record.get(f"{name}.status") or [None] * len(values)
        for value, person, status in zip(values, people, statuses, strict=False):
            found[str(person)].append((name.removesuffix(RESPONSES), value, status))
    return found


def _of_version_1(where: str, responses: list[Any]) -> Said:
    found: Said = defaultdict(list)
    for each in responses:
        one = an_object(where, each)
        person, status = str(one.get("user_id", "unknown")), one.get("status")
        for question, value in an_object(where, one.get("values") or {}).items():
            told = value.get("value") if isinstance(value, dict) else value
            found[person].append((question, told, status))
        if not one.get("values"):
            found[person].append(("", None, status))
    return found


def _sitting(
    where: str, record: dict[str, Any], person: str, said: list[tuple[str, object, str | None]]
) -> Sitting:
    answers: dict[str, list[str]] = {}
    marks: list[Mark] = []
    for question, value, _ in said:
        labels, passages = _value(where, question, value)
        marks += passages
        if labels:
            answers[question] = labels
    fields = record.get("fields")
    metadata = record.get("metadata")
    item_id = metadata.get("item_id") if isinstance(metadata, dict) else record.get("item_id")
    skipped = any(status == DISCARDED for _, _, status in said)
    return Sitting(
        where=where,
        annotator=person,
        item_id=item_id if isinstance(item_id, str) else None,
        text=the_text(fields if isinstance(fields, dict) else {"text": record.get("text")}),
        answers={} if skipped else answers,
        marks=() if skipped else tuple(marks),
        skipped=skipped,
    )


def _value(where: str, question: str, value: object) -> tuple[list[str], list[Mark]]:
    """The labels of an answer, and the passages where it is made of them."""
    labels: list[str] = []
    marks: list[Mark] = []
    for one in value if isinstance(value, list) else [] if value is None else [value]:
        if isinstance(one, dict) and "start" in one:
            label = a_label(where, one.get("label"))
            start, end = (a_number(where, one.get(name)) for name in ("start", "end"))
            marks.append(Mark(question, label, start, end))
        else:
            label = a_label(where, one)
        if label not in labels:
            labels.append(label)
    return labels, marks
