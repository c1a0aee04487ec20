"""What every reader of labels gives: rows by the thousand, as columns of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.errors import DataInvalid
from annotator.formats.labels.opening import refused

AT_ONCE: Final = 8_192
MISSING_COLUMN: Final = "the {kind} {missing} {verb} missing; there {there}: name {them} so."


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows: their cells by column, None where a cell is missing, and the line of each row."""

    columns: Mapping[str, Sequence[str | None]]
    lines: Sequence[int]


def without_columns(
    name: str, missing: Sequence[str], present: Sequence[str], *, kind: str = "column"
) -> DataInvalid:
    """The sentence for a file that lacks what it needs."""
    several = len(missing) > 1
    shown = ", ".join(present[:20]) + (" …" if len(present) > 20 else "")  # noqa: PLR2004 - a line
    return refused(
        name,
        MISSING_COLUMN.format(
            kind=f"{kind}s" if several else kind,
            missing=" and ".join([", ".join(missing[:-1]), missing[-1]] if several else missing),
            verb="are" if several else "is",
            there=f"are {shown}" if len(present) > 1 else f"is {shown or 'none'}",
            them="them" if several else "it",
        ),
    )
