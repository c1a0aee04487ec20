"""A text in the one form in which names are searched, with the way back to its own offsets.

Scraped text writes one name in many ways: composed or not, with soft hyphens and zero-width
characters inside, with curly apostrophes, with a letter of another script that looks the same. All
of this is folded away, and case is kept, since it tells a name from a common word.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Accents, vowel points, variation selectors, zero-width characters, soft hyphens, bidi controls and
# conjoining jamo: whatever belongs to the character before it.
_ATTACHED = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1160-\u11ff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
)
_ANY_ATTACHED = re.compile(f"[{_ATTACHED}]")
_CLUSTER = re.compile(f"(?s).[{_ATTACHED}]*")

# One character for another, so that offsets stay. A letter is here only if both its cases look
# alike in the two scripts: else a name in capitals would fold to something else.
_LOOK_ALIKE = str.maketrans("аеорсухкмтіѕјАЕОРСУХКМТІЅЈ", "aeopcyxkmtisjAEOPCYXKMTISJ")
# Where ё is printed as е, that е looks like a Latin e again.
_SPELLINGS = str.maketrans("ёЁ’‘ʼ`´‛＇‐‑−﹣－＠．", "eE'''''''-----@.")
_ONE_TO_ONE = _LOOK_ALIKE | _SPELLINGS


@dataclass(frozen=True, slots=True)
class Folded:
    """`starts` and `ends` give the place of each character in the original; None: its own."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to before `end` stand in the original; not empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The text as names are searched in it."""
    if text.isascii():
        return Folded(text)
    if unicodedata.is_normalized("NFC", text) and not _ANY_ATTACHED.search(text):
        return Folded(text.translate(_ONE_TO_ONE))
    return _with_offsets(text)


def fold_pattern(pattern: str) -> str:
    """A regular expression whose letters are those of folded text; offsets do not matter here."""
    return pattern.translate(_ONE_TO_ONE)


def plain(text: str) -> str:
    """A name composed, without what cannot be seen in it, in single spaces; scripts are kept."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_ANY_ATTACHED.sub("", composed).split())


def _with_offsets(text: str) -> Folded:
    found: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        composed = unicodedata.normalize("NFC", match.group())
        kept = _ANY_ATTACHED.sub("", composed).translate(_ONE_TO_ONE)
        found.append(kept)
        starts += [match.start()] * len(kept)
        ends += [match.end()] * len(kept)
    return Folded("".join(found), starts, ends)
