"""Noise told by its being in another script or language than the document."""

import re
from typing import Final

from annotator.domain.language import foreign_language
from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.lines import is_short
from annotator.domain.odd_characters import odd_characters
from annotator.domain.scripts import NAMES, letters_by_script

# Counted on the labelled pages of docs/noise-model.md: 210 of 213 lines in another script were
# noise, and 57 of 94 in another language of the same script (such lines are rare: 2 in 1,000).
OTHER_SCRIPT = 0.95
OTHER_LANGUAGE = 0.6
DISGUISED: Final = 0.8

# An abbreviation such as WTO stands in Latin letters in many languages.
LETTERS_AT_LEAST = 5
# In log scores; at 5 one paragraph in a hundred of the document's own language is taken for
# another.
MARGIN = 5.0
# Names belong to no language, and a line of names has few words without a capital.
SMALL_WORDS_AT_LEAST = 3

_LOOKED_AT = 300
_WORD = re.compile(r"[^\W\d_]+")


def other_script(around: Surroundings, position: int) -> Finding | None:
    text = around.pieces[position].text[:_LOOKED_AT]
    # Nothing but Latin letters: the usual case, and quickly told.
    if text.isascii() and "latin" in around.scripts:
        return None
    letters = letters_by_script(text)
    if letters.total() < LETTERS_AT_LEAST or not around.scripts:
        return None
    if any(letters[script] for script in around.scripts):
        return None
    script = letters.most_common(1)[0][0]
    reason = (
        f"In {NAMES[script]} letters, while the document is in {NAMES[around.scripts[0]]} ones."
    )
    return Finding("navigation", OTHER_SCRIPT, reason)


def disguised(around: Surroundings, position: int) -> Finding | None:
    """A letter of another script inside a word of a short line.

    Inside running text it is marked for the reader, and says nothing of noise.
    """
    text = around.pieces[position].text
    if not is_short(text):
        return None
    for odd in odd_characters(text):
        if odd.what.startswith(tuple(NAMES.values())):
            return Finding("other", DISGUISED, f"It hides a {odd.what}.")
    return None


def other_language(around: Surroundings, position: int) -> Finding | None:
    text = around.pieces[position].text[:_LOOKED_AT]
    if around.lang is None or _small_words(text) < SMALL_WORDS_AT_LEAST:
        return None
    lang, margin = foreign_language(text, around.lang, around.langs)
    if lang is None or margin < MARGIN:
        return None
    reason = f"The language looks like “{lang}”, while the document is in “{around.lang}”."
    return Finding("other", OTHER_LANGUAGE, reason)


def _small_words(text: str) -> int:
    return sum(not word[0].isupper() for word in _WORD.findall(text))
