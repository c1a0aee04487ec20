"""Correcting the cut of a document: one paragraph split in two, or two merged into one.

The pieces go on tiling the document. What is blank around the place of a split becomes the tail of
the first half, and what stood between two paragraphs becomes part of their merged text: so the one
is undone by the other.
"""

import re
from collections.abc import Sequence
from typing import Final

from annotator.domain.segmentation import Piece, is_blank
from annotator.errors import DataInvalid

CHARACTERS_AT_MOST: Final = 100_000
_SHOWN: Final = 40
_WORDS_AT_MOST: Final = 1_000
_BLANKS: Final = r"\s+"

NO_PARAGRAPH: Final = "The document has no paragraph {number}: load the page again."
NOTHING_BEFORE: Final = "Nothing stands before that place: choose one inside the paragraph."
NOTHING_AFTER: Final = "Nothing stands after that place: choose one inside the paragraph."
NO_WORDS: Final = "Say where to split: the first words of the second half."
WORDS_MISSING: Final = (
    "“{words}” does not stand in paragraph {number}: copy the first words of the second half."
)
WORDS_TWICE: Final = (
    "“{words}” stands {times} times in paragraph {number}: copy more words, so that the place is "
    "plain."
)
NO_NEXT: Final = "Paragraph {number} is the last one: there is none to merge it with."
TOO_LONG: Final = (
    "Paragraphs {number} and {following} have {size:,} characters together, and one may have "
    "{most:,}."
)


def split(pieces: Sequence[Piece], position: int, *, at: int) -> tuple[Piece, ...]:
    """The pieces with that of `position` (from 0) split before its code point `at`.

    Raises:
        DataInvalid: there is no such paragraph, or one of the halves would show nothing.
    """
    piece = _piece(pieces, position)
    if at <= 0 or is_blank(piece.text[:at]):
        raise DataInvalid(NOTHING_BEFORE)
    if is_blank(piece.text[at:]):
        raise DataInvalid(NOTHING_AFTER)
    ends = len(piece.text[:at].rstrip())
    begins = len(piece.text) - len(piece.text[at:].lstrip())
    halves = (
        Piece(piece.start, piece.start + ends, piece.text[:ends], piece.text[ends:begins]),
        Piece(piece.start + begins, piece.end, piece.text[begins:], piece.tail),
    )
    return (*pieces[:position], *halves, *pieces[position + 1 :])


def merge(pieces: Sequence[Piece], position: int) -> tuple[Piece, ...]:
    """The pieces with that of `position` (from 0) and the next as one.

    Raises:
        DataInvalid: there is no such paragraph or none after it, or the two are too long together.
    """
    first = _piece(pieces, position)
    if position + 1 == len(pieces):
        raise DataInvalid(NO_NEXT.format(number=position + 1))
    second = pieces[position + 1]
    size = second.end - first.start
    if size > CHARACTERS_AT_MOST:
        raise DataInvalid(
            TOO_LONG.format(
                number=position + 1, following=position + 2, size=size, most=CHARACTERS_AT_MOST
            )
        )
    whole = Piece(first.start, second.end, first.text + first.tail + second.text, second.tail)
    return (*pieces[:position], whole, *pieces[position + 2 :])


def place_of(text: str, words: str, *, number: int) -> int:
    """The code point at which `words` begin in the text of paragraph `number` (from 1).

    Browsers send line breaks and spaces as they like, so any run of blanks matches any other.

    Raises:
        DataInvalid: the words are not there, or more than once.
    """
    wanted = words[:_WORDS_AT_MOST].split()
    if not wanted:
        raise DataInvalid(NO_WORDS)
    # A place is looked at, not taken: “na na” begins twice in “na na na”.
    places = re.compile(rf"(?={_BLANKS.join(map(re.escape, wanted))})")
    found = [place.start() for place in places.finditer(text)]
    shown = words.strip()[:_SHOWN]
    if not found:
        raise DataInvalid(WORDS_MISSING.format(words=shown, number=number))
    if len(found) > 1:
        raise DataInvalid(WORDS_TWICE.format(words=shown, times=len(found), number=number))
    return found[0]


def _piece(pieces: Sequence[Piece], position: int) -> Piece:
    if not 0 <= position < len(pieces):
        raise DataInvalid(NO_PARAGRAPH.format(number=position + 1))
    return pieces[position]
