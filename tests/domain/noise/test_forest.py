from typing import Any

import numpy as np
import pytest

from annotator.domain.noise.forest import (
    ALL,
    LEAVES,
    NEVER,
    Forest,
    binned,
    packed,
    softmax,
    unpacked,
)


def one_split(*, feature: int, threshold: int, left: float, right: float) -> Forest:
    """A tree of two leaves for each of two classes, padded to a third split that is never false."""
    features = np.array([[feature, 0], [0, 0]], np.uint8)
    thresholds = np.array([[threshold, NEVER], [NEVER, NEVER]], np.uint8)
    masks = np.array([[ALL & ~1, ALL], [ALL, ALL]], np.uint16)
    values = np.zeros((2, LEAVES), np.float32)
    values[0, :2] = left, right
    return Forest(features, thresholds, masks, values, classes=2)


def test_a_bin_up_to_the_threshold_goes_left_and_a_greater_one_right() -> None:
    forest = one_split(feature=1, threshold=4, left=-1.0, right=2.0)
    bins = np.array([[9, 9, 9], [3, 4, 5]], np.uint8)

    assert forest.margins(bins).tolist() == [[-1.0, -1.0, 2.0], [0.0, 0.0, 0.0]]


def test_margins_become_probabilities_that_sum_to_one() -> None:
    forest = one_split(feature=0, threshold=0, left=0.0, right=np.log(3))

    np.testing.assert_allclose(
        forest.probabilities(np.array([[0, 1]], np.uint8)), [[0.5, 0.5], [0.75, 0.25]], rtol=1e-6
    )


def test_great_margins_do_not_overflow() -> None:
    np.testing.assert_allclose(softmax(np.array([[1e4], [0.0]], np.float32)), [[1.0, 0.0]])


def test_a_deep_tree_is_walked_as_one_walks_it_by_hand() -> None:
    """Leaves from left to right: f0 <= 1, f0 <= 2 … each split strikes out one leaf more."""
    splits = LEAVES - 1
    features = np.zeros((splits, 1), np.uint8)
    thresholds = np.arange(splits, dtype=np.uint8)[:, None]
    masks = np.array([[ALL & ~(1 << i)] for i in range(splits)], np.uint16)
    values = np.arange(LEAVES, dtype=np.float32)[None]
    forest = Forest(features, thresholds, masks, values, classes=1)
    bins = np.arange(20, dtype=np.uint8)[None]

    assert forest.margins(bins)[0].tolist() == [min(float(i), 15.0) for i in range(20)]


@pytest.mark.parametrize("rows", [0, 1, 499, 500, 1_001])
def test_any_number_of_rows_gives_as_many_margins(rows: int) -> None:
    forest = one_split(feature=0, threshold=4, left=-1.0, right=2.0)

    assert forest.margins(np.zeros((2, rows), np.uint8)).shape == (2, rows)


def test_a_forest_survives_being_packed() -> None:
    forest = one_split(feature=1, threshold=4, left=-1.25, right=2.125)
    again = unpacked(packed(forest, 0.001))

    for name in ("features", "thresholds", "masks"):
        np.testing.assert_array_equal(getattr(again, name), getattr(forest, name))
    np.testing.assert_allclose(again.values, forest.values, atol=0.0005)


def test_a_bin_is_how_many_edges_lie_below() -> None:
    values: Any = np.array([[-1.0, 0.0, 0.5, 1.0, 7.0], [1, 2, 3, 4, 5]], np.float32)
    edges = [np.array([0.0, 1.0], np.float32), np.array([], np.float32)]

    assert binned(values, edges).tolist() == [[0, 0, 1, 1, 2], [0, 0, 0, 0, 0]]
