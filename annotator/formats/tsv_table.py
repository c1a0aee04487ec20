"""TSV: as CSV, but with tabs between the cells whatever the header looks like.

Spreadsheets put quotes around a cell with a tab or a line break in it; databases and scripts know
no quotes at all, and then a quote is a character like any other.
"""

from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood
from annotator.formats.csv_table import Separated, read_separated
from annotator.formats.decoding import Decoded, decode

KIND = "TSV"
NO_QUOTES = "Quotes were taken as they stand: they do not enclose cells in this file."


def read(name: str, data: bytes, asked: Asked) -> Understood:
    """Raises `DocumentRefused` for what `csv_table.read` refuses, if the file cannot be read
    without quotes either; the sentence is that of reading it with quotes.
    """
    decoded = decode(name, data, asked.encoding)
    try:
        return read_separated(name, decoded, asked, Separated(KIND, "\t"))
    except DocumentRefused:
        if '"' not in decoded.text:
            raise
        plain = Decoded(decoded.text, (*decoded.told, NO_QUOTES), decoded.encoding)
        try:
            return read_separated(name, plain, asked, Separated(KIND, "\t", quoted=False))
        except DocumentRefused:
            pass
        raise
