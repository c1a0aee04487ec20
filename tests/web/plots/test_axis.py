"""The axes of plots."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.web.plots.axis import agreement_axis, share_axis, share_text


def test_an_axis_of_agreement_ends_at_one_and_begins_at_zero() -> None:
    axis = agreement_axis([0.3, 0.9], 100, 200)
    assert axis.ticks() == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert (axis.at(0), axis.at(0.5), axis.at(1)) == (100, 150, 200)


def test_it_runs_upwards_if_its_first_end_is_the_lower_one() -> None:
    axis = agreement_axis([], 200, 100)
    assert axis.at(0.25) == 175


def test_an_axis_of_shares_ends_above_the_largest() -> None:
    assert share_axis([0.02, 0.17], 0, 100).ticks() == (0.0, 0.05, 0.1, 0.15, 0.2)
    assert share_axis([0.55], 0, 100).ticks() == (0.0, 0.2, 0.4, 0.6)
    assert share_axis([], 0, 100).ticks() == (0.0, 0.05)
    assert share_text(0.05) == "5 %"


@given(st.lists(st.floats(0, 1), min_size=1))
def test_every_share_lies_on_its_axis_and_there_are_few_ticks(shares: list[float]) -> None:
    axis = share_axis(shares, 0, 100)
    assert all(0 <= axis.at(each) <= 100 for each in shares)
    assert 2 <= len(axis.ticks()) <= 6


@given(st.lists(st.floats(-1, 1), min_size=1))
def test_every_figure_lies_on_its_axis(values: list[float]) -> None:
    axis = agreement_axis(values, 0, 100)
    assert all(0 <= axis.at(each) <= 100 for each in values)
