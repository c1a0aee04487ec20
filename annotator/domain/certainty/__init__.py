"""Competence and certainty: how good each annotator is, and how sure each label.

`certainty` does one question. Underneath, `Patterns` are its labels as numbers, and each model has
a module: the vote, one-coin, MACE and Dawid-Skene, with the gate in `choice`. Importing this
package loads numpy: callers on the web start-up path import it inside the function that needs it.
"""

from annotator.domain.certainty.aggregation import MODELS, VERSION, Certainty, certainty
from annotator.domain.certainty.choice import Choice, choose
from annotator.domain.certainty.competence import Competence, Mistake
from annotator.domain.certainty.dawid_skene import dawid_skene
from annotator.domain.certainty.expectation import Fit
from annotator.domain.certainty.gold import Accuracy, AgainstGold, against_gold
from annotator.domain.certainty.item_rows import ItemCertainty
from annotator.domain.certainty.mace import mace
from annotator.domain.certainty.one_coin import one_coin
from annotator.domain.certainty.patterns import Patterns
from annotator.domain.certainty.proportion import wilson
from annotator.domain.certainty.vote_model import vote

__all__ = [
    "MODELS",
    "VERSION",
    "Accuracy",
    "AgainstGold",
    "Certainty",
    "Choice",
    "Competence",
    "Fit",
    "ItemCertainty",
    "Mistake",
    "Patterns",
    "against_gold",
    "certainty",
    "choose",
    "dawid_skene",
    "mace",
    "one_coin",
    "vote",
    "wilson",
]
