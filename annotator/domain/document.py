"""A document as it comes in, before it has a row in the database."""

import hashlib
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that was read with a wrong encoding before it came here, and what it was."""

    line: int
    before: str
    after: str

    def difference(self, lead: int, most: int) -> tuple[str, str]:
        """Both from a little before the first difference on, at most so many characters."""
        pairs = zip(self.before, self.after, strict=False)
        same = next((n for n, (one, other) in enumerate(pairs) if one != other), 0)
        start = max(0, same - lead)
        return _clipped(self.before, start, most), _clipped(self.after, start, most)


def _clipped(line: str, start: int, most: int) -> str:
    end = start + most
    return ("…" if start else "") + line[start:end] + ("…" if len(line) > end else "")


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One document read from a file, with what the file says of it.

    `where` is for messages (`a.csv row 7`); `key` is the identity of the document within its
    source: the external id, else the URL, else the file name (for one row of many: file name and
    text hash). `text` is exactly what was read, never trimmed or normalised. `told` holds
    sentences that the person who imports should see, such as a byte order mark taken off.

    `publisher` is what a page calls its site: a guess at the source, for where nobody names one.
    `wrapped`: its lines were broken to fit a width, so that only blank lines end a paragraph.
    `markup` is the HTML that the text was taken from, compressed with zlib; it is never rendered.
    `misread` are lines that look misread; the text has them as they were meant if that was asked
    for.
    """

    where: str
    key: str
    text: str
    source: str | None = None
    title: str | None = None
    url: str | None = None
    byline: str | None = None
    published_on: date | None = None
    lang: str | None = None
    publisher: str | None = None
    wrapped: bool = False
    markup: bytes | None = None
    told: tuple[str, ...] = ()
    misread: tuple[Misread, ...] = ()


def text_hash(text: str) -> str:
    """The SHA-256 of the UTF-8 of `text`, 64 hexadecimal digits: same hash, unchanged document.

    Raises `UnicodeEncodeError` for a lone surrogate, which the readers refuse.
    """
    return hashlib.sha256(text.encode()).hexdigest()
