"""The geometry of plots: everything that is drawn lies where its number is."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.web.plots import LEFT, RIGHT, WIDTH, Estimate, interval_plot, shortened

ALPHAS = st.floats(-1, 1)


def test_it_puts_zero_at_the_left_and_one_at_the_right() -> None:
    plot = interval_plot(
        [Estimate("zero", 0.0, None, None, None), Estimate("one", 1.0, None, None, None)]
    )
    assert [line.dot for line in plot.lines] == [LEFT, WIDTH - RIGHT]
    assert [tick.text for tick in plot.ticks] == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert plot.ticks[-1].x == WIDTH - RIGHT


def test_it_makes_room_for_what_lies_below_zero() -> None:
    plot = interval_plot([Estimate("worse than chance", -0.1, -0.35, 0.2, 0.8)])
    assert [tick.text for tick in plot.ticks][:3] == ["-0.4", "-0.2", "0.0"]
    (line,) = plot.lines
    assert line.low is not None
    assert LEFT < line.low < line.dot


def test_it_draws_no_interval_where_there_is_none() -> None:
    (line,) = interval_plot([Estimate("few", 0.5, None, None, None)]).lines
    assert (line.low, line.high, line.threshold) == (None, None, None)


def test_it_shortens_names_that_would_not_fit() -> None:
    assert shortened("Stance") == "Stance"
    assert shortened("Which frame carries the whole document?") == "Which frame carries the whole…"


@given(st.lists(st.tuples(ALPHAS, ALPHAS, ALPHAS, ALPHAS), min_size=1, max_size=8))
def test_it_keeps_order_and_stays_in_the_picture(
    numbers: list[tuple[float, float, float, float]],
) -> None:
    estimates = []
    for four in numbers:
        low, value, high = sorted(four[:3])
        estimates.append(Estimate("q", value, low, high, four[3]))
    plot = interval_plot(estimates)
    for line in plot.lines:
        assert line.low is not None
        assert line.high is not None
        assert line.threshold is not None
        assert LEFT <= line.low <= line.dot <= line.high <= WIDTH - RIGHT
        assert LEFT <= line.threshold <= WIDTH - RIGHT
        assert 0 < line.y < plot.bottom < plot.height
