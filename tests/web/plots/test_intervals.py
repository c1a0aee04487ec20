"""Intervals, one under the other: everything that is drawn lies where its number is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.web.plots.drawing import NARROW, WIDE, Dot, Drawing, Line, Words
from annotator.web.plots.intervals import Estimate, interval_plot

ALPHAS = st.floats(-1, 1)


def lines(drawing: Drawing, kind: str) -> list[Line]:
    return [each for each in drawing.shapes if isinstance(each, Line) and each.kind == kind]


def dots(drawing: Drawing) -> list[Dot]:
    return [each for each in drawing.shapes if isinstance(each, Dot)]


def ticks(drawing: Drawing) -> dict[str, float]:
    words = [each for each in drawing.shapes if isinstance(each, Words) and each.kind == "soft"]
    return {each.text: each.x for each in words}


def test_dots_stand_at_the_ticks_of_their_values() -> None:
    plot = interval_plot("Alpha", [Estimate("zero", 0.0), Estimate("one", 1.0)])
    for drawing in (plot.wide, plot.narrow):
        at = ticks(drawing)
        assert list(at) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        assert [dot.x for dot in dots(drawing)] == [at["0.0"], at["1.0"]]


def test_it_makes_room_for_what_lies_below_zero() -> None:
    plot = interval_plot("Alpha", [Estimate("worse than chance", -0.1, -0.35, 0.2, 0.8)])
    assert list(ticks(plot.wide))[:3] == ["-0.4", "-0.2", "0.0"]
    (interval,) = lines(plot.wide, "interval")
    assert ticks(plot.wide)["-0.4"] < interval.x1 < dots(plot.wide)[0].x < interval.x2


def test_it_draws_no_interval_and_no_mark_where_there_is_none() -> None:
    plot = interval_plot("Alpha", [Estimate("few", 0.5)])
    assert lines(plot.wide, "interval") == lines(plot.wide, "threshold") == []


def test_marks_of_all_rows_make_one_line_where_the_names_stand_beside() -> None:
    plot = interval_plot("Alpha", [Estimate(name, 0.5, mark=0.6) for name in "abc"])
    first, second, third = lines(plot.wide, "threshold")
    assert (first.y2, second.y2) == (second.y1, third.y1)
    assert first.x1 == second.x1 == third.x2


def test_what_says_nothing_is_drawn_hollow() -> None:
    plot = interval_plot("Alpha", [Estimate("few", 0.5, small=True), Estimate("many", 0.5)])
    assert [dot.kind for dot in dots(plot.wide)] == ["dot small", "dot"]


def test_a_name_stands_above_its_row_where_the_page_is_narrow() -> None:
    plot = interval_plot("Alpha", [Estimate("A question with quite a long name?", 0.5)])
    names = [
        next(each for each in drawing.shapes if isinstance(each, Words) and each.kind == "name")
        for drawing in (plot.wide, plot.narrow)
    ]
    assert [name.anchor for name in names] == ["end", "start"]
    assert names[1].y < dots(plot.narrow)[0].y
    assert names[0].text == "A question with quite a long name?"
    assert plot.wide.width > WIDE


def test_long_names_are_told_apart_where_they_differ_at_the_end() -> None:
    long = "Does it say, on every page and in every article, who its owner is and who"
    plot = interval_plot("Alpha", [Estimate(f"{long} {end}?", 0.5) for end in ("pays", "asks")])
    said = [each.text for each in plot.wide.shapes if isinstance(each, Words)]
    assert sum(text.endswith("pays?") for text in said) == 1
    assert sum(text.endswith("asks?") for text in said) == 1
    lines = [each for each in plot.wide.shapes if isinstance(each, Words) and each.kind == "name"]
    assert len(lines) == 4
    assert all(0 < each.y < plot.wide.height for each in lines)
    assert lines[0].y != lines[1].y


def test_it_says_to_those_who_do_not_see_it_what_is_drawn() -> None:
    plot = interval_plot("Alpha", [Estimate("a", 0.5), Estimate("b", 0.6)], mark="all together")
    assert plot.title == "Alpha"
    assert "each of 2" in plot.description
    assert "a dashed line at all together" in plot.description


@given(st.lists(st.tuples(ALPHAS, ALPHAS, ALPHAS, ALPHAS), min_size=1, max_size=8))
def test_it_keeps_order_and_stays_in_the_picture(
    numbers: list[tuple[float, float, float, float]],
) -> None:
    estimates = []
    for four in numbers:
        low, value, high = sorted(four[:3])
        estimates.append(Estimate("q", value, low, high, four[3]))
    plot = interval_plot("Alpha", estimates)
    for drawing, width in ((plot.wide, WIDE), (plot.narrow, NARROW)):
        assert drawing.width == width
        rows = zip(dots(drawing), lines(drawing, "interval"), strict=True)
        for (dot, interval), mark in zip(rows, lines(drawing, "threshold"), strict=True):
            assert 0 < interval.x1 <= dot.x <= interval.x2 < width
            assert 0 < mark.x1 < width
            assert mark.y1 < dot.y < mark.y2 < drawing.height


@pytest.mark.parametrize("count", [1, 30])
def test_it_grows_with_its_rows(count: int) -> None:
    plot = interval_plot("Alpha", [Estimate("q", 0.5)] * count)
    assert len({dot.y for dot in dots(plot.narrow)}) == count
    assert max(dot.y for dot in dots(plot.narrow)) < plot.narrow.height
