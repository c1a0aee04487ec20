"""A release as a writer gets it, made without a database: everything a text can do to a format."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotator.domain import codebook_file, dataset, manifest
from annotator.domain.dataset import Column, Row
from annotator.domain.manifest import Manifest
from annotator.formats import table_jsonl
from annotator.formats.releases import WRITERS, Frozen

CODEBOOK = """\
code: small
title: {en: Small}
languages: [en]
questions:
  - code: content
    name: {en: Content}
    scope: paragraph
    scale: nominal
    labels:
      - {code: main, name: {en: 正文 Main}}
      - {code: boilerplate, name: {en: "=Boilerplate"}}
  - code: frames
    name: {en: Frames}
    scope: paragraph
    scale: set
    spans: may
    show_if: {content: main}
    labels:
      - {code: economic, name: {en: اقتصادي}}
      - {code: security, name: {en: Security}}
  - code: stance
    name: {en: Stance}
    scope: paragraph
    scale: ordinal
    required: false
    labels:
      - {code: "-1", name: {en: Against}, value: -1}
      - {code: "0", name: {en: Neutral}, value: 0}
      - {code: both, name: {en: Both sides}, value: 0}
      - {code: unclear, name: {en: Cannot judge}, missing: true}
  - code: remark
    name: {en: Remark}
    scope: paragraph
    scale: text
    required: false
  - code: confidence
    name: {en: Confidence}
    scope: paragraph
    scale: ordinal
    required: false
    agreement: false
    labels:
      - {code: "1", name: {en: Low}, value: 1}
      - {code: "2", name: {en: High}, value: 2}
  - code: genre
    name: {en: Genre}
    scope: document
    scale: nominal
    labels:
      - {code: opinion, name: {en: Opinion}}
"""
TEXTS = (
    '=HYPERLINK("http://example.org";"click")',
    "\u00a0😀 你好 مرحبا, “Сompilers” \t ",
    "One\rtwo\r\nthree\nfour\u2028five\x85 😀 six",
    "-2",
    "Ж" * 40_000,
)
PEOPLE = ("annotator-a", "annotator-b", "annotator-c")
SOURCE = "s-1"
DOCUMENTS = ("d-1", "d-2")
# The words “six” behind an emoji and a line break of two characters.
_END = len(TEXTS[2])
SPAN = {"start": _END - 3, "end": _END, "quote": "six", "label": "economic"}


def paragraph(document: str, position: int) -> str:
    return f"p-{document[2:]}{position}"


def frozen(folder: Path, *, gold: bool = True, splits: dict[str, str] | None = None) -> Frozen:
    """Two documents of five paragraphs, three annotators, and the tables of them in `folder`.

    `splits` by document: then `items` has a column for them.
    """
    codebook = codebook_file.parse(CODEBOOK, name="codebook.yaml")
    asked = [q.code for q in codebook.asked.values() if q.agreement]
    tables = dataset.tables(asked)
    if splits and "split" not in tables["items"].names:
        column = Column("split", "text", "train, validation or test.")
        items = replace(tables["items"], columns=(*tables["items"].columns, column))
        tables["items"] = items
    rows: dict[str, list[dict[str, Any]]] = {
        "annotations": sorted(
            _annotations(), key=lambda row: (row["item_id"], row["annotator_id"])
        ),
        "items": [
            item | {"split": (splits or {}).get(item["document_id"])} for item in _items(gold)
        ],
        "annotators": [{"annotator_id": name, "items": 9} for name in PEOPLE],
        "sources": [{"source_id": SOURCE, "name": "=北方 الشمال", "documents": 2}],
    }
    for name, table in tables.items():
        with table_jsonl.writer(folder / f"{name}.jsonl", table) as append:
            for row in rows.get(name, []):
                append(_row(row, table.names))
    counts = {name: len(found) for name, found in rows.items()}
    return Frozen(folder, tables, codebook, _manifest(codebook.content_hash, counts))


def _place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["item_id"], row["annotator_id"], row["question"]


def written(name: str, folder: Path, **given: Any) -> tuple[Path, tuple[str, ...]]:
    """The folder of one format, and what it says it cannot hold."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    target = folder / name
    target.mkdir()
    losses = WRITERS[name](frozen(tables, **given), target)  # type: ignore[index]
    return target, losses


def _row(found: dict[str, Any], names: tuple[str, ...]) -> Row:
    return tuple(found.get(name) for name in names)


