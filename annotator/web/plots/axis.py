"""The axis of a plot: where it begins and ends, its ticks, and where a value lies on it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

STEP: Final = 0.2
# Steps of shares, the finest first: at most six ticks are drawn.
SHARES: Final = (0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Axis:
    """From `start` by steps to `stop`, drawn from `first` to `last` in the view box."""

    start: float
    stop: float
    step: float
    first: float
    last: float

    def at(self, value: float) -> float:
        share = (value - self.start) / (self.stop - self.start)
        return round(self.first + share * (self.last - self.first), 1)

    def ticks(self) -> tuple[float, ...]:
        """The values that are marked."""
        count = round((self.stop - self.start) / self.step)
        return tuple(round(self.start + self.step * number, 6) for number in range(count + 1))


def agreement_axis(values: Iterable[float], first: float, last: float) -> Axis:
    """An axis that ends at 1, and begins at 0 or at the step below the lowest value."""
    lowest = min(values, default=0.0)
    steps_below = max(0, math.ceil(-lowest / STEP - 1e-9))
    return Axis(-steps_below * STEP, 1.0, STEP, first, last)


def share_axis(values: Iterable[float], first: float, last: float) -> Axis:
    """An axis of shares from 0 to the step above the largest."""
    largest = max(values, default=0.0)
    step = next((step for step in SHARES if largest <= 5 * step), SHARES[-1])
    stop = step * max(1, math.ceil(largest / step - 1e-9))
    return Axis(0.0, stop, step, first, last)


def figure_text(value: float) -> str:
    """A tick of an axis of agreement.

    >>> [figure_text(value) for value in (-0.2, 0.0, -1e-17, 1.0)]
    ['-0.2', '0.0', '0.0', '1.0']
    """
    return f"{value + 0.0:.1f}".replace("-0.0", "0.0")


def share_text(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")
