"""The numbers by which the model tells noise: of a paragraph, its neighbours, its document.

Most are of the paragraph and of its neighbours up to six away. No feature depends on a language
except the n-gram scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from annotator.domain.noise import characters as chars
from annotator.domain.noise.characters import Lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]
    Named = dict[str, Floats]

# As long as two lines of print; an East Asian character counts for three.
LONG: Final = 120.0
EAST_ASIAN_WEIGHT: Final = 3.0
REACH: Final = 6
NEAR: Final = 2
LINKS: Final = "links"
LINKS_REACH: Final = 3
# Stands for what is beyond the edge of the document or not known.
NONE: Final = -9.0
_FAR: Final = 50


@dataclass(frozen=True)
class Batch:
    """Paragraphs of some documents in order.

    `of` is the document of each paragraph, ascending from 0. `copies` counts the paragraphs of the
    document with the same text, itself included; `later` is 1 for all but the first of them.
    `elsewhere` counts other documents of the source with the text, and `documents` the documents
    of the source (by document). `links` is the share of each paragraph's characters that stand
    inside links of its page, NONE where it came without a page. `article`, which is no feature, is
    1 for what stands in what looks like the article of its page, 0 for what does not, NONE where
    that is not known; without it that is known of none.
    """

    texts: Sequence[str]
    of: "Integers"
    copies: "Floats"
    later: "Floats"
    elsewhere: "Floats"
    documents: "Floats"
    links: "Floats"
    article: "Floats | None" = None

    @property
    def from_pages(self) -> "NDArray[np.bool_]":
        """Whether each paragraph came with its page."""
        return np.asarray(self.links != NONE)

    @property
    def starts(self) -> "Integers":
        """The row of the first paragraph of the document that each row belongs to."""
        return np.searchsorted(self.of, self.of)

    @property
    def ends(self) -> "Integers":
        return np.searchsorted(self.of, self.of, side="right")


def of_batch(batch: Batch, lines: Lines) -> "Named":
    """The features of every paragraph by name, those of links after all others.

    None is the same for all paragraphs of a document: with hundreds of paragraphs from one page, a
    forest learns by such numbers which page it is looking at.
    """
    own = _own(lines)
    shape = _shape(batch, lines, own)
    return {
        **own,
        **shape,
        **_vocabulary(batch, lines, own["weight"] >= np.log1p(LONG)),
        **_repeats(batch),
        **_neighbours(batch, own),
        **_links(batch),
    }


def matrix(named: Mapping[str, "Floats"]) -> "Floats":
    """Shape (features, n): a row for each feature, as the forest reads it."""
    return np.stack([column.astype(np.float32) for column in named.values()])


def _own(lines: Lines) -> "Named":
    counts = lines.counts
    seen = np.maximum(lines.seen, 1)
    letters = counts[:, chars.LOWER : chars.EAST_ASIAN + 1].sum(axis=1)
    asian = counts[:, chars.EAST_ASIAN] / seen
    words = np.maximum(lines.words, 1)
    share = (counts / seen[:, None]).T
    alphabetic = letters - counts[:, chars.EAST_ASIAN]
    return {
        "weight": np.log1p(lines.length * (1 + (EAST_ASIAN_WEIGHT - 1) * asian)),
        "words": lines.words + counts[:, chars.EAST_ASIAN] / 2,
        "word_length": alphabetic / words,
        "capitalised": lines.capitalised / words,
        "short_words": lines.short / words,
        "upper": counts[:, chars.UPPER] / np.maximum(letters, 1),
        "letters": letters / seen,
        "east_asian": asian,
        "digits": share[chars.DIGIT],
        "numbers": lines.numbers,
        "spaces": share[chars.SPACE],
        "ends": counts[:, chars.END],
        "commas": counts[:, chars.COMMA],
        "comma_share": share[chars.COMMA],
        "colons": counts[:, chars.COLON],
        "quotes": counts[:, chars.QUOTE],
        "brackets": counts[:, chars.BRACKET],
        "dashes": share[chars.DASH],
        "separators": counts[:, chars.SEPARATOR],
        "separator_share": share[chars.SEPARATOR],
        "symbols": counts[:, chars.SYMBOL],
        "others": share[chars.OTHER],
        "first": lines.first,
        "last": lines.last,
        "sentence": (lines.last == chars.END).astype(np.float32),
        "grams.noise": lines.grams[:, 0],
        "grams.headline": lines.grams[:, 1],
    }


def _shape(batch: Batch, lines: Lines, own: "Named") -> "Named":
    """Where the paragraph stands among the long ones, and in how long a document."""
    starts, ends = batch.starts, batch.ends
    n = len(batch.of)
    rows = np.arange(n)
    size = (ends - starts).astype(np.float32)
    around = _Around(batch)
    weight = np.minimum(np.expm1(own["weight"]), 5_000)
    long = own["weight"] >= np.log1p(LONG)
    mass = np.concatenate([[0.0], np.cumsum(weight, dtype=np.float64)])
    before = mass[rows] - mass[starts]
    whole = mass[ends] - mass[starts]
    count = np.concatenate([[0], np.cumsum(long)])
    longs_before, longs = count[rows] - count[starts], count[ends] - count[starts]
    last_long = np.maximum.accumulate(np.where(long, rows, -1)) if n else rows
    previous = np.concatenate([[-1], last_long[:-1]])
    since = np.where(previous >= starts, rows - previous, _FAR * 2)
    next_long = np.minimum.accumulate(np.where(long, rows, n)[::-1])[::-1] if n else rows
    following = np.concatenate([next_long[1:], [n]])[:n]
    until = np.where(following < ends, following - rows, _FAR * 2)
    scripts = _by_document(batch, lines.scripts)
    main = np.argmax(scripts[:, 1:], axis=1) + 1
    lettered = lines.scripts[:, 1:].sum(axis=1)
    in_main = lines.scripts[rows, main] if n else lettered
    return {
        "place": (rows - starts) / np.maximum(size - 1, 1),
        "from_top": np.minimum(rows - starts, _FAR * 4),
        "from_end": np.minimum(ends - 1 - rows, _FAR * 4),
        "mass_before": before / np.maximum(whole, 1),
        "mass_share": weight / np.maximum(whole, 1),
        "longs_before": np.minimum(longs_before, _FAR),
        "longs_after": np.minimum(longs - longs_before - long, _FAR),
        "longs_place": longs_before / np.maximum(longs, 1),
        "since_long": np.minimum(since, _FAR * 2),
        "until_long": np.minimum(until, _FAR * 2),
        "below_longest": own["weight"] - around.longest_above(own["weight"], longs_before),
        "own_script": np.where(lettered > 0, in_main / np.maximum(lettered, 1), NONE),
    }


def _vocabulary(batch: Batch, lines: Lines, long: "NDArray[np.bool_]") -> "Named":
    """Which share of a paragraph's words other long paragraphs of its document hold.

    Long words tell the topic; short ones, most of them function words, tell the language.
    """
    n = len(batch.of)
    document = batch.of[lines.word_of].astype(np.uint64)
    code = lines.word_code ^ (document * np.uint64(0xD6E8FEB86659FD93))
    _, word = np.unique(code, return_inverse=True)
    both, first = np.unique(word * n + lines.word_of, return_index=True)
    word, row = both // max(n, 1), both % max(n, 1)
    long_word = lines.word_long[first]
    holders = np.bincount(word[long[row]], minlength=int(word.max()) + 1 if len(word) else 1)
    held = (holders[word] - long[row]) > 0
    share = {}
    for name, chosen in (("topic", long_word), ("function", ~long_word)):
        of = row[chosen]
        total = np.bincount(of, minlength=n)
        hits = np.bincount(of, held[chosen], minlength=n)
        share[name] = np.where(total > 0, hits / np.maximum(total, 1), NONE)
    return share


def _repeats(batch: Batch) -> "Named":
    documents = batch.documents[batch.of]
    share = batch.elsewhere / np.maximum(documents - 1, 1)
    return {
        "copies": np.minimum(batch.copies, 10),
        "later_copy": batch.later,
        "source_share": np.where(documents > 1, np.minimum(share, 1), NONE),
        "source_holding": np.minimum(batch.elsewhere, 5),
        "source_documents": np.minimum(documents, 5),
    }


def _neighbours(batch: Batch, own: "Named") -> "Named":
    around = _Around(batch)
    found = {}
    for offset in _offsets(REACH):
        for name in ("weight", "grams.noise"):
            found[f"{name}{offset:+}"] = around.at(own[name], offset)
    for offset in _offsets(NEAR):
        for name in ("sentence", "capitalised", "last", "first", "digits", "commas", "short_words",
                     "grams.headline"):  # fmt: skip
            found[f"{name}{offset:+}"] = around.at(own[name], offset)
    for name in ("weight", "grams.noise", "sentence"):
        for reach in (3, 6, 15):
            for side, sign in (("before", -1), ("after", 1)):
                found[f"{name}_{side}{reach}"] = around.mean(own[name], reach, sign)
    for offset in (-1, 1):
        beside = around.at(own["weight"], offset)
        found[f"weight_step{offset:+}"] = np.where(beside == NONE, NONE, own["weight"] - beside)
    return found


def _links(batch: Batch) -> "Named":
    around = _Around(batch)
    found = {LINKS: batch.links}
    for offset in _offsets(LINKS_REACH):
        found[f"{LINKS}{offset:+}"] = around.at(batch.links, offset)
    for reach in (3, 6, 15):
        for side, sign in (("before", -1), ("after", 1)):
            found[f"{LINKS}_{side}{reach}"] = around.mean(batch.links, reach, sign)
    return found


def _by_document(batch: Batch, values: "Floats") -> "Floats":
    """Sums over the document of each row, on every row."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=float)])
    return np.asarray(total[batch.ends] - total[batch.starts], dtype=np.float32)


