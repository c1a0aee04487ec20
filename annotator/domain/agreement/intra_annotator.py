"""Intra-annotator agreement: how far people agree with themselves when they meet an item again.

The two occasions are taken as two raters of one unit, which is an item of one annotator
(Krippendorff, 2018, Content Analysis, 4th ed., chapter 12, calls it stability). Nobody agrees with
others better than with themselves, but for chance: it is the ceiling of any agreement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from annotator.domain.agreement.additive import Figure, Resampling, figure
from annotator.domain.agreement.alpha import alpha_of
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import joined_units
from annotator.domain.scales import Scale

_OCCASIONS = ("first", "second")


@dataclass(frozen=True, slots=True)
class Repeated:
    """The two labels of one annotator on one item; labels of a set are joined by `|`.

    `document` is what is drawn for an interval, `cluster` joins near-duplicates.
    """

    annotator: str
    item: str
    first: str
    second: str
    document: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class SelfAgreement:
    """Over `items` that were labelled twice, with 95 % intervals by documents."""

    items: int
    alpha: Figure
    percent: Figure


def intra_annotator(
    repeated: Sequence[Repeated], scale: Scale, *, seed: int, replicates: int
) -> tuple[SelfAgreement, dict[str, SelfAgreement]]:
    """All annotators pooled, and each by name in the order of names.

    Pooled, the labels of all are one bag, as of two raters who did all of it. Without a pair of
    labels the figures are None, with the code `no_labels`. Raises `DataInvalid` for a label that
    the scale refuses.

    With the two observers of Krippendorff (2011), https://repository.upenn.edu/asc_papers/43,
    example B, as the two occasions of one annotator:

    >>> pairs = zip("aabbdcccedda", "babbbccceddd", strict=True)
    >>> twice = [Repeated("ann", f"item {n}", *pair) for n, pair in enumerate(pairs)]
    >>> pooled, each = intra_annotator(twice, Scale(), seed=1, replicates=0)
    >>> round(pooled.alpha.value, 3), each == {"ann": pooled}
    (0.692, True)
    """
    by_name = sorted(repeated, key=lambda one: (one.annotator, one.item))
    each = {
        name: _figures(list(own), scale, seed, replicates)
        for name, own in groupby(by_name, key=lambda one: one.annotator)
    }
    return _figures(by_name, scale, seed, replicates), each


def _figures(
    repeated: Sequence[Repeated], scale: Scale, seed: int, replicates: int
) -> SelfAgreement:
    if not repeated:
        nothing = Figure(None, why="no_labels")
        return SelfAgreement(0, nothing, nothing)
    ratings = Ratings.of(_triples(repeated), scale)
    drawn = joined_units((one.item, one.document, one.cluster) for one in repeated)
    resampling = Resampling.of(
        ratings,
        {_unit(one): drawn[one.item] for one in repeated},
        noun="items" if all(one.document is None for one in repeated) else "documents",
        seed=seed,
        replicates=replicates,
    )
    return SelfAgreement(
        len(repeated),
        figure(alpha_of(ratings), ratings, resampling),
        figure(PercentAgreement(), ratings, resampling),
    )


def _triples(repeated: Sequence[Repeated]) -> Iterable[tuple[str, str, str]]:
    for one in repeated:
        for occasion, label in zip(_OCCASIONS, (one.first, one.second), strict=True):
            yield _unit(one), occasion, label


def _unit(one: Repeated) -> str:
    # No name holds this character, so that units of two annotators are never the same.
    return f"{one.annotator}\0{one.item}"
