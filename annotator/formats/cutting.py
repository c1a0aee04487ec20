"""Whether the lines of a document are its paragraphs, or were only broken to fit a page."""

from dataclasses import replace

from annotator.domain.document import ImportRecord
from annotator.domain.hard_wrapping import looks_wrapped
from annotator.domain.segmentation import segment
from annotator.errors import DocumentRefused
from annotator.formats.asking import Lines
from annotator.formats.fields import PARAGRAPH_AT_MOST

TAKEN_FOR_WRAPPED = (
    "Its lines break within sentences, so blank lines were taken for the ends of paragraphs; say "
    "at import that each line is a paragraph, if that is wrong."
)
LONG_PARAGRAPH = (
    "paragraph {number} has {size:,} characters up to the next blank line, and may have {most:,}: "
    "put blank lines between the paragraphs, or take each line for one."
)


def cut_as_asked(one: ImportRecord, lines: Lines) -> ImportRecord:
    """The record with `wrapped` set, and told if nobody asked for it.

    Raises:
        DocumentRefused: a paragraph from blank line to blank line is too long.
    """
    if lines == "paragraphs" or (lines == "auto" and not looks_wrapped(one.text)):
        return one
    for number, piece in enumerate(segment(one.text, wrapped=True).pieces, start=1):
        size = len(piece.text)
        if size > PARAGRAPH_AT_MOST:
            sentence = LONG_PARAGRAPH.format(number=number, size=size, most=PARAGRAPH_AT_MOST)
            raise DocumentRefused(one.where, sentence)
    told = (TAKEN_FOR_WRAPPED,) if lines == "auto" else ()
    return replace(one, wrapped=True, told=one.told + told)
