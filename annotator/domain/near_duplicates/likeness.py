"""When two texts are nearly the same, and which lines are too poor to stand for one another."""

import re
from typing import Final

from rapidfuzz.distance import Indel

from annotator.domain.repetition import normalised

ALIKE: Final = 0.9
# A shorter text is like another only if their forms are equal.
SHORT: Final = 30
# A longer one is like another only if it is the same: comparing costs the square of the length.
LONG: Final = 20_000
FEWEST_TOKENS: Final = 3

_DIGITS: Final = re.compile(r"\d+(?:[.,:/ -]\d+)*")
# Scripts without spaces between words: each character counts for a word.
_UNSPACED: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MASK: Final = "0"


def form_of(text: str) -> str:
    """The form in which texts are compared: normalised, and every number, date or time one `0`.

    >>> form_of("12,345 views  since 3 May")
    '0 views since 0 may'
    """
    return _DIGITS.sub(_MASK, normalised(text))


def says_enough(form: str) -> bool:
    """False for lines of one or two tokens and for bare numbers: such a line may be anything, so
    it is like another only if the whole text is the same, and what is said of one is never copied
    by itself.
    """
    return len(_TOKEN.findall(form)) >= FEWEST_TOKENS and _LETTER.search(form) is not None


def can_be_alike(form: str) -> bool:
    """Whether a text may have near-duplicates beside its exact ones."""
    return len(form) <= LONG and says_enough(form)


def likeness(one: str, other: str) -> float:
    """How alike two forms are, 0 to 1: 1 - (insertions + deletions) / (sum of both lengths).

    The normalised similarity of the longest common subsequence, as `rapidfuzz.fuzz.ratio` has it,
    over 100. Where one is shorter than `SHORT` characters it is 1 for equal forms and else 0: a
    single word is half of such a line. Below `ALIKE` the exact value is not worked out: 0.
    """
    if one == other:
        return 1.0
    if min(len(one), len(other)) < SHORT or max(len(one), len(other)) > LONG:
        return 0.0
    return Indel.normalized_similarity(one, other, score_cutoff=ALIKE)


def resemblance(one: str, other: str) -> float:
    """What `likeness` is, of any two forms and however low; for what stands beside a group."""
    return Indel.normalized_similarity(one[:LONG], other[:LONG])
