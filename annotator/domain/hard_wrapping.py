"""Whether the lines of a text were broken to fit a width, as in mail and in files of old editors.

A program that fills lines puts a word on the next line only if it does not fit on this one. So in
a wrapped paragraph every line but the last, plus a space and the first word of the next line, is
longer than the widest line of the text. Lines that people end themselves hardly ever are.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from annotator.domain.segmentation import is_blank

WIDTHS: Final = range(38, 121)
# Breaks that the rule explains, of all breaks within a paragraph.
FILLED_AT_LEAST: Final = 0.9
BREAKS_AT_LEAST: Final = 6
# Of the lines, those that stand in paragraphs of more than one.
IN_PARAGRAPHS_AT_LEAST: Final = 0.5
# A text whose lines are its paragraphs has no blank lines, and would become one long paragraph.
PARAGRAPH_AT_MOST: Final = 5_000
_LOOKED_AT: Final = 200_000


def looks_wrapped(text: str) -> bool:
    r"""True only where it is plain: a few lines of equal length prove nothing.

    >>> looks_wrapped("One line is one paragraph.\nAnd another one.\n" * 20)
    False
    """
    paragraphs = list(_paragraphs(text[:_LOOKED_AT]))
    lines = [line for paragraph in paragraphs for line in paragraph]
    width = max(map(len, lines), default=0)
    if width not in WIDTHS:
        return False
    broken = [paragraph for paragraph in paragraphs if len(paragraph) > 1]
    breaks = [pair for paragraph in broken for pair in pairwise(paragraph)]
    if len(breaks) < BREAKS_AT_LEAST:
        return False
    if sum(map(len, broken)) < IN_PARAGRAPHS_AT_LEAST * len(lines):
        return False
    if max(sum(map(len, paragraph)) for paragraph in broken) > PARAGRAPH_AT_MOST:
        return False
    filled = sum(_is_filled(line, following, width) for line, following in breaks)
    return filled >= FILLED_AT_LEAST * len(breaks)


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Runs of lines that are not blank, without spaces at their ends."""
    run: list[str] = []
    for line in text.splitlines():
        if is_blank(line):
            if run:
                yield run
            run = []
        else:
            run.append(line.rstrip())
    if run:
        yield run


def _is_filled(line: str, following: str, width: int) -> bool:
    first, *others = following.split(maxsplit=1)
    # Chinese and Japanese break anywhere: what follows is one word, and one character decides.
    needed = 1 if not others and len(first) > width // 2 else 1 + len(first)
    return len(line) + needed > width
