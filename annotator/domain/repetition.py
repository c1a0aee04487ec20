"""What stands more than once: a phrase within its line, a paragraph within its document or
elsewhere.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# No banner is longer; it keeps the search short whatever somebody pastes.
_LOOKED_AT = 20_000
_CANDIDATES = 40
_OFTEN = 3
_WORDS_TO_STAND_TWICE = 2
_WORD = re.compile(r"\w+")
_ZERO_WIDTH = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


@dataclass(frozen=True, slots=True)
class Repeat:
    """`phrase` as it first stands in the line, and how many times in a row it stands there (2 or
    more).
    """

    phrase: str
    times: int


def normalised(text: str) -> str:
    """The form in which two paragraphs are the same: compatibility-folded, caseless, single
    spaces.

    Digits are kept: "3 votes" and "4 votes" differ. Zero-width characters and soft hyphens are
    dropped. The folding is Unicode's compatibility caseless matching (definition D146), composed.
    """
    folded = unicodedata.normalize("NFD", text.translate(_ZERO_WIDTH)).casefold()
    folded = unicodedata.normalize("NFKD", folded).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def duplicate_key(text: str) -> str:
    """The SHA-256 of the normalised text, 64 hexadecimal digits: same key, same paragraph."""
    return hashlib.sha256(normalised(text).encode("utf-8", "surrogatepass")).hexdigest()


def first_copies(keys: Iterable[str]) -> dict[int, int]:
    """Position of every later copy -> position of the first one, which is the copy that stays."""
    first: dict[str, int] = {}
    copies: dict[int, int] = {}
    for position, key in enumerate(keys):
        kept = first.setdefault(key, position)
        if kept != position:
            copies[position] = kept
    return copies


def phrase_repeats(text: str) -> Repeat | None:
    """The phrase that stands three times or more in a row and makes up most of the line.

    Also a line that is one phrase of two words or more, twice. Case and punctuation do not count;
    only the first 20,000 characters are looked at. Time is linear in what is looked at.
    """
    words = [word.casefold() for word in _WORD.findall(text[:_LOOKED_AT])]
    found = _run_through_the_middle(words) or _doubled(words)
    if found is None:
        return None
    first, length, times = found
    return Repeat(_phrase(text, first, length), times)


def _run_through_the_middle(words: Sequence[str]) -> tuple[int, int, int] | None:
    """(first word, words in the phrase, times) of the run, if there is one.

    A run that makes up more than half of the line holds its middle word, so the phrase is as long
    as the distance from there to another copy of that word: a handful of lengths to try in place
    of all.
    """
    for at, period in _candidates(words):
        lowest, highest = at, at
        while lowest > 0 and words[lowest - 1] == words[lowest - 1 + period]:
            lowest -= 1
        while (
            highest + 1 + period < len(words) and words[highest + 1] == words[highest + 1 + period]
        ):
            highest += 1
        times = (highest - lowest + 1 + period) // period
        if times >= _OFTEN and 2 * times * period > len(words):
            return lowest, period, times
    return None


def _candidates(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(position, period) with the same word at `position` and `position + period`, nearest
    first.
    """
    if len(words) < _OFTEN:
        return
    middle = len(words) // 2
    same = [i for i, word in enumerate(words) if word == words[middle] and i != middle]
    for other in sorted(same, key=lambda i: abs(i - middle))[:_CANDIDATES]:
        yield min(middle, other), abs(other - middle)


def _doubled(words: Sequence[str]) -> tuple[int, int, int] | None:
    half, odd = divmod(len(words), 2)
    if odd or half < _WORDS_TO_STAND_TWICE or words[:half] != words[half:]:
        return None
    return 0, half, 2


def _phrase(text: str, first: int, length: int) -> str:
    spans = [
        word.span() for _, word in zip(range(first + length), _WORD.finditer(text), strict=False)
    ]
    return text[spans[first][0] : spans[-1][1]]
