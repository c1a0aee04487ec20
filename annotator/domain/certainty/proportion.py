"""The interval of a share, as used for accuracies."""

import math

_Z = 1.959963984540054  # the 97.5th percentile of the normal distribution


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share of `n` trials, which may be a number with a fraction.

    Unlike share +- 1.96 standard errors it stays within 0 to 1 and says something at 0 and 1.
    Wilson (1927), doi:10.1080/01621459.1927.10502953. Raises `ValueError` unless n is above 0.

    >>> [round(bound, 3) for bound in wilson(0.9, 10)]
    [0.596, 0.982]
    >>> [round(bound, 3) for bound in wilson(1, 30)]
    [0.886, 1.0]
    """
    if n <= 0:
        raise ValueError("a share needs at least one trial")
    squared = _Z * _Z / n
    middle = share + squared / 2
    half = math.sqrt(squared * (share * (1 - share) + squared / 4))
    return max(0.0, (middle - half) / (1 + squared)), min(1.0, (middle + half) / (1 + squared))
