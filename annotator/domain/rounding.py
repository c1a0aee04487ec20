"""Expected numbers, as they are said."""

import math


def nearest(number: float) -> int:
    """The nearest whole number of a number from 0; halves go up, so that 0.5 and 2.5 are treated
    alike, which is not so with `round`.

    >>> [nearest(number) for number in (0.49, 0.5, 1.5, 2.5)]
    [0, 1, 2, 3]
    """
    return math.floor(number + 0.5)


def on_items(times: float, of: float) -> str:
    """Where somebody did something `times` of `of`, expected numbers that round to 1 or more.

    >>> on_items(11.6, 40.2), on_items(0.5, 0.5)
    ('on 12 of the 40 items that are', 'on the one item that is')
    """
    if nearest(of) == 1:
        return "on the one item that is"
    return f"on {nearest(times)} of the {nearest(of)} items that are"
