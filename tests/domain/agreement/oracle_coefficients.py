"""The coefficients by their definitions, in plain loops, written without looking at ours.

Labels alone on their item count towards the shares of the family of Gwet, and nowhere else.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations, permutations
from statistics import mean

from tests.domain.agreement.oracle import Row

Weight = Callable[[str, str], float]


def same(a: str, b: str) -> float:
    return float(a == b)


def quadratic(value: dict[str, float]) -> Weight:
    spread = max(value.values()) - min(value.values())
    return lambda a, b: 1 - ((value[a] - value[b]) / spread) ** 2 if spread else 1.0


def linear(value: dict[str, float]) -> Weight:
    spread = max(value.values()) - min(value.values())
    return lambda a, b: 1 - abs(value[a] - value[b]) / spread if spread else 1.0


def by_item(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    items: dict[str, dict[str, str]] = defaultdict(dict)
    for item, rater, label in rows:
        items[item][rater] = label
    return items


def percent(rows: Sequence[Row], weight: Weight = same) -> float | None:
    agreements = [
        mean(weight(a, b) for a, b in permutations(labels.values(), 2))
        for labels in by_item(rows).values()
        if len(labels) > 1
    ]
    return mean(agreements) if agreements else None


def shares(rows: Sequence[Row]) -> dict[str, float]:
    items = by_item(rows).values()
    found: dict[str, float] = defaultdict(float)
    for labels in items:
        for label in labels.values():
            found[label] += 1 / len(labels) / len(items)
    return found


def corrected(agreement: float | None, by_chance: float) -> float | None:
    if agreement is None or by_chance > 1 - 1e-12:
        return None
    return (agreement - by_chance) / (1 - by_chance)


def fleiss(rows: Sequence[Row], weight: Weight = same) -> float | None:
    share = shares(rows)
    by_chance = sum(share[a] * share[b] * weight(a, b) for a in share for b in share)
    return corrected(percent(rows, weight), by_chance)


def gwet(rows: Sequence[Row], labels: Sequence[str], weight: Weight = same) -> float | None:
    q, share = len(labels), shares(rows)
    total = sum(weight(a, b) for a in labels for b in labels)
    if q < 2 or total == q * q:
        return None
    spread = sum(p * (1 - p) for p in share.values())
    return corrected(percent(rows, weight), total / (q * (q - 1)) * spread)


def brennan_prediger(
    rows: Sequence[Row], labels: Sequence[str], weight: Weight = same
) -> float | None:
    q = len(labels)
    total = sum(weight(a, b) for a in labels for b in labels)
    return corrected(percent(rows, weight), total / q**2) if q else None


def conger(rows: Sequence[Row], weight: Weight = same) -> float | None:
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for _, rater, label in rows:
        given[rater][label] += 1
    chances = [
        sum(
            given[one][a] / given[one].total() * given[other][b] / given[other].total()
            * weight(a, b)
            for a in given[one]
            for b in given[other]
        )
        for one, other in permutations(given, 2)
    ]  # fmt: skip
    return corrected(percent(rows, weight), mean(chances)) if chances else None


def cohen(rows: Sequence[Row], weight: Weight = same) -> float | None:
    """The mean over pairs of raters of their kappa, where it is defined."""
    raters = sorted({rater for _, rater, _ in rows})
    kappas = [_kappa(rows, one, other, weight) for one, other in combinations(raters, 2)]
    known = [kappa for kappa in kappas if kappa is not None]
    return mean(known) if known else None


def _kappa(rows: Sequence[Row], one: str, other: str, weight: Weight) -> float | None:
    both = [
        (labels[one], labels[other])
        for labels in by_item(rows).values()
        if one in labels and other in labels
    ]
    if not both:
        return None
    agreement = mean(weight(a, b) for a, b in both)
    return corrected(agreement, mean(weight(a, b) for a, _ in both for _, b in both))


def scott(rows: Sequence[Row]) -> float | None:
    """Of two raters, on the items that both labelled."""
    shared = {item for item, labels in by_item(rows).items() if len(labels) > 1}
    return fleiss([row for row in rows if row[0] in shared])
