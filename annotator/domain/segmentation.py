"""Cutting a document into paragraphs that tile it: nothing is trimmed, nothing is lost.

One line that is not blank is one paragraph. A line ends where `str.splitlines` ends one: the
usual newlines, and also the form feed (page breaks of converted PDFs), the vertical tab (soft
breaks of word processors), NEL and the Unicode line and paragraph separators. In a text whose lines
were broken to fit a width (`annotator.domain.hard_wrapping`) a paragraph goes on to the next blank
line, and its breaks stay in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.errors import DataInvalid

PARAGRAPHS_AT_MOST = 200_000
NO_PARAGRAPH = "The text holds no paragraph: every line is blank."
TOO_MANY_PARAGRAPHS = (
    f"The text has more than {PARAGRAPHS_AT_MOST:,} paragraphs: split it into several documents."
)

_TERMINATORS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_TERMINATORS}]+")
_LINE_ENDS = frozenset({*_TERMINATORS, "\r\n"})
# Characters that show nothing and that `str.isspace` does not know: soft hyphen, grapheme joiner,
# Hangul fillers, zero-width and direction marks, the blank Braille pattern, variation selectors.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u2800\u3164"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
    "\ufeff\uffa0"
)
_BLANK = re.compile(rf"[\s{_INVISIBLE}]*\Z")


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph: `text == document[start:end]` in code points, `tail` is what follows it."""

    start: int
    end: int
    text: str
    tail: str


@dataclass(frozen=True, slots=True)
class Segmented:
    """A cut document: `head` + every `text + tail` in order gives it back exactly."""

    head: str
    pieces: tuple[Piece, ...]


def is_blank(line: str) -> bool:
    """True for a line on which a reader sees nothing, such as one of NBSP and zero-width spaces."""
    return _BLANK.match(line) is not None


def segment(text: str, *, wrapped: bool = False) -> Segmented:
    """Cut `text` at its lines, or at its blank lines if it is `wrapped`; spaces inside and at the
    edges of a line stay in its paragraph.

    Raises `DataInvalid` if there is no paragraph, or more than `PARAGRAPHS_AT_MOST`.
    """
    spans = list(_joined(text) if wrapped else _paragraph_spans(text))
    if not spans:
        raise DataInvalid(NO_PARAGRAPH)
    following = [start for start, _ in spans[1:]] + [len(text)]
    pieces = tuple(
        Piece(start, end, text[start:end], text[end:upto])
        for (start, end), upto in zip(spans, following, strict=True)
    )
    return Segmented(text[: spans[0][0]], pieces)


def _paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    """Lazy, so that a file of ten million one-letter lines is refused before it fills the
    memory.
    """
    found = 0
    for line in _LINE.finditer(text):
        if is_blank(line[0]):
            continue
        found += 1
        if found > PARAGRAPHS_AT_MOST:
            raise DataInvalid(TOO_MANY_PARAGRAPHS)
        yield line.span()


def _joined(text: str) -> Iterator[tuple[int, int]]:
    """Lines with one line end between them are one paragraph; CR LF is one line end."""
    begins = ends = -1
    for start, end in _paragraph_spans(text):
        if begins >= 0 and text[ends:start] in _LINE_ENDS:
            ends = end
            continue
        if begins >= 0:
            yield begins, ends
        begins, ends = start, end
    if begins >= 0:
        yield begins, ends
