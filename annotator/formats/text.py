"""Plain text: one file is one document, known by the name of the file."""

from collections.abc import Mapping
from dataclasses import replace

from annotator.domain.document import ImportRecord
from annotator.errors import DocumentRefused
from annotator.formats.decoding import Decoded
from annotator.formats.fields import record, together

NO_COLUMNS = "a text file has no columns to choose from: leave the choice of columns out for it."


def read(name: str, decoded: Decoded, mapping: Mapping[str, str]) -> list[ImportRecord]:
    """Raises `DocumentRefused` for a text without a paragraph, with a line too long, or odd
    characters.
    """
    if mapping:
        raise DocumentRefused(name, NO_COLUMNS)
    read_as = record(name, {"text": decoded.text}, name=name)
    return together(name, [replace(read_as, key=name)], decoded.told)
