"""Rows of a plot, each with a name beside it, or above it where the page is narrow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from annotator.web.plots.axis import Axis
from annotator.web.plots.drawing import NARROW, Line, Shape, Words, shortened

NAMES: Final = 200
GAP: Final = 14
EDGE: Final = 24
TOP: Final = 10
BOTTOM: Final = 30
ROW: Final = 30
TALL_ROW: Final = 42
HEAD: Final = 18


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a plot lie; `head` is the height of the name above a row."""

    width: float
    left: float
    right: float
    height: float
    head: float
    count: int

    @classmethod
    def of(cls, count: int, width: float) -> Self:
        if width <= NARROW:
            return cls(width, EDGE / 2, width - EDGE, TALL_ROW, HEAD, count)
        return cls(width, NAMES, width - EDGE, ROW, 0, count)

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

    def name(self, number: int, text: str) -> Words:
        if self.head:
            short = shortened(text, self.right - self.left)
            return Words("name", self.left, self.top(number) - 4, short)
        short = shortened(text, self.left - GAP)
        return Words("name", self.left - GAP, self.middle(number) + 4, short, "end")

    def frame(self, axis: Axis, say: Callable[[float], str]) -> Iterator[Shape]:
        """The grid with its ticks, and the axis."""
        for value in axis.ticks():
            x = axis.at(value)
            yield Line("grid-line", x, TOP, x, self.bottom)
            yield Words("soft", x, self.bottom + 18, say(value), "middle")
        yield Line("axis", self.left, self.bottom, self.right, self.bottom)
