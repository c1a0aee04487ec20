"""W3C Web Annotation (JSON-LD): what each annotator said of a paragraph, placed in its document.

`texts/` has the documents, to which the selectors point: offsets are code points, as in the model's
specification, and the quotation finds the place again where offsets are counted otherwise.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from annotator.domain.codebook import Question
from annotator.formats.releases import json_out
from annotator.formats.releases.documents import Document, Place, documents
from annotator.formats.releases.frozen import (
    ANSWERED,
    Frozen,
    Judgments,
    Record,
    labels_of,
    spans_of,
)

ANNOTATIONS: Final = "annotations.jsonld"
CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
TERMS: Final = "urn:x-annotator:"
AROUND: Final = 32
LOSSES: Final = (
    (
        "A document is its paragraphs with an empty line between two (`texts/`), not the file that "
        "was imported."
    ),
    "Ratings of sources, gold, near-duplicates and questions without an answer are not in it.",
    (
        "`question`, `round` and `excluded` are terms of their own, which other programs pass "
        "over; an annotation is `excluded` if any of its answers does not count in agreement."
    ),
    "Questions that the codebook of the release does not have are left out.",
    "An answered set that is empty is a body without a value.",
)

_TERMS: Final = {name: f"{TERMS}{name}" for name in ("question", "round", "excluded")}


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    (folder / "texts").mkdir()
    head = {
        "@context": [CONTEXT, _TERMS],
        "id": f"{TERMS}{frozen.made.project.slug}",
        "type": "AnnotationPage",
        "startIndex": 0,
    }
    opened = json_out.compact(head)[:-1]
    with frozen.judgments() as judgments:
        found = _annotations(frozen, judgments, folder)
        json_out.write_list(folder / ANNOTATIONS, found, before=f'{opened}, "items": ', after="}")
    return LOSSES


def _annotations(frozen: Frozen, judgments: Judgments, folder: Path) -> Iterator[Record]:
    questions = {question.code: question for question in frozen.questions}
    for document in documents(frozen):
        source = f"texts/{document.item['item_id']}.txt"
        (folder / source).write_text(document.text, encoding="utf-8", newline="")
        for annotator, round_, rows in judgments.by_sitting(document.item["item_id"]):
            yield from _annotation(source, annotator, round_, rows, questions)
        for place in document.places:
            for annotator, round_, rows in judgments.by_sitting(place.item["item_id"]):
                target = {
                    "source": source,
                    "selector": _selectors(document, place.start, place.end),
                }
                yield from _annotation(target, annotator, round_, rows, questions)
                if not place.is_withheld:
                    yield from _passages(document, place, source, rows)


def _annotation(
    target: str | Record,
    annotator: str,
    round_: str,
    rows: list[Record],
    questions: dict[str, Question],
) -> Iterator[Record]:
    answered = [row for row in rows if row["state"] == ANSWERED and row["question"] in questions]
    bodies = [body for row in answered for body in _bodies(row, questions[row["question"]])]
    if bodies:
        excluded = next((row["excluded"] for row in answered if row["excluded"]), "")
        about = [answered[0]["item_id"], annotator, round_]
        first = answered[0] | {"excluded": excluded}
        yield _made(about, first, "classifying", bodies, target)


def _bodies(row: Record, question: Question) -> Iterator[Record]:
    purpose = "commenting" if question.scale in {"text", "interval"} else "classifying"
    body = {"type": "TextualBody", "purpose": purpose, "question": question.code}
    labels = labels_of(question, row["label"])
    yield from ({**body, "value": label} for label in labels)
    if not labels:
        yield {**body, "value": ""}


def _passages(
    document: Document, place: Place, source: str, rows: list[Record]
) -> Iterator[Record]:
    for row in rows:
        for span in spans_of(row):
            start, end = place.start + span["start"], place.start + span["end"]
            body = {
                "type": "TextualBody",
                "purpose": "tagging",
                "question": row["question"],
                "value": span["label"],
            }
            target = {"source": source, "selector": _selectors(document, start, end)}
            about = [row["item_id"], row["annotator_id"], row["round"], row["question"]]
            about += [span["label"], str(start), str(end)]
            yield _made(about, row, "highlighting", [body], target)


def _made(
    about: list[str],
    row: Record,
    motivation: str,
    bodies: list[Record],
    target: str | Record,
) -> Record:
    digest = hashlib.sha256("\n".join(about).encode()).hexdigest()[:32]
    made: dict[str, Any] = {
        "id": f"{TERMS}annotation:{digest}",
        "type": "Annotation",
        "motivation": motivation,
        "creator": {
            "id": f"{TERMS}annotator:{row['annotator_id']}",
            "type": "Person",
            "nickname": row["annotator_id"],
        },
        "round": row["round"],
        "body": bodies,
        "target": target,
    }
    if row["saved_at"]:
        made["created"] = row["saved_at"]
    if row["excluded"]:
        made["excluded"] = row["excluded"]
    return made


def _selectors(document: Document, start: int, end: int) -> list[Record]:
    text = document.text
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - AROUND) : start],
            "suffix": text[end : end + AROUND],
        },
    ]
