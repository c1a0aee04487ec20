"""One question in full: every statistic, what counts, who differs from whom, and where."""

from collections.abc import Callable

from flask import render_template

from annotator.domain.exclusions import EXCLUSIONS
from annotator.web.agreement import slice_figures
from annotator.web.agreement.reading import Asked, ask, glance
from annotator.web.agreement.tables import Cell, Column, Figure, Interval, Said, Table
from annotator.web.agreement.words import (
    STATISTICS,
    against,
    counts,
    elsewhere,
    number,
    outlook,
    percent,
)
from annotator.web.plots.bars import Share, bar_plot
from annotator.web.plots.drawing import Plot
from annotator.web.plots.heat_map import Grid, Heat, heat_map
from annotator.web.plots.intervals import Estimate, interval_plot

HIGH_PERCENT = 0.8
LOW_ALPHA = 0.6
PREVALENCE = (
    "Two annotators gave the same label in {percent} of the cases, and yet alpha is {alpha}: "
    "{share} of all labels are “{label}”, so people would agree often without looking. It is "
    "called the prevalence paradox (Feinstein & Cicchetti 1990, doi:10.1016/0895-4356(90)90158-L). "
    "Read the alpha of the rarer labels, and judge whether the paragraphs are a fair sample."
)
RANGE = "Without one annotator each, alpha runs from {low} to {high}; with everybody it is {whole}."
AWAITED = "Besides: assigned and not answered yet"
UNGATED = "With dropping out at a gate as an answer of its own, alpha is {value}{interval}."


