"""The same item again: how far annotators agree with themselves, of a question and of a person."""

from collections.abc import Mapping
from typing import Any, Final

from annotator.domain.codebook import Question
from annotator.services.agreement.slices import LEAST_ITEMS
from annotator.web.agreement.reading import Asked, Reading
from annotator.web.agreement.tables import Cell, Column, Figure, Interval, Said, Table
from annotator.web.agreement.words import alpha_cell
from annotator.web.plots.intervals import Estimate, interval_plot

TITLE: Final = "The same item again"
CAPTION: Final = (
    "Intra-annotator alpha: the first label of a person beside the one that they gave in a retest, "
    "without seeing the first. It is the ceiling of any agreement: two people seldom agree better "
    "than each with themselves. An item counts once for each who labelled it again. Intervals are "
    "by documents."
)
ALL: Final = "All annotators"


def of_question(asked: Asked) -> Figure | None:
    """Everybody pooled, then each by name; nothing where nobody labelled an item again."""
    found = asked.score["intra_annotator"]
    if found is None:
        return None
    names = asked.reading.names
    each = sorted(found["annotators"], key=lambda one: names[one["annotator"]])
    lines = [(Said(ALL), found)]
    lines += [(Said(names[one["annotator"]], code=one["annotator"]), one) for one in each]
    return _figure(Column("Annotator", code="pseudonym"), lines)


def of_person(reading: Reading, found: Mapping[str, dict[str, Any]]) -> Figure | None:
    """One person, question by question; `found` has what is known of each by its code."""
    return _figure(
        Column("Question", code="code"),
        [
            (_titled(question, reading), found[question.code])
            for question in reading.judgments.questions
            if question.code in found
        ],
    )


def _titled(question: Question, reading: Reading) -> Said:
    return Said(question.name_in(reading.lang), code=question.code)


def _figure(head: Column, lines: list[tuple[Said, dict[str, Any]]]) -> Figure | None:
    if not lines:
        return None
    estimates = [
        Estimate(str(said), alpha["value"], alpha["low"], alpha["high"], small=few)
        for said, one in lines
        for alpha, few in [(one["krippendorff_alpha"], one["items"] < LEAST_ITEMS)]
        if alpha["value"] is not None
    ]
    columns = (
        head,
        Column("Items labelled twice", "count"),
        Column("Same label", "percent"),
        Column("Alpha", "figure"),
        Column("95 % interval", "interval"),
    )
    return Figure(
        "again",
        TITLE,
        CAPTION,
        Table(columns, tuple(_row(said, one) for said, one in lines)),
        interval_plot(f"{TITLE}: alpha", estimates) if estimates else None,
    )


def _row(said: Said, one: dict[str, Any]) -> tuple[Cell, ...]:
    alpha = one["krippendorff_alpha"]
    return (
        said,
        one["items"],
        one["percent_agreement"]["value"],
        alpha_cell(alpha["value"], one["items"]),
        Interval(alpha["low"], alpha["high"], alpha["why"]),
    )
