"""A table of figures: shown on a page by one macro, written as CSV from the same cells."""

import csv
import io
from dataclasses import dataclass
from typing import Literal

from annotator.domain.exclusions import WHY
from annotator.formats.table_csv import safe, text_of
from annotator.web.plots.drawing import Plot

Kind = Literal["text", "count", "figure", "percent", "interval", "link", "long"]
SHORT_WHY = {
    "too_few_documents": "too few documents",
    "too_few_of_rarer_label": "too few of the rarer label",
}
PARTS = ("low", "high", "why not")


@dataclass(frozen=True, slots=True)
class Said:
    """A cell of words with a link or a badge; in CSV it is the words alone.

    `about` says to those who hear a link alone where it leads; `code` is what releases and JSON
    call it.
    """

    text: str
    url: str | None = None
    badge: str | None = None
    about: str = ""
    code: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of an interval, or the code of why there is none; three columns in CSV.

    A page writes the ends of a `share` in percent, as it writes the share itself.
    """

    low: float | None
    high: float | None
    why: str | None
    digits: int = 2
    share: bool = False

    @property
    def short(self) -> str | None:
        """The reason in a few words, where there are some."""
        return SHORT_WHY.get(self.why or "")

    @property
    def sentence(self) -> str | None:
        return WHY.get(self.why or "")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the words that a page has for it, and a warning if there is one.

    In CSV it is the number, in full.
    """

    value: float
    text: str
    warning: str = ""


Cell = str | int | float | Said | Number | Interval | None


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how a page writes the cells: a share as percent, a figure with two digits.

    A column of links is on the page alone; `long` words get room. In CSV a `code` heads one more
    column, with the codes of the cells, and `head` stands in place of the name.
    """

    name: str
    kind: Kind = "text"
    code: str = ""
    head: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns that it is in CSV."""
        if self.kind == "link":
            return ()
        if self.kind == "interval":
            return tuple(f"{self.name}, {part}" for part in PARTS)
        return (self.head or self.name, *((f"{self.name}, {self.code}",) if self.code else ()))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, one for each column; the first of a row is its head."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> str:
        """As `formats.table_csv` writes one: safe to open in a spreadsheet, numbers in full."""
        file = io.StringIO(newline="")
        out = csv.writer(file)
        out.writerow([safe(head) for column in self.columns for head in column.heads])
        for row in self.rows:
            cells = zip(self.columns, row, strict=True)
            out.writerow([safe(text) for column, cell in cells for text in _texts(column, cell)])
        return file.getvalue()


@dataclass(frozen=True, slots=True)
class Figure:
    """A table under a heading, with the plot of it if there is one; `name` stands in addresses.

    A page shows the `first` rows of a long table; the CSV has all.
    """

    name: str
    title: str
    caption: str
    table: Table
    plot: Plot | None = None
    notes: tuple[str, ...] = ()
    first: int | None = None


def _texts(column: Column, cell: Cell) -> tuple[str, ...]:
    if column.kind == "link":
        return ()
    if isinstance(cell, Interval):
        return text_of(cell.low), text_of(cell.high), cell.sentence or ""
    if isinstance(cell, Number):
        cell = cell.value
    text = cell.text if isinstance(cell, Said) else text_of(cell)
    if not column.code:
        return (text,)
    return text, cell.code if isinstance(cell, Said) else ""
