"""The analytic standard errors against the formulas of Gwet on a dense table, and what they
estimate.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from annotator.domain.agreement import (
    BrennanPrediger,
    FleissKappa,
    GwetAC,
    PercentAgreement,
    Ratings,
    krippendorff_alpha,
)
from annotator.domain.agreement.shares import value_of
from annotator.domain.agreement.standard_errors import alpha_standard_error, standard_error
from annotator.domain.agreement.weights import WeightKind, all_labels, weights_of
from annotator.domain.scales import Scale
from tests.domain.agreement import oracle_coefficients as oracle
from tests.domain.agreement.oracle import SCALES, Row, tables

Array = np.ndarray[Any, np.dtype[np.float64]]
Chance = Callable[[Array, Array, Array], tuple[float, Array]]


def counts(rows: list[Row], labels: tuple[str, ...]) -> Array:
    items = sorted({item for item, _, _ in rows})
    table = np.zeros((len(items), len(labels)))
    for item, _, label in rows:
        table[items.index(item), labels.index(label)] += 1
    return table


def of_shares(w: Array, p: Array, each: Array) -> tuple[float, Array]:
    return float(p @ w @ p), each @ (w @ p)


def of_gwet(w: Array, p: Array, each: Array) -> tuple[float, Array]:
    factor = w.sum() / (len(p) * (len(p) - 1))
    return float(factor * (p * (1 - p)).sum()), factor * each @ (1 - p)


def of_equal(w: Array, _: Array, each: Array) -> tuple[float, Array]:
    return float(w.mean()), np.full(len(each), w.mean())


def of_none(_: Array, __: Array, each: Array) -> tuple[float, Array]:
    return 0.0, np.zeros(len(each))


def gwets(table: Array, w: Array, chance: Chance) -> float:
    """As Gwet (2014) prints it, in agreements."""
    n, m = len(table), table.sum(axis=1)
    more = m > 1
    agreement = np.where(
        more, (table * (table @ w - 1)).sum(axis=1) / np.maximum(m * (m - 1), 1), 0
    )
    each = table / m[:, None]
    by_chance, of_item = chance(w, each.mean(axis=0), each)
    value = (agreement.sum() / more.sum() - by_chance) / (1 - by_chance)
    x = n / more.sum() * (agreement - by_chance * more) / (1 - by_chance)
    x = x - 2 * (1 - value) * (of_item - by_chance) / (1 - by_chance)
    return math.sqrt(((x - value) ** 2).sum() / (n * (n - 1)))


@pytest.mark.parametrize("kind", ["identity", "quadratic"])
@given(rows=tables("ordinal"))
def test_they_are_gwets(kind: WeightKind, rows: list[Row]) -> None:
    ratings = Ratings.of(rows, SCALES["ordinal"])
    labels = all_labels(ratings)
    weight = oracle.quadratic(dict(SCALES["ordinal"].ranks or {}))
    weight = oracle.same if kind == "identity" else weight
    weights = weights_of(ratings, kind)
    w = np.array([[weight(a, b) for b in labels] for a in labels])
    for statistic, chance in (
        (PercentAgreement(weights), of_none),
        (FleissKappa.of(ratings, weights), of_shares),
        (GwetAC.of(ratings, weights), of_gwet),
        (BrennanPrediger.of(ratings, weights), of_equal),
    ):
        error = standard_error(statistic, ratings)
        if value_of(statistic, ratings) is None or len({item for item, _, _ in rows}) < 2:
            assert error is None
        else:
            assert error == pytest.approx(gwets(counts(rows, labels), w, chance), abs=1e-9)


def sample(seed: int, items: int, labels: str = "abc") -> list[Row]:
    rng = np.random.default_rng(seed)
    rows = []
    for item in range(items):
        truth = rng.choice(list(labels), p=[0.5, 0.3, 0.2])
        for rater in range(3):
            label = truth if rng.random() < 0.7 else rng.choice(list(labels))
            rows.append((f"i{item:03}", f"r{rater}", str(label)))
    return rows


@pytest.mark.parametrize("scale", ["nominal", "interval"])
def test_that_of_alpha_is_the_spread_of_alpha_over_samples(scale: str) -> None:
    labels = "abc" if scale == "nominal" else "127"
    samples = [Ratings.of(sample(seed, 80, labels), Scale.parse(scale)) for seed in range(150)]
    spread = float(np.std([krippendorff_alpha(one) or 0 for one in samples]))
    kind: WeightKind = "identity" if scale == "nominal" else "quadratic"
    errors = [alpha_standard_error(one, weights_of(one, kind)) for one in samples[:20]]
    assert float(np.mean([error or 0 for error in errors])) == pytest.approx(spread, rel=0.15)


def test_perfect_agreement_has_no_error() -> None:
    rows = [(f"i{n}", who, label) for n, label in enumerate("abba") for who in ("ann", "bob")]
    ratings = Ratings.of(rows, Scale())
    assert standard_error(FleissKappa.of(ratings), ratings) == pytest.approx(0, abs=1e-12)
    assert alpha_standard_error(ratings) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("labels", ["", "a", "aa", "aaaa"])
def test_what_is_undefined_has_no_error(labels: str) -> None:
    rows = [(f"i{n // 2}", f"r{n % 2}", label) for n, label in enumerate(labels)]
    ratings = Ratings.of(rows, Scale())
    assert alpha_standard_error(ratings) is None
    assert standard_error(FleissKappa.of(ratings), ratings) is None
