"""Geometry of plots that are drawn on the server as SVG; a table with the same numbers stands by.

Everything here is in the units of the view box. Colours come from classes, so that a plot follows
the light or dark of the page.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720
LEFT: Final = 250
RIGHT: Final = 24
ROW: Final = 30
TOP: Final = 14
BOTTOM: Final = 34
STEP: Final = 0.2
LONGEST_NAME: Final = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value up to 1 with its interval, if it has one, and the threshold it is held against."""

    name: str
    value: float
    low: float | None
    high: float | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the plot, all coordinates in the view box."""

    name: str
    y: float
    dot: float
    low: float | None
    high: float | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    width: int
    height: int
    left: int
    right: int
    bottom: int
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]


def interval_plot(estimates: Sequence[Estimate]) -> IntervalPlot:
    """A dot and an interval for each estimate, one under the other, on an axis that ends at 1.

    The axis begins at 0, or at the step below the lowest number that is drawn.
    """
    lowest = min((number for each in estimates for number in _numbers(each)), default=0.0)
    steps_below = max(0, math.ceil(-lowest / STEP - 1e-9))
    start = -steps_below * STEP

    def x(value: float) -> float:
        share = (value - start) / (1 - start)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    lines = tuple(
        Line(
            name=shortened(each.name),
            y=TOP + ROW * number + ROW / 2,
            dot=x(each.value),
            low=None if each.low is None else x(each.low),
            high=None if each.high is None else x(each.high),
            threshold=None if each.threshold is None else x(each.threshold),
        )
        for number, each in enumerate(estimates)
    )
    bottom = TOP + ROW * len(lines)
    marks = [start + STEP * number for number in range(steps_below + 6)]
    return IntervalPlot(
        width=WIDTH,
        height=bottom + BOTTOM,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=bottom,
        ticks=tuple(Tick(x(mark), f"{mark:.1f}".replace("-0.0", "0.0")) for mark in marks),
        lines=lines,
    )


def _numbers(estimate: Estimate) -> list[float]:
    numbers = (estimate.value, estimate.low, estimate.high, estimate.threshold)
    return [number for number in numbers if number is not None]


def shortened(name: str) -> str:
    """A name that fits beside the plot; the table has it whole."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
