import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import (
    Figure,
    PercentAgreement,
    Ratings,
    Resampling,
    alpha_of,
    figure,
    krippendorff_alpha,
)
from annotator.domain.agreement.additive import defined
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import SCALES, Row, tables


def own_documents(ratings: Ratings, replicates: int = 200) -> Resampling:
    items = len(ratings.item_names)
    return Resampling(np.arange(items), items, "items", seed=1, replicates=replicates)


def test_a_figure_of_nothing_says_why() -> None:
    ratings = Ratings.of([], Scale())
    found = figure(PercentAgreement(), ratings, own_documents(ratings))
    assert found == Figure(None, why="no_pairable_items")


def test_a_figure_that_chance_leaves_undefined_says_why() -> None:
    ratings = Ratings.of([("i", "ann", "a"), ("i", "bob", "a")], Scale())
    found = figure(alpha_of(ratings), ratings, own_documents(ratings))
    assert found == Figure(None, why="single_category")


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_taking_an_item_off_the_sums_leaves_the_figure_of_the_rest(
    scale: str, data: st.DataObject
) -> None:
    # This is what a live figure and a jackknife rest on.
    rows = data.draw(tables(scale))
    ratings = Ratings.of(rows, SCALES[scale])
    statistic = alpha_of(ratings)
    sums = statistic.sums(ratings)
    for item, name in enumerate(ratings.item_names):
        keep = np.ones((1, len(ratings.item_names)))
        keep[0, item] = 0
        rest = [row for row in rows if row[0] != name]
        expected = krippendorff_alpha(Ratings.of(rest, SCALES[scale]))
        assert defined(statistic, sums.weighted(keep)[0]) == pytest.approx(expected, abs=1e-9)


def alike_within_documents(documents: int, each: int) -> tuple[list[Row], list[int]]:
    """Some documents are hard and some are easy, which is why paragraphs are not independent."""
    rng = random.Random(4)
    rows: list[Row] = []
    for document in range(documents):
        skill = rng.choice([0.2, 1.0])
        for number in range(each):
            truth = rng.choice("abcd")
            for rater in ("ann", "bob"):
                label = truth if rng.random() < skill else rng.choice("abcd")
                rows.append((f"d{document:03}-{number:02}", rater, label))
    return rows, [item // each for item in range(documents * each)]


@pytest.mark.parametrize("scale", ["nominal", "ordinal:a<b<c<d", "set"])
def test_drawing_documents_is_honest_where_drawing_items_is_too_sure(scale: str) -> None:
    rows, document = alike_within_documents(40, 11)
    ratings = Ratings.of(rows, Scale.parse(scale))
    statistic = alpha_of(ratings)
    by_item = figure(statistic, ratings, own_documents(ratings))
    unit = np.array(document, dtype=np.int64)
    by_document = figure(statistic, ratings, Resampling(unit, 40, "documents", 1, 200))
    assert by_item.value == by_document.value
    assert width(by_document) > 1.5 * width(by_item)


def width(found: Figure) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low
