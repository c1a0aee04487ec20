"""A figure over time: dots stand at their dates."""

from datetime import UTC, datetime, timedelta

from annotator.web.plots.course import Moment, course_plot
from annotator.web.plots.drawing import Dot, Drawing, Line, Words

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def dots(drawing: Drawing) -> list[Dot]:
    return [each for each in drawing.shapes if isinstance(each, Dot)]


def test_dots_stand_at_their_dates_and_values() -> None:
    moments = [Moment(BEGAN + timedelta(days=day), day / 10) for day in (0, 2, 8)]
    for drawing in (course_plot("Alpha", moments).wide, course_plot("Alpha", moments).narrow):
        first, second, third = dots(drawing)
        assert third.x - second.x == 3 * (second.x - first.x)
        assert first.y > second.y > third.y
        assert 0 < first.x < third.x < drawing.width


def test_they_are_joined_and_what_says_nothing_is_hollow() -> None:
    moments = [Moment(BEGAN, 0.5), Moment(BEGAN + timedelta(days=9), 0.7, small=True)]
    plot = course_plot("Alpha", moments, mark=0.8)
    lines = [each.kind for each in plot.wide.shapes if isinstance(each, Line)]
    assert (lines.count("course"), lines.count("threshold")) == (1, 1)
    assert [dot.kind for dot in dots(plot.wide)] == ["dot", "dot small"]


def test_it_says_the_hours_of_what_was_done_within_days() -> None:
    plot = course_plot("Alpha", [Moment(BEGAN, 0.5), Moment(BEGAN + timedelta(hours=5), 0.5)])
    said = [each.text for each in plot.wide.shapes if isinstance(each, Words)]
    assert {"01-05 09:00", "01-05 14:00"} <= set(said)
    assert "from 2026-01-05 to 2026-01-05" in plot.description


def test_a_single_moment_stands_in_the_middle() -> None:
    (dot,) = dots(course_plot("Alpha", [Moment(BEGAN, -0.3)]).narrow)
    assert 0 < dot.x < 280
