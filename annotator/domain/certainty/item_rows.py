"""What is exported of each item: its votes, the answer of each model, and how sure it is."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from annotator.domain.certainty.choice import Chosen
from annotator.domain.certainty.expectation import Fit
from annotator.domain.certainty.set_votes import (
    member_entropy,
    member_margin,
    member_shares,
    set_majority,
)
from annotator.domain.certainty.votes import Votes, entropy, margin, named
from annotator.domain.intervals import FloatArray
from annotator.domain.scales import Scale

# Posteriors closer than this are a tie.
TIED: Final = 1e-9
# The last digits of a posterior differ from one processor to another; these do not.
PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class ItemCertainty:
    """One item; probabilities and what follows from them have six decimals.

    `votes`: how many gave each label. `majority`: the leading label, `tie:a|b` where labels tie,
    never broken in silence; for sets see `set_majority`, for numbers it is the median. `one_coin`,
    `mace`, `dawid_skene`: the likeliest label of each model, None where it was not estimated.
    `posterior`: by label the probability under `model`, the chosen one; for the vote the vote
    shares, for the vote on sets the share of each member; labels of probability 0 are left out.
    `entropy`, 0 to 1: of that posterior, over the log of the number of labels. `margin`, 0 to 1:
    its largest probability less the second. `agreement`: the share of pairs of votes that are the
    same, None below two votes. An item without a label has None for all of these.
    """

    votes: dict[str, int]
    majority: str | None
    one_coin: str | None
    mace: str | None
    dawid_skene: str | None
    posterior: dict[str, float]
    entropy: float | None
    margin: float | None
    agreement: float | None
    model: Chosen

    @property
    def n(self) -> int:
        return sum(self.votes.values())

    @property
    def share(self) -> float | None:
        """The share of the votes for the label given most, 0 to 1; None without a vote."""
        return max(self.votes.values()) / self.n if self.votes else None


def leaders(posterior: FloatArray, labels: Sequence[str]) -> list[str]:
    """For each column of shape (labels, rows) the likeliest label, or the tie of several."""
    largest = posterior.max(axis=0)
    close = posterior >= largest - TIED
    found = [labels[code] for code in close.argmax(axis=0).tolist()]
    for row in np.flatnonzero(close.sum(axis=0) > 1).tolist():
        found[row] = named([labels[code] for code in np.flatnonzero(close[:, row]).tolist()])
    return found


def item_rows(
    votes: Votes,
    labels: Sequence[str],
    fits: Mapping[str, Fit],
    chosen: Chosen,
    scale: Scale,
) -> list[ItemCertainty]:
    """One entry for each row of the votes."""
    tallies = _tallies(votes, labels)
    agreement = votes.agreement().tolist()
    answers = {
        name: leaders(fits[name].rows, labels) if name in fits else [None] * len(tallies)
        for name in ("one_coin", "mace", "dawid_skene")
    }
    believed = _believed(tallies, labels, fits.get(chosen), chosen, scale)
    return [
        ItemCertainty(
            votes=tally,
            majority=_majority(tally, scale) if tally else None,
            one_coin=answers["one_coin"][row] if tally else None,
            mace=answers["mace"][row] if tally else None,
            dawid_skene=answers["dawid_skene"][row] if tally else None,
            posterior=believed[row][0] if tally else {},
            entropy=believed[row][1] if tally else None,
            margin=believed[row][2] if tally else None,
            agreement=round(agreement[row], PLACES) if votes.sizes[row] > 1 else None,
            model=chosen,
        )
        for row, tally in enumerate(tallies)
    ]


def _tallies(votes: Votes, labels: Sequence[str]) -> list[dict[str, int]]:
    starts = votes.starts().tolist()
    codes, counts = votes.codes.tolist(), votes.counts.astype(np.int64).tolist()
    return [
        {labels[code]: count for code, count in zip(codes[a:b], counts[a:b], strict=True)}
        for a, b in pairwise(starts)
    ]


def _majority(tally: Mapping[str, int], scale: Scale) -> str:
    if scale.kind == "set":
        return set_majority(tally)
    if scale.kind == "interval":
        numbers = [float(label) for label, times in tally.items() for _ in range(times)]
        return scale.canonical(repr(statistics.median(numbers)))
    most = max(tally.values())
    return named([label for label, times in tally.items() if times == most])


Belief = tuple[dict[str, float], float | None, float | None]


def _believed(
    tallies: Sequence[Mapping[str, int]],
    labels: Sequence[str],
    fit: Fit | None,
    chosen: Chosen,
    scale: Scale,
) -> list[Belief]:
    """Posterior, entropy and margin of each row by the chosen model."""
    if chosen == "median":
        return [({}, None, None)] * len(tallies)
    if chosen == "vote" and scale.kind == "set":
        return [_of_members(tally) for tally in tallies]
    if fit is None:
        return [_of_shares(tally, len(labels)) for tally in tallies]
    unsure, ahead = entropy(fit.rows).tolist(), margin(fit.rows).tolist()
    return [
        (_named_shares(labels, column), round(unsure[row], PLACES), round(ahead[row], PLACES))
        for row, column in enumerate(fit.rows.T.tolist())
    ]


def _of_members(tally: Mapping[str, int]) -> Belief:
    shares = member_shares(tally)
    return (
        {member: round(share, PLACES) for member, share in shares.items()},
        round(member_entropy(shares), PLACES),
        round(member_margin(shares), PLACES),
    )


def _of_shares(tally: Mapping[str, int], n_labels: int) -> Belief:
    """The vote shares themselves, where the table of all items and labels would be too large."""
    n = max(1, sum(tally.values()))
    shares = [times / n for times in tally.values()]
    bits = -sum(share * math.log(share) for share in shares)
    first, second = sorted([*shares, 0.0, 0.0], reverse=True)[:2]
    return (
        _named_shares(list(tally), shares),
        round(bits / math.log(max(2, n_labels)) + 0.0, PLACES),
        round(first - second, PLACES),
    )


def _named_shares(labels: Sequence[str], shares: Sequence[float]) -> dict[str, float]:
    found = zip(labels, (round(share, PLACES) for share in shares), strict=True)
    return {label: share for label, share in found if share}
