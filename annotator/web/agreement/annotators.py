"""Each annotator beside the others: all at a glance, and one in full."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import render_template, request

from annotator.domain.exclusions import LEAST_LABELS
from annotator.errors import NotFound
from annotator.services.agreement import REPLICATES, annotators, scored
from annotator.services.agreement.annotators import OnQuestion, Pace
from annotator.services.agreement.intra_annotator import intra_annotator_entry
from annotator.services.agreement.slices import LEAST_ITEMS
from annotator.web.access import NO_SUCH_PAGE
from annotator.web.agreement import again, on_gold
from annotator.web.agreement.reading import Reading, gold, read
from annotator.web.agreement.tables import Cell, Column, Figure, Number, Said, Table
from annotator.web.agreement.words import (
    MODELS,
    alpha_cell,
    counted,
    label_names,
    named,
    number,
    percent,
    whole,
)
from annotator.web.plots.course import Moment, course_plot
from annotator.web.plots.heat_map import Grid, Heat, heat_map
from annotator.web.plots.intervals import Estimate, interval_plot

MOST_LABELS = 8
MOST_ROWS = 20
CONFUSED = "“{mine}” where others said “{theirs}”: {times} of {items}"
TOO_FEW_LABELS = "too few labels"
BECAUSE = "Competence on this question: {because}"
COMPETENCE = (
    " Competence is how often somebody is right, as estimated from the labels of all by what "
    "stands beside it, if most are right most of the time; by the vote it is how often the "
    "others say the same. Two who err alike fool all of them; only gold items show that. "
    f"Below {LEAST_LABELS} labels it is withheld. Follow a question to see why it is this model."
)
SELDOM = "none on as much as one item"
NOTHING_DIFFERS = "nothing, all are the same"


@dataclass(frozen=True)
class Person:
    """One annotator of a reading; figures are computed when they are first asked for."""

    reading: Reading
    pseudonym: str
    pace: Pace

    @property
    def name(self) -> str:
        return self.reading.names[self.pseudonym]

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """Of everybody, question by question, as of a report with gold; without intervals."""
        report = scored(self.reading.judgments, replicates=0, gold=gold(), aggregates=())
        questions: list[dict[str, Any]] = report["questions"]
        return questions

    @cached_property
    def questions(self) -> tuple[OnQuestion, ...]:
        return annotators.on_questions(self.reading.judgments, self.pseudonym, self.entries)

    @property
    def chosen(self) -> OnQuestion | None:
        """The question in the address, else the one on which others say the same least often."""
        asked = request.args.get("question")
        shared = [each for each in self.questions if each.others.same is not None]
        named_one = [each for each in shared if each.question.code == asked]
        ordered = sorted(shared, key=lambda each: each.others.same or 0.0)
        return next(iter(named_one or ordered), None)


def index(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    reading = read()
    made = (figure(reading) for figure in ALL_FIGURES.values())
    return render_template(
        "agreement/annotators.html",
        reading=reading,
        figures=[each for each in made if each is not None],
    )


def show(slug: str, pseudonym: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    person = find(pseudonym)
    made = (figure(person) for figure in FIGURES.values())
    return render_template(
        "agreement/annotator.html",
        reading=person.reading,
        about=person,
        chosen=person.chosen,
        figures=[each for each in made if each is not None],
    )


def find(pseudonym: str) -> Person:
    """Raises:
    NotFound: nobody with this pseudonym was given anything to label here.
    """
    reading = read()
    pace = annotators.paces(reading.judgments).get(pseudonym)
    if pace is None:
        raise NotFound(NO_SUCH_PAGE)
    return Person(reading, pseudonym, pace)


def work(reading: Reading) -> Figure | None:
    """How much everybody did and how fast, by name."""
    paces = _working(reading)
    if not paces:
        return None
    columns = (
        Column("Annotator", code="pseudonym"),
        Column("Tasks saved", "count"),
        Column("Seconds of one at the median", "count"),
    )
    rows = tuple(
        (
            Said(reading.names[name], reading.url("annotator", pseudonym=name), code=name),
            pace.tasks,
            None if pace.seconds is None else round(pace.seconds, 1),
        )
        for name, pace in paces.items()
    )
    return Figure(
        "work",
        "How much and how fast",
        "In the rounds that are shown. Follow a name for everything about one person.",
        Table(columns, rows),
    )


def same(reading: Reading) -> Figure | None:
    """How often everybody gave the label of the others, question by question."""
    people = tuple(_working(reading))
    found = annotators.same_as_others(reading.judgments)
    asked = [each for each in reading.judgments.questions if found[each.code]]
    if not asked:
        return None
    names = tuple(reading.names[each] for each in people)
    titles = tuple(each.name_in(reading.lang) for each in asked)
    by_row = [[found[each.code].get(name) for name in people] for each in asked]
    rows = tuple(
        (Said(title, code=each.code), *(cell and cell[1] for cell in row))
        for each, title, row in zip(asked, titles, by_row, strict=True)
    )
    columns = (
        Column("Question", code="code"),
        *(
            Column(name, "percent", head=f"{name}, {pseudonym}")
            for name, pseudonym in zip(names, people, strict=True)
        ),
    )
    title = "Same label as the others"
    grid = Grid(titles, names, tuple(tuple(_shared(each) for each in row) for row in by_row))
    return Figure(
        "same",
        title,
        "Of the items that others labelled, too, the share on which they gave the same label.",
        Table(columns, rows),
        heat_map(title, grid),
    )


def by_question(person: Person) -> Figure | None:
    if not person.questions:
        return None
    fitted = any(each.competence is not None for each in person.questions)
    columns = (
        Column("Question", code="code"),
        Column("Labels", "count"),
        Column("Same as others", "percent"),
        Column("Commonest answer", code="code"),
        Column("Its share", "percent"),
        Column("Alpha of all", "figure"),
        Column("Alpha without", "figure"),
        *(
            (Column("Competence", "figure"), Column("Estimated by", code="reason"))
            if fitted
            else ()
        ),
        Column("Largest confusion", "long"),
    )
    rows = tuple(_question_row(person, each, fitted=fitted) for each in person.questions)
    estimates = [
        Estimate(
            each.question.name_in(person.reading.lang),
            each.others.same,
            small=each.others.items < LEAST_ITEMS,
        )
        for each in person.questions
        if each.others.same is not None
    ]
    title = "Question by question"
    return Figure(
        "questions",
        title,
        f"Labels that count. Where labels differ, nobody is wrong by that.{COMPETENCE * fitted}",
        Table(columns, rows),
        interval_plot("Share of items with the same label as the others", estimates)
        if estimates
        else None,
    )


def confusion(person: Person) -> Figure | None:
    chosen = person.chosen
    if chosen is None:
        return None
    labels, table = chosen.others.labels, chosen.others.table
    names = label_names(chosen.question, person.reading.lang)
    said = [named(label, names) for label in labels]
    cells = [
        (
            Said(said[mine], code=labels[mine]),
            Said(said[theirs], code=labels[theirs]),
            float(table[mine, theirs]),
        )
        for mine in range(len(labels))
        for theirs in range(len(labels))
        if table[mine, theirs]
    ]
    cells.sort(key=lambda cell: (-cell[2], str(cell[0]), str(cell[1])))
    columns = (
        Column("They said", code="code"),
        Column("Others said", code="code"),
        Column("Items", "figure"),
        Column("Same?"),
    )
    rows = tuple(
        (mine, theirs, Number(items, whole(items)), _same(mine, theirs))
        for mine, theirs, items in cells
    )
    weight = table.sum(axis=0) + table.sum(axis=1)
    order = sorted(range(len(labels)), key=lambda at: (-weight[at], at))[:MOST_LABELS]
    shown = tuple(said[at] for at in sorted(order))
    title = f"Their labels and those of others: {chosen.question.name_in(person.reading.lang)}"
    grid = Grid(
        shown,
        shown,
        tuple(
            tuple(_items(table[mine, theirs], table[mine].sum()) for theirs in sorted(order))
            for mine in sorted(order)
        ),
    )
    return Figure(
        "confusion",
        title,
        "Rows are their labels, columns those of others. An item counts once, however many others "
        "labelled it, so numbers are rounded, and below 1 a cell is empty. Shares are of the row.",
        Table(columns, rows),
        heat_map(title, grid),
        notes=() if chosen.competence is None else (BECAUSE.format(because=chosen.because),),
        first=MOST_ROWS,
    )


def twice(person: Person) -> Figure | None:
    """How far the person agrees with themselves."""
    judgments = person.reading.judgments
    found = {
        question.code: one
        for question in judgments.questions
        if (one := _with_themselves(person, question.code)) is not None
    }
    return again.of_person(person.reading, found)


def right(person: Person) -> Figure | None:
    return on_gold.of_person(person.reading, person.pseudonym, person.entries)


def time(person: Person) -> Figure | None:
    chosen = person.chosen
    if chosen is None:
        return None
    judgments = person.reading.judgments
    found = annotators.drift(judgments, chosen.question.code, person.pseudonym)
    if not found:
        return None
    columns = (
        Column("From"),
        Column("To"),
        Column("Same label", "percent"),
        Column("Items", "count"),
    )
    rows = tuple(
        (f"{each.first:%Y-%m-%d %H:%M}", f"{each.last:%Y-%m-%d %H:%M}", each.same, each.items)
        for each in found
    )
    name = chosen.question.name_in(person.reading.lang)
    title = f"{name}: same label as the others, over time"
    moments = [Moment(each.last, each.same) for each in found]
    return Figure(
        "time",
        title,
        "Rolling windows over their items in the order saved; every window shares half of its "
        "items with the next.",
        Table(columns, rows),
        course_plot(title, moments),
    )


# In the order of each page; the names stand in the addresses of downloads.
ALL_FIGURES: dict[str, Callable[[Reading], Figure | None]] = {"work": work, "same": same}
FIGURES: dict[str, Callable[[Person], Figure | None]] = {
    "questions": by_question,
    "confusion": confusion,
    "again": twice,
    "gold": right,
    "time": time,
}


def _with_themselves(person: Person, question: str) -> dict[str, Any] | None:
    found = intra_annotator_entry(
        person.reading.judgments, question, replicates=REPLICATES, only=person.pseudonym
    )
    return found and found["annotators"][0]


def _working(reading: Reading) -> dict[str, Pace]:
    """Those who saved something, by their names."""
    found = annotators.paces(reading.judgments)
    ordered = sorted(found, key=lambda each: reading.names[each])
    return {name: found[name] for name in ordered if found[name].tasks}


def _question_row(person: Person, each: OnQuestion, *, fitted: bool) -> tuple[Cell, ...]:
    names = label_names(each.question, person.reading.lang)
    url = person.reading.url(
        "annotator", pseudonym=person.pseudonym, question=each.question.code, _anchor="confusion"
    )
    return (
        Said(each.question.name_in(person.reading.lang), url, code=each.question.code),
        each.labels,
        each.others.same,
        Said(named(each.commonest, names), code=each.commonest),
        each.share,
        alpha_cell(each.alpha, each.items),
        alpha_cell(each.alpha_without, each.items),
        *(_competence(each) if fitted else ()),
        _most_confused(each, names),
    )


def _competence(each: OnQuestion) -> tuple[Cell, Cell]:
    if each.competence is None:
        return None, None
    few = each.labels < LEAST_LABELS
    text, warning = ("", TOO_FEW_LABELS) if few else (number(each.competence), "")
    return (
        Number(each.competence, text, warning),
        Said(MODELS.get(each.model, each.model), code=each.because),
    )


def _most_confused(each: OnQuestion, names: dict[str, str]) -> str:
    found = each.others.largest_confusion()
    if found is None:
        return NOTHING_DIFFERS if each.others.items else "–"
    mine, theirs, times = found
    if times < 1:
        return SELDOM
    return CONFUSED.format(
        mine=named(mine, names),
        theirs=named(theirs, names),
        times=whole(times),
        items=counted(each.others.items, "item"),
    )


def _same(mine: Said, theirs: Said) -> str:
    return "same" if mine == theirs else "differs"


def _shared(found: tuple[int, float] | None) -> Heat | None:
    return None if found is None else Heat(found[1], percent(found[1]), f"n {found[0]:,}")


def _items(items: float, of: float) -> Heat | None:
    return Heat(items / of, str(int(items + 0.5)), percent(items / of)) if items >= 1 else None
