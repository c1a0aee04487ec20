"""One question in full: every statistic, what counts, who differs from whom, and where."""

from collections.abc import Callable

from flask import render_template

from annotator.domain.exclusions import EXCLUSIONS
from annotator.services.agreement.disagreements import Met, meetings
from annotator.services.agreement.slices import LEAST_ITEMS
from annotator.services.agreement.tally import OPEN
from annotator.web.agreement import again, on_gold, propagated, slice_figures
from annotator.web.agreement.reading import Asked, ask, glance
from annotator.web.agreement.tables import Cell, Column, Figure, Interval, Number, Said, Table
from annotator.web.agreement.words import (
    STATISTICS,
    against,
    alpha_cell,
    counted,
    counts,
    digits_against,
    elsewhere,
    met_in_words,
    number,
    outlook,
    percent,
)
from annotator.web.plots.bars import Share, bar_plot
from annotator.web.plots.drawing import Plot
from annotator.web.plots.heat_map import Grid, Heat, heat_map
from annotator.web.plots.intervals import Estimate, interval_plot

PairRow = tuple[Said, Said, int, float, float | None]

HIGH_PERCENT = 0.8
LOW_ALPHA = 0.6
PREVALENCE = (
    "Two annotators gave the same label in {percent} of the cases, and yet alpha is {alpha}: "
    "{share} of all labels are “{label}”, so people would agree often without looking. It is "
    "called the prevalence paradox (Feinstein & Cicchetti 1990, doi:10.1016/0895-4356(90)90158-L). "
    "Read the alpha of the rarer labels, and judge whether the paragraphs are a fair sample."
)
RANGE = "Without one annotator each, alpha runs from {low} to {high}; with everybody it is {whole}."
FEW = "A figure of {items} says nothing about the question; the figures are no result."
AWAITED = "Besides: assigned and not answered yet"
UNGATED = "With dropping out at a gate as an answer of its own, alpha is {value}{interval}."


