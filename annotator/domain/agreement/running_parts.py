"""What running figures of all scales are made with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.scales import Scale

# The least common multiple of 1 to 17. What an item of up to 17 labels adds is a whole number of
# parts of this size, so that taking it off again leaves exactly what was there before.
PARTS: Final = 12_252_240
EXACT_UP_TO: Final = 17

Labelled = tuple[str, int, float | None]


def share(times: int, out_of: int, labels: int) -> float:
    """So many parts of `PARTS`; a whole number unless the item has very many labels."""
    return float(PARTS * times // out_of) if labels <= EXACT_UP_TO else PARTS * times / out_of


def differing(counts: Iterable[int]) -> int:
    """How many ordered pairs of annotators gave different labels."""
    times = list(counts)
    return sum(times) ** 2 - sum(count * count for count in times)


def vocabulary_of(scale: Scale, labels: Sequence[str]) -> Ratings:
    """Ratings without an item that know these labels: what a statistic needs beside its sums."""
    return replace(Ratings.of([], scale), labels=tuple(labels))


def one_against_the_rest(count: float, within: float, n: float) -> float | None:
    """Nominal alpha of one label, from the disagreement about it; see `label_alphas`."""
    expected = 2 * count * (n - count)
    return float(1 - (n - 1) * within / expected) if expected > 0 else None
