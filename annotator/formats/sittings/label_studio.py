"""Label Studio: the JSON of an export, a list of tasks with the annotations of each.

Controls are questions. Passages of a control are answers to it, unless another control of its name
is; in a release of ours they stand in `spans.QUESTION`. Offsets are code points.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.sitting import Mark, Sitting
from annotator.formats.sittings.given import (
    Wanted,
    a_label,
    a_list,
    a_moment,
    a_number,
    an_object,
    parsed,
    some_seconds,
    text_of,
    the_text,
)

# As `annotator.formats.releases.label_studio` names its controls.
ANNOTATOR: Final = "annotator"
ROUND: Final = "round"
SPANS: Final = "spans."


def read(path: Path, _wanted: Wanted) -> Iterator[Sitting]:
    """The annotations of every task.

    Raises:
        DataInvalid: it is not a list of tasks.
    """
    tasks = a_list(path.name, parsed(path.name, text_of(path)))
    for number, task in enumerate(tasks, start=1):
        where = f"{path.name}, task {number}"
        given = an_object(where, task)
        data = an_object(where, given.get("data"))
        annotations = a_list(where, given.get("annotations") or [])
        for place, annotation in enumerate(annotations, start=1):
            at = f"{where}, annotation {place}"
            yield _sitting(at, data, an_object(at, annotation))


def _sitting(where: str, data: dict[str, Any], annotation: dict[str, Any]) -> Sitting:
    answers: dict[str, list[str]] = {}
    marks: list[Mark] = []
    for one in a_list(where, annotation.get("result") or []):
        result = an_object(where, one)
        name, value = str(result.get("from_name")), an_object(where, result.get("value"))
        if "start" in value and "labels" in value:
            marks += _marks(where, name.removeprefix(SPANS), value)
        elif (said := _said(where, value)) is not None:
            answers[name] = [*answers.get(name, []), *said]
    for mark in marks:
        # A control that only marks has no other answer than the labels of what is marked.
        labels = answers.setdefault(mark.question, [])
        if mark.label not in labels:
            labels.append(mark.label)
    author = "".join(answers.pop(ANNOTATOR, [])) or _author(annotation.get("completed_by"))
    round_name = "".join(answers.pop(ROUND, [])) or None
    skipped = bool(annotation.get("was_cancelled"))
    return Sitting(
        where=where,
        annotator=author,
        item_id=data["item_id"] if isinstance(data.get("item_id"), str) else None,
        text=the_text(data),
        answers={} if skipped else answers,
        marks=() if skipped else tuple(marks),
        round_name=round_name,
        skipped=skipped,
        seconds=some_seconds(annotation.get("lead_time")),
        saved_at=a_moment(annotation.get("created_at")),
    )


def _marks(where: str, question: str, value: dict[str, Any]) -> Iterator[Mark]:
    text = value.get("text")
    quote = text if isinstance(text, str) else None
    start, end = (a_number(where, value.get(name)) for name in ("start", "end"))
    for label in a_list(where, value["labels"]):
        yield Mark(question, a_label(where, label), start, end, quote)


def _said(where: str, value: dict[str, Any]) -> list[str] | None:
    """The labels of an answer, of which the empty set has none; None where it is no answer."""
    for name in ("choices", "text", "number", "rating", "taxonomy"):
        found = value.get(name)
        if name == "taxonomy" and found is not None:
            return [" / ".join(a_list(where, path)) for path in a_list(where, found)]
        if found is not None:
            return [a_label(where, one) for one in (found if isinstance(found, list) else [found])]
    return None


def _author(completed_by: object) -> str:
    """Label Studio names accounts by number, and in some exports by an object with an address."""
    if isinstance(completed_by, dict):
        told = [completed_by.get(name) for name in ("username", "email", "id")]
        completed_by = next((each for each in told if each), None)
    return "unknown" if completed_by is None else str(completed_by)
