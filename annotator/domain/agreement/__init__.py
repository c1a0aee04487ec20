"""Agreement between annotators, from judgments to the numbers of a paper.

`score` does a whole table. Underneath, `Ratings` are the judgments of one question as arrays, and
each family of statistics has a module. Importing this package loads numpy: callers on the web
start-up path import it inside the function that needs it.
"""

from annotator.domain.agreement.additive import (
    Additive,
    Figure,
    Outlook,
    Resampling,
    figure,
    outlook,
)
from annotator.domain.agreement.alpha import (
    alpha_of,
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
)
from annotator.domain.agreement.confusion import Confusion, coincidences, confusions
from annotator.domain.agreement.distances import set_distance
from annotator.domain.agreement.pairs import Pair, pairs
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.scoring import rounded, score, ungated_alpha
from annotator.domain.judgments import item_agreement, unanimous

__all__ = [
    "Additive",
    "Confusion",
    "Figure",
    "Outlook",
    "Pair",
    "PercentAgreement",
    "Ratings",
    "Resampling",
    "alpha_of",
    "alpha_without_each",
    "coincidences",
    "confusions",
    "figure",
    "item_agreement",
    "krippendorff_alpha",
    "label_alphas",
    "outlook",
    "pairs",
    "rounded",
    "score",
    "set_distance",
    "unanimous",
    "ungated_alpha",
]
