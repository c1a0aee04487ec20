"""Readers of other tools' files, one format a module, each chosen by the suffix of the file.

A reader is a function (name, bytes, `Asked`) -> `Understood`; a new format is a module and a line
in `READERS`. An archive holds files: `opened` gives them, each under its name inside.
"""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from annotator.domain.document import ImportRecord
from annotator.errors import DocumentRefused
from annotator.formats import (
    csv_table,
    excel,
    html_page,
    json_lines,
    label_studio,
    parquet,
    text,
    tsv_table,
    zip_archive,
)
from annotator.formats.asking import LINES, Asked, Lines, Understood
from annotator.formats.cutting import cut_as_asked
from annotator.formats.decoding import ENCODINGS, FILE_AT_MOST
from annotator.formats.repairing import mended

__all__ = [
    "ARCHIVE", "ENCODINGS", "FILE_AT_MOST", "LINES", "PAGES", "READERS", "SUFFIXES", "Asked",
    "Lines", "Understood", "opened", "passed_over", "read_file", "understand",
]  # fmt: skip

Reader = Callable[[str, bytes, Asked], Understood]

READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".html": html_page.read,
    ".htm": html_page.read,
    ".xhtml": html_page.read,
    ".csv": csv_table.read,
    ".tsv": tsv_table.read,
    ".jsonl": json_lines.read,
    ".ndjson": json_lines.read,
    ".json": label_studio.read,
    ".parquet": parquet.read,
    ".xlsx": excel.read,
}
ARCHIVE = ".zip"
SUFFIXES = (*READERS, ARCHIVE)
# One file is one document; the others are tables of them.
PAGES = (".txt", ".html", ".htm", ".xhtml")
# Their lines are ours, not those of who wrote the text.
_CUT_ALREADY = frozenset({html_page.read})
NOT_READ = "files that end in {suffix} cannot be read here: bring {accepted}."


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file itself, or the files in it if it is an archive, by their names inside.

    Raises:
        DocumentRefused: the archive is damaged, would fill the memory, or holds what no archive of
            documents needs (see `zip_archive`).
    """
    if PurePath(name).suffix.lower() != ARCHIVE:
        yield name, data
        return
    yield from zip_archive.members(name, data, suffixes=tuple(READERS))


def passed_over(name: str, data: bytes) -> tuple[str, ...]:
    """What is to be told of files in an archive that `opened` does not give.

    Raises:
        DocumentRefused: see there.
    """
    if PurePath(name).suffix.lower() != ARCHIVE:
        return ()
    return zip_archive.passed_over(name, data, suffixes=tuple(READERS))


def understand(name: str, data: bytes, asked: Asked) -> Understood:
    """The documents in a file of at most `FILE_AT_MOST` bytes, in its order; at least one.

    `name` chooses the reader by its suffix, is the identity of a text file and stands in every
    message. What is told of the whole file is in `told` of the first record.

    Raises:
        DocumentRefused: nothing of a file with one bad row is taken.
    """
    suffix = PurePath(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        accepted = ", ".join(SUFFIXES)
        said = suffix or "no suffix"
        raise DocumentRefused(name, NOT_READ.format(suffix=said, accepted=accepted))
    found = reader(name, data, asked)
    found.records[:] = [mended(one, repair=asked.repair) for one in found.records]
    if reader not in _CUT_ALREADY:
        found.records[:] = [cut_as_asked(one, asked.lines) for one in found.records]
    return found


def read_file(
    name: str,
    data: bytes,
    *,
    encoding: str = "utf-8",
    mapping: dict[str, str] | None = None,
    lines: Lines = "auto",
) -> list[ImportRecord]:
    """The records of `understand`.

    Raises:
        DocumentRefused: see there.
    """
    return understand(name, data, Asked(encoding, mapping or {}, lines)).records
