from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.bootstrap import bootstrap
from annotator.domain.exclusions import WHY
from annotator.domain.intervals import (
    FloatArray,
    Interval,
    Sums,
    joined_units,
)


def sums_of(table: list[list[float]]) -> Sums:
    array = np.array(table, dtype=np.float64).reshape(len(table), -1)
    rows, columns = np.nonzero(array)
    return Sums(rows, columns, array[rows, columns], array.shape)


def ratio(totals: FloatArray) -> FloatArray:
    """The first sum over the second, undefined without any of the second."""
    share: FloatArray = np.divide(
        totals[:, 0], totals[:, 1], out=np.full(len(totals), np.nan), where=totals[:, 1] > 0
    )
    return share


def varied(documents: int) -> Sums:
    return sums_of([[number % 7, 7] for number in range(documents)])


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


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    one, same, other = (
        bootstrap(varied(40), ratio, seed=seed, replicates=500) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_the_stream_of_draws_is_pinned() -> None:
    # A release must give the same bytes in years to come, so a change of the stream has to be seen.
    interval = bootstrap(varied(25), ratio, seed=7, replicates=200)
    assert (interval.low, interval.high) == pytest.approx(
        (0.2914285714285714, 0.5147142857142858), abs=1e-12
    )


def test_it_holds_the_value_and_says_how_it_was_made() -> None:
    interval = bootstrap(varied(35), ratio, seed=1, replicates=1000)
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < 3 / 7 < interval.high
    assert interval.method == "percentile bootstrap over 35 documents, 1000 replicates, 0 undefined"
    assert interval.why is None


def test_it_is_as_wide_as_theory_says() -> None:
    # The mean of 200 documents that are 0 or 1 has a standard error of .5 / sqrt(200).
    coins = sums_of([[number % 2, 1] for number in range(200)])
    interval = bootstrap(coins, ratio, seed=3, replicates=4000)
    assert interval.low is not None
    assert interval.high is not None
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 0.5 / 200**0.5, rel=0.08)


def test_below_twenty_documents_it_is_withheld() -> None:
    assert bootstrap(varied(19), ratio, seed=1, replicates=10) == Interval.withheld(
        "too_few_documents"
    )
    assert bootstrap(varied(20), ratio, seed=1, replicates=10).why is None


def test_without_replicates_it_says_that_none_was_asked_for() -> None:
    assert bootstrap(varied(40), ratio, seed=1, replicates=0) == Interval.withheld("no_bootstrap")


def rare(documents_with: int) -> Sums:
    return sums_of([[0, number < documents_with] for number in range(60)])


def test_a_label_in_three_documents_is_too_rare_and_in_six_is_not() -> None:
    # Without any of three documents a resample is undefined: that happens to e^-3, 5 %, of them.
    assert bootstrap(rare(3), ratio, seed=1, replicates=2000).why == "too_few_of_rarer_label"
    enough = bootstrap(rare(6), ratio, seed=1, replicates=2000)
    assert enough.why is None
    assert enough.method is not None
    assert not enough.method.endswith(" 0 undefined")


def test_the_reasons_are_on_the_closed_list() -> None:
    assert {"too_few_documents", "too_few_of_rarer_label", "no_bootstrap"} <= WHY.keys()


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
