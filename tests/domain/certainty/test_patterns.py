import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.certainty import Patterns
from annotator.domain.certainty import patterns as patterns_module
from annotator.domain.certainty.patterns import presence
from tests.domain.certainty.tables import Row, lines, patterns, tables


def unfolded(found: Patterns) -> list[Row]:
    """The labels of every item, as they were before like items were taken together."""
    return [
        (item, int(rater), int(code))
        for item, row in enumerate(found.of_item)
        for rater, code in zip(
            found.raters[found.rows == row], found.codes[found.rows == row], strict=True
        )
    ]


@given(tables())
def test_no_label_is_lost_and_none_is_added(rows: list[Row]) -> None:
    assert unfolded(patterns(rows, items=8)) == sorted(rows)


@given(tables())
def test_the_weights_count_the_items_that_have_a_label(rows: list[Row]) -> None:
    found = patterns(rows, items=8)
    assert found.weights.sum() == len({item for item, _, _ in rows})
    assert found.labels_of_raters().tolist() == [
        sum(rater == number for _, rater, _ in rows) for number in range(5)
    ]


@given(st.data())
def test_the_order_of_rows_changes_nothing(data: st.DataObject) -> None:
    rows = data.draw(tables())
    one, other = patterns(rows), patterns(data.draw(st.permutations(rows)))
    assert one.rows.tolist() == other.rows.tolist()
    assert one.raters.tolist() == other.raters.tolist()
    assert one.codes.tolist() == other.codes.tolist()
    assert one.of_item.tolist() == other.of_item.tolist()


def test_like_items_become_one_row() -> None:
    found = patterns(lines("abab..abab", "abbb..abab"))
    assert found.n_rows == 4
    assert found.weights.tolist() == [3, 4, 1, 0]
    assert found.of_item.tolist() == [0, 1, 2, 1, 3, 3, 0, 1, 0, 1]


def test_items_that_differ_only_in_who_said_what_are_not_alike() -> None:
    found = patterns(lines("ab" * 5, "ba" * 5))
    assert found.n_rows == 2


def test_items_that_are_hardly_alike_stay_apart() -> None:
    assert patterns(lines("abc", "abb")).n_rows == 3


def test_two_rows_of_one_key_are_not_mixed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        patterns_module,
        "_row_keys",
        lambda rows, tokens, length: np.zeros(length, dtype=np.uint64),  # noqa: ARG005
    )
    assert patterns(lines("abab", "abbb")).n_rows == 4
    assert patterns(lines("aaaa", "bbbb")).n_rows == 1


def test_numbers_too_large_for_one_key_are_sorted_all_the_same() -> None:
    huge = 2**40
    found = Patterns.of(
        np.array([1, 0, 0]),
        np.array([huge - 1, 3, 2]),
        np.array([0, 1, huge - 1]),
        n_items=2,
        n_raters=huge,
        n_labels=huge,
    )
    assert found.rows.tolist() == [0, 0, 1]
    assert found.raters.tolist() == [2, 3, huge - 1]
    assert found.codes.tolist() == [huge - 1, 1, 0]


def test_an_annotator_who_labels_an_item_twice_is_there_once_and_counts_twice() -> None:
    found = patterns([(0, 1, 0), (0, 1, 0), (0, 1, 2), (0, 2, 0)])
    assert [column.tolist() for column in presence(found)] == [[0, 0], [1, 2]]
    assert found.sizes().tolist() == [4]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([(9, 0, 0)], "items must lie between 0 and 7"),
        ([(0, -1, 0)], "raters must lie between 0 and 4"),
        ([(0, 0, 5)], "codes must lie between 0 and 4"),
    ],
)
def test_a_number_out_of_range_is_refused(rows: list[Row], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        patterns(rows, items=8)


def test_columns_of_different_lengths_are_refused() -> None:
    one, two = np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    with pytest.raises(ValueError, match="one length"):
        Patterns.of(one, two, one, n_items=1, n_raters=1, n_labels=1)
