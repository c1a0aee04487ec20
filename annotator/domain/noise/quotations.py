"""Which paragraphs hold the words of another one."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from annotator.domain.repetition import normalised

AT_LEAST: Final = 40
AT_MOST: Final = 400
LOOKED_AT: Final = 4_000
_KEY: Final = 24
# Paragraphs that begin a sentence alike; more are not compared, whatever the document.
_HOLDERS: Final = 8
_OPENING: Final = "\"'«“„‘”’».!?…-–— "
# Where a sentence or a quotation may begin.
_BEGINS = re.compile(r"[.!?…:][\"'»”’)\]]*\s+|(?=[\"«“„‘])")


def held_by(texts: Sequence[str]) -> dict[int, int]:
    """Position of each paragraph of 40 to 400 characters -> the longer one that holds its words.

    Only places where a sentence or a quotation begins are compared, which keeps the time linear.
    """
    quotes = [i for i, text in enumerate(texts) if AT_LEAST <= len(text) <= AT_MOST]
    if not quotes or max(map(len, texts)) <= AT_LEAST + _KEY:
        return {}
    long = {i: normalised(text[:LOOKED_AT]) for i, text in enumerate(texts) if len(text) > AT_LEAST}
    holders = _holders(long)
    found = {}
    for quote in quotes:
        own = long.get(quote, "").strip(_OPENING)
        for holder in holders.get(own[:_KEY], ()):
            if len(long[holder]) > len(own) + _KEY and own in long[holder]:
                found[quote] = holder
                break
    return found


def _holders(texts: Mapping[int, str]) -> dict[str, list[int]]:
    """First words of a sentence or quotation -> the first paragraphs that have them."""
    holders: dict[str, list[int]] = {}
    for position, text in texts.items():
        for key in _keys(text):
            places = holders.setdefault(key, [])
            if len(places) < _HOLDERS:
                places.append(position)
    return holders


def _keys(text: str) -> set[str]:
    places = [0, *(found.end() for found in _BEGINS.finditer(text))]
    return {text[at : at + 2 * _KEY].lstrip(_OPENING)[:_KEY] for at in places}
