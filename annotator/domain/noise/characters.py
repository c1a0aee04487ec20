"""What paragraphs are made of, counted for all of them at once: characters, words, n-grams.

Only the beginning and the end of a paragraph are looked at, so that the time does not depend on how
long a line somebody pastes.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from annotator.domain.scripts import LETTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]
    Codes = NDArray[np.uint64]
    Flags = NDArray[np.bool_]

HEAD: Final = 240
TAIL: Final = 60
# What is joined for one look; bounds the memory whatever the document.
_AT_ONCE: Final = 4_000

(
    SPACE, LOWER, UPPER, CASELESS, EAST_ASIAN, DIGIT, END, COMMA, COLON, QUOTE, BRACKET, DASH,
    SEPARATOR, SYMBOL, MARK, OTHER,
) = range(16)  # fmt: skip
CLASSES: Final = 16
SCRIPTS: Final = (None, *LETTERS)
_PLACES: Final = {
    END: ".!?…。！？؟।",
    COMMA: ",;،，、；؛",
    COLON: ":：",
    QUOTE: "\"'«»“”„‘’‚‹›「」『』《》",
    BRACKET: "()[]{}（）［］【】",
    DASH: "-‐‑‒–—―",
    SEPARATOR: "|/\\·•><→←↓↑▶►■●▪◦∙※★☆_~=*+",
    SYMBOL: "@#&©®™%$€£¥№",
}
_CATEGORIES: Final = {
    "Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lm": CASELESS, "Lo": CASELESS, "Nd": DIGIT,
    "Mn": MARK, "Mc": MARK, "Me": MARK, "Cf": MARK,
}  # fmt: skip
_BMP: Final = 0x10000
_SHORT_WORD: Final = 3
_LONG_WORD: Final = 5

# A hash of characters is the sum of each one times a power of an odd number, in 64 bits.
_BASE: Final = 0x9E3779B97F4A7C15
_POWERS: Final = np.array([pow(_BASE, i + 1, 2**64) for i in range(32)], dtype=np.uint64)
GRAMS: Final = (1, 2, 3, 4)
# The edges of a paragraph are characters of its n-grams.
_EDGE: Final = 2


@dataclass(frozen=True)
class Alphabet:
    """Tables by code point of the Basic Multilingual Plane; whatever lies above is one entry."""

    kinds: "NDArray[np.uint8]"
    scripts: "NDArray[np.uint8]"
    folded: "NDArray[np.uint32]"


@dataclass(frozen=True)
class Lines:
    """Counts by paragraph: each array has a row for each, except the last three.

    `counts` (n, CLASSES) and `scripts` (n, len(SCRIPTS)) count the characters that were looked at,
    which are `seen`; `length` is that of the whole paragraph. `first` and `last` are the classes of
    its outermost characters. `words`, `capitalised`, `short` and `numbers` count words, those with
    a first capital, lower-case ones of at most three letters, and runs of digits. `grams` is the
    n-gram score (n, classes). `word_of`, `word_code` and `word_long` list the words: the paragraph
    each is in, its hash, and whether it has five letters or more.
    """

    length: "Floats"
    seen: "Floats"
    counts: "Floats"
    scripts: "Floats"
    first: "Floats"
    last: "Floats"
    words: "Floats"
    capitalised: "Floats"
    short: "Floats"
    numbers: "Floats"
    grams: "Floats"
    word_of: "Integers"
    word_code: "Codes"
    word_long: "Flags"


@cache
def alphabet() -> Alphabet:
    kinds = np.full(_BMP + 1, OTHER, dtype=np.uint8)
    folded = np.arange(_BMP + 1, dtype=np.uint32)
    scripts = np.zeros(_BMP + 1, dtype=np.uint8)
    plane = "".join(map(chr, range(_BMP)))
    for code, character in enumerate(plane):
        kinds[code] = _CATEGORIES.get(unicodedata.category(character), OTHER)
        lower = character.lower()
        folded[code] = ord(lower) if len(lower) == 1 else code
    spaces = [code for code, character in enumerate(plane) if character.isspace()]
    kinds[spaces], folded[spaces] = SPACE, ord(" ")
    folded[kinds == DIGIT] = ord("0")
    for number, block in enumerate(LETTERS.values(), start=1):
        scripts[[found.start() for found in re.finditer(f"[{block}]", plane)]] = number
    kinds[np.isin(scripts, [SCRIPTS.index("han"), SCRIPTS.index("kana")])] = EAST_ASIAN
    for kind, characters in _PLACES.items():
        kinds[[ord(character) for character in characters]] = kind
    return Alphabet(kinds, scripts, folded)


def clipped(text: str) -> str:
    """The text without outer white space, or only its beginning and end if it is long."""
    if len(text) > HEAD + TAIL:
        text = text[: HEAD + TAIL * 4].lstrip()[:HEAD] + text[-TAIL * 4 :].rstrip()[-TAIL:]
    return text.strip()


def look_at(texts: Sequence[str], weights: "Floats") -> Lines:
    """Count the characters, words and n-grams of paragraphs.

    Args:
        texts: the paragraphs, whatever is in them (lone surrogates, too).
        weights: of the n-gram buckets, shape (classes, 2**k); see `gram_scores`.
    """
    parts = [
        _part(texts[at : at + _AT_ONCE], at, weights)
        for at in range(0, max(len(texts), 1), _AT_ONCE)
    ]
    return Lines(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Lines)
        }
    )


def _part(texts: Sequence[str], offset: int, weights: "Floats") -> Lines:
    n, table = len(texts), alphabet()
    codes, of = joined(texts)
    kinds, folded = table.kinds[codes], table.folded[codes]
    counts = _table(of, kinds, n, CLASSES)
    starts = np.searchsorted(of, np.arange(n))
    ends = np.searchsorted(of, np.arange(n), side="right")
    some = ends > starts
    first, last = np.full(n, -1.0, np.float32), np.full(n, -1.0, np.float32)
    first[some], last[some] = kinds[starts[some]], kinds[ends[some] - 1]
    letters = (kinds >= LOWER) & (kinds <= CASELESS) | (kinds == MARK)
    fresh = np.ones(len(of), dtype=bool)
    fresh[1:] = of[1:] != of[:-1]
    word_start = letters & (fresh | ~_shifted(letters))
    digit = kinds == DIGIT
    number_start = digit & (fresh | ~_shifted(digit))
    word = _Words.of(folded, letters, word_start)
    pairs, pair_code = _pairs(folded, kinds, fresh)
    lower = kinds[word.start] == LOWER
    return Lines(
        length=np.fromiter(map(len, texts), np.float32, n),
        seen=(ends - starts).astype(np.float32),
        counts=counts,
        scripts=_table(of, table.scripts[codes], n, len(SCRIPTS)),
        first=first,
        last=last,
        words=_count(of[word.start], n),
        capitalised=_count(of[word.start[kinds[word.start] == UPPER]], n),
        short=_count(of[word.start[lower & (word.length <= _SHORT_WORD)]], n),
        numbers=_count(of[number_start], n),
        grams=gram_scores(folded, of, n, weights),
        word_of=np.concatenate([of[word.start], of[pairs]]) + offset,
        word_code=np.concatenate([word.code, pair_code]),
        word_long=np.concatenate([word.length >= _LONG_WORD, np.ones(len(pairs), bool)]),
    )


def joined(texts: Sequence[str]) -> "tuple[NDArray[np.uint32], Integers]":
    """(code points of all clipped texts, the text each belongs to)."""
    cut = [clipped(text) for text in texts]
    raw = "".join(cut).encode("utf-32-le", "surrogatepass")
    codes = np.minimum(np.frombuffer(raw, dtype="<u4"), _BMP)
    lengths = np.fromiter(map(len, cut), np.int64, len(cut))
    return codes, np.repeat(np.arange(len(cut)), lengths)


def gram_buckets(
    folded: "NDArray[np.uint32]", of: "Integers", n: int, bits: int
) -> "tuple[Integers, Integers]":
    """(text, bucket) of every character n-gram of one to four, the paragraph's edges included.

    A bucket is the upper `bits` bits of the hash of an n-gram (Weinberger et al. 2009, feature
    hashing, https://doi.org/10.1145/1553374.1553516).
    """
    codes, owners = _edged(folded, of, n)
    found_of, found = [], []
    for size in GRAMS:
        if len(codes) < size:
            continue
        upto = len(codes) - size + 1
        total = np.full(upto, size * _BASE % 2**64, dtype=np.uint64)
        for i in range(size):
            total += codes[i : i + upto] * _POWERS[i]
        total ^= total >> np.uint64(29)
        total *= np.uint64(0xBF58476D1CE4E5B9)
        inside = owners[:upto] == owners[size - 1 :]
        found_of.append(owners[:upto][inside])
        found.append((total[inside] >> np.uint64(64 - bits)).astype(np.int64))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(found_of), np.concatenate(found)


def gram_scores(
    folded: "NDArray[np.uint32]", of: "Integers", n: int, weights: "Floats"
) -> "Floats":
    """Sum of the weights of a text's n-grams over the root of their number, shape (n, classes)."""
    owners, buckets = gram_buckets(folded, of, n, weights.shape[1].bit_length() - 1)
    root = np.sqrt(np.maximum(np.bincount(owners, minlength=n), 1))
    return np.stack(
        [np.bincount(owners, row[buckets], minlength=n) / root for row in weights], axis=1
    ).astype(np.float32)


def _edged(folded: "NDArray[np.uint32]", of: "Integers", n: int) -> "tuple[Codes, Integers]":
    """The code points with an edge before and after each text, and the text each belongs to."""
    codes = np.full(len(folded) + 2 * n, _EDGE, dtype=np.uint64)
    codes[np.arange(len(folded)) + 2 * of + 1] = folded
    lengths = np.bincount(of, minlength=n) + 2
    return codes, np.repeat(np.arange(n), lengths)


@dataclass(frozen=True)
class _Words:
    start: "Integers"
    length: "Integers"
    code: "Codes"

    @classmethod
    def of(cls, folded: "NDArray[np.uint32]", letters: "Flags", starts: "Flags") -> "_Words":
        start = np.flatnonzero(starts)
        if not len(start):
            none = np.zeros(0, np.int64)
            return cls(none, none, none.astype(np.uint64))
        where = np.flatnonzero(letters)
        number = np.cumsum(starts)[where] - 1
        place = where - start[number]
        product = folded[where].astype(np.uint64) * _POWERS[np.minimum(place, len(_POWERS) - 1)]
        first = np.searchsorted(number, np.arange(len(start)))
        length = np.bincount(number, minlength=len(start))
        return cls(start, length, np.add.reduceat(product, first))


def _pairs(
    folded: "NDArray[np.uint32]", kinds: "NDArray[np.uint8]", fresh: "Flags"
) -> "tuple[Integers, Codes]":
    """East Asian characters two by two, which stand for words where none are spaced apart."""
    if len(kinds) <= 1:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    asian = kinds == EAST_ASIAN
    first = np.flatnonzero(asian[:-1] & asian[1:] & ~fresh[1:])
    code = folded[first].astype(np.uint64) * _POWERS[0]
    return first, code + folded[first + 1].astype(np.uint64) * _POWERS[1]


def _shifted(flags: "Flags") -> "Flags":
    moved = np.zeros_like(flags)
    moved[1:] = flags[:-1]
    return moved


def _table(of: "Integers", kinds: "NDArray[np.uint8]", n: int, columns: int) -> "Floats":
    counted = np.bincount(of * columns + kinds, minlength=n * columns)
    return counted.reshape(n, columns).astype(np.float32)


def _count(of: "Integers", n: int) -> "Floats":
    return np.bincount(of, minlength=n).astype(np.float32)
