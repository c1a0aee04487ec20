"""The rows of a table of a release, which is there in several formats that must say the same."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from annotator.domain.dataset import Cell, Row, Table
from annotator.domain.manifest import TableFormat
from annotator.errors import DataInvalid
from annotator.formats import table_csv, table_jsonl, table_parquet

NAMED_AT_MOST: Final = 5
AND_MORE = "… and {count} more of this kind."
SENTENCE = "{sentence}"
FORMATS_DIFFER = "{name} differs from {base} in row {row}, {column}: {found} in place of {wanted}."
ROWS_DIFFER = "{name} has not as many rows as {base}."

# The first of them that there is stands for the table: CSV is last, since it cannot tell an empty
# text from nothing.
_READERS: Final[dict[TableFormat, Callable[[Path, Table], Iterator[Row]]]] = {
    "jsonl": table_jsonl.read,
    "parquet": table_parquet.read,
    "csv": table_csv.read,
}


@dataclass(slots=True)
class Findings:
    """Sentences by kind; of each kind only the first few are kept, the rest is counted."""

    kept: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    more: Counter[str] = field(default_factory=Counter)

    def add(self, template: str, **facts: object) -> None:
        kind = f"{template} {facts.get('table', facts.get('name', ''))}"
        if len(self.kept[kind]) < NAMED_AT_MOST:
            self.kept[kind].append(template.format(**facts))
        else:
            self.more[kind] += 1

    def sentences(self) -> Iterator[str]:
        for kind, sentences in self.kept.items():
            yield from sentences
            if self.more[kind]:
                yield AND_MORE.format(count=self.more[kind])


def rows_of(
    folder: Path, table: Table, formats: tuple[TableFormat, ...], findings: Findings
) -> Iterator[Row]:
    """The rows of the first format, compared with those of the others on the way.

    Raises:
        DataInvalid: the first format cannot be read.
    """
    base, *others = (name for name in _READERS if name in formats)
    base_name = f"{table.name}.{base}"
    readers = {f"{table.name}.{name}": _careful(folder, table, name, findings) for name in others}
    for number, row in enumerate(_READERS[base](folder / base_name, table), start=1):
        for name, reader in list(readers.items()):
            other = next(reader, None)
            if other is None:
                findings.add(ROWS_DIFFER, name=name, base=base_name)
                del readers[name]
            elif other != row:
                for facts in _differences(table, row, other, is_csv=name.endswith(".csv")):
                    findings.add(FORMATS_DIFFER, name=name, base=base_name, row=number, **facts)
        yield row
    for name, reader in readers.items():
        if next(reader, None) is not None:
            findings.add(ROWS_DIFFER, name=name, base=base_name)


def shown(value: Cell) -> str:
    """A value as a sentence quotes it."""
    if value is None:
        return "nothing"
    return f"“{value[:60]}”" if isinstance(value, str) else str(value)


def _careful(folder: Path, table: Table, name: TableFormat, findings: Findings) -> Iterator[Row]:
    """The rows as far as they can be read; what cannot is a finding."""
    try:
        yield from _READERS[name](folder / f"{table.name}.{name}", table)
    except DataInvalid as error:
        findings.add(SENTENCE, sentence=str(error))


def _differences(table: Table, base: Row, other: Row, *, is_csv: bool) -> Iterator[dict[str, str]]:
    for column, wanted, found in zip(table.names, base, other, strict=True):
        # An empty cell of CSV stands for an empty text as well as for nothing.
        if wanted != found and not (is_csv and wanted == "" and found is None):
            yield {"column": column, "found": shown(found), "wanted": shown(wanted)}
