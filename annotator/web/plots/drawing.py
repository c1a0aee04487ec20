"""What a plot is made of: a few shapes in the units of the view box, and who reads them aloud."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

WIDE: Final = 560
NARROW: Final = 280
# What a letter of 13 units takes at most, on average.
LETTER: Final = 7.7

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is the class that gives the colour, here as in every shape."""

    kind: str
    x1: float
    y1: float
    x2: float
    y2: float
    shape: Literal["line"] = "line"


@dataclass(frozen=True, slots=True)
class Dot:
    kind: str
    x: float
    y: float
    r: float = 5
    shape: Literal["dot"] = "dot"


@dataclass(frozen=True, slots=True)
class Box:
    """`opacity` from 0 to 1 is that of the fill."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    opacity: float = 1.0
    shape: Literal["box"] = "box"


@dataclass(frozen=True, slots=True)
class Words:
    kind: str
    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    shape: Literal["words"] = "words"


Shape = Line | Dot | Box | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture; shapes are drawn in their order."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture for wide pages and downloads, and one for narrow pages.

    `title` and `description` stand for both where a picture is read aloud.
    """

    title: str
    description: str
    wide: Drawing
    narrow: Drawing


def drawn(title: str, description: str, draw: Callable[[float], Drawing]) -> Plot:
    """The plot that `draw` makes for a wide and a narrow page; it is given the width."""
    return Plot(title, description, draw(WIDE), draw(NARROW))


def wrapped(text: str, units: float, *, lines: int = 2) -> tuple[str, ...]:
    """A name in lines that fit into so many units; the last one is shortened if it must be.

    >>> wrapped("Overall stance towards Russia", 160)
    ('Overall stance', 'towards Russia')
    """
    most = max(2, int(units / LETTER))
    found: list[str] = []
    for word in text.split():
        joined = f"{found[-1]} {word}" if found else word
        if not found or (len(joined) > most and len(found) < lines):
            found.append(word)
        else:
            found[-1] = joined
    return tuple(shortened(line, units) for line in found)


def shortened(text: str, units: float) -> str:
    """A name that fits into so many units of the view box; the table has it whole."""
    most = max(2, int(units / LETTER))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