def show(slug: str, question: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    asked = ask(question)
    alpha = asked.score["statistics"]["krippendorff_alpha"]
    threshold = asked.score["threshold"]
    items = asked.score["pairable_items"]
    digits = digits_against(threshold, alpha["value"], alpha["low"], alpha["high"])
    _, found = glance()
    ahead = next(each.outlook for each in found if each.question.code == question)
    made = (figure(asked) for figure in FIGURES.values())
    return render_template(
        "agreement/question.html",
        reading=asked.reading,
        question=asked.question,
        score=asked.score,
        alpha=alpha,
        value=alpha_cell(alpha["value"], items, digits),
        interval=Interval(alpha["low"], alpha["high"], alpha["why"], digits),
        threshold=None if threshold is None else number(threshold, digits),
        verdict=against(alpha["value"], alpha["low"], alpha["high"], threshold, items=items),
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
    items = asked.score["pairable_items"]
    few = items < LEAST_ITEMS
    for name in ordered:
        title, about = STATISTICS.get(name, (name.replace("_", " "), ""))
        value, low, high = (_figure(found[name][part]) for part in ("value", "low", "high"))
        why = found[name]["why"]
        named = Said(title, code=name)
        # Only the primary figure is held against the threshold.
        primary = name == "krippendorff_alpha"
        digits = digits_against(asked.score["threshold"] if primary else None, value, low, high)
        shown = None if value is None else Number(value, number(value, digits))
        rows.append((named, shown, Interval(low, high, str(why) if why else None, digits), about))
        if value is not None:
            estimates.append(Estimate(title, value, low, high, small=few))
    columns = (
        Column("Statistic", code="code"),
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
        notes=(FEW.format(items=counted(items, "item")),) if few and estimates else (),
    )


def judgments(asked: Asked) -> Figure:
    found = asked.tally
    rows: list[tuple[Cell, ...]] = [("Counted", found.counted)]
    rows += [(Said(EXCLUSIONS[code], code=code), count) for code, count in found.left_out.items()]
    rows.append(("All judgments", found.given))
    if found.awaited:
        rows.append((Said(AWAITED, code=OPEN), found.awaited))
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
        Table((Column("Judgments", code="code"), Column("Number", "count")), tuple(rows)),
        notes=tuple(notes),
    )


def labels(asked: Asked) -> Figure | None:
    used = [each for each in asked.score["labels"] if each["count"]]
    if not used:
        return None
    total = sum(each["count"] for each in used)
    rows = tuple(
        (
            Said(asked.named(each["label"]), code=each["label"]),
            each["count"],
            each["count"] / total,
            each["alpha"],
        )
        for each in used
    )
    title = "Labels"
    columns = (
        Column("Label", code="code"),
        Column("Given", "count"),
        Column("Share", "percent"),
        Column("Alpha", "figure"),
    )
    return Figure(
        "labels",
        title,
        "How often each label was given, and alpha of it against all others.",
        Table(columns, rows),
        bar_plot("How often each label was given", [Share(str(row[0]), row[2]) for row in rows]),
        notes=_prevalence(asked, max(rows, key=lambda row: row[1])),
    )


def confusions(asked: Asked) -> Figure | None:
    found = asked.score["confusions"]
    if not found:
        return None
    met = [meetings(asked.judgments, asked.code, (each["a"], each["b"])) for each in found]
    rows = tuple(
        (
            Said(asked.named(each["a"]), code=each["a"]),
            Said(asked.named(each["b"]), code=each["b"]),
            each["times"],
            times.items,
            _paragraphs(asked, each["a"], each["b"]),
        )
        for each, times in zip(found, met, strict=True)
    )
    columns = (
        Column("One said", code="code"),
        Column("The other said", code="code"),
        Column("Pairs of labels", "count"),
        Column(f"{asked.question.scope.capitalize()}s", "count"),
        Column("Where", "link"),
    )
    return Figure(
        "confusions",
        "Most often taken for each other",
        "How often two annotators of one item said these two; the largest first. Three annotators "
        "of one item are three pairs.",
        Table(columns, rows),
        notes=(_largest(found[0], met[0], asked),),
    )


def pairs(asked: Asked) -> Figure | None:
    found, names = asked.score["pairs"], asked.reading.names
    if not found:
        return None
    ordered = sorted(
        (*sorted((each["a"], each["b"]), key=names.__getitem__), each) for each in found
    )
    rows = tuple(
        (_person(asked, a), _person(asked, b), each["items"], each["percent"], each["kappa"])
        for a, b, each in sorted(ordered, key=lambda row: (names[row[0]], names[row[1]]))
    )
    columns = (
        Column("Annotator", code="pseudonym"),
        Column("Other annotator", code="pseudonym"),
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
    rows = [
        (_person(asked, each["annotator"]), each["judgments"], each["alpha_without"])
        for each in sorted(asked.score["annotators"], key=lambda each: names[each["annotator"]])
    ]
    estimates = [Estimate(str(row[0]), row[2], mark=whole) for row in rows if row[2] is not None]
    if not estimates:
        return None
    values = [each.value for each in estimates]
    columns = (
        Column("Left out", code="pseudonym"),
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
    "again": again.of_question,
    "gold": on_gold.of_question,
    **slice_figures.FIGURES,
    "propagated": propagated.of_question,
}


def _person(asked: Asked, pseudonym: str) -> Said:
    return Said(asked.reading.names[pseudonym], code=pseudonym)


def _figure(value: float | str | None) -> float | None:
    return value if isinstance(value, (int, float)) else None


def _to(figure: dict[str, float | None]) -> str:
    if figure["low"] is None:
        return ""
    return f" ({number(figure['low'])} to {number(figure['high'])})"


def _prevalence(asked: Asked, commonest: tuple[Said, int, float, float | None]) -> tuple[str, ...]:
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


def _largest(confusion: dict[str, str | int], met: Met, asked: Asked) -> str:
    a, b = (asked.named(str(confusion[side])) for side in ("a", "b"))
    times = counted(met.pairs, "time")
    where = met_in_words(met, asked.question.scope)
    return f"The largest: “{a}” and “{b}” met {times}: {where}."


def _paragraphs(asked: Asked, a: str, b: str) -> Said:
    url = asked.reading.url("pairs", question=asked.code, a=a, b=b)
    return Said("Read them", url, about=f"{asked.named(a)} and {asked.named(b)}")


def _pair_map(title: str, rows: tuple[PairRow, ...]) -> Plot:
    people = tuple(sorted({str(name) for row in rows for name in row[:2]}))
    met = {frozenset(map(str, row[:2])): row for row in rows}
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


def _heat(row: PairRow | None) -> Heat | None:
    return None if row is None else Heat(row[3], percent(row[3]), f"n {row[2]:,}")
