"""Which labels a text names: their names and aliases, found as they stand in it.

A hint beside a label, the same for everyone; it decides nothing. Only labels with aliases take
part, since the others are not names ("economic").
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from annotator.domain.codebook_expansion import Names
from annotator.domain.inflection import spelling
from annotator.domain.scripts import script_of

# Scripts that are written without spaces, or that join particles to a name: nothing bounds a name.
_UNBOUNDED: Final = frozenset({"han", "kana", "thai", "hangul"})
_OPEN: Final = "\u0e01-\u0e4e\u1100-\u11ff\u3041-\u30ff\u3131-\u318e\u3400-\u9fff\uac00-\ud7a3"
# What goes on with a word; a combining mark belongs to the letter before it.
_IN_WORD: Final = rf"[^\W{_OPEN}]|[\u0300-\u036f]"
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Mention:
    """A label named in a text: code points `start` to `end`, the end excluded."""

    label: str
    start: int
    end: int


def words(names: Names, text: str, lang: str | None) -> dict[str, tuple[str, ...]]:
    """The words of the text that name each label, in order and each once; labels without are left
    out.
    """
    found: dict[str, dict[str, None]] = {}
    for mention in mentions(names, text, lang):
        found.setdefault(mention.label, {})[text[mention.start : mention.end]] = None
    return {label: tuple(found[label]) for label, _ in names if label in found}


def mentions(names: Names, text: str, lang: str | None) -> tuple[Mention, ...]:
    """Every mention, in the order of the text.

    Words are taken once: of the names that begin at a place the longest counts, and what it covers
    is no mention of a shorter one, so that "United States" does not name the states. A name that
    several labels have is a mention of each.

    Args:
        names: `names_in_texts` of a question.
        text: any text.
        lang: its language, whose case endings count beside those of each name's own.
    """
    finder = _finder(names, lang)
    if finder is None:
        return ()
    return tuple(
        Mention(label, found.start(), found.end())
        for found in finder.pattern.finditer(text)
        for label in finder.labels[(found.lastindex or 1) - 1]
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """One expression for all names; its n-th group is empty and ends the n-th name."""

    pattern: re.Pattern[str]
    labels: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=_REMEMBERED)
def _finder(names: Names, lang: str | None) -> _Finder | None:
    known = _labels_and_langs(names)
    if not known:
        return None
    also = set() if lang is None else {lang.split("-", maxsplit=1)[0]}
    longest_first = sorted(known, key=lambda name: (-len(name), name))
    bounded = [name for name in longest_first if script_of(name) not in _UNBOUNDED]
    unbounded = [name for name in longest_first if script_of(name) in _UNBOUNDED]
    # The group that tells which name it was stands at its end. At the beginning it would keep the
    # matcher from passing over names by their first letter.
    ends = (rf"{spelling(name, known[name][1] | also)}(?!{_IN_WORD})()" for name in bounded)
    parts = [rf"(?<!{_IN_WORD})(?:{'|'.join(ends)})"] if bounded else []
    parts += [f"{re.escape(name)}()" for name in unbounded]
    labels = tuple(tuple(known[name][0]) for name in bounded + unbounded)
    return _Finder(re.compile("|".join(parts)), labels)


def _labels_and_langs(names: Names) -> dict[str, tuple[dict[str, None], set[str]]]:
    """By name, composed: the labels that have it and the languages it is written in."""
    known: dict[str, tuple[dict[str, None], set[str]]] = {}
    for label, written in names:
        for lang, name in written:
            words_of_it = unicodedata.normalize("NFC", name).split()
            labels, langs = known.setdefault(" ".join(words_of_it), ({}, set()))
            labels[label] = None
            langs.add(lang.split("-", maxsplit=1)[0])
    known.pop("", None)
    return known
