"""Check what the tables of a release say: against each other, the codebook, and agreement.json."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from annotator.domain import dataset, identity
from annotator.domain.codebook import Codebook, Question
from annotator.domain.dataset import (
    GOLD_METHODS,
    JUDGED_PATTERN,
    NO_GOLD_STATES,
    VOTING,
    Cell,
    Table,
    agreement_cell,
    gold_answers,
    votes_cell,
)
from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.judgments import Judgment
from annotator.domain.manifest import Manifest
from annotator.errors import DataInvalid
from annotator.services.releases.verifying_figures import compare_figures, questions_of
from annotator.services.releases.verifying_gold import Heard, doubts
from annotator.services.releases.verifying_rows import SENTENCE, Findings, rows_of, shown
from annotator.services.scoring_frame import scale_of

STATES: Final = ("answered", "left_blank", "not_applicable", "skipped", "open")
SCOPES: Final = ("paragraph", "document", "source")

WRONG_COUNT = "{table} has {found:,} rows, and manifest.json says {wanted:,}."
TWICE = "{table}, row {row}: {value} stands there for the second time."
NOT_SORTED = "{table}, row {row}: the rows are not in their order."
NOT_KNOWN = "{table}, row {row}, {column}: “{value}” is not {what}."
NOT_A_LABEL = "{table}, row {row}: “{value}” is not an answer to {question} in codebook.yaml."
NO_ANSWER_DUE = "{table}, row {row}: there is a label, but the state is {state}."
COUNTED_UNANSWERED = "{table}, row {row}: it counts in agreement, but the state is {state}."
NOT_IN_ITEMS = "annotations has judgments of item {item}, which is not in items."
WRONG_ID = "{table}, row {row}: {value} is not the id of what the row holds."
WRONG_VALUE = "{table}, row {row}, {column}: {found} there, {wanted} computed from {origin}."
WRONG_EXCLUDED = "manifest.json does not count the reasons in `excluded` as annotations has them."


@dataclass(frozen=True, slots=True)
class Checked:
    findings: list[str]
    counts: dict[str, int]
    figures: int


def check_tables(folder: Path, made: Manifest, codebook: Codebook, figures: object) -> Checked:
    """Read all tables once and compute anew whatever follows from them.

    Raises:
        DataInvalid: a table cannot be read, or agreement.json has another shape.
    """
    asked = questions_of(figures, codebook)
    check = _Check(folder, made, codebook, dataset.tables(q.code for q in asked))
    check.annotations()
    check.items()
    check.annotators()
    check.sources()
    scales = {question.code: scale_of(question) for question in asked}
    for finding in compare_figures(check.judgments, scales, made, figures):
        check.findings.add(SENTENCE, sentence=finding)
    return Checked(list(check.findings.sentences()), dict(check.counts), len(asked))


@dataclass(slots=True)
class _Check:
    folder: Path
    made: Manifest
    codebook: Codebook
    tables: dict[str, Table]
    findings: Findings = field(default_factory=Findings)
    counts: Counter[str] = field(default_factory=Counter)
    judgments: list[Judgment] = field(default_factory=list)
    votes: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    heard: dict[tuple[str, str], Heard] = field(default_factory=lambda: defaultdict(Heard))
    placed: dict[str, dict[tuple[Cell, Cell], int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    excluded: Counter[str] = field(default_factory=Counter)
    answered_items: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    answered: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    by_source: Counter[tuple[str, str]] = field(default_factory=Counter)

    def annotations(self) -> None:
        for number, row in self._rows("annotations", ("item_id", "annotator_id", "question")):
            self._annotation(number, row)
        if +self.excluded != Counter(self.made.excluded):
            self.findings.add(WRONG_EXCLUDED)

    def items(self) -> None:
        seen: set[str] = set()
        copies: Counter[tuple[str, str]] = Counter()
        for number, row in self._rows("items", ()):
            self._once("items", number, str(row["item_id"]), seen)
            self._item_id(number, row, copies)
            self._place(row)
            self.by_source[str(row["source_id"]), str(row["scope"])] += 1
            for column, value in row.items():
                self._judged(number, row, column, value)
        for item in sorted(self.votes.keys() - seen):
            self.findings.add(NOT_IN_ITEMS, item=item)

    def annotators(self) -> None:
        seen: set[str] = set()
        for number, row in self._rows("annotators", ("annotator_id",)):
            name = str(row["annotator_id"])
            self._once("annotators", number, name, seen)
            computed = {
                "items": len(self.answered_items[name]),
                "answered": self.answered[name],
                "counted": self.counted[name],
            }
            self._computed("annotators", number, row, computed)
        for name in sorted(self.answered_items.keys() - seen):
            self.findings.add(
                NOT_KNOWN, table="annotations", row="?", column="annotator_id", value=name,
                what="a row of annotators",
            )  # fmt: skip

    def sources(self) -> None:
        seen: set[str] = set()
        for number, row in self._rows("sources", ("source_id",)):
            name = str(row["source_id"])
            self._once("sources", number, name, seen)
            if name != identity.source_id(str(row["name"])):
                self.findings.add(WRONG_ID, table="sources", row=number, value=name)
            computed = {
                "documents": self.by_source[name, "document"],
                "paragraphs": self.by_source[name, "paragraph"],
            }
            self._computed("sources", number, row, computed)
        for name in sorted({source for source, _ in self.by_source} - seen):
            self.findings.add(
                NOT_KNOWN, table="items", row="?", column="source_id", value=name,
                what="a row of sources",
            )  # fmt: skip

    def _rows(self, name: str, order: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Cell]]]:
        table = self.tables[name]
        last: tuple[str, ...] = ()
        number = 0
        rows = rows_of(self.folder, table, self.made.formats, self.findings)
        for number, cells in enumerate(rows, start=1):
            row = dict(zip(table.names, cells, strict=True))
            place = tuple(str(row[column]) for column in order)
            if place < last:
                self.findings.add(NOT_SORTED, table=name, row=number)
            last = place
            yield number, row
        self.counts[name] = number
        wanted = self.made.counts.get(name)
        if number != wanted:
            self.findings.add(WRONG_COUNT, table=name, found=number, wanted=wanted or 0)

    def _once(self, table: str, number: int, value: str, seen: set[str]) -> None:
        if value in seen:
            self.findings.add(TWICE, table=table, row=number, value=value)
        seen.add(value)

    def _annotation(self, number: int, row: dict[str, Cell]) -> None:
        excluded, state = str(row["excluded"] or ""), row["state"]
        for column, known, what in (
            ("state", STATES, "a state"),
            ("excluded", ("", *EXCLUSIONS), "a reason"),
            ("round", [each.name for each in self.made.rounds], "a round of manifest.json"),
        ):
            value = row[column] or ""
            if value not in known:
                self._unknown("annotations", number, column, value, what)
        if not excluded and state != "answered":
            self.findings.add(COUNTED_UNANSWERED, table="annotations", row=number, state=state)
        self._spans(number, row)
        label = self._label(number, row)
        name, code, item = str(row["annotator_id"]), str(row["question"]), str(row["item_id"])
        self.excluded[excluded] += bool(excluded)
        self.counted[name] += not excluded
        self.answered[name] += state == "answered"
        self.answered_items[name].update([item] if state == "answered" else [])
        if excluded in VOTING and label is not None:
            self.votes[item][code].append(label)
        self.heard[item, code].hear(row)
        document, cluster = row["document_id"], row["cluster_id"]
        self.placed[item].setdefault((document, cluster), number)
        self.judgments.append(
            Judgment(
                item=item,
                annotator=name,
                question=code,
                label=label,
                document=None if document is None else str(document),
                cluster=None if cluster is None else str(cluster),
                excluded=excluded if excluded in EXCLUSIONS else "",
            )
        )

    def _label(self, number: int, row: dict[str, Cell]) -> str | None:
        """The label as the statistics take it: None for what is missing."""
        code, value, state = str(row["question"]), row["label"], row["state"]
        if state != "answered":
            if value is not None:
                facts = {"table": "annotations", "row": number, "state": state}
                self.findings.add(NO_ANSWER_DUE, **facts)
            return None
        # An empty cell of CSV may be the empty set.
        label = str(value or "")
        question = self.codebook.asked.get(code)
        if row["codebook_version"] != self.made.codebook.version and row["excluded"]:
            return label
        if question is None:
            self._unknown("annotations", number, "question", code, "asked in codebook.yaml")
            return label
        if not _is_answer(question, label):
            facts = {"table": "annotations", "row": number, "question": code}
            self.findings.add(NOT_A_LABEL, value=label[:60], **facts)
        return None if label in question.missing_codes else label

    def _spans(self, number: int, row: dict[str, Cell]) -> None:
        if row["spans"] is not None and not isinstance(_parsed(str(row["spans"])), list):
            self._unknown("annotations", number, "spans", str(row["spans"])[:60], "a JSON list")

    def _item_id(self, number: int, row: dict[str, Cell], copies: Counter[tuple[str, str]]) -> None:
        """Ids are made from content, so a changed text shows even where every hash was repaired."""
        scope, document, text = row["scope"], str(row["document_id"]), str(row["text"] or "")
        wanted: Cell = None
        if scope == "paragraph":
            copies[document, text] += 1
            wanted = identity.item_id(document, text, copies[document, text])
        elif scope in SCOPES:
            wanted = row[f"{scope}_id"]
        else:
            self._unknown("items", number, "scope", scope, "paragraph, document or source")
        if wanted is not None and row["item_id"] != wanted:
            self.findings.add(WRONG_ID, table="items", row=number, value=row["item_id"])

    def _place(self, row: dict[str, Cell]) -> None:
        """Intervals are resampled by document and copies count once: so both stand in each row."""
        for (document, cluster), number in self.placed.get(str(row["item_id"]), {}).items():
            found = {"document_id": document, "cluster_id": cluster}
            self._computed("annotations", number, found, {name: row[name] for name in found})

    def _judged(self, number: int, row: dict[str, Cell], column: str, value: Cell) -> None:
        match = JUDGED_PATTERN.fullmatch(column)
        if match is None:
            return
        kind, code = match.groups()
        labels = self.votes.get(str(row["item_id"]), {}).get(code, [])
        if kind == "votes":
            found = _parsed(str(value)) if value is not None else None
            wanted = votes_cell(labels)
            if found != _parsed(wanted or "null"):
                self._computed("items", number, row, {column: wanted})
        elif kind == "agreement":
            self._computed("items", number, row, {column: agreement_cell(labels)})
        elif kind == "gold_method":
            known = (None, *GOLD_METHODS, *NO_GOLD_STATES)
            if value not in known:
                self._unknown("items", number, column, value, "a way to settle a label")
        else:
            self._gold(number, row, code, value)

    def _gold(self, number: int, row: dict[str, Cell], code: str, value: Cell) -> None:
        method, question = row[f"gold_method.{code}"], self.codebook.asked[code]
        settled = method in GOLD_METHODS
        if settled:
            # Only CSV, where there is nothing else, cannot tell the empty set from nothing.
            none_is_empty = question.scale == "set" and self.made.formats == ("csv",)
            heard = self.heard.get((str(row["item_id"]), code), Heard())
            for template, facts in doubts(str(method), value, heard, none_is_empty=none_is_empty):
                self.findings.add(template, row=number, question=code, **facts)
        for answer in gold_answers(str(value or "")) if settled and value is not None else []:
            if not _is_answer(question, "|".join(answer)):
                facts = {"table": "items", "row": number, "question": code}
                self.findings.add(NOT_A_LABEL, value=str(value)[:60], **facts)
        if not settled and value is not None:
            self._unknown("items", number, f"gold.{code}", value, "settled by any gold_method")

    def _computed(
        self, table: str, number: int, row: Mapping[str, Cell], computed: Mapping[str, Cell]
    ) -> None:
        origin = "annotations" if table in {"items", "annotators"} else "items"
        for column, wanted in computed.items():
            if row[column] != wanted:
                facts = {"table": table, "row": number, "column": column, "origin": origin}
                found = shown(row[column])
                self.findings.add(WRONG_VALUE, found=found, wanted=shown(wanted), **facts)

    def _unknown(self, table: str, number: int, column: str, value: object, what: str) -> None:
        facts = {"table": table, "row": number, "column": column, "what": what}
        self.findings.add(NOT_KNOWN, value=str(value)[:60], **facts)


def _is_answer(question: Question, label: str) -> bool:
    if question.scale == "set":
        parts = label.split("|") if label else []
        return parts == sorted(set(parts)) and all(part in question.by_code for part in parts)
    if question.scale == "interval":
        try:
            scale_of(question).number(label)
        except DataInvalid:
            return False
        return True
    return bool(label) if question.scale == "text" else label in question.by_code


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON can be anything
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
