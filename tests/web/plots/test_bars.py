"""Bars: as long as their shares."""

from annotator.web.plots.bars import Share, bar_plot
from annotator.web.plots.drawing import Box, Drawing, Words


def boxes(drawing: Drawing) -> list[Box]:
    return [each for each in drawing.shapes if isinstance(each, Box)]


def test_a_bar_is_as_long_as_its_share() -> None:
    plot = bar_plot("Labels", [Share("half", 0.5), Share("quarter", 0.25), Share("none", 0.0)])
    for drawing in (plot.wide, plot.narrow):
        half, quarter, none = boxes(drawing)
        assert half.width == 2 * quarter.width > none.width == 0
        assert half.x + half.width < drawing.width


def test_every_bar_has_its_name() -> None:
    plot = bar_plot("Labels", [Share("main", 0.9), Share("noise", 0.1)])
    words = {each.text for each in plot.wide.shapes if isinstance(each, Words)}
    assert {"main", "noise", "0 %", "100 %"} <= words
    assert "each of 2" in plot.description
