"""A table of shares as coloured cells: the darker, the larger; each says its number."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.web.plots.drawing import (
    LETTER,
    NARROW,
    Box,
    Drawing,
    Plot,
    Shape,
    Words,
    drawn,
    shortened,
)

LEFT: Final = 200
NARROW_LEFT: Final = 96
EDGE: Final = 8
TOP: Final = 30
CELL: Final = 46
SMALLEST: Final = 46
LARGEST: Final = 110
# At full strength the ink on a cell could not be read.
FAINTEST: Final = 0.04
STRONGEST: Final = 0.45
DESCRIPTION = (
    "{rows} rows and {columns} columns; the darker a cell, the larger its number. "
    "The table has the same numbers."
)


@dataclass(frozen=True, slots=True)
class Heat:
    """A cell: a share from 0 to 1, what it says, and a smaller line under it."""

    share: float
    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """`cells[row][column]`; None is left empty."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Heat | None, ...], ...]


def heat_map(title: str, grid: Grid) -> Plot:
    """Columns are headed by their names if these fit, else numbered in the order of the table.

    Rows that are columns, too, have the number before their name.
    """

    def draw(width: float) -> Drawing:
        left = NARROW_LEFT if width <= NARROW else LEFT
        cell = _cell(width - left - EDGE, len(grid.columns))
        numbered = any(len(name) * LETTER > cell for name in grid.columns)
        shapes: list[Shape] = []
        for number, name in enumerate(grid.columns):
            head = str(number + 1) if numbered else name
            x = round(left + cell * (number + 0.5), 1)
            shapes.append(Words("soft", x, TOP - 10, head, "middle"))
        for number, name in enumerate(grid.rows):
            shapes.extend(_row(grid, number, _row_name(grid, name, numbered), left, cell))
        whole = left + cell * len(grid.columns) + EDGE
        return Drawing(whole, TOP + CELL * len(grid.rows) + EDGE, tuple(shapes))

    description = DESCRIPTION.format(rows=len(grid.rows), columns=len(grid.columns))
    return drawn(title, description, draw)


def _cell(room: float, columns: int) -> float:
    return math.floor(min(LARGEST, max(SMALLEST, room / max(1, columns))))


def _row_name(grid: Grid, name: str, numbered: bool) -> str:  # noqa: FBT001 - of this module alone
    if numbered and name in grid.columns:
        return f"{grid.columns.index(name) + 1} {name}"
    return name


def _row(grid: Grid, number: int, name: str, left: float, cell: float) -> Iterator[Shape]:
    y = TOP + CELL * number
    short = shortened(name, left - EDGE)
    yield Words("name", left - EDGE, y + CELL / 2 + 4, short, "end")
    heats: Sequence[Heat | None] = grid.cells[number]
    for column, heat in enumerate(heats):
        if heat is None:
            continue
        x = round(left + cell * column, 1)
        opacity = round(FAINTEST + (STRONGEST - FAINTEST) * heat.share, 3)
        yield Box("heat", x + 1, y + 1, round(cell - 2, 1), CELL - 2, opacity)
        middle = round(x + cell / 2, 1)
        yield Words("name", middle, y + (20 if heat.small else CELL / 2 + 4), heat.text, "middle")
        if heat.small:
            yield Words("ink small", middle, y + 36, heat.small, "middle")
