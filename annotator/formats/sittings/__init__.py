"""Labels that were given in other tools: one module for each tool, each a function `read`.

A reader gets a path and what it must know of the codebook, and gives sittings in the order of the
file. What it cannot read it refuses with a sentence; whether the labels fit the codebook is checked
where they are stored, for all of them alike.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, get_args

from annotator.domain.sitting import Sitting
from annotator.formats.sittings import argilla, doccano, label_studio, long_table, potato
from annotator.formats.sittings.given import Wanted

__all__ = ["KINDS", "Kind", "Wanted", "read"]

Kind = Literal["label-studio", "doccano", "argilla", "potato", "table"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_READERS: Final[Mapping[Kind, Callable[[Path, Wanted], Iterator[Sitting]]]] = {
    "label-studio": label_studio.read,
    "doccano": doccano.read,
    "argilla": argilla.read,
    "potato": potato.read,
    "table": long_table.read,
}


def read(kind: Kind, path: Path, wanted: Wanted) -> Iterator[Sitting]:
    """The sittings in a file, or for Potato a folder.

    Raises:
        DataInvalid: it is not what this tool writes.
    """
    return _READERS[kind](path, wanted)
