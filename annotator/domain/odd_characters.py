"""Characters that a reader does not see, or takes for others: evidence of how a text was made.

They are shown with a mark and never taken out. What writing needs is left alone: joiners in emoji,
in Persian and in Indic words, and selectors after emoji and Chinese characters.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from annotator.domain.scripts import LETTERS, NAMES, letters_by_script, script_of

# Format characters (category Cf) that are not drawn, and fillers, blanks and selectors of other
# categories. Signs of the Arabic and Kaithi scripts that are Cf but drawn are not among them.
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
_EMOJI: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINED: Final = "\u0620-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff"
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_MONGOLIAN: Final = "\u1820-\u18aa"

_HIDDEN = re.compile(f"[{_INVISIBLE}]")
# The first alternative that fits at a place decides; only the last one is odd.
_CHARACTER = re.compile(
    f"(?<=\U0001f3f4)[\U000e0030-\U000e007a]+\U000e007f"  # the flag of a region, such as Wales
    f"|(?<=[{_EMOJI}])[\ufe0e\ufe0f](?:\u200d(?=[{_EMOJI}]))?"
    f"|(?<=[#*0-9])\ufe0f(?=\u20e3)"  # a keycap
    f"|(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])"
    f"|(?<=[{_HAN}])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    f"|(?<=[{_MONGOLIAN}])[\u180b-\u180f]"
    f"|(?P<odd>[{_INVISIBLE}])"
)
# Scripts with letters that look like those of another one.
_ALIKE: Final = ("latin", "cyrillic", "greek", "armenian")
_MARKS: Final = "\u0300-\u036f"
_OTHER_THAN: Final = {
    script: "".join(LETTERS[other] for other in _ALIKE if other != script) for script in _ALIKE
}
# Where a letter of one script follows a letter of another.
_SEAM = re.compile(
    "|".join(f"[{LETTERS[script]}][{_MARKS}]*[{_OTHER_THAN[script]}]" for script in _ALIKE)
)
_WORD = re.compile(rf"(?:[^\W\d_][{_MARKS}]*)+")
_LETTER = re.compile(f".[{_MARKS}]*")


@dataclass(frozen=True, slots=True)
class Odd:
    """A place of a text and what it is in words: code points `start` to `end`, the end excluded."""

    start: int
    end: int
    what: str


def odd_characters(text: str) -> tuple[Odd, ...]:
    """Invisible characters, one by one, and runs of letters of a foreign script inside a word.

    A word is in the script of most of its letters, of two with as many in that of the text.
    """
    if text.isascii():
        return ()
    # A text has few different characters, and nearly always none that is worth the longer look.
    characters = "".join(set(text))
    found: list[Odd] = []
    if _HIDDEN.search(characters):
        found += _invisible(text)
    if len(letters_by_script(characters).keys() & _ALIKE) > 1 and _SEAM.search(text):
        found += _foreign(text)
    return tuple(sorted(found, key=lambda odd: odd.start))


def _invisible(text: str) -> Iterator[Odd]:
    for found in _CHARACTER.finditer(text):
        if found.lastgroup:
            yield Odd(found.start(), found.end(), _named(found.group()))


@lru_cache(maxsize=512)
def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def _foreign(text: str) -> Iterator[Odd]:
    for word in _WORD.finditer(text):
        yield from _foreign_in(word.group(), word.start(), text)


def _foreign_in(word: str, at: int, text: str) -> Iterator[Odd]:
    letters = letters_by_script(word)
    scripts = [script for script, _ in letters.most_common() if script in _ALIKE]
    if len(scripts) <= 1:
        return
    own = _own(letters, scripts, text)
    for script, run in groupby(_LETTER.finditer(word), key=lambda one: script_of(one.group())):
        pieces = list(run)
        if script in scripts and script != own:
            what = "letter" if len(pieces) == 1 else "letters"
            yield Odd(
                at + pieces[0].start(),
                at + pieces[-1].end(),
                f"{NAMES[script]} {what} in {'an' if own == 'armenian' else 'a'} {NAMES[own]} word",
            )


def _own(letters: Counter[str], scripts: Sequence[str], text: str) -> str:
    """The script of a word; `scripts` are in the order of their number of letters."""
    most = [script for script in scripts if letters[script] == letters[scripts[0]]]
    of_text = script_of(text)
    return of_text if of_text in most else most[0]
