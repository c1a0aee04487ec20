"""Random tables against the packages a user would otherwise pick; they are never imported by the
program.
"""

import random
from typing import Literal

import krippendorff
import numpy as np
import pytest
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, jaccard_distance

from annotator.domain.agreement import (
    BrennanPrediger,
    CohenKappa,
    CongerKappa,
    FleissKappa,
    PercentAgreement,
    Ratings,
    krippendorff_alpha,
    pairs,
    set_distance,
)
from annotator.domain.agreement.alpha import ratio_alpha
from annotator.domain.agreement.shares import value_of
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import Row

Level = Literal["nominal", "ordinal", "interval"]
SEEDS = pytest.mark.parametrize("seed", range(8))


def random_rows(seed: int, labels: list[str], *, items: int = 40, raters: int = 5) -> list[Row]:
    rng = random.Random(seed)
    rows = []
    for item in range(items):
        truth = rng.choice(labels)
        for rater in range(raters):
            if rng.random() < 0.7:
                label = truth if rng.random() < 0.6 else rng.choice(labels)
                rows.append((f"i{item:02}", f"r{rater}", label))
    return rows


def reliability_data(rows: list[Row]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    data = np.full((5, 40), np.nan)
    for item, rater, label in rows:
        data[int(rater[1:]), int(item[1:])] = float(label)
    return data


@SEEDS
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_it_equals_the_krippendorff_package(seed: int, level: Level) -> None:
    labels = ["1", "2", "3", "9", "10"]
    rows = random_rows(seed, labels)
    scale = Scale("ordinal", tuple(labels)) if level == "ordinal" else Scale.parse(level)
    theirs = krippendorff.alpha(reliability_data(rows), level_of_measurement=level)
    assert krippendorff_alpha(Ratings.of(rows, scale)) == pytest.approx(theirs, abs=1e-12)


def nltk_task(rows: list[Row], distance: object) -> AnnotationTask:
    return AnnotationTask(
        data=[(rater, item, frozenset(label.split("|"))) for item, rater, label in rows],
        distance=distance,
    )


@SEEDS
def test_it_equals_nltk_on_sets(seed: int) -> None:
    rows = random_rows(seed, ["a", "b", "a|b", "b|c", "a|b|c", "d"])
    jaccard = krippendorff_alpha(Ratings.of(rows, Scale("set", distance="jaccard")))
    assert jaccard == pytest.approx(nltk_task(rows, jaccard_distance).alpha(), abs=1e-12)
    # nltk rounds the thirds of MASI to .33 and .67, so it is given our distance and checks the
    # rest.
    masi = krippendorff_alpha(Ratings.of(rows, Scale("set")))
    theirs = nltk_task(rows, lambda a, b: set_distance(sorted(a), sorted(b))).alpha()
    assert masi == pytest.approx(theirs, abs=1e-12)


@SEEDS
def test_cohens_kappa_equals_nltk(seed: int) -> None:
    rows = random_rows(seed, ["a", "b", "c"], raters=2)
    shared = {item for item, rater, _ in rows if rater == "r0"}
    shared &= {item for item, rater, _ in rows if rater == "r1"}
    kept = [row for row in rows if row[0] in shared]
    [pair] = pairs(Ratings.of(rows, Scale("nominal")))
    task = nltk_task(kept, binary_distance)
    assert pair.kappa == pytest.approx(task.kappa_pairwise("r0", "r1"), abs=1e-12)
    assert pair.percent == pytest.approx(task.Ao("r0", "r1"), abs=1e-12)
    assert pair.items == len(shared)


@SEEDS
def test_ratio_alpha_equals_the_krippendorff_package(seed: int) -> None:
    rows = random_rows(seed, ["0", "1", "2", "3", "9"])
    ratings = Ratings.of(rows, Scale("interval"))
    theirs = krippendorff.alpha(reliability_data(rows), level_of_measurement="ratio")
    assert value_of(ratio_alpha(ratings), ratings) == pytest.approx(theirs, abs=1e-12)


@SEEDS
def test_the_kappas_of_complete_tables_equal_nltk(seed: int) -> None:
    """nltk's pi pools all raters (Fleiss), its multi_kappa takes the mean of P_o and of P_e of all
    pairs (Davies and Fleiss), which is Conger's kappa; its S is that of Bennett.
    """
    rng = random.Random(seed)
    rows = [(f"i{n:02}", f"r{r}", rng.choice("aab" + "abc"[n % 3] * 3)) for n in range(30)
            for r in range(3)]  # fmt: skip
    ratings, task = Ratings.of(rows, Scale("nominal")), nltk_task(rows, binary_distance)
    for statistic, theirs in (
        (FleissKappa.of(ratings), task.pi()),
        (CongerKappa.of(ratings), task.multi_kappa()),
        (CohenKappa.of(ratings), task.kappa()),
        (BrennanPrediger.of(ratings), task.S()),
        (PercentAgreement(), task.avg_Ao()),
    ):
        assert value_of(statistic, ratings) == pytest.approx(theirs, abs=1e-12)
