"""Which settled labels a release shows as gold, and why an item has none.

The rules need only what stands in the release itself, so that whoever has it can apply them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from annotator.domain.release_choices import Choices

BY_PEOPLE: Final = frozenset({"person", "consensus"})
# A rule that counted or weighed votes settled it, so the model has a say in whether it is sure.
BY_RULE: Final = frozenset({"unanimous", "majority", "model"})

NO_GOLD: Final[dict[str, str]] = {
    "void": "It was settled that the question does not apply.",
    "undecidable": "It was settled that there is no telling.",
    "codebook_unclear": "It was settled that the codebook does not say.",
    "not_by_people": "It was settled by a rule, and this release takes only what people settled.",
    "few_annotators": "It was settled, but labelled by fewer people than this release asks for.",
    "uncertain": "It was settled by a rule, and the model is less sure than this release asks for.",
    "other_codebook_version": "It was settled under another version of the codebook.",
    "unlabelled": "Nobody has answered the question yet.",
    "gated": "The question did not apply after the earlier answers of all who were asked.",
    "one_label": "Only one person has labelled it, and nothing was settled.",
    "unsettled": "Two people or more have labelled it, and nothing was settled.",
}
LEFT_OUT_BY_CHOICE: Final = ("not_by_people", "few_annotators", "uncertain")


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known of one question of one item.

    `state` and `method` are None where nothing is settled; `elsewhere`: it is, but under a codebook
    whose labels mean something else. `votes` counts labels that were given freely; `gated` tells
    that somebody answered, and that all who did found the question not to apply. `certainty`, 0 to
    1, is the probability of the likeliest label, None where no model says.
    """

    state: str | None = None
    method: str | None = None
    votes: int = 0
    gated: bool = False
    certainty: float | None = None
    elsewhere: bool = False


def why_no_gold(known: Settled, choices: Choices) -> str:
    """A code of `NO_GOLD`, the first in its order that holds; empty where there is gold.

    >>> why_no_gold(Settled("decided", "majority", votes=2, certainty=0.7), Choices(certainty=0.9))
    'uncertain'
    """
    if known.state == "decided":
        return _left_out(known, choices)
    if known.state is not None:
        return known.state
    if known.elsewhere:
        return "other_codebook_version"
    if not known.votes:
        return "gated" if known.gated else "unlabelled"
    return "one_label" if known.votes == 1 else "unsettled"


def _left_out(known: Settled, choices: Choices) -> str:
    if choices.gold == "people" and known.method not in BY_PEOPLE:
        return "not_by_people"
    # A copy has the label of another item, which was labelled by others.
    if known.method != "propagated" and known.votes < choices.min_annotators:
        return "few_annotators"
    is_unsure = known.certainty is not None and known.certainty < choices.certainty
    return "uncertain" if known.method in BY_RULE and is_unsure else ""


def likeliest(posterior: Mapping[str, float] | None) -> float | None:
    """The largest probability; None where there is none."""
    return max(posterior.values()) if posterior else None
