import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.bootstrap import (
    _acceleration,
    _resamples,
    bca_limits,
    bootstrap,
    percentile_limits,
    resampled,
)
from annotator.domain.exclusions import WHY
from annotator.domain.intervals import FloatArray, Interval
from annotator.domain.jackknife import left_out
from tests.domain.sums import rare, ratio, sums_of, varied


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


def test_a_label_in_three_documents_is_too_rare_and_in_six_is_not() -> None:
    # Without any of three documents a resample is undefined: that happens to e^-3, 5 %, of them.
    assert bootstrap(rare(3), ratio, seed=1, replicates=2000).why == "too_few_of_rarer_label"
    enough = bootstrap(rare(6), ratio, seed=1, replicates=2000)
    assert enough.why is None
    assert enough.method is not None
    assert not enough.method.endswith(" 0 undefined")


def test_the_reasons_are_on_the_closed_list() -> None:
    assert {"too_few_documents", "too_few_of_rarer_label", "no_bootstrap"} <= WHY.keys()


def test_a_replicate_is_the_figure_of_the_rows_that_were_drawn() -> None:
    table = [[number % 5, 1.0 + number % 3] for number in range(30)]
    values = resampled(sums_of(table), ratio, seed=5, replicates=50)
    times = np.concatenate(list(_resamples(30, 5, 50)))
    assert times.sum(axis=1).tolist() == [30.0] * 50
    for value, line in zip(values, times.astype(int), strict=True):
        rows = np.repeat(np.array(table), line, axis=0)
        assert value == pytest.approx(rows[:, 0].sum() / rows[:, 1].sum())


def test_rows_that_are_alike_are_drawn_as_if_they_were_not() -> None:
    # Seven patterns of sixty rows are drawn through a table of patterns, thirty of sixty are not.
    kept = varied(60).repeated(np.arange(60))
    one_by_one = ratio(varied(60).weighted_by(_resamples(60, 2, 300)))
    assert resampled(kept, ratio, seed=2, replicates=300) == pytest.approx(one_by_one)


def test_many_documents_are_drawn_in_several_portions() -> None:
    documents = 60_000
    times = list(_resamples(documents, 1, 3))
    assert [portion.shape for portion in times] == [(1, documents)] * 3
    assert {float(portion.sum()) for portion in times} == {float(documents)}


def variance(totals: FloatArray) -> FloatArray:
    n, first, second = totals.T
    values: FloatArray = second / n - (first / n) ** 2
    return values


def test_the_acceleration_of_the_spatial_test_data_is_that_of_the_book() -> None:
    # Efron & Tibshirani (1993), section 14.3: the variance of the A values, 171.5, has .061.
    scores = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6]
    scores += [0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]
    sums = sums_of([[1, score, score**2] for score in scores])
    whole = float(variance(sums.total()[None, :])[0])
    others = left_out(sums, variance)
    assert whole == pytest.approx(171.5, abs=0.05)
    assert _acceleration(others) == pytest.approx(0.061, abs=0.0005)
    # The true variance is rather above than below what a sample shows.
    values = resampled(sums, variance, seed=1, replicates=2000)
    assert bca_limits(values, whole, others) > percentile_limits(values)


def test_a_symmetric_figure_has_the_same_interval_either_way() -> None:
    coins = sums_of([[number % 2, 1] for number in range(200)])
    plain, moved = (
        bootstrap(coins, ratio, seed=3, replicates=4000, kind=kind)
        for kind in ("percentile", "BCa")
    )
    assert (moved.low, moved.high) == pytest.approx((plain.low, plain.high), abs=0.011)
    assert moved.method == "BCa bootstrap over 200 documents, 4000 replicates, 0 undefined"


@given(st.lists(st.floats(-1, 1), min_size=20, max_size=60), st.floats(-1, 1))
def test_moved_limits_are_in_order_and_among_the_replicates(
    values: list[float], whole: float
) -> None:
    low, high = bca_limits(np.array(values), whole, np.array(values))
    assert min(values) <= low <= high <= max(values)


def test_a_figure_that_never_changes_has_no_width() -> None:
    same = bootstrap(sums_of([[1, 1]] * 30), ratio, seed=1, replicates=100, kind="BCa")
    assert (same.low, same.high) == (1.0, 1.0)


def test_the_probability_below_a_threshold_is_the_share_of_replicates() -> None:
    values = resampled(varied(40), ratio, seed=1, replicates=500)
    interval = bootstrap(varied(40), ratio, seed=1, replicates=500, threshold=0.4)
    assert interval.below == pytest.approx(float(np.mean(values < 0.4)))
    assert bootstrap(varied(40), ratio, seed=1, replicates=500).below is None
