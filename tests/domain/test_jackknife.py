import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.bootstrap import bootstrap
from annotator.domain.exclusions import WHY
from annotator.domain.intervals import FloatArray, Interval
from annotator.domain.jackknife import jackknife, left_out
from annotator.domain.student_t import student_t_quantile
from tests.domain.sums import rare, ratio, sums_of, varied

pairs = st.lists(
    st.lists(st.sampled_from([0.0, 0.1, 1.0, 3.0]), min_size=2, max_size=2),
    min_size=1,
    max_size=12,
)


@given(pairs)
def test_each_figure_is_that_of_the_other_rows(table: list[list[float]]) -> None:
    found = left_out(sums_of(table), ratio)
    for row, value in enumerate(found):
        over, under = np.array(table[:row] + table[row + 1 :]).reshape(-1, 2).sum(axis=0)
        assert value == pytest.approx(over / under if under else math.nan, nan_ok=True)


def test_what_is_left_of_the_only_row_with_a_sum_is_nothing_and_not_dust() -> None:
    table = sums_of([*[[1.0, 0.0]] * 9, [1.0, 0.1], [1.0, 0.2]]).regrouped(
        np.array([*range(10), 9]), 10
    )
    assert math.isnan(left_out(table, ratio)[9])


def test_a_wide_table_gives_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = left_out(varied(30), ratio)
    monkeypatch.setattr("annotator.domain.intervals._DENSE_CELLS", 8)
    assert left_out(varied(30), ratio) == pytest.approx(whole)


def test_for_a_mean_it_is_the_interval_of_the_text_books() -> None:
    # The jackknife of a mean is exact: its standard error is s / sqrt(n).
    values = [float(number % 7) for number in range(25)]
    interval = jackknife(sums_of([[value, 1] for value in values]), ratio)
    reach = student_t_quantile(0.975, 24) * float(np.std(values, ddof=1)) / 5
    mean = float(np.mean(values))
    assert (interval.low, interval.high) == pytest.approx((mean - reach, mean + reach))
    assert interval.method == "jackknife over 25 documents, t with 24 degrees of freedom"
    assert interval.why is None


def test_fewer_degrees_of_freedom_make_it_wider() -> None:
    plain, wider = jackknife(varied(60), ratio), jackknife(varied(60), ratio, df=19)
    assert plain.low is not None
    assert wider.low is not None
    assert wider.low < plain.low
    assert wider.method == "jackknife over 60 documents, t with 19 degrees of freedom"


def test_below_twenty_documents_it_is_withheld() -> None:
    assert jackknife(varied(19), ratio) == Interval.withheld("too_few_documents")
    assert jackknife(varied(20), ratio).why is None


@pytest.mark.parametrize("documents", range(1, 7))
def test_it_is_withheld_where_a_bootstrap_is(documents: int) -> None:
    drawn = bootstrap(rare(documents), ratio, seed=1, replicates=2000)
    assert jackknife(rare(documents), ratio).why == drawn.why
    assert drawn.why in {*WHY, None}


@pytest.mark.parametrize(("rarer", "why"), [(3, "too_few_of_rarer_label"), (4, None)])
def test_the_rarer_label_may_also_fill_a_column_of_its_own(rarer: int, why: str | None) -> None:
    # Two sums of which one must not be alone, as the labels of alpha; they stand together nowhere.
    def evenness(totals: FloatArray) -> FloatArray:
        shares = totals.min(axis=1) / totals.sum(axis=1)
        return np.where(shares > 0, shares, np.nan)

    table = sums_of([*[[0.0, 1.0]] * rarer, *[[1.0, 0.0]] * 40])
    assert jackknife(table, evenness).why == why


def test_rows_of_another_kind_without_a_figure_do_not_hide_how_few_have_one() -> None:
    # A third sum, as of items with one label, changes nothing in what the other two lack.
    def first_over_second(totals: FloatArray) -> FloatArray:
        return ratio(totals[:, :2])

    rows = [*[[1.0, 1.0, 0.0]] * 3, *[[1.0, 0.0, 0.0]] * 30, *[[0.0, 0.0, 1.0]] * 30]
    assert jackknife(sums_of(rows), first_over_second).why == "too_few_of_rarer_label"
    assert jackknife(sums_of([*rows, [1.0, 2.0, 0.0]]), first_over_second).why is None


def test_the_probability_below_its_own_limits_is_that_of_the_tails() -> None:
    interval = jackknife(varied(40), ratio)
    assert interval.low is not None
    assert interval.high is not None
    middle = (interval.low + interval.high) / 2
    for threshold, expected in ((interval.low, 0.025), (middle, 0.5), (interval.high, 0.975)):
        assert jackknife(varied(40), ratio, threshold=threshold).below == pytest.approx(expected)


def test_a_figure_that_never_changes_is_below_a_threshold_or_it_is_not() -> None:
    always = sums_of([[1, 2]] * 30)
    assert jackknife(always, ratio, threshold=0.6).below == 1.0
    assert jackknife(always, ratio, threshold=0.4).below == 0.0
