"""How often labels are right where people decided what is right: of a question and of a person."""

from collections.abc import Sequence
from typing import Any, Final

from annotator.services.agreement.slices import LEAST_ITEMS
from annotator.web.agreement.reading import Asked, Reading
from annotator.web.agreement.tables import Cell, Column, Figure, Interval, Said, Table
from annotator.web.agreement.words import MODELS
from annotator.web.plots.intervals import Estimate, interval_plot

TITLE: Final = "Right on gold"
CAPTION: Final = (
    "The share of items with the label that one person decided on, or several in consensus; where "
    "they allow several labels, each is right. Gold that follows from votes is left out: it would "
    "only say who votes with the many. What somebody decided is left out of their own figure."
)
TIES: Final = " A tie is not right."
CHOSEN: Final = (
    "People mostly decide where annotators differ. Such items are harder than the others, so "
    "accuracy on all items is probably higher than here."
)
COLUMNS: Final = (
    Column("Right", "percent"),
    Column("95 % interval", "interval"),
    Column("Items with gold", "count"),
)


def of_question(asked: Asked) -> Figure | None:
    """Every way of putting labels together, then everybody by name; nothing without such gold."""
    gold = asked.score["gold"]
    if gold is None:
        return None
    names = asked.reading.names
    each = sorted(gold["annotators"], key=lambda one: names[one["annotator"]])
    lines = [(Said(MODELS[name], code=name), one) for name, one in gold["aggregates"].items()]
    # A person gives one label, so that only aggregates have ties.
    ties: list[int | None] = [one["ties"] for _, one in lines] + [None] * len(each)
    lines += [(Said(names[one["annotator"]], code=one["annotator"]), one) for one in each]
    columns = (Column("Whose answer", code="code"), *COLUMNS, Column("Ties", "count"))
    rows = [(*_row(said, one), tied) for (said, one), tied in zip(lines, ties, strict=True)]
    return _figure(CAPTION + TIES, Table(columns, tuple(rows)), lines)


def of_person(reading: Reading, pseudonym: str, entries: Sequence[dict[str, Any]]) -> Figure | None:
    """One person, question by question, from the entries of a report with gold."""
    questions = {each.code: each.name_in(reading.lang) for each in reading.judgments.questions}
    lines = [
        (Said(questions[entry["question"]], code=entry["question"]), one)
        for entry in entries
        for one in (entry["gold"] or {"annotators": []})["annotators"]
        if one["annotator"] == pseudonym and one["n"]
    ]
    if not lines:
        return None
    rows = tuple(_row(said, one) for said, one in lines)
    return _figure(CAPTION, Table((Column("Question", code="code"), *COLUMNS), rows), lines)


def _figure(caption: str, table: Table, lines: list[tuple[Said, dict[str, Any]]]) -> Figure:
    estimates = [
        Estimate(str(said), one["value"], one["low"], one["high"], small=one["n"] < LEAST_ITEMS)
        for said, one in lines
        if one["value"] is not None
    ]
    return Figure(
        "gold",
        TITLE,
        caption,
        table,
        interval_plot(f"{TITLE}: share of items", estimates) if estimates else None,
        notes=(CHOSEN,),
    )


def _row(said: Said, one: dict[str, Any]) -> tuple[Cell, ...]:
    interval = Interval(one["low"], one["high"], one["why"], share=True)
    return said, one["value"], interval, one["n"]
