"""Expected numbers, as they are said."""

import math


def nearest(number: float) -> int:
    """The nearest whole number of a number from 0; halves go up, so that 0.5 and 2.5 are treated
    alike, which is not so with `round`.

    >>> [nearest(number) for number in (0.49, 0.5, 1.5, 2.5)]
    [0, 1, 2, 3]
    """
    return math.floor(number + 0.5)
