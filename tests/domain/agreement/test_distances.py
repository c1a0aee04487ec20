import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import set_distance
from annotator.domain.agreement.distances import RatioDistances, SetDistances, memberships
from annotator.domain.scales import SetDistance
from tests.domain.agreement import oracle

label_sets = st.sets(st.sampled_from("abcdef"))


@given(label_sets, label_sets)
def test_it_is_the_definition(a: set[str], b: set[str]) -> None:
    one, other = "|".join(sorted(a)), "|".join(sorted(b))
    assert set_distance(sorted(a), sorted(b)) == pytest.approx(oracle.masi(one, other))
    assert set_distance(sorted(a), sorted(b), "jaccard") == pytest.approx(
        oracle.jaccard(one, other)
    )


@given(label_sets, label_sets)
def test_it_is_symmetric_zero_only_for_equal_sets_and_one_for_disjoint_ones(
    a: set[str], b: set[str]
) -> None:
    distance = set_distance(sorted(a), sorted(b))
    assert distance == set_distance(sorted(b), sorted(a))
    assert (distance == 0) == (a == b)
    assert (distance == 1) == (a.isdisjoint(b) and a != b)


def test_an_empty_set_is_an_answer_of_its_own() -> None:
    assert set_distance([], []) == 0
    assert set_distance([], ["a"]) == 1
    assert set_distance([], ["a"], "jaccard") == 1


@pytest.mark.parametrize("kind", ["masi", "jaccard"])
def test_columns_and_pairs_are_the_same_distances(kind: SetDistance) -> None:
    _, members = memberships(["", "a", "a|b", "b|c", "a|b|c|d"])
    distances = SetDistances(members, kind)
    left, right = np.indices((5, 5)).reshape(2, -1)
    assert np.array_equal(distances.columns(0, 5).ravel(), distances.between(left, right))
    assert np.array_equal(distances.columns(2, 4), distances.columns(0, 5)[:, 2:4])


def test_memberships_name_the_labels_in_order() -> None:
    labels, members = memberships(["b", "", "a|b"])
    assert labels == ("a", "b")
    assert members.tolist() == [[0, 1], [0, 0], [1, 1]]
    assert memberships([])[1].shape == (0, 0)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("", "a", 1), ("ab", "ab", 0), ("ab", "bc", 0.5), ("a", "abc", 0.5)],
)
def test_dice_counts_what_is_shared_twice(a: str, b: str, distance: float) -> None:
    assert set_distance(list(a), list(b), "dice") == pytest.approx(distance)


def test_ratios_compare_numbers_by_their_size() -> None:
    distances = RatioDistances(np.array([0.0, 0.0, 1.0, 3.0]))
    first = distances.columns(0, 4)
    assert first[2].tolist() == [1, 1, 0, 0.25]
    assert first[0].tolist() == [0, 0, 1, 1]
    pairs = distances.between(np.array([2, 0]), np.array([3, 1]))
    assert pairs.tolist() == [0.25, 0]
