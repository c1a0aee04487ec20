"""Label Studio: `tasks.json` with what every annotator said, and `config.xml` to label on.

Paste config.xml into a new project (Settings, Labeling Interface, Code), then import tasks.json.
Label Studio refuses annotations of accounts that it does not know, so none are named: who said it
stands in the control `annotator` of each annotation, which Label Studio shows and exports again.
Offsets are code points, as Label Studio counts them since 1.6.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from annotator.domain.codebook import Question
from annotator.formats.releases import json_out
from annotator.formats.releases.frozen import (
    ANSWERED,
    Frozen,
    Judgments,
    Record,
    labels_of,
    spans_of,
)

TASKS: Final = "tasks.json"
CONFIG: Final = "config.xml"
TEXT: Final = "text"
ANNOTATOR: Final = "annotator"
ROUND: Final = "round"
# Controls of marked passages carry the code of their question behind this.
SPANS: Final = "spans."
NO_TEXTS: Final = "The texts of {count} paragraphs are withheld in this release; they are no tasks."
LOSSES: Final = (
    (
        "Only paragraphs that were given to somebody are tasks; questions on documents and sources "
        "are left out, and so are paragraphs that nobody was given."
    ),
    "Why a judgment does not count in agreement, gold, and near-duplicates are not in it.",
    (
        "An annotation has no account: who said it stands in its control `annotator`, and in which "
        "round in `round`."
    ),
    "Questions that the codebook of the release does not have are left out.",
    "A question that was left blank and one that did not apply look alike: both are absent.",
    "Lines of a paragraph may be shown as one by Label Studio; offsets are of the text itself.",
)


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    questions = [question for question in frozen.questions if question.scope == "paragraph"]
    config = ET.tostring(_config(questions, frozen), encoding="unicode")
    (folder / CONFIG).write_text(f"{config}\n", encoding="utf-8", newline="")
    withheld = 0
    with frozen.judgments() as judgments:

        def tasks() -> Iterator[Record]:
            nonlocal withheld
            by_code = {question.code: question for question in questions}
            for item in frozen.records("items"):
                if item["scope"] != "paragraph":
                    continue
                if item["text"] is None:
                    withheld += 1
                elif task := _task(item, judgments, by_code):
                    yield task

        json_out.write_list(folder / TASKS, tasks())
    return (*LOSSES, NO_TEXTS.format(count=withheld)) if withheld else LOSSES


def _task(item: Record, judgments: Judgments, questions: dict[str, Question]) -> Record | None:
    annotations = [
        _annotation(annotator, round_, rows, questions)
        for annotator, round_, rows in judgments.by_sitting(item["item_id"])
        if any(row["state"] in {ANSWERED, "skipped"} for row in rows)
    ]
    if not annotations:
        return None
    kept = ("item_id", "document_id", "source_id", "position", "lang", TEXT)
    return {"data": {name: item[name] for name in kept}, "annotations": annotations}


def _annotation(
    annotator: str, round_: str, rows: list[Record], questions: dict[str, Question]
) -> Record:
    results = [
        _result(rows[0], ANNOTATOR, ("textarea", {"text": [annotator]})),
        _result(rows[0], ROUND, ("textarea", {"text": [round_]})),
    ]
    for row in rows:
        question = questions.get(row["question"])
        if question is not None and row["state"] == ANSWERED:
            results.append(_result(row, question.code, _value(question, row["label"])))
            results += _passages(question, row)
    made: Record = {"result": results}
    if any(row["state"] == "skipped" for row in rows):
        made["was_cancelled"] = True
    seconds = next((row["seconds"] for row in rows if row["seconds"] is not None), None)
    if seconds is not None:
        made["lead_time"] = seconds
    saved_at = next((row["saved_at"] for row in rows if row["saved_at"]), None)
    if saved_at is not None:
        made["created_at"] = saved_at
    return made


def _value(question: Question, label: str) -> tuple[str, Record]:
    if question.scale == "text":
        return "textarea", {"text": [label]}
    if question.scale == "interval":
        number = float(label)
        return "number", {"number": int(number) if number.is_integer() else number}
    return "choices", {"choices": labels_of(question, label)}


def _passages(question: Question, row: Record) -> Iterator[Record]:
    for number, span in enumerate(spans_of(row)):
        value = {
            "start": span["start"],
            "end": span["end"],
            TEXT: span["quote"],
            "labels": [span["label"]],
        }
        yield _result(row, f"{SPANS}{question.code}", ("labels", value), number)


def _result(row: Record, name: str, said: tuple[str, Record], n: int = 0) -> Record:
    """What the control `name` says; its id within the task is made from what it is about."""
    control, value = said
    about = "\n".join([row["item_id"], row["annotator_id"], row["round"], name, str(n)])
    return {
        "id": hashlib.sha256(about.encode()).hexdigest()[:10],
        "from_name": name,
        "to_name": TEXT,
        "type": control,
        "value": value,
    }


def _config(questions: list[Question], frozen: Frozen) -> ET.Element:
    view = ET.Element("View")
    ET.SubElement(view, "Text", name=TEXT, value=f"${TEXT}", granularity="symbol")
    language = frozen.codebook.languages[0]
    for question in questions:
        _controls(view, question, language)
    for name in (ANNOTATOR, ROUND):
        ET.SubElement(view, "Header", value=name)
        ET.SubElement(view, "TextArea", name=name, toName=TEXT, maxSubmissions="1", editable="true")
    ET.indent(view)
    return view


def _controls(view: ET.Element, question: Question, language: str) -> None:
    shown: dict[str, str] = {}
    if question.show_if:
        # Label Studio knows one condition; the first is that of the gate.
        condition = question.show_if[0]
        shown = {
            "visibleWhen": "choice-selected",
            "whenTagName": condition.question,
            "whenChoiceValue": ",".join(condition.labels),
        }
    box = ET.SubElement(view, "View", shown)
    ET.SubElement(box, "Header", value=_plain(question.name_in(language)))
    common = {"name": question.code, "toName": TEXT}
    if question.scale == "text":
        ET.SubElement(box, "TextArea", common, maxSubmissions="1", editable="true")
    elif question.scale == "interval":
        ET.SubElement(box, "Number", common)
    else:
        choice = "multiple" if question.scale == "set" else "single"
        choices = ET.SubElement(box, "Choices", common, choice=choice)
        for label in question.labels:
            hint = _plain(label.name_in(language))
            ET.SubElement(choices, "Choice", value=label.code, hint=hint)
    if question.spans != "none":
        labels = ET.SubElement(box, "Labels", name=f"{SPANS}{question.code}", toName=TEXT)
        for label in question.labels:
            ET.SubElement(labels, "Label", value=label.code)


def _plain(text: str) -> str:
    """A leading $ would be taken for a field of the task."""
    return f"\u200b{text}" if text.startswith("$") else text
