"""Tables that lie beside texts in a folder: documents themselves, or what was said of the texts?"""

import json
from collections.abc import Iterable
from typing import Final

from annotator import formats
from annotator.domain.segmentation import is_blank
from annotator.errors import DocumentRefused, NoTextColumn
from annotator.formats.asking import Asked

# A row with less is a line of a document, such as people label.
DOCUMENT_AT_LEAST: Final = 400
_ROWS_ASKED: Final = 50
_LINES_ASKED: Final = 50


def lines_of(texts: Iterable[bytes]) -> set[str]:
    """The lines of these files, however well they can be read."""
    return {
        line.strip()
        for data in texts
        for line in data.decode("utf-8", "replace").splitlines()
        if not is_blank(line)
    }


def labels_them(name: str, data: bytes, asked: Asked, lines: set[str]) -> bool:
    """True of a table without texts, with rows as short as labelled lines, or with `lines` as rows.

    One that cannot be read is taken for documents, and its import says why it is refused, unless it
    quotes the texts.
    """
    try:
        records = formats.understand(name, data, asked).records[:_ROWS_ASKED]
    except NoTextColumn:
        return True
    except DocumentRefused:
        return _quotes(data, lines)
    rows = [record.text.strip() for record in records]
    labelled = sum(row in lines or _is_line(row) for row in rows)
    return 2 * labelled > len(rows)


def _quotes(data: bytes, lines: set[str]) -> bool:
    raw = data.decode("utf-8", "replace")
    longest = sorted(lines, key=len, reverse=True)[:_LINES_ASKED]
    quoted = sum(line in raw or json.dumps(line)[1:-1] in raw for line in longest)
    return 5 * quoted > len(longest)


def _is_line(row: str) -> bool:
    return len(row) < DOCUMENT_AT_LEAST and "\n" not in row
