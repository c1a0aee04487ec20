"""Values with their intervals, one under the other, on an axis of agreement that ends at 1."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.web.plots.axis import Axis, agreement_axis, figure_text
from annotator.web.plots.drawing import Dot, Drawing, Line, Plot, Shape, drawn
from annotator.web.plots.rows import Rows

DESCRIPTION = (
    "A row for each of {count}: a dot at the value, a bar over its 95 % interval where there is "
    "one, and a dashed line at {mark}. The table has the same numbers."
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value up to 1 with its interval, if it has one, and what it is held against.

    `small`: too little is behind it to say anything; it is drawn hollow.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    small: bool = False

    @property
    def numbers(self) -> list[float]:
        numbers = (self.value, self.low, self.high, self.mark)
        return [number for number in numbers if number is not None]


def interval_plot(
    title: str, estimates: Sequence[Estimate], *, mark: str = "the threshold"
) -> Plot:
    """A dot and an interval for each estimate; `mark` says what the dashed line is."""

    def draw(width: float) -> Drawing:
        rows = Rows.of([each.name for each in estimates], width)
        numbers = [number for each in estimates for number in each.numbers]
        axis = agreement_axis(numbers, rows.left, rows.right)
        shapes = list(rows.frame(axis, figure_text))
        for number, each in enumerate(estimates):
            shapes.extend(_row(rows, axis, number, each))
        return Drawing(rows.width, rows.total, tuple(shapes))

    return drawn(title, DESCRIPTION.format(count=len(estimates), mark=mark), draw)


def _row(rows: Rows, axis: Axis, number: int, each: Estimate) -> Iterator[Shape]:
    y = rows.middle(number)
    yield from rows.name(number)
    if each.mark is not None:
        x = axis.at(each.mark)
        below = rows.top(number) + rows.height - rows.head
        yield Line("threshold", x, rows.top(number), x, below)
    if each.low is not None and each.high is not None:
        yield Line("interval", axis.at(each.low), y, axis.at(each.high), y)
    yield Dot("dot small" if each.small else "dot", axis.at(each.value), y)
