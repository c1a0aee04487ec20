"""Agreement between annotators: the numbers of a paper.

`Ratings` are the judgments of one question as arrays, and each family of statistics has a module;
`annotator.domain.scoring` does a whole table. Importing this package loads numpy: callers on the
web start-up path import it inside the function that needs it.
"""

from annotator.domain.agreement.additive import (
    Additive,
    Figure,
    Fixed,
    Outlook,
    Resampling,
    figure,
    outlook,
)
from annotator.domain.agreement.against_others import AgainstOthers, against_others
from annotator.domain.agreement.alpha import (
    alpha_of,
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
)
from annotator.domain.agreement.coefficients import coefficients
from annotator.domain.agreement.confusion import Confusion, coincidences, confusions
from annotator.domain.agreement.distances import set_distance
from annotator.domain.agreement.gwet import BrennanPrediger, GwetAC
from annotator.domain.agreement.kappas import FleissKappa, ScottPi, fleiss_per_label
from annotator.domain.agreement.pairs import Pair, pair_alphas, pairs
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.rater_margins import CohenKappa, CongerKappa
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.weighted_kappa import WeightedKappa
from annotator.domain.judgments import item_agreement, unanimous

__all__ = [
    "Additive",
    "AgainstOthers",
    "BrennanPrediger",
    "CohenKappa",
    "Confusion",
    "CongerKappa",
    "Figure",
    "Fixed",
    "FleissKappa",
    "GwetAC",
    "Outlook",
    "Pair",
    "PercentAgreement",
    "Ratings",
    "Resampling",
    "ScottPi",
    "WeightedKappa",
    "against_others",
    "alpha_of",
    "alpha_without_each",
    "coefficients",
    "coincidences",
    "confusions",
    "figure",
    "fleiss_per_label",
    "item_agreement",
    "krippendorff_alpha",
    "label_alphas",
    "outlook",
    "pair_alphas",
    "pairs",
    "set_distance",
    "unanimous",
]
