"""Shares as bars from zero, one under the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from annotator.web.plots.axis import share_axis, share_text
from annotator.web.plots.drawing import Box, Drawing, Plot, drawn
from annotator.web.plots.rows import Rows

THICK: Final = 14
DESCRIPTION = "A bar for each of {count}, as long as its share. The table has the same numbers."


@dataclass(frozen=True, slots=True)
class Share:
    """`share` is between 0 and 1."""

    name: str
    share: float


def bar_plot(title: str, shares: Sequence[Share]) -> Plot:
    def draw(width: float) -> Drawing:
        rows = Rows.of([each.name for each in shares], width)
        axis = share_axis((each.share for each in shares), rows.left, rows.right)
        shapes = list(rows.frame(axis, share_text))
        for number, each in enumerate(shares):
            shapes.extend(rows.name(number))
            y = rows.middle(number) - THICK / 2
            long = round(axis.at(each.share) - rows.left, 1)
            shapes.append(Box("bar-fill", rows.left, y, long, THICK))
        return Drawing(rows.width, rows.total, tuple(shapes))

    return drawn(title, DESCRIPTION.format(count=len(shares)), draw)
