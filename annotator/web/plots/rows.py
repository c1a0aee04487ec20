"""Rows of a plot, each with a name beside it, or above it where the page is narrow."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from annotator.web.plots.axis import Axis
from annotator.web.plots.drawing import LETTER, NARROW, Anchor, Line, Shape, Words, wrapped

NAMES: Final = 200
# Names that need more are wrapped; the picture grows by what is given to them.
MOST_NAMES: Final = 376
LINE: Final = 16
GAP: Final = 14
EDGE: Final = 24
TOP: Final = 10
BOTTOM: Final = 30
ROW: Final = 30
TALL_ROW: Final = 42
HEAD: Final = 18


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a plot lie; `head` is the height of the name above a row.

    `names` are in lines. `width` is that of the picture, which grows with long names.
    """

    width: float
    left: float
    right: float
    height: float
    head: float
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, names: Sequence[str], width: float) -> Self:
        narrow = width <= NARROW
        room = width - 1.5 * EDGE if narrow else beside(names, NAMES - GAP, MOST_NAMES - GAP)
        lines = tuple(wrapped(name, room) for name in names)
        more = LINE * (max(map(len, lines), default=1) - 1)
        if narrow:
            return cls(width, EDGE / 2, width - EDGE, TALL_ROW + more, HEAD + more, lines)
        left = room + GAP
        width += left - NAMES
        return cls(width, left, width - EDGE, ROW + more / 2, 0, lines)

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def bottom(self) -> float:
        return TOP + self.height * self.count

    @property
    def total(self) -> float:
        return self.bottom + BOTTOM

    def top(self, number: int) -> float:
        """The upper edge of the band in which a row is drawn."""
        return TOP + self.height * number + self.head

    def middle(self, number: int) -> float:
        return self.top(number) + (self.height - self.head) / 2

    def name(self, number: int) -> Iterator[Words]:
        """Its lines: the last one just above the row, or all of them beside its middle."""
        lines = self.names[number]
        if self.head:
            yield from stacked(lines, self.left, self.top(number) - 4, "start")
        else:
            lowest = self.middle(number) + 4 + LINE * (len(lines) - 1) / 2
            yield from stacked(lines, self.left - GAP, lowest, "end")

    def frame(self, axis: Axis, say: Callable[[float], str]) -> Iterator[Shape]:
        """The grid with its ticks, and the axis."""
        for value in axis.ticks():
            x = axis.at(value)
            yield Line("grid-line", x, TOP, x, self.bottom)
            yield Words("soft", x, self.bottom + 18, say(value), "middle")
        yield Line("axis", self.left, self.bottom, self.right, self.bottom)


def beside(names: Sequence[str], least: float, most: float) -> float:
    """The room that names take beside their rows, from the least to the most."""
    return min(most, max(least, LETTER * max(map(len, names), default=0)))


def stacked(lines: Sequence[str], x: float, lowest: float, anchor: Anchor) -> Iterator[Words]:
    """Lines of a name, one under the other."""
    for number, line in enumerate(reversed(lines)):
        yield Words("name", x, lowest - LINE * number, line, anchor)
