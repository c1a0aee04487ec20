"""The parts of a question's judgments as figures of its page: each with n, marked where small."""

from collections.abc import Callable, Mapping, Sequence

from flask import url_for

from annotator.services.agreement import slices
from annotator.services.agreement.slices import LEAST_ITEMS, Slice
from annotator.services.judging import Judgments
from annotator.store.queries.agreement import Place
from annotator.web.access import project
from annotator.web.agreement.reading import Asked
from annotator.web.agreement.tables import Cell, Column, Figure, Interval, Said, Table
from annotator.web.agreement.words import LEAST_SHOWN
from annotator.web.plots.course import Moment, course_plot
from annotator.web.plots.drawing import Plot
from annotator.web.plots.intervals import Estimate, interval_plot

TOO_FEW = Said("too few to say anything", badge="warn")
ENOUGH = "yes"
NOT_ENOUGH = Said("no, as there is no interval", badge="warn")
COLUMNS = (
    Column("Alpha", "figure"),
    Column("95 % interval", "interval"),
    Column("Same label", "percent"),
    Column("Items", "count"),
    Column("Judgments", "count"),
    Column("Enough?"),
)
OF_SEVERAL = f"{LEAST_ITEMS} items?"
SMALL = (
    f"Below {LEAST_ITEMS} items a figure says nothing, and without an interval nobody knows how "
    f"much; it is drawn hollow, and left out below {LEAST_SHOWN} items."
)

COPIES = (
    "People agree on a line that they have seen before, so every figure counts a cluster of nearly "
    "equal paragraphs once. Here is what counting each copy would have made of it."
)

Found = Callable[[Judgments, str, Mapping[int, Place]], Sequence[Slice]]


def sources(asked: Asked) -> Figure | None:
    return _of_places(asked, slices.by_source, "sources", "By source", "Source")


def languages(asked: Asked) -> Figure | None:
    return _of_places(asked, slices.by_language, "languages", "By language", "Language")


def documents(asked: Asked) -> Figure | None:
    if asked.question.scope != "paragraph":
        return None
    found = slices.worst_documents(asked.judgments, asked.code, asked.places)
    if not found:
        return None
    slug = project().slug
    rows = tuple(
        (
            Said(
                each.slice.name,
                url_for("documents.show", slug=slug, document_id=each.document_id),
            ),
            each.slice.percent.value,
            each.slice.alpha.value,
            each.slice.items,
            TOO_FEW if each.slice.small else ENOUGH,
        )
        for each in found
    )
    columns = (
        Column("Document"),
        Column("Same label", "percent"),
        Column("Alpha", "figure"),
        Column("Items", "count"),
        Column(OF_SEVERAL),
    )
    return Figure(
        "documents",
        "Documents with the least agreement",
        "Where to look first. One document is little: its figures are hints.",
        Table(columns, rows),
    )


def rounds(asked: Asked) -> Figure | None:
    if not _asked_in_several(asked):
        return None
    found = slices.by_round(asked.rounds, asked.code)
    versions = {name: each.codebook_version for name, each in asked.rounds.items()}
    if len(found) < 2:  # noqa: PLR2004 - one round is the whole
        return None
    return _figure("rounds", "By round", "Round", found, note=lambda each: versions[each.name])


def versions(asked: Asked) -> Figure | None:
    if not _asked_in_several(asked):
        return None
    found = slices.by_version(asked.rounds, asked.code)
    if len(found) < 2:  # noqa: PLR2004 - one version is the whole
        return None
    return _figure("versions", "By codebook version", "Codebook", found)


def copies(asked: Asked) -> Figure | None:
    found = slices.copies(asked.judgments, asked.code)
    if not found:
        return None
    return _figure("copies", "Near-duplicates", "Counted", found, caption=f"{COPIES} {SMALL}")


def time(asked: Asked) -> Figure | None:
    found = slices.over_time(asked.judgments, asked.code)
    if not found:
        return None
    rows = tuple(
        (
            f"{each.first:%Y-%m-%d %H:%M}",
            f"{each.last:%Y-%m-%d %H:%M}",
            each.slice.alpha.value,
            each.slice.percent.value,
            each.slice.items,
        )
        for each in found
    )
    moments = [
        Moment(each.last, each.slice.alpha.value)
        for each in found
        if each.slice.alpha.value is not None
    ]
    columns = (
        Column("From"),
        Column("To"),
        Column("Alpha", "figure"),
        Column("Same label", "percent"),
        Column("Items", "count"),
    )
    mark = asked.score["threshold"]
    return Figure(
        "time",
        "Over time",
        "Rolling windows over the items in the order in which they were finished; every window "
        "shares half of its items with the next. There are no intervals, since windows overlap.",
        Table(columns, rows),
        course_plot("Alpha over time", moments, mark=mark) if moments else None,
    )


FIGURES: dict[str, Callable[[Asked], Figure | None]] = {
    "sources": sources,
    "languages": languages,
    "documents": documents,
    "rounds": rounds,
    "versions": versions,
    "copies": copies,
    "time": time,
}


def _asked_in_several(asked: Asked) -> bool:
    """Whether more than one round has an answer; if not, nothing more needs to be read."""
    rows = asked.judgments.rows
    answered = {row.round for row in rows if row.question == asked.code and row.label is not None}
    return len(answered) > 1


def _of_places(asked: Asked, find: Found, name: str, title: str, head: str) -> Figure | None:
    if asked.question.scope == "source":
        return None
    found = find(asked.judgments, asked.code, asked.places)
    return _figure(name, title, head, found) if found else None


def _figure(
    name: str,
    title: str,
    head: str,
    found: Sequence[Slice],
    *,
    note: Callable[[Slice], int | None] | None = None,
    caption: str = SMALL,
) -> Figure:
    more = (Column("Codebook version", "count"),) if note else ()
    rows = tuple((each.name, *_cells(each), *((note(each),) if note else ())) for each in found)
    return Figure(
        name, title, caption, Table((Column(head), *COLUMNS, *more), rows), _plot(title, found)
    )


def _cells(each: Slice) -> tuple[Cell, ...]:
    alpha = each.alpha
    return (
        None if alpha.value is None or each.items < LEAST_SHOWN else alpha.value,
        Interval(alpha.low, alpha.high, alpha.why),
        each.percent.value,
        each.items,
        each.judgments,
        _enough(each),
    )


def _enough(each: Slice) -> Cell:
    if each.small:
        return TOO_FEW
    return NOT_ENOUGH if each.alpha.low is None else ENOUGH


def _plot(title: str, found: Sequence[Slice]) -> Plot | None:
    estimates = [
        Estimate(
            each.name,
            each.alpha.value,
            each.alpha.low,
            each.alpha.high,
            small=each.small or each.alpha.low is None,
        )
        for each in found
        if each.alpha.value is not None and each.items >= LEAST_SHOWN
    ]
    return interval_plot(f"Alpha {title.lower()}", estimates) if estimates else None
