"""Readers of other tools' files, one format a module, each chosen by the suffix of the file.

A reader is a function (name, `Decoded`, mapping) -> records; a new text format is a module and a
line in `READERS`.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from annotator.domain.document import ImportRecord
from annotator.errors import DocumentRefused
from annotator.formats import csv_table, json_lines, text
from annotator.formats.decoding import ENCODINGS, FILE_AT_MOST, Decoded, decode

__all__ = ["ENCODINGS", "FILE_AT_MOST", "READERS", "read_file"]

Reader = Callable[[str, Decoded, Mapping[str, str]], list[ImportRecord]]

READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".csv": csv_table.read,
    ".jsonl": json_lines.read,
    ".ndjson": json_lines.read,
}
NOT_READ = "files that end in {suffix} cannot be read here: bring {accepted}."


def read_file(
    name: str,
    data: bytes,
    *,
    encoding: str = "utf-8",
    mapping: Mapping[str, str] | None = None,
) -> list[ImportRecord]:
    """The documents in a file of at most `FILE_AT_MOST` bytes, in its order; at least one.

    `name` chooses the reader by its suffix, is the identity of a text file and stands in every
    message. `encoding` is one of `ENCODINGS`. `mapping` says which column holds a field where its
    name does not (`{"text": "body"}`). What is told of the whole file is in `told` of the first
    record.

    Raises `DocumentRefused`: nothing of a file with one bad row is taken.
    """
    suffix = PurePath(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        accepted = ", ".join(READERS)
        said = suffix or "no suffix"
        raise DocumentRefused(name, NOT_READ.format(suffix=said, accepted=accepted))
    return reader(name, decode(name, data, encoding), mapping or {})
