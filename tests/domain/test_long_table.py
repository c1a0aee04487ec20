import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.judgments import Judgment
from annotator.domain.long_table import NONE, Gathering, LongTable, Places, joint
from annotator.errors import DataInvalid

ROWS = [
    Judgment("i2", "bob", "q", "x", "d2", "c1"),
    Judgment("i1", "ann", "p", None, None, None, "skipped"),
    Judgment("i2", "ann", "q", "", "d2", None),
]


def test_names_are_sorted_and_the_rows_keep_their_order() -> None:
    table = LongTable.of(ROWS)
    assert table.names.items == ("i1", "i2")
    assert table.names.labels == ("", "x")
    assert table.items.tolist() == [1, 0, 1]
    assert table.labels.tolist() == [1, NONE, 0]
    assert table.documents.tolist() == [0, NONE, 0]
    assert table.clusters.tolist() == [0, NONE, NONE]
    assert table.counted.tolist() == [True, False, True]


def test_portions_of_rows_make_the_same_table_as_all_at_once() -> None:
    gathered = Gathering()
    for row in ROWS:
        gathered.add(
            [row.item], [row.annotator], [row.question], [row.label],
            [row.document], [row.cluster], [row.excluded],
        )  # fmt: skip
    whole, parts = LongTable.of(ROWS), gathered.table()
    assert parts.names == whole.names
    for column in ("items", "annotators", "questions", "labels", "documents", "excluded"):
        assert getattr(parts, column).tolist() == getattr(whole, column).tolist()


def test_spellings_that_are_one_after_nfc_are_one_name() -> None:
    table = LongTable.of(
        [Judgment("\u00e9", "ann", "q", "x"), Judgment("e\u0301", "bob", "q", "x")]
    )
    assert table.names.items == ("\u00e9",)
    assert table.items.tolist() == [0, 0]


def test_an_unknown_reason_is_an_error() -> None:
    with pytest.raises(DataInvalid, match="“tired” is not a reason"):
        LongTable.of([Judgment("i", "ann", "q", "x", excluded="tired")])


def test_a_table_without_rows_is_one() -> None:
    table = LongTable.of([])
    assert (len(table), table.names.items, len(table.question("q"))) == (0, (), 0)


def test_the_rows_of_one_question_are_taken_out() -> None:
    assert LongTable.of(ROWS).question("q").annotators.tolist() == [1, 0]
    assert len(LongTable.of(ROWS).question("r")) == 0


def test_a_row_is_named_by_its_line_also_after_cells_of_several_lines() -> None:
    places = Places("line", np.array([0, 2]), np.array([2, 5]))
    assert places.listed([1]) == "line 3"
    assert places.listed([0, 1, 2]) == "lines 2, 3 and 7"


@given(st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9), st.integers(-1, 9))))
def test_a_joint_number_compares_as_the_row_does(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array(column, dtype=np.int32) for column in zip(*rows, strict=True)] or [
        np.zeros(0, dtype=np.int32)
    ] * 3
    keys = joint(*columns).tolist()
    assert sorted(range(len(rows)), key=keys.__getitem__) == sorted(
        range(len(rows)), key=rows.__getitem__
    )
    assert len(set(keys)) == len(set(rows))


def test_a_joint_number_of_huge_columns_does_not_overflow() -> None:
    huge = np.array([0, 2**31 - 3, 5], dtype=np.int32)
    assert np.argsort(joint(huge, huge, huge, huge)).tolist() == [0, 2, 1]
