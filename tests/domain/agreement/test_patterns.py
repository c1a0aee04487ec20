from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import Ratings, krippendorff_alpha
from annotator.domain.agreement.alpha import NominalAlpha
from annotator.domain.agreement.patterns import collapsed
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import alpha, tables


def counts(ratings: Ratings, item: int) -> Counter[int]:
    return Counter(ratings.codes[ratings.items == item].tolist())


@given(tables("nominal"), st.integers(1, 40))
def test_an_item_and_its_pattern_have_the_same_counts(
    rows: list[tuple[str, str, str]], portion: int
) -> None:
    ratings = Ratings.of(rows, Scale("nominal"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotator.domain.agreement.patterns._ITEMS_AT_ONCE", portion)
        few, pattern = collapsed(ratings)
    different = {frozenset(counts(ratings, i).items()) for i in range(len(ratings.item_names))}
    assert len(few.item_names) == len(different)
    for item, which in enumerate(pattern.tolist()):
        assert counts(ratings, item) == counts(few, which)


def test_an_item_that_a_subset_left_without_labels_is_a_pattern_without_labels() -> None:
    rows = [(item, rater, "ab"[item == "i2"]) for item in ("i1", "i2", "i3") for rater in "xy"]
    ratings = Ratings.of(rows, Scale("nominal"))
    few, pattern = collapsed(ratings.subset(ratings.items != 1))
    assert [counts(few, which) for which in pattern.tolist()] == [{0: 2}, {}, {0: 2}]


@pytest.mark.parametrize("labels", [3, 20, 60])
def test_few_many_and_too_many_labels_give_the_alpha_of_the_definition(labels: int) -> None:
    # They are told apart by a table of keys, by sorting the keys, and not at all.
    rng = np.random.default_rng(labels)
    rows = [
        (f"i{item:03}", f"r{rater}", f"label {rng.integers(labels):02}")
        for item in range(150)
        for rater in range(1 + item % 4)
    ]
    ratings = Ratings.of(rows, Scale("nominal"))
    few, _ = collapsed(ratings)
    assert (few is ratings) == (labels == 60)
    assert krippendorff_alpha(ratings) == pytest.approx(alpha(rows, Scale("nominal")), abs=1e-12)


def test_the_sums_of_an_item_are_those_of_its_own_labels() -> None:
    rows = [
        ("i1", "x", "a"),
        ("i1", "y", "b"),
        ("i1", "z", "a"),
        ("i2", "x", "c"),
        ("i2", "y", "c"),
    ]
    sums = NominalAlpha(3).sums(Ratings.of(rows, Scale("nominal")))
    # Disagreement: two ordered pairs of each a with the b, over m - 1.
    assert sums.dense().tolist() == [[2.0, 2.0, 1.0, 0.0], [0.0, 0.0, 0.0, 2.0]]


@pytest.mark.parametrize("scale", ["nominal", "set", "interval"])
def test_hundreds_of_different_labels_are_not_collapsed_and_no_number_overflows(
    scale: str,
) -> None:
    rows = [(f"i{item:03}", rater, str(2 * item + n)) for item in range(400)
            for n, rater in enumerate("xy")]  # fmt: skip
    ratings = Ratings.of(rows, Scale.parse(scale))
    few, pattern = collapsed(ratings)
    assert few is ratings
    assert pattern.tolist() == list(range(400))
    assert krippendorff_alpha(ratings) is not None
