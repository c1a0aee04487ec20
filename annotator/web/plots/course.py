"""How a figure of agreement went over time: dots at their dates, joined by a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from annotator.web.plots.axis import Axis, agreement_axis, figure_text
from annotator.web.plots.drawing import Dot, Drawing, Line, Plot, Shape, Words, drawn

LEFT: Final = 44
EDGE: Final = 24
TOP: Final = 12
BOTTOM: Final = 34
HEIGHT: Final = 200
SHORT: Final = timedelta(days=3)
DESCRIPTION = (
    "{count} dots from {first} to {last}, joined by a line; hollow where too little is behind one "
    "to say anything. The table has the same numbers."
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A value up to 1 at a time; `small`: too little is behind it to say anything."""

    at: datetime
    value: float
    small: bool = False


def course_plot(title: str, moments: Sequence[Moment], *, mark: float | None = None) -> Plot:
    """`moments` are in order of time, and at least one; `mark` is drawn across."""

    def draw(width: float) -> Drawing:
        bottom = TOP + HEIGHT
        numbers = [each.value for each in moments] + ([] if mark is None else [mark])
        axis = agreement_axis(numbers, bottom, TOP)
        shapes = [*_frame(axis, width, bottom, moments)]
        if mark is not None:
            shapes.append(Line("threshold", LEFT, axis.at(mark), width - EDGE, axis.at(mark)))
        points = [(_x(each, moments, width), axis.at(each.value)) for each in moments]
        shapes.extend(Line("course", *a, *b) for a, b in pairwise(points))
        shapes.extend(
            Dot("dot small" if each.small else "dot", x, y, 4)
            for each, (x, y) in zip(moments, points, strict=True)
        )
        return Drawing(width, bottom + BOTTOM, tuple(shapes))

    first, last = (f"{each.at:%Y-%m-%d}" for each in (moments[0], moments[-1]))
    description = DESCRIPTION.format(count=len(moments), first=first, last=last)
    return drawn(title, description, draw)


def _x(moment: Moment, moments: Sequence[Moment], width: float) -> float:
    whole = (moments[-1].at - moments[0].at).total_seconds()
    passed = (moment.at - moments[0].at).total_seconds()
    share = passed / whole if whole else 0.5
    return round(LEFT + share * (width - LEFT - EDGE), 1)


def _frame(axis: Axis, width: float, bottom: float, moments: Sequence[Moment]) -> Iterator[Shape]:
    for value in axis.ticks():
        y = axis.at(value)
        yield Line("grid-line", LEFT, y, width - EDGE, y)
        yield Words("soft", LEFT - 8, y + 4, figure_text(value), "end")
    yield Line("axis", LEFT, bottom, width - EDGE, bottom)
    first, last = moments[0].at, moments[-1].at
    # The hours tell apart what was done within days.
    form = "%Y-%m-%d" if last - first > SHORT else "%m-%d %H:%M"
    yield Words("soft", LEFT, bottom + 20, f"{first:{form}}")
    yield Words("soft", width - EDGE, bottom + 20, f"{last:{form}}", "end")