def _offsets(reach: int) -> list[int]:
    return [offset for offset in range(-reach, reach + 1) if offset]


class _Around:
    """Values of the neighbours of every paragraph within its document."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.starts, self.ends = batch.starts, batch.ends
        self.rows = np.arange(len(batch.of))

    def at(self, values: "Floats", offset: int) -> "Floats":
        there = self.rows + offset
        inside = (there >= self.starts) & (there < self.ends)
        return np.where(inside, values[np.where(inside, there, 0)], NONE).astype(np.float32)

    def mean(self, values: "Floats", reach: int, side: int) -> "Floats":
        """Of up to `reach` paragraphs before (side -1) or after (1) each one."""
        total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        if side < 0:
            low, high = np.maximum(self.rows - reach, self.starts), self.rows
        else:
            low, high = self.rows + 1, np.minimum(self.rows + 1 + reach, self.ends)
        number = high - low
        mean = (total[high] - total[low]) / np.maximum(number, 1)
        return np.where(number > 0, mean, NONE).astype(np.float32)

    def document_max(self, values: "Floats") -> "Floats":
        if not len(values):
            return values
        firsts = np.unique(self.starts)
        most = np.maximum.reduceat(values, firsts)
        return np.asarray(most[np.searchsorted(firsts, self.starts)], dtype=np.float32)

    def longest_above(self, weight: "Floats", longs_before: "Integers") -> "Floats":
        """The weight of the longest line above the first long one."""
        above = np.where(longs_before == 0, np.where(weight < np.log1p(LONG), weight, 0), 0)
        return self.document_max(above.astype(np.float32))
