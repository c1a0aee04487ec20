"""A nominal 95 % interval must hold the true figure about 95 times of 100, which only drawing whole
documents does. `benchmarks/coverage.py` measures it at length; this is a short, seeded run.
"""

from collections import Counter

import numpy as np

from annotator.domain.agreement.additive import Resampling, figure
from annotator.domain.agreement.alpha import NominalAlpha
from annotator.domain.agreement.ratings import Alone, Ratings
from annotator.domain.intervals import FloatArray, IntArray
from annotator.domain.scales import Scale

DOCUMENTS, PARAGRAPHS = 40, 11
TRIALS, REPLICATES = 150, 200
HALF_SURE = 0.5


def labels_of(documents: int, seed: int) -> IntArray:
    """Two raters and four labels. In half of the documents the raters slip half of the time, in the
    others never, and most paragraphs of a document are about the same.
    """
    chance = np.random.default_rng(seed)
    shape = (documents, PARAGRAPHS, 2)
    topic = chance.integers(0, 4, (documents, 1, 1))
    off_topic = chance.random((documents, PARAGRAPHS, 1)) < HALF_SURE
    truth = np.where(off_topic, chance.integers(0, 4, (documents, PARAGRAPHS, 1)), topic)
    slips = chance.random(shape) < HALF_SURE * chance.integers(0, 2, (documents, 1, 1))
    return np.where(slips, chance.integers(0, 4, shape), truth)


def ratings_of(labels: IntArray) -> Ratings:
    items = labels.size // 2
    nobody = np.zeros(0, dtype=np.int64)
    return Ratings(
        Scale(),
        np.repeat(np.arange(items), 2),
        np.tile(np.arange(2), items),
        labels.ravel(),
        ("",) * items,
        ("ann", "bob"),
        tuple("abcd"),
        Alone(nobody, nobody, (), ()),
    )


def true_alpha() -> float:
    # An item is disagreed on only in the hard half of the documents, and there unless both raters
    # keep to the truth, or come to the same label by chance, which is one of four.
    both_right = HALF_SURE**2
    disagree = 0.5 * (1 - both_right) * 3 / 4
    # Over all documents the labels are equally frequent.
    return 1 - disagree / (3 / 4)


def test_only_whole_documents_hold_the_truth_as_often_as_they_say() -> None:
    statistic = NominalAlpha(4)
    item: IntArray = np.arange(DOCUMENTS * PARAGRAPHS)
    by_item = Resampling(item, len(item), "items", 1, REPLICATES)
    by_document = Resampling(item // PARAGRAPHS, DOCUMENTS, "documents", 1, REPLICATES)
    by_leaving_out = Resampling(item // PARAGRAPHS, DOCUMENTS, "documents", 1, 0, "jackknife")
    held = Counter[str]()
    for trial in range(TRIALS):
        ratings = ratings_of(labels_of(DOCUMENTS, trial))
        for name, way in (("i", by_item), ("d", by_document), ("j", by_leaving_out)):
            found = figure(statistic, ratings, way)
            assert found.low is not None
            assert found.high is not None
            held[name] += found.low <= true_alpha() <= found.high
    # By chance alone 150 trials are off by .035 in one case of twenty.
    assert 0.88 <= held["d"] / TRIALS <= 0.98
    assert 0.90 <= held["j"] / TRIALS <= 0.99
    assert held["i"] / TRIALS < 0.75


def test_the_true_alpha_is_that_of_a_large_sample() -> None:
    statistic = NominalAlpha(4)
    total: FloatArray = statistic.sums(ratings_of(labels_of(20_000, 1))).total()
    assert abs(float(statistic.value(total[None, :])[0]) - true_alpha()) < 0.01
