"""Student's t: its distribution and its quantiles, for whole degrees of freedom."""

import math
from statistics import NormalDist
from typing import Final

import numpy as np

_MOST_STEPS: Final = 100
_CLOSE: Final = 1e-14


def student_t_cdf(t: float, df: int) -> float:
    """P(T < t) with `df` degrees of freedom, a whole number from 1; between 0 and 1.

    A finite series in the angle theta = arctan(t / sqrt(df)), exact but for rounding: Abramowitz &
    Stegun (1964) Handbook of Mathematical Functions, 26.7.3 and 26.7.4 (no DOI). One degree of
    freedom is the Cauchy distribution, of which a quarter lies above 1:

    >>> round(student_t_cdf(1, df=1), 12)
    0.75
    """
    odd = df % 2
    theta = math.atan2(t, math.sqrt(df))
    j = np.arange(1, (df - 2) // 2 + 1)
    terms = np.cumprod((2 * j - 1 + odd) / (2 * j + odd) * math.cos(theta) ** 2)
    series = math.sin(theta) * math.cos(theta) ** odd * (1 + float(terms.sum()))
    if df == 1:
        series = 0.0
    within = 2 / math.pi * (theta + series) if odd else series
    return 0.5 + within / 2


def student_t_quantile(p: float, df: int) -> float:
    """The t below which T lies with probability `p`, which is above 0 and below 1.

    Newton's method from the normal quantile, which is nearer to 0; the distribution bends one way
    on either side of 0, so no step goes too far. Student (1908), doi:10.1093/biomet/6.1.1. The
    quantile for a 95 % interval from ten values:

    >>> round(student_t_quantile(0.975, df=9), 3)
    2.262
    """
    t = NormalDist().inv_cdf(p)
    for _ in range(_MOST_STEPS):
        step = (p - student_t_cdf(t, df)) / _density(t, df)
        t += step
        if abs(step) <= _CLOSE * max(1.0, abs(t)):
            break
    return t


def _density(t: float, df: int) -> float:
    scale = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(math.pi * df) / 2
    return math.exp(scale - (df + 1) / 2 * math.log1p(t * t / df))
