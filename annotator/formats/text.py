"""Plain text: one file is one document, known by the name of the file."""

from dataclasses import replace

from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.decoding import decode
from annotator.formats.fields import record, together

KIND = "text"
NO_COLUMNS = "a text file has no columns to choose from: leave the choice of columns out for it."


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` for a text without a paragraph, with a line too long, or odd
    characters.
    """
    if asked.mapping:
        raise DocumentRefused(name, NO_COLUMNS)
    decoded = decode(name, data, asked.encoding)
    read_as = record(name, {"text": decoded.text}, name=name)
    records = together(name, [replace(read_as, key=name)], decoded.told)
    return Understood(KIND, records, decoded.encoding)
