"""Finding names in a folded text: many at once, inflected, and never inside another word."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from annotator.domain.masking.folding import fold, fold_pattern, plain
from annotator.domain.masking.inflection import SHORT, forms

# Scripts that put no space between words, and Korean, whose particles follow the word at once: a
# name in them has no edges that could be asked for.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
)
# Vowel signs of the scripts of India are no letters to Python, yet they stand inside words.
_INDIC = "\u0900-\u0963\u0966-\u0dff"
WORD_CHARACTER = rf"(?:[^\W_{_UNSPACED}]|[{_INDIC}])"
NOT_AFTER_WORD = rf"(?<![^\W_{_UNSPACED}])(?<![{_INDIC}])"
NOT_BEFORE_WORD = rf"(?!{WORD_CHARACTER})"
_WORD = re.compile(rf"(?:[^\W_{_UNSPACED}]+|[{_INDIC}]+)+")
NAME_WORD = re.compile(rf"(?:[^\W_]+|[{_INDIC}]+)+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")

_BETWEEN = r"[\s_.,&+/|:'\"«»„“”–—―-]"
_JOINED_FROM = 6
_ENDING = r"(?:'s|(?<=s)'|-(?:ul|ului|lui|ii|ai|a|as|e|i|o|u|ui|у|а|е|и|ом|ем|ой))?"

ARTICLES = frozenset(("the", "a", "an", "der", "die", "das", "le", "la", "les", "el", "los", "il"))
_AND = frozenset(("and", "und", "et", "e", "y", "i", "ir", "și", "si", "и", "та", "і", "й"))
_HANDLE = "@#"
_KEY = 3
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Phrase:
    """One name. Only its own name loses a leading article that leaves a single word.

    How much the case of letters counts depends on how easily the name is a common word:
    - up to three letters, such as RT: exactly as written;
    - one word: with a capital letter, if the name has one, or in a handle such as @meduza;
    - more words: in any case.
    """

    name: str
    is_title: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        words = tuple(NAME_WORD.findall(plain(self.name)))
        if words and words[0].lower() in ARTICLES and len(words) > (1 if self.is_title else 2):
            return words[1:]
        return words

    @property
    def can_be_found(self) -> bool:
        """Whether there is enough of it to be told from anything else: two letters."""
        return sum(letter.isalpha() for word in self.words for letter in word) >= FEWEST_LETTERS

    @cached_property
    def core(self) -> str | None:
        """The word that is the name, if it is one, whatever article stands before it."""
        words = self.words
        if len(words) == 2 and words[0].lower() in ARTICLES:  # noqa: PLR2004 - article and word
            return words[1]
        return words[0] if len(words) == 1 else None

    @property
    def is_unspaced(self) -> bool:
        return _IS_UNSPACED.match(self.words[0]) is not None

    @property
    def key(self) -> str:
        """The first letters, which every form shares."""
        return fold(self.words[0]).text[:_KEY].lower()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        words = self.words
        parts = [forms(word, alone=word == self.core) for word in words]
        if self.core is not None:
            parts[-1] = f"(?P<core>{parts[-1]})"
        many = 0 if sum(map(len, words)) >= _JOINED_FROM else 1
        between = f"{_BETWEEN}{{{many},5}}"
        pattern = parts[0]
        for word, part in zip(words[1:], parts[1:], strict=True):
            optional = word.lower() in _AND and word != words[-1]
            pattern += f"(?:{between}{part})?" if optional else f"{between}{part}"
        last = words[-1][-1]
        end = "" if _IS_UNSPACED.match(last) else f"{_ENDING}{NOT_BEFORE_WORD}"
        return re.compile(fold_pattern(f"{pattern}{end}"), re.IGNORECASE)

    def end_at(self, text: str, position: int) -> int | None:
        """Where the name ends that begins here, or None."""
        match = self.pattern.match(text, position)
        return match.end() if match is not None and self._is_name(text, match) else None

    def _is_name(self, text: str, match: re.Match[str]) -> bool:
        if self.core is None:
            return True
        found, written = match["core"], fold(self.core).text
        is_handle = match.start() > 0 and text[match.start() - 1] in _HANDLE
        if len(self.core) <= SHORT:
            return found == written or is_handle
        return written == written.lower() or not found[0].islower() or is_handle


class Phrases:
    """Names that are looked for together, by their first letters: many cost no more than one."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_key: dict[str, list[Phrase]] = defaultdict(list)
        self._unspaced: list[Phrase] = []
        for phrase in phrases:
            if not phrase.can_be_found:
                continue
            if phrase.is_unspaced:
                self._unspaced.append(phrase)
            else:
                self._by_key[phrase.key].append(phrase)
        self._lengths = sorted({len(key) for key in self._by_key}, reverse=True)

    def find(self, text: str) -> list[tuple[int, int, Phrase]]:
        """The names in a folded text, by place: the longest that begins there.

        They may overlap: in “the Institute for Peace” both “the Institute” and “Institute for
        Peace” are found.
        """
        found = [*self._unspaced_in(text), *self._spaced_in(text)]
        return sorted(found, key=lambda hit: (hit[0], -hit[1]))

    def _spaced_in(self, text: str) -> Iterator[tuple[int, int, Phrase]]:
        if not self._by_key:
            return
        for match in _WORD.finditer(text):
            start = match.start()
            beginning = match.group()[:_KEY].lower()
            hits = [
                (found, phrase)
                for length in self._lengths
                if length <= len(beginning)
                for phrase in self._by_key.get(beginning[:length], ())
                if (found := phrase.end_at(text, start)) is not None
            ]
            if hits:
                end, phrase = max(hits, key=lambda hit: hit[0])
                yield start, end, phrase

    def _unspaced_in(self, text: str) -> Iterator[tuple[int, int, Phrase]]:
        for phrase in self._unspaced:
            for match in phrase.pattern.finditer(text):
                end = phrase.end_at(text, match.start())
                if end is not None:
                    yield match.start(), end, phrase
