"""Analytic standard errors over items, for data where every item is its own document.

Paragraphs of one document resemble each other, so for them these are too small: in simulation
intervals of this kind covered .74 to .78 in place of .95, and a bootstrap over documents is what is
reported. Where items are independent they need no resampling and hold for any number of items.

Each is the standard deviation, over the square root of the number n of items, of what every item
contributes to the coefficient when that is made linear (the delta method).

Gwet (2008), doi:10.1348/000711006X126600; Gwet (2021) Large-Sample Variance of Fleiss Generalized
Kappa, doi:10.1177/0013164420973080; for missing labels Gwet (2014) Handbook of Inter-Rater
Reliability, ch. 5 (no DOI). Items with a single label count in n, as in irrCAC.
"""

import math

import numpy as np

from annotator.domain.agreement.gwet import BrennanPrediger, GwetAC
from annotator.domain.agreement.kappas import FleissKappa
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.shares import label_shares, rows_of
from annotator.domain.agreement.weights import Identity, Weights, all_labels
from annotator.domain.intervals import FloatArray, Sums, summed


def standard_error(
    statistic: PercentAgreement | FleissKappa | GwetAC | BrennanPrediger, ratings: Ratings
) -> float | None:
    """The standard error of a coefficient of Gwet's family; None where the coefficient or, with one
    item, its spread is undefined.

        x_i = (n / n') (1 - d_i / D_e) + 2 (D_o / D_e) (e_i - D_e) / D_e,
        SE = sqrt(sum over i of (x_i - coefficient) squared / (n (n - 1)))

    d_i is the disagreement within item i, n' the number of items with two labels (x_i of the others
    lacks the first term), and e_i what chance expects for the labels of item i: their shares times
    the disagreement of each label with all labels (Fleiss), times 1 - w (1 - p_c) with the mean w
    of the weights off by one label (AC), or D_e itself. Of percent agreement D_e is 1.

    The data set `raw4raters` of Gwet, for which his irrCAC prints these:

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . .",
    ...              ". 3 3 3 2 3 4 2 2 5 1 3", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", f"observer {number}", label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> for statistic in (PercentAgreement(), FleissKappa.of(ratings), GwetAC.of(ratings),
    ...                   BrennanPrediger.of(ratings)):
    ...     print(type(statistic).__name__, round(standard_error(statistic, ratings), 5))
    PercentAgreement 0.12561
    FleissKappa 0.15302
    GwetAC 0.14295
    BrennanPrediger 0.14472
    """
    sums = statistic.sums(ratings)
    totals = sums.total()[None, :]
    value = float(statistic.value(totals)[0])
    n = rows_of(ratings)
    if math.isnan(value) or n < 2:  # noqa: PLR2004 - a spread needs two
        return None
    disagreement, pairable = _columns(sums, n)
    by_chance, excess = _chance(statistic, sums, totals, n)
    own = (n / pairable.sum()) * (pairable - disagreement / by_chance)
    return _spread(own + 2 * (1 - value) * excess / by_chance - value)


def _chance(
    statistic: PercentAgreement | FleissKappa | GwetAC | BrennanPrediger,
    sums: Sums,
    totals: FloatArray,
    rows: int,
) -> tuple[float, FloatArray]:
    """D_e, and e_i - D_e of each item."""
    if isinstance(statistic, PercentAgreement):
        return 1.0, np.zeros(rows)
    if isinstance(statistic, BrennanPrediger):
        return statistic.by_chance, np.zeros(rows)
    shares = label_shares(totals)
    by_chance = float(statistic.by_chance(shares)[0])
    return by_chance, _by_item(sums, statistic.of_each(shares)[0]) - by_chance


def alpha_standard_error(ratings: Ratings, weights: Weights | None = None) -> float | None:
    """The standard error of Krippendorff's alpha with the squared distances d of `weights`; None
    where alpha is undefined.

        x_i - alpha = (D_o - u_i) / D_e + 2 (D_o / D_e) (v_i - D_e) / D_e
        u_i = o_i - D_o (m_i - m) / m,  v_i = e_i - D_e (m_i - m) / m

    over the n items with two labels or more, with m the mean of m_i, o_i = sum over c, k of n_ic
    n_ik d(c, k) / (m (m_i - 1)), e_i = sum over c, k of n_ic p_k d(c, k) / m, D_o and D_e their
    means. The correction of alpha for few labels, which is of the size 1 over their number, is left
    out, as Gwet leaves it out. Without weights it is nominal alpha; `Quadratic` is interval alpha.
    Not for the ordinal metric, whose distances are themselves estimated.

    The data set `raw4raters` of Gwet:

    >>> from annotator.domain.scales import Scale
    >>> observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . .",
    ...              ". 3 3 3 2 3 4 2 2 5 1 3", "1 2 3 3 2 4 4 1 2 5 1 ."]
    >>> rows = [(f"unit {unit:02}", f"observer {number}", label)
    ...         for number, line in enumerate(observers)
    ...         for unit, label in enumerate(line.split()) if label != "."]
    >>> round(alpha_standard_error(Ratings.of(rows, Scale("nominal"))), 5)
    0.14548
    """
    weights = weights or Identity()
    n = len(ratings.item_names)
    if n < 2:  # noqa: PLR2004 - a spread needs two
        return None
    cells = ratings.cells()
    sizes = ratings.sizes() / ratings.sizes().mean()
    items, within = weights.within(cells)
    observed = summed(items, within, n) / np.maximum(ratings.sizes() - 1, 1)
    shares = summed(cells.codes, cells.counts, len(all_labels(ratings)))[None, :] / len(ratings)
    of_each = weights.from_each(shares)[0]
    chance = summed(cells.items, cells.counts * of_each[cells.codes], n)
    o, e = (part / ratings.sizes().mean() for part in (observed, chance))
    d_o, d_e = float(o.mean()), float((shares[0] * of_each).sum())
    if (shares > 0).sum() < 2 or d_e <= 0:  # noqa: PLR2004 - two different labels
        return None
    u, v = o - d_o * (sizes - 1), e - d_e * (sizes - 1)
    return _spread((d_o - u) / d_e + 2 * (d_o / d_e) * (v - d_e) / d_e)


def _columns(sums: Sums, rows: int) -> tuple[FloatArray, FloatArray]:
    """The disagreement within each item, and 1 for an item with two labels; 0 for items beyond the
    sums.
    """
    first, second = (_by_row(sums, sums.values * (sums.columns == place)) for place in (0, 1))
    beyond = np.zeros(rows - len(first))
    return np.append(first, beyond), np.append(second, beyond)


def _by_item(sums: Sums, of_each: FloatArray) -> FloatArray:
    """The mean of `of_each` over the labels of each item."""
    weight = np.append([0.0, 0.0], of_each)
    return _by_row(sums, sums.values * weight[sums.columns])


def _by_row(sums: Sums, values: FloatArray) -> FloatArray:
    """The sum of the values of the cells of each row."""
    if sums.pattern is None:
        return summed(sums.rows, values, sums.shape[0])
    described = int(sums.pattern.max(initial=-1)) + 1
    return summed(sums.rows, values, described)[sums.pattern]


def _spread(x: FloatArray) -> float:
    """The standard error of the mean of deviations x from it."""
    n = len(x)
    return math.sqrt(float((x * x).sum()) / (n * (n - 1)))