def show(slug: str, question: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    asked = ask(question)
    alpha = asked.score["statistics"]["krippendorff_alpha"]
    threshold = asked.score["threshold"]
    _, found = glance()
    ahead = next(each.outlook for each in found if each.question.code == question)
    made = (figure(asked) for figure in FIGURES.values())
    return render_template(
        "agreement/question.html",
        reading=asked.reading,
        question=asked.question,
        score=asked.score,
        alpha=alpha,
        interval=Interval(alpha["low"], alpha["high"], alpha["why"]),
        verdict=against(alpha["value"], alpha["low"], alpha["high"], threshold),
        counts=counts(asked.tally),
        elsewhere=elsewhere(asked.tally.elsewhere),
        outlook=outlook(ahead.below, ahead.more_documents),
        figures=[each for each in made if each is not None],
    )


def statistics(asked: Asked) -> Figure:
    found: dict[str, dict[str, float | str | None]] = asked.score["statistics"]
    ordered = [name for name in STATISTICS if name in found]
    ordered += [name for name in found if name not in STATISTICS]
    rows: list[tuple[Cell, ...]] = []
    estimates = []
    for name in ordered:
        title, about = STATISTICS.get(name, (name.replace("_", " "), ""))
        value, low, high = (_figure(found[name][part]) for part in ("value", "low", "high"))
        why = found[name]["why"]
        rows.append((title, value, Interval(low, high, str(why) if why else None), about))
        if value is not None:
            estimates.append(Estimate(title, value, low, high))
    columns = (
        Column("Statistic"),
        Column("Value", "figure"),
        Column("95 % interval", "interval"),
        Column("What it is"),
    )
    title = "Every statistic side by side"
    return Figure(
        "statistics",
        title,
        "They differ in what they take for chance. The primary figure is the first.",
        Table(columns, tuple(rows)),
        interval_plot(title, estimates) if estimates else None,
    )


def judgments(asked: Asked) -> Figure:
    found = asked.tally
    rows: list[tuple[Cell, ...]] = [("Counted", found.counted)]
    rows += [(EXCLUSIONS[code], count) for code, count in found.left_out.items()]
    rows.append(("All judgments", found.given))
    if found.awaited:
        rows.append((AWAITED, found.awaited))
    notes = []
    if found.elsewhere:
        notes.append(elsewhere(found.elsewhere))
    ungated = asked.score["ungated_alpha"]
    if ungated["value"] is not None:
        notes.append(UNGATED.format(value=number(ungated["value"]), interval=_to(ungated)))
    return Figure(
        "judgments",
        "What counts",
        "Every judgment is counted or has one reason why it is not. What is assigned and not "
        "answered yet is no judgment, and stands below the sum.",
        Table((Column("Judgments"), Column("Number", "count")), tuple(rows)),
        notes=tuple(notes),
    )


def labels(asked: Asked) -> Figure | None:
    used = [each for each in asked.score["labels"] if each["count"]]
    if not used:
        return None
    total = sum(each["count"] for each in used)
    rows = tuple(
        (asked.named(each["label"]), each["count"], each["count"] / total, each["alpha"])
        for each in used
    )
    title = "Labels"
    columns = (
        Column("Label"),
        Column("Given", "count"),
        Column("Share", "percent"),
        Column("Alpha", "figure"),
    )
    return Figure(
        "labels",
        title,
        "How often each label was given, and alpha of it against all others.",
        Table(columns, rows),
        bar_plot("How often each label was given", [Share(row[0], row[2]) for row in rows]),
        notes=_prevalence(asked, max(rows, key=lambda row: row[1])),
    )


def confusions(asked: Asked) -> Figure | None:
    found = asked.score["confusions"]
    if not found:
        return None
    rows = tuple(
        (
            asked.named(each["a"]),
            asked.named(each["b"]),
            each["times"],
            _paragraphs(asked, each["a"], each["b"]),
        )
        for each in found
    )
    columns = (
        Column("One said"),
        Column("The other said"),
        Column("Times", "count"),
        Column("Where", "link"),
    )
    return Figure(
        "confusions",
        "Most often taken for each other",
        "How often two annotators of one item said these two; the largest first.",
        Table(columns, rows),
        notes=(_largest(found[0], asked),),
    )


def pairs(asked: Asked) -> Figure | None:
    found, names = asked.score["pairs"], asked.reading.names
    if not found:
        return None
    rows = tuple(
        sorted(
            (
                *sorted((names[each["a"]], names[each["b"]])),
                each["items"],
                each["percent"],
                each["kappa"],
            )
            for each in found
        )
    )
    columns = (
        Column("Annotator"),
        Column("Other annotator"),
        Column("Items of both", "count"),
        Column("Same label", "percent"),
        Column("Cohen's kappa", "figure"),
    )
    title = "Annotators two by two"
    return Figure(
        "pairs",
        title,
        "How often two annotators gave the same label, and on how many items.",
        Table(columns, rows),
        _pair_map(title, rows),
    )


def without(asked: Asked) -> Figure | None:
    """Nothing where nobody can be left out, as of two annotators."""
    whole = asked.score["statistics"]["krippendorff_alpha"]["value"]
    names = asked.reading.names
    rows = sorted(
        (names[each["annotator"]], each["judgments"], each["alpha_without"])
        for each in asked.score["annotators"]
    )
    estimates = [Estimate(row[0], row[2], mark=whole) for row in rows if row[2] is not None]
    if not estimates:
        return None
    values = [each.value for each in estimates]
    columns = (
        Column("Left out"),
        Column("Their judgments", "count"),
        Column("Alpha without", "figure"),
    )
    title = "Alpha without each annotator"
    said = RANGE.format(low=number(min(values)), high=number(max(values)), whole=number(whole))
    return Figure(
        "without",
        title,
        "A figure that rises far without one person says that they read the codebook differently; "
        "not that they are wrong.",
        Table(columns, tuple(rows)),
        interval_plot(title, estimates, mark="alpha with everybody"),
        notes=(said,),
    )


# In the order of the page; the names stand in the addresses of downloads.
FIGURES: dict[str, Callable[[Asked], Figure | None]] = {
    "statistics": statistics,
    "judgments": judgments,
    "labels": labels,
    "confusions": confusions,
    "pairs": pairs,
    "without": without,
    **slice_figures.FIGURES,
}


def _figure(value: float | str | None) -> float | None:
    return value if isinstance(value, (int, float)) else None


def _to(figure: dict[str, float | None]) -> str:
    if figure["low"] is None:
        return ""
    return f" ({number(figure['low'])} to {number(figure['high'])})"


def _prevalence(asked: Asked, commonest: tuple[str, int, float, float | None]) -> tuple[str, ...]:
    statistics = asked.score["statistics"]
    alpha = statistics["krippendorff_alpha"]["value"]
    same = statistics["percent_agreement"]["value"]
    if alpha is None or same is None or alpha >= LOW_ALPHA or same < HIGH_PERCENT:
        return ()
    said = PREVALENCE.format(
        percent=percent(same),
        alpha=number(alpha),
        share=percent(commonest[2]),
        label=commonest[0],
    )
    return (said,)


def _largest(confusion: dict[str, str | int], asked: Asked) -> str:
    a, b = (asked.named(str(confusion[side])) for side in ("a", "b"))
    times = int(confusion["times"])
    return f"The largest: “{a}” and “{b}” met {times:,} time{'' if times == 1 else 's'}."


def _paragraphs(asked: Asked, a: str, b: str) -> Said:
    url = asked.reading.url("pairs", question=asked.code, a=a, b=b)
    return Said("Read them", url, about=f"{asked.named(a)} and {asked.named(b)}")


def _pair_map(title: str, rows: tuple[tuple[str, str, int, float, float | None], ...]) -> Plot:
    people = tuple(sorted({name for row in rows for name in row[:2]}))
    met = {frozenset(row[:2]): row for row in rows}
    return heat_map(
        title,
        Grid(
            people[1:],
            people[:-1],
            tuple(
                tuple(_heat(met.get(frozenset((row, column)))) for column in people[:before])
                for before, row in enumerate(people[1:], start=1)
            ),
        ),
    )


def _heat(row: tuple[str, str, int, float, float | None] | None) -> Heat | None:
    return None if row is None else Heat(row[3], percent(row[3]), f"n {row[2]:,}")