def _items(gold: bool) -> Any:
    for number, document in enumerate(DOCUMENTS):
        yield {"item_id": document, "scope": "document", "document_id": document,
               "source_id": SOURCE, "lang": "en", "gold.genre": "opinion" if gold else None,
               "gold_method.genre": "person" if gold else None}  # fmt: skip
        for position, text in enumerate(TEXTS):
            settled = gold and number == 0 and position < 3
            yield {
                "item_id": paragraph(document, position), "scope": "paragraph",
                "document_id": document, "source_id": SOURCE, "position": position,
                "lang": ["en", "zh"][position % 2], "text": text,
                "gold.content": "main" if settled else None,
                "gold_method.content": "unanimous" if settled else None,
                "gold.frames": ["", "economic / security", "economic|security"][position]
                if settled else None,
                "gold_method.frames": "person" if settled else None,
                "votes.content": '{"main":2,"boilerplate":1}',
                "agreement.content": 0.333333333333,
            }  # fmt: skip


def _annotations() -> Any:
    for document in DOCUMENTS:
        yield _judgment(document, document, PEOPLE[0], "genre", "opinion")
        for question, label in (("genre", "essay"), ("tone", "harsh")):
            yield _judgment(document, document, PEOPLE[1], question, label,
                            excluded="other_codebook_version")  # fmt: skip
        for position in range(len(TEXTS)):
            item = paragraph(document, position)
            for place, person in enumerate(PEOPLE):
                yield from _sitting(document, item, position, place, person)


def _sitting(document: str, item: str, position: int, place: int, person: str) -> Any:
    if position == 3 and place == 2:
        yield _judgment(
            document, item, person, "content", None, state="skipped", excluded="skipped"
        )
        return
    if position == 4 and place == 2:
        yield _judgment(document, item, person, "content", None, state="open", excluded="open")
        return
    main = place < 2
    yield _judgment(document, item, person, "content", "main" if main else "boilerplate")
    if main:
        label = ["", "economic", "economic|security"][(position + place) % 3]
        spans = [SPAN] if position == 2 and place == 0 else None
        yield _judgment(document, item, person, "frames", label, spans=spans)
    else:
        yield _judgment(document, item, person, "frames", None, state="not_applicable",
                        excluded="gated")  # fmt: skip
    yield _judgment(document, item, person, "remark", "@someone\r\n=1+1 😀" if main else None,
                    state="answered" if main else "left_blank",
                    excluded="" if main else "missing")  # fmt: skip
    stance = [["-1", "0", "both", "unclear", "0"], ["-1", "0", "0", "unclear", "-1"]]
    if main:
        yield _judgment(document, item, person, "stance", stance[place][position])
        yield _judgment(document, item, person, "confidence", "2", excluded="not_compared")


def _judgment(
    document: str,
    item: str,
    person: str,
    question: str,
    label: str | None,
    *,
    state: str = "answered",
    excluded: str = "",
    spans: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    saved = state != "open"
    return {
        "item_id": item, "annotator_id": person, "question": question, "label": label,
        "document_id": document, "state": state, "round": "main", "codebook_version": 1,
        "revision": 1 if saved else None, "reason": "sample",
        "origin": "person" if saved else None, "excluded": excluded,
        "seconds": 4.5 if saved else None,
        "saved_at": "2026-01-05T09:00:00.000000Z" if saved else None,
        "spans": json.dumps(spans) if spans else None,
    }  # fmt: skip


def _manifest(content_hash: str, counts: dict[str, int]) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        format_version=manifest.FORMAT_VERSION,
        project=manifest.ReleasedProject(slug="small", title="“Small” 小 صغير: =1"),
        codebook=manifest.ReleasedCodebook(code="small", version=1, content_hash=content_hash),
        rounds=(
            manifest.ReleasedRound(
                name="main", kind="main", codebook_version=1, overlap=3, sample_share=1.0,
                blind=True, seed=1, closed=True, scored=True,
            ),
        ),
        seed=1,
        replicates=0,
        formats=("jsonl",),
        counts=counts,
        excluded={"gated": 10},
        gold_left_out=0,
        agreement={
            "content": manifest.ReleasedFigure(alpha=0.5, low=None, high=None, why="few_documents")
        },
        texts_licence=manifest.TEXTS_UNLICENSED,
        csv=manifest.CSV_SAFE,
        recompute=manifest.RECOMPUTE,
        files={},
    )  # fmt: skip
