from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.intervals import IntArray, Sums, joined_units
from tests.domain.sums import sums_of

tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=width, max_size=width),
        min_size=1,
        max_size=12,
    )
)


@given(tables, st.data())
def test_weighted_sums_are_the_weights_times_the_table(
    table: list[list[float]], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(0, 4), min_size=len(table), max_size=len(table)))
    expected = np.array(weights) @ np.array(table)
    line = np.array([weights], dtype=np.float64)
    assert sums_of(table).weighted(line)[0] == pytest.approx(expected)


@given(tables)
def test_patterns_stand_for_the_rows_they_came_from(table: list[list[float]]) -> None:
    patterns, pattern = sums_of(table).patterns()
    assert np.array_equal(patterns.dense()[pattern], np.array(table))
    assert patterns.shape[0] == len({tuple(row) for row in table})


@given(tables, st.data())
def test_regrouping_keeps_the_total(table: list[list[float]], data: st.DataObject) -> None:
    group = data.draw(st.lists(st.integers(0, 2), min_size=len(table), max_size=len(table)))
    regrouped = sums_of(table).regrouped(np.array(group, dtype=np.int64), 3)
    assert regrouped.shape == (3, len(table[0]))
    assert regrouped.total() == pytest.approx(sums_of(table).total())


@st.composite
def repeated_tables(draw: st.DrawFn) -> tuple[Sums, Sums]:
    """The same table twice: each kind of row kept once, and every row written out."""
    kinds = draw(tables)
    pattern = draw(st.lists(st.integers(0, len(kinds) - 1), min_size=1, max_size=20))
    return (
        sums_of(kinds).repeated(np.array(pattern, dtype=np.int64)),
        sums_of([kinds[kind] for kind in pattern]),
    )


@given(repeated_tables(), st.data())
def test_rows_kept_once_add_up_as_if_they_were_written_out(
    both: tuple[Sums, Sums], data: st.DataObject
) -> None:
    kept, written = both
    rows = written.shape[0]
    weights = data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    line = np.array([weights], dtype=np.float64)
    assert kept.shape == written.shape
    assert np.array_equal(kept.dense(), written.dense())
    assert kept.total() == pytest.approx(written.total())
    assert kept.weighted(line) == pytest.approx(written.weighted(line))
    group: IntArray = np.arange(rows) % 3
    expected = written.regrouped(group, 3).dense()
    assert kept.regrouped(group, 3).dense() == pytest.approx(expected)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotator.domain.intervals._FEW_COLUMNS", 0)
        assert kept.regrouped(group, 3).dense() == pytest.approx(expected)


@given(repeated_tables())
def test_the_patterns_of_rows_kept_once_are_those_of_the_rows_written_out(
    both: tuple[Sums, Sums],
) -> None:
    kept, written = both
    few, pattern = kept.patterns()
    assert np.array_equal(few.dense()[pattern], written.dense())


@given(tables, st.data())
def test_a_weight_of_two_is_the_row_twice(table: list[list[float]], data: st.DataObject) -> None:
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(table), max_size=len(table)))
    rows = [row for row, often in zip(table, times, strict=True) for _ in range(often)]
    weighted = sums_of(table).weighted(np.array([times], dtype=np.float64))[0]
    assert weighted == pytest.approx(np.array(rows).reshape(-1, len(table[0])).sum(axis=0))


def test_portions_are_the_table_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.intervals._DENSE_CELLS", 6)
    table = [[float(row), float(row % 3)] for row in range(10)]
    portions = list(sums_of(table).portions())
    assert [len(portion) for portion in portions] == [3, 3, 3, 1]
    assert np.array_equal(np.concatenate(portions), np.array(table))


def test_a_table_too_large_for_memory_gives_the_same_sums() -> None:
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, 3000, 500), rng.integers(0, 2000, 500)
    wide = Sums(rows, columns, np.ones(500), (3000, 2000))
    weights = rng.integers(0, 3, (2, 3000)).astype(np.float64)
    assert wide.weighted(weights).sum(axis=1) == pytest.approx(weights[:, rows].sum(axis=1))
    patterns, pattern = wide.patterns()
    assert patterns is wide
    assert np.array_equal(pattern, np.arange(3000))
    regrouped = wide.regrouped(np.arange(3000) // 2 * 2, 3000)
    assert regrouped.total() == pytest.approx(wide.total())
    assert set(regrouped.rows % 2) == {0}


def test_items_of_one_document_are_one_unit() -> None:
    units = joined_units([("i1", "d1", None), ("i2", "d1", None), ("i3", "d2", None)])
    assert units["i1"] == units["i2"] != units["i3"]


def test_documents_that_share_a_cluster_are_one_unit_however_long_the_chain() -> None:
    rows = [(f"i{n}a", f"d{n}", f"c{n}") for n in range(50)]
    rows += [(f"i{n}b", f"d{n + 1}", f"c{n}") for n in range(50)]
    assert len(set(joined_units([*rows, ("alone", "d99", "c99")]).values())) == 2


def test_an_item_without_a_document_is_a_unit_of_its_own_unless_a_cluster_joins_it() -> None:
    units = joined_units(
        [("d1", None, None), ("i2", "d1", None), ("i3", None, "c"), ("i4", None, "c")]
    )
    assert len(set(units.values())) == 3
    assert units["i3"] == units["i4"]


def test_an_item_whose_document_is_known_in_one_row_only_belongs_to_it() -> None:
    units = joined_units([("i1", None, None), ("i1", "d1", None), ("i2", "d1", None)])
    assert units["i1"] == units["i2"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdefgh"),
            st.sampled_from([None, "d1", "d2", "d3"]),
            st.sampled_from([None, "c1", "c2"]),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_units_do_not_depend_on_the_order_of_rows(
    rows: list[tuple[str, str | None, str | None]], random: Random
) -> None:
    turned = random.sample(rows, len(rows))
    assert joined_units(turned) == joined_units(rows)


@pytest.mark.parametrize("lines", [1, 3, 128, 300])
def test_weights_that_come_a_few_lines_at_a_time_give_the_same_sums(lines: int) -> None:
    sums = Sums(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([2.0, 3.0, 4.0]), (2, 2))
    weights = np.arange(600.0).reshape(300, 2)
    portions = [weights[start : start + lines] for start in range(0, 300, lines)]
    assert sums.weighted_by(portions).tolist() == (weights @ sums.dense()).tolist()
