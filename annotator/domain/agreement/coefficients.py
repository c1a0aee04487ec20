"""All coefficients of a question by the names under which they are reported."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from annotator.domain.agreement.additive import Additive, Fixed, defined
from annotator.domain.agreement.alpha import alpha_of
from annotator.domain.agreement.gwet import BrennanPrediger, GwetAC
from annotator.domain.agreement.kappas import FleissKappa, ScottPi
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.rater_margins import CohenKappa, CongerKappa
from annotator.domain.agreement.ratings import Ratings, check_one_label_each
from annotator.domain.agreement.weighted_kappa import WeightedKappa
from annotator.domain.agreement.weights import Weights, weights_of

# A bootstrap of 1,000 replicates keeps as many lines of this many sums.
MOST_COLUMNS: Final = 2000
# Items times sums; beyond this, resampling a million labels would take half a minute.
MOST_CELLS: Final = 100_000_000

_OF_MARGINS: Final = ("fleiss_kappa", "conger_kappa")
_WEIGHED: Final = ("gwet_ac2", "brennan_prediger")
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "nominal": (
        "percent_agreement", "krippendorff_alpha", "scott_pi", "cohen_kappa", *_OF_MARGINS,
        "gwet_ac1", "brennan_prediger",
    ),
    "ordinal": (
        "percent_agreement", "krippendorff_alpha", "scott_pi", "cohen_kappa", "weighted_kappa",
        *_OF_MARGINS, *_WEIGHED,
    ),
    "interval": ("percent_agreement", "krippendorff_alpha", "weighted_kappa", *_WEIGHED),
    "set": ("percent_agreement", "krippendorff_alpha", "cohen_kappa"),
    "span": (),  # compared character by character, by `unitizing`
}  # fmt: skip


def coefficients(ratings: Ratings) -> dict[str, Additive]:
    """The coefficients that are defined for the scale of the ratings, by name, in a fixed order.

    nominal: all but AC2 and weighted kappa. ordinal: AC2 in place of AC1; weighted kappa, AC2 and
    Brennan-Prediger weigh labels quadratically by rank, the others do not weigh. interval: only
    those that know how far numbers are apart, these three quadratically by value. set: alpha by the
    distance of the scale, percent agreement and Cohen's kappa of whole sets; the rest would need
    the number of possible sets, or treat every difference as total.

    A coefficient that the ratings themselves rule out is a `Fixed` without a value and with a code
    of `WHY` (Scott's pi of three raters); one whose sums are too many for a bootstrap is a `Fixed`
    with a value (the kappas of dozens of raters). Raises `DataInvalid` if a rater
    labelled an item twice.

    >>> from annotator.domain.agreement.shares import value_of
    >>> from annotator.domain.scales import Scale
    >>> rows = [("i1", "ann", "a"), ("i1", "bob", "a"), ("i2", "ann", "b"), ("i2", "bob", "a"),
    ...         ("i3", "ann", "b"), ("i3", "bob", "b")]
    >>> ratings = Ratings.of(rows, Scale("nominal"))
    >>> for name, statistic in coefficients(ratings).items():
    ...     print(name, round(value_of(statistic, ratings), 3))
    percent_agreement 0.667
    krippendorff_alpha 0.444
    scott_pi 0.333
    cohen_kappa 0.4
    fleiss_kappa 0.333
    conger_kappa 0.4
    gwet_ac1 0.333
    brennan_prediger 0.333
    """
    check_one_label_each(ratings)
    return {name: _MAKERS[name](ratings) for name in NAMES[ratings.scale.kind]}


def _scott_pi(ratings: Ratings) -> Additive:
    raters = len(np.unique(ratings.raters))
    return ScottPi.of(ratings) if raters == 2 else Fixed(None, "two_raters_only")  # noqa: PLR2004


def _bounded(statistic: CohenKappa | CongerKappa | WeightedKappa, ratings: Ratings) -> Additive:
    """The statistic, or where it has too many sums only its value."""
    cells = statistic.columns * len(ratings.item_names)
    if statistic.columns <= MOST_COLUMNS and cells <= MOST_CELLS:
        return statistic
    value = defined(statistic, statistic.sums(ratings).total())
    return Fixed(value, "single_category" if value is None else "too_many_raters")


def _chosen_weights(ratings: Ratings) -> Weights:
    return weights_of(ratings, "identity" if ratings.scale.kind == "nominal" else "quadratic")


_MAKERS: Final[Mapping[str, Callable[[Ratings], Additive]]] = {
    "percent_agreement": lambda _: PercentAgreement(),
    "krippendorff_alpha": alpha_of,
    "scott_pi": _scott_pi,
    "cohen_kappa": lambda ratings: _bounded(CohenKappa.of(ratings), ratings),
    "weighted_kappa": lambda ratings: _bounded(WeightedKappa.of(ratings), ratings),
    "fleiss_kappa": FleissKappa.of,
    "conger_kappa": lambda ratings: _bounded(CongerKappa.of(ratings), ratings),
    "gwet_ac1": GwetAC.of,
    "gwet_ac2": lambda ratings: GwetAC.of(ratings, _chosen_weights(ratings)),
    "brennan_prediger": lambda ratings: BrennanPrediger.of(ratings, _chosen_weights(ratings)),
}
