"""Data frames of a release for statistical packages: held in memory, table by table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.formats.releases.coded import Value, Variable, plain, sittings
from annotator.formats.releases.frozen import Frozen
from annotator.formats.releases.names import distinct

if TYPE_CHECKING:
    import pandas as pd

TOO_LONG: Final = "[{count:,} characters: more than this format holds; see the table {table}.]"


@dataclass(frozen=True)
class Framed:
    """A table with the names that the format allows; `variables` in the order of the columns."""

    table: str
    frame: "pd.DataFrame"
    variables: Sequence[Variable]
    names: Sequence[str]
    too_long: int

    @property
    def labelled(self) -> Iterator[tuple[str, Variable]]:
        return zip(self.names, self.variables, strict=True)


def framed(
    frozen: Frozen, fit: Callable[[str], str], *, most: int, text_at_most: int
) -> Iterator[Framed]:
    """Every table; `most` is the longest name, `text_at_most` the longest text in bytes."""
    for table in frozen.tables.values():
        if table.name == "annotations":
            variables, rows = sittings(frozen)
        else:
            variables, rows = plain(frozen, table)
        codes = [variable.name for variable in variables]
        named = distinct(codes, fit, most=most)
        names = [named[code] for code in codes]
        frame, too_long = _frame(variables, names, rows, _Fitting(table.name, text_at_most))
        yield Framed(table.name, frame, variables, names, too_long)


@dataclass(slots=True)
class _Fitting:
    """Puts a sentence in the place of a text that is too long, and counts."""

    table: str
    text_at_most: int
    too_long: int = 0

    def held(self, value: Value) -> Value:
        if not isinstance(value, str) or len(value.encode()) <= self.text_at_most:
            return value
        self.too_long += 1
        return TOO_LONG.format(count=len(value), table=self.table)


def _frame(
    variables: Sequence[Variable],
    names: Sequence[str],
    rows: Iterable[list[Value]],
    fitting: "_Fitting",
) -> tuple["pd.DataFrame", int]:
    import pandas as pd  # noqa: PLC0415 - takes a second to import

    columns: list[list[Value]] = [[] for _ in variables]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(fitting.held(value))
    series = {
        name: pd.Series(values, dtype="float64")
        if variable.numeric
        else pd.Series(["" if value is None else value for value in values], dtype="object")
        for name, variable, values in zip(names, variables, columns, strict=True)
    }
    return pd.DataFrame(series), fitting.too_long
