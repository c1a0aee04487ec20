"""The agreement of a file of labels, without a database: what `annotator score` does.

The same figures as for a project or a release come from the same code.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.dataset import Column, Row, Table
from annotator.domain.scales import Scale, nfc
from annotator.errors import Conflict, DataInvalid, NotFound, Unavailable
from annotator.formats import table_csv, table_jsonl, table_parquet

if TYPE_CHECKING:
    from annotator.domain.long_table import LongTable
    from annotator.domain.scoring.question import ScoredQuestion
    from annotator.domain.scoring.span_question import SpanQuestion

Progress = Callable[[str, float], None]

NO_QUESTION: Final = (
    "There is no question “{question}” in {file}, for which a scale was given; there {there}."
)
UNLABELLED_GOLD: Final = (
    "Gold of {items} of question {question} was not used: nobody labelled {them}."
)
UNASKED_GOLD: Final = "Gold of question {question} was not used: there is no such question."
UNKNOWN_GOLD: Final = (
    "Question {question}: nobody gave the gold labels {labels}; whatever was said of their items "
    "is wrong."
)
SAME_FILE: Final = "{file} is read by this command: write the items to another file."
NOT_WRITTEN: Final = "{file} cannot be written ({detail}): choose another place, or make room."
NOT_A_FILE: Final = "{file} is not a plain file: write the items to another place."
ITEMS: Final = Table(
    "items",
    "One row per question and item, with what each way of putting labels together gives.",
    "by question, item_id",
    (
        Column("item_id", "text", "The item."),
        Column("question", "text", "The question."),
        Column("n", "integer", "How many labels it has that were not excluded."),
        Column("votes", "json", "How many annotators gave each label."),
        Column("majority", "text", "The label given most; `tie:a|b` where several lead."),
        Column("one_coin", "text", "The likeliest label by the one-coin model."),
        Column("mace", "text", "The likeliest label by MACE."),
        Column("dawid_skene", "text", "The likeliest label by Dawid-Skene."),
        Column("posterior", "json", "The probability of each label by `model`."),
        Column("entropy", "number", "Of the posterior, over the log of the number of labels; 0-1."),
        Column("model", "text", "The model that the data can carry."),
        Column("margin", "number", "The largest probability less the second."),
        Column("share", "number", "The share of the votes for the label given most."),
        Column("agreement", "number", "The share of pairs of votes that are the same."),
        Column("version", "text", "Of the models: another version may give other probabilities."),
        Column("seed", "integer", "With which the models were started."),
    ),
)
_SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
NO_FORMAT: Final = (
    "“{file}” does not say how to write the items: name a file that ends in .csv, .tsv, .jsonl, "
    ".ndjson or .parquet."
)
NO_NAME: Final = "The name of the file for the items is empty: name one, as in items.csv."


@dataclass(frozen=True, slots=True)
class Scored:
    """`report` is what `score --json` prints; `questions` give the rows for `write_items`."""

    report: dict[str, Any]
    questions: "list[ScoredQuestion | SpanQuestion]"


def score_file(
    path: Path,
    *,
    scales: Mapping[str, Scale],
    gold: Path | None = None,
    seed: int,
    replicates: int,
    progress: Progress,
) -> Scored:
    """Read a table of labels and score every question in it; those without a scale are nominal.

    With `gold` each question has the accuracy of each aggregate and annotator. `progress` is told
    what is done and the share of it, 0 to 1.

    Raises:
        DataInvalid: a file cannot be read, or its rows contradict each other or their scales.
        NotFound: a scale is given for a question that is not there.
    """
    # They load numpy and, for Parquet, DuckDB: only this command must pay for it.
    from annotator.domain.scoring import rounded  # noqa: PLC0415
    from annotator.domain.scoring.table import scored_questions  # noqa: PLC0415
    from annotator.domain.table_checks import look_alike_warnings  # noqa: PLC0415
    from annotator.formats.labels import read_gold, read_labels  # noqa: PLC0415

    table = read_labels(path, progress=lambda share: progress(f"Reading {path.name}", share))
    truth = read_gold(gold) if gold else None
    asked = _asked(table, path, scales)
    if truth is not None:
        _check_gold(truth, asked)
    questions = scored_questions(
        table, asked, seed=seed, replicates=replicates, competence_intervals=replicates > 0
    )
    warnings = look_alike_warnings(table, asked)
    entries = []
    for number, question in enumerate(questions):
        progress(f"Scoring {question.name}", number / len(questions))
        entry = question.entry()
        if truth is not None:
            entry["gold"] = _against_gold(question, truth, warnings)
        entries.append(entry)
    if truth is not None:
        absent = sorted(set(truth.names.questions).difference(asked))
        warnings += [UNASKED_GOLD.format(question=name) for name in absent]
    report = {"seed": seed, "replicates": replicates, "questions": entries, "warnings": warnings}
    return Scored(rounded(report), questions)


def write_items(path: Path, scored: Scored, *, read: tuple[Path | None, ...] = ()) -> int:
    """Write a row for each item and question, whole or not at all; the number of rows.

    CSV for a name in `.csv`, tab-separated for `.tsv`, JSON Lines for `.jsonl` and `.ndjson`,
    Parquet for `.parquet`. What was there under the name is replaced, unless it is one of the files
    that were `read`.

    Raises:
        DataInvalid: the name does not end in one of these.
        Conflict: the file was read, or is no plain file.
        Unavailable: it cannot be written.
    """
    if any(other and path.exists() and path.samefile(other) for other in read):
        raise Conflict(SAME_FILE.format(file=path))
    if path.exists() and not path.is_file():
        raise Conflict(NOT_A_FILE.format(file=path))
    kind = items_format(path)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    lines = unfinished.with_name(f"{unfinished.name}.jsonl")
    try:
        rows = _write(lines if kind == "parquet" else unfinished, kind, path, scored)
        if kind == "parquet":
            table_parquet.convert(lines, unfinished, ITEMS)
        unfinished.replace(path)
    except OSError as error:
        sentence = NOT_WRITTEN.format(file=path, detail=error.strerror or "unknown")
        raise Unavailable(sentence) from error
    finally:
        unfinished.unlink(missing_ok=True)
        lines.unlink(missing_ok=True)
    return rows


def items_format(path: Path) -> str:
    """`csv`, `jsonl` or `parquet`, by the suffix of the name; raises `DataInvalid` for others."""
    if not path.name:
        raise DataInvalid(NO_NAME)
    if path.suffix.lower() not in _SUFFIXES:
        raise DataInvalid(NO_FORMAT.format(file=path))
    return _SUFFIXES[path.suffix.lower()]


def _write(target: Path, kind: str, path: Path, scored: Scored) -> int:
    number = 0
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    opened = (
        table_csv.writer(target, ITEMS, delimiter=delimiter)
        if kind == "csv"
        else table_jsonl.writer(target, ITEMS)
    )
    with opened as append:
        for number, row in enumerate(_item_rows(scored), 1):  # noqa: B007 - counts the rows
            append(row)
    return number


def _item_rows(scored: Scored) -> Iterator[Row]:
    from annotator.domain.scoring.question import ScoredQuestion  # noqa: PLC0415 - see above

    for question in scored.questions:
        if not isinstance(question, ScoredQuestion):
            continue
        for name, item in question.items():
            yield (
                name,
                question.name,
                item.n,
                _json(item.votes),
                item.majority,
                item.one_coin,
                item.mace,
                item.dawid_skene,
                _json(item.posterior),
                item.entropy,
                item.model,
                item.margin,
                _short(item.share),
                _short(item.agreement),
                question.certainty.version,
                question.seed,
            )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _asked(table: "LongTable", path: Path, scales: Mapping[str, Scale]) -> dict[str, Scale]:
    names = table.names.questions
    given = {nfc(name): scale for name, scale in scales.items()}
    if absent := [name for name in given if name not in names]:
        shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")  # noqa: PLR2004 - a line
        there = f"are {shown}" if len(names) > 1 else f"is only {shown}"
        raise NotFound(NO_QUESTION.format(question=absent[0], file=path.name, there=there))
    return {name: given.get(name, Scale()) for name in names}


def _check_gold(truth: "LongTable", asked: Mapping[str, Scale]) -> None:
    from annotator.domain.table_checks import check_labels  # noqa: PLC0415 - see above

    try:
        check_labels(truth, asked)
    except DataInvalid as error:
        sentence = str(error)
        raise DataInvalid(f"Gold, {sentence[0].lower()}{sentence[1:]}") from None


def _against_gold(
    question: "ScoredQuestion | SpanQuestion", truth: "LongTable", warnings: list[str]
) -> dict[str, Any] | None:
    """None for spans, of which there is no aggregate."""
    from annotator.domain.scoring.question import ScoredQuestion  # noqa: PLC0415 - see above

    if not isinstance(question, ScoredQuestion):
        return None
    rows = truth.question(question.name)
    pairs = [
        (truth.names.items[item], truth.names.labels[label])
        for item, label in zip(rows.items.tolist(), rows.labels.tolist(), strict=True)
        if label >= 0 and (truth.names.labels[label] or question.scale.kind == "set")
    ]
    found = question.against(pairs)
    unlabelled = len({item for item, _ in pairs}.difference(question.item_names))
    if unlabelled:
        items, them = ("1 item", "it") if unlabelled == 1 else (f"{unlabelled:,} items", "them")
        warnings.append(UNLABELLED_GOLD.format(items=items, question=question.name, them=them))
    if found.unknown:
        labels = ", ".join(f"“{label}”" for label in found.unknown)
        warnings.append(UNKNOWN_GOLD.format(question=question.name, labels=labels))
    return found.facts() | {"unlabelled": unlabelled}
