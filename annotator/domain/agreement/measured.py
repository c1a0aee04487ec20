"""The numbers of an interval scale, brought to a size whose squares can be summed."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from annotator.domain.intervals import FloatArray

# Sums of squares of millions of numbers of this many bits are still finite.
_MOST_BITS: Final = 400


def within_reach(labels: Sequence[str]) -> FloatArray:
    """The numbers less one of them, and where they are tiny or huge, over a power of two; shape
    (labels,).

    Large numbers would lose the digits that differ, and squares beyond 1e308 are infinite, those
    below 1e-308 nothing. A power of two changes no digit, and whole numbers of usual size stay
    whole.

    >>> within_reach(["10", "11", "14"]).tolist()
    [-1.0, 0.0, 3.0]
    >>> within_reach(["-1e308", "1e308", "1.5e308"]).round(2).tolist()
    [-1.11, 0.0, 0.28]
    """
    numbers = np.array([float(label) for label in labels], dtype=np.float64)
    if not len(numbers):
        return numbers
    if np.abs(numbers).max() > np.finfo(np.float64).max / 4:
        # The difference of two such numbers has no place; the digits lost are of the smallest.
        numbers = np.ldexp(numbers, -2)
    moved = numbers - numbers[len(numbers) // 2]
    _, exponent = np.frexp(np.abs(moved).max())
    usual = 1 <= exponent <= _MOST_BITS
    scaled: FloatArray = moved if usual else np.ldexp(moved, 1 - exponent)
    return scaled
