"""The first page of agreement: one row a question, and nothing that costs more."""

from collections.abc import Sequence

from flask import render_template

from annotator.services.agreement.slices import LEAST_ITEMS
from annotator.services.agreement.tally import Tally, tally
from annotator.services.live import Headline
from annotator.services.live.keeping import OLD
from annotator.web.agreement.reading import Reading, glance
from annotator.web.agreement.tables import Cell, Column, Figure, Interval, Number, Said, Table
from annotator.web.agreement.words import (
    LEAST_SHOWN,
    against,
    alpha_cell,
    digits_against,
    elsewhere,
    number,
)
from annotator.web.plots.drawing import Plot
from annotator.web.plots.intervals import Estimate, interval_plot

SCOPES = {"paragraph": "Paragraphs", "document": "Documents", "source": "Sources"}
COLUMNS = (
    Column("Question", code="code"),
    Column("Alpha", "figure"),
    Column("95 % interval", "interval"),
    Column("Threshold", "figure"),
    Column("Against the threshold"),
    Column("Same label", "percent"),
    Column("Items", "count"),
    Column("Annotators", "count"),
    Column("Left out", "count"),
)
TITLE = "Krippendorff's alpha by question"
# A footnote; docs/agreement.md has the same.
PUBLISHED = (
    ("ordinal opinion, trained coders", ".46 to .60", "BABE"),
    ("biased or not, trained coders", ".39 to .40", "BABE"),
    ("23 persuasion techniques, before curation", ".34", "SemEval-2023 task 3"),
    ("primary frame", "about .4 to .6", "several corpora"),
)
MARK = "the threshold stated before the round"


def index(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    reading, found = glance(oldest=OLD)
    given, untouched = _given(found, reading)
    return render_template(
        "agreement/index.html",
        reading=reading,
        judgments=reading.judgments,
        groups=[
            (title, _table(rows, reading))
            for scope, title in SCOPES.items()
            if (rows := [each for each in given if each.question.scope == scope])
        ],
        untouched=[each.question.name_in(reading.lang) for each in untouched],
        elsewhere=_elsewhere(found, reading),
        plot=_plot(given, reading),
        published=PUBLISHED,
    )


def figure() -> Figure:
    """All questions in one table, for downloads."""
    reading, found = glance()
    given, _ = _given(found, reading)
    return Figure("overview", TITLE, "", _table(given, reading), _plot(given, reading))


def _tally(each: Headline, reading: Reading) -> Tally:
    return tally(each.counted, each.excluded, one_round=reading.round is not None)


def _given(
    found: Sequence[Headline], reading: Reading
) -> tuple[tuple[Headline, ...], tuple[Headline, ...]]:
    """The questions that somebody was given in what is shown, and the others."""
    given: list[Headline] = []
    untouched: list[Headline] = []
    for each in found:
        counts = _tally(each, reading)
        (given if counts.given or counts.awaited else untouched).append(each)
    return tuple(given), tuple(untouched)


def _elsewhere(found: Sequence[Headline], reading: Reading) -> str:
    return elsewhere(sum(_tally(each, reading).elsewhere for each in found))


def _table(found: Sequence[Headline], reading: Reading) -> Table:
    return Table(COLUMNS, tuple(_row(each, reading) for each in found))


def _row(each: Headline, reading: Reading) -> tuple[Cell, ...]:
    alpha, question, threshold = each.alpha, each.question, each.threshold
    digits = digits_against(threshold, alpha.value, alpha.low, alpha.high)
    url = reading.url("question", question=question.code)
    return (
        Said(question.name_in(reading.lang), url, code=question.code),
        alpha_cell(alpha.value, each.items, digits),
        Interval(alpha.low, alpha.high, alpha.why, digits),
        None if threshold is None else Number(threshold, number(threshold, digits)),
        against(alpha.value, alpha.low, alpha.high, threshold, items=each.items),
        each.percent.value,
        each.items,
        each.annotators or each.alone,
        sum(_tally(each, reading).left_out.values()),
    )


def _plot(found: Sequence[Headline], reading: Reading) -> Plot | None:
    estimates = [
        Estimate(
            each.question.name_in(reading.lang),
            each.alpha.value,
            each.alpha.low,
            each.alpha.high,
            each.threshold,
            small=each.items < LEAST_ITEMS,
        )
        for each in found
        if each.alpha.value is not None and each.items >= LEAST_SHOWN
    ]
    return interval_plot(TITLE, estimates, mark=MARK) if estimates else None
