"""What a person may say about the files of an import, and what was then made of one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from annotator.domain.document import ImportRecord

# How lines become paragraphs: as each file looks, one each, or up to the next blank line.
Lines = Literal["auto", "paragraphs", "wrapped"]
LINES: tuple[Lines, ...] = get_args(Lines)


@dataclass(frozen=True, slots=True)
class Asked:
    """`encoding` is one of `ENCODINGS`; `mapping` says which column holds a field (`{"text":
    "body"}`) where its name does not; `repair`: lines that were read with a wrong encoding before
    are taken as they were meant.
    """

    encoding: str = "utf-8"
    mapping: Mapping[str, str] = field(default_factory=dict)
    lines: Lines = "auto"
    repair: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """The documents of one file and how it was read.

    `kind` names the format. `columns` are those of a table, in its order, and `used` says which of
    them holds a field. `encoding` is None where the format leaves no choice.
    """

    kind: str
    records: list[ImportRecord]
    encoding: str | None = None
    columns: tuple[str, ...] = ()
    used: Mapping[str, str] = field(default_factory=dict)
