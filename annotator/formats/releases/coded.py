"""What statistical packages want: one row for each time that a person judged an item, with numbers
that carry names.

An answer of a nominal or ordinal question is a number with a value label, a set is a variable for
each of its labels (1 chosen, 0 not chosen). Why there is no answer is a number from -99 to -80, so
that it can be declared missing and is still told apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from annotator.domain.codebook import Question
from annotator.domain.dataset import Table
from annotator.formats.releases.frozen import ANSWERED, Frozen, Record, labels_of

STATES: Final = {"left_blank": -91, "not_applicable": -92, "skipped": -93, "open": -94}
NOT_ASKED: Final = -95
# A label that the codebook of the release does not have, given under another version.
UNKNOWN: Final = -96
# Labels that mean “cannot judge” are numbered downwards from here.
FIRST_MISSING: Final = -81
# Every number in this range is a reason and no answer.
MISSING: Final = (-99, -80)
CHOSEN: Final[dict[int | float, str]] = {1: "chosen", 0: "not chosen"}

Value = str | float | int | None
# Columns that are the same in all rows of one sitting.
SITTING: Final = (
    "item_id", "annotator_id", "document_id", "cluster_id", "round", "codebook_version",
    "revision", "reason", "origin", "seconds", "saved_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variable:
    """A column; `labels` name its numbers, `numeric` tells it from text."""

    name: str
    means: str
    numeric: bool
    labels: dict[int | float, str] = field(default_factory=dict)
    ordinal: bool = False


def codes_of(question: Question) -> dict[str, int | float]:
    """The number of each label: its value on an ordinal question, else its place from 1.

    Labels that share a rank (neutral, both sides) get numbers of their own only where the scale is
    nominal: on an ordinal one equal ranks are equal numbers. Labels that mean “cannot judge” are
    numbered downwards from -81.
    """
    codes: dict[str, int | float] = {}
    place, missing = 0, FIRST_MISSING
    for label in question.labels:
        if label.missing:
            codes[label.code], missing = missing, missing - 1
        elif question.scale == "ordinal" and label.value is not None:
            whole = float(label.value).is_integer()
            codes[label.code] = int(label.value) if whole else label.value
        else:
            place += 1
            codes[label.code] = place
    return codes


def value_labels(question: Question, language: str) -> dict[int | float, str]:
    """Names of the numbers of a question; labels of one rank share one, and so a name."""
    named: dict[int | float, list[str]] = {}
    codes = codes_of(question)
    for label in question.labels:
        named.setdefault(codes[label.code], []).append(label.name_in(language))
    found = {number: " / ".join(names) for number, names in named.items()}
    return {**found, **_reasons()}


def _reasons() -> dict[int | float, str]:
    reasons: dict[int | float, str] = {number: state for state, number in STATES.items()}
    reasons |= {NOT_ASKED: "not asked", UNKNOWN: "label of another codebook version"}
    return reasons


def sittings(frozen: Frozen) -> tuple[list[Variable], Iterator[list[Value]]]:
    """The variables and rows of `annotations`: one row for each item, annotator and round."""
    known = {column.name: column for column in frozen.tables["annotations"].columns}
    variables = [
        Variable(name, known[name].means, known[name].kind in {"integer", "number"})
        for name in SITTING
    ]
    language = frozen.codebook.languages[0]
    for question in frozen.questions:
        variables += _answers(question, language)
        variables.append(
            Variable(
                f"excluded.{question.code}",
                f"Why the answer to {question.code} does not count in agreement; empty if it does.",
                numeric=False,
            )
        )
    return variables, _rows(frozen)


def _answers(question: Question, language: str) -> Iterator[Variable]:
    name = question.name_in(language)
    if question.scale == "set":
        for label in question.labels:
            means = f"{name}: {label.name_in(language)}"
            labels = CHOSEN | _reasons()
            yield Variable(f"{question.code}.{label.code}", means, numeric=True, labels=labels)
    elif question.scale == "text":
        yield Variable(question.code, name, numeric=False)
    else:
        labels = _reasons() if question.scale == "interval" else value_labels(question, language)
        ordinal = question.scale == "ordinal"
        yield Variable(question.code, name, numeric=True, labels=labels, ordinal=ordinal)


def _rows(frozen: Frozen) -> Iterator[list[Value]]:
    coded = [(question, codes_of(question)) for question in frozen.questions]
    for rows in _by_sitting(frozen.records("annotations")):
        by_question = {row["question"]: row for row in rows}
        row: list[Value] = [rows[0][name] for name in SITTING]
        for question, codes in coded:
            answer = by_question.get(question.code)
            row += _values(question, codes, answer)
            row.append(answer["excluded"] if answer else "")
        yield row


def _by_sitting(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The rows of one item by annotator and round; the records are sorted by item."""
    found: dict[tuple[str, str], list[Record]] = {}
    item = None
    for record in records:
        if record["item_id"] != item:
            yield from found.values()
            found, item = {}, record["item_id"]
        found.setdefault((record["annotator_id"], record["round"]), []).append(record)
    yield from found.values()


def _values(
    question: Question, codes: dict[str, int | float], answer: Record | None
) -> list[Value]:
    reason = NOT_ASKED if answer is None else STATES.get(answer["state"])
    if question.scale == "text":
        return [answer["label"] if answer and answer["state"] == ANSWERED else ""]
    if question.scale == "set":
        chosen = None if reason else set(labels_of(question, answer["label"] if answer else ""))
        return [reason if chosen is None else int(code in chosen) for code in question.label_codes]
    if reason or answer is None:
        return [reason]
    if question.scale == "interval":
        return [float(answer["label"])]
    return [codes.get(answer["label"], UNKNOWN)]


def plain(frozen: Frozen, table: Table) -> tuple[list[Variable], Iterator[list[Value]]]:
    """The variables and rows of any table as they stand; gold of one label is a number."""
    language = frozen.codebook.languages[0]
    coded = {
        f"gold.{question.code}": question
        for question in frozen.settled
        if question.scale in {"nominal", "ordinal"}
    }
    variables = []
    for column in table.columns:
        numeric = column.kind in {"integer", "number"}
        variables.append(Variable(column.name, column.means, numeric))
        if column.name in coded:
            question = coded[column.name]
            labels = value_labels(question, language)
            means = f"{column.name} as a number; missing where several labels are right."
            ordinal = question.scale == "ordinal"
            code = Variable(f"code.{question.code}", means, True, labels, ordinal)  # noqa: FBT003
            variables.append(code)
    numbers = {name: codes_of(question) for name, question in coded.items()}

    def rows() -> Iterator[list[Value]]:
        for record in frozen.records(table.name):
            row: list[Value] = []
            for name, value in record.items():
                row.append(value)
                if name in numbers:
                    row.append(numbers[name].get(value or ""))
            yield row

    return variables, rows()
