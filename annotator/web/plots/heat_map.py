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
    wrapped,
)
from annotator.web.plots.rows import LINE, beside, stacked

LEFT: Final = 200
MOST_LEFT: Final = 376
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


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where cells lie: rows from `left`, each with the lines of its name beside it or above it.

    The numbers of the columns stand above `first`, where the rows begin.
    """

    first: float
    left: float
    cell: float
    names: tuple[tuple[str, ...], ...]
    narrow: bool

    def head(self, number: int) -> float:
        """The height of a name above its row."""
        return LINE * len(self.names[number]) + 4 if self.narrow else 0

    def top(self, number: int) -> float:
        """The upper edge of the cells of a row."""
        return self.first + CELL * number + sum(self.head(before) for before in range(number + 1))

    def name(self, number: int) -> Iterator[Words]:
        lines, y = self.names[number], self.top(number)
        if self.narrow:
            return stacked(lines, self.left, y - 5, "start")
        lowest = y + CELL / 2 + 4 + LINE * (len(lines) - 1) / 2
        return stacked(lines, self.left - EDGE, lowest, "end")


def heat_map(title: str, grid: Grid) -> Plot:
    """Columns are headed by their names if these fit, else numbered in the order of the table.

    Rows that are columns, too, have the number before their name; a key has the other columns.
    """

    def draw(width: float) -> Drawing:
        narrow = width <= NARROW
        room = width - 1.5 * EDGE if narrow else width - LEFT - EDGE
        cell = _cell(room, len(grid.columns))
        numbered = any(len(name) * LETTER > cell for name in grid.columns)
        rows = [_row_name(grid, name, numbered) for name in grid.rows]
        beside_rows = width - EDGE if narrow else beside(rows, LEFT - EDGE, MOST_LEFT - EDGE)
        names = tuple(wrapped(name, beside_rows) for name in rows)
        left = EDGE / 2 if narrow else beside_rows + EDGE
        key = tuple(_key(grid)) if numbered else ()
        cells = _Cells(TOP + LINE * len(key), left, cell, names, narrow)
        shapes: list[Shape] = []
        for number, name in enumerate(grid.columns):
            head = str(number + 1) if numbered else name
            x = round(left + cell * (number + 0.5), 1)
            shapes.append(Words("soft", x, cells.first - 10, head, "middle"))
        for number, text in enumerate(key, start=1):
            shapes.append(Words("soft", left, LINE * number, text))
        for number in range(len(grid.rows)):
            shapes.extend(_row(grid, number, cells))
        bottom = cells.top(len(grid.rows) - 1) + CELL + EDGE
        whole = left + max(cell * len(grid.columns), _widest(key)) + EDGE
        return Drawing(whole, bottom, tuple(shapes))

    description = DESCRIPTION.format(rows=len(grid.rows), columns=len(grid.columns))
    return drawn(title, description, draw)


def _cell(room: float, columns: int) -> float:
    return math.floor(min(LARGEST, max(SMALLEST, room / max(1, columns))))


def _row_name(grid: Grid, name: str, numbered: bool) -> str:  # noqa: FBT001 - of this module alone
    if numbered and name in grid.columns:
        return f"{grid.columns.index(name) + 1} {name}"
    return name


def _key(grid: Grid) -> Iterator[str]:
    """What the numbers of columns stand for, of those that are no rows."""
    for number, name in enumerate(grid.columns, start=1):
        if name not in grid.rows:
            yield shortened(f"{number} {name}", NARROW - 2 * EDGE)


def _widest(key: Sequence[str]) -> float:
    return max((len(text) * LETTER for text in key), default=0.0)


def _row(grid: Grid, number: int, cells: _Cells) -> Iterator[Shape]:
    y = cells.top(number)
    yield from cells.name(number)
    heats: Sequence[Heat | None] = grid.cells[number]
    for column, heat in enumerate(heats):
        if heat is None:
            continue
        x = round(cells.left + cells.cell * column, 1)
        opacity = round(FAINTEST + (STRONGEST - FAINTEST) * heat.share, 3)
        yield Box("heat", x + 1, y + 1, round(cells.cell - 2, 1), CELL - 2, opacity)
        middle = round(x + cells.cell / 2, 1)
        yield Words("name", middle, y + (20 if heat.small else CELL / 2 + 4), heat.text, "middle")
        if heat.small:
            yield Words("ink small", middle, y + 36, heat.small, "middle")
