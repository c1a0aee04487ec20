"""What hides where a document comes from: made of its source, found in its text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from annotator.domain.masking.addresses import Addresses
from annotator.domain.masking.bylines import people
from annotator.domain.masking.folding import fold
from annotator.domain.masking.phrases import (
    ARTICLES,
    NAME_WORD,
    Phrase,
    Phrases,
)
from annotator.domain.masking.views import PLACEHOLDER, View

Kind = Literal["name", "alias", "address", "byline"]

_MASKS_KEPT = 256
_TEXTS_KEPT = 4096
_JOINED_FROM = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a text that is hidden, and for which entry of the mask."""

    start: int
    end: int
    kind: Kind
    entry: str


@dataclass(frozen=True)
class Mask:
    """What is hidden in the documents of one source, and what never is.

    Args:
        names: the source's own name first, then those of sources that were merged into it.
        aliases: other names by which readers would recognise it.
        domains: without scheme and path.
        bylines: as they stand in its documents.
        targets: names and aliases of those towards whom a stance is coded.
        exempt: words that the lead wants to stay visible.
    """

    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()

    def hits(self, text: str) -> list[Hit]:
        """What is hidden in the text, in order; none overlaps another."""
        return list(self._finder.hits(text))

    def view(self, text: str) -> View:
        """The text as an annotator sees it: no hit is left in it."""
        return _view(self._finder, text)

    @cached_property
    def _finder(self) -> "_Finder":
        """The same for every mask that is equal: what is looked up for each text is itself."""
        return _finder(self)

    def too_short(self) -> tuple[str, ...]:
        """Names and aliases that cannot be told from other words and are not hidden."""
        named = (*self.names, *self.aliases)
        return tuple(name for name in named if not Phrase(name).can_be_found)

    def shown_names(self) -> tuple[str, ...]:
        """Names that stay visible, so that no document of the source is blindable.

        They are those of a stance target, or the lead exempted the source's own name.
        """
        targets, kept = _phrases(self.targets), _phrases((*self.targets, *self.exempt))
        names = (name for name in self.names if _is_all_kept(name, kept))
        return (*names, *(alias for alias in self.aliases if _is_all_kept(alias, targets)))

    def shown_people(self, byline: str) -> tuple[str, ...]:
        """Names in a byline that stay visible, because they are those of a stance target."""
        targets = _phrases(self.targets)
        return tuple(name for name in people(byline) if _is_all_kept(name, targets))


class _Finder:
    """A mask made ready to be searched for, once for all texts."""

    def __init__(self, mask: Mask) -> None:
        self._kinds: dict[Phrase, tuple[Kind, str]] = {}
        self._add((Phrase(name, is_title=True) for name in mask.names), "name")
        self._add((Phrase(alias) for alias in mask.aliases), "alias")
        for byline in mask.bylines:
            self._add((Phrase(name) for name in people(byline)), "byline")
        self._phrases = Phrases(self._kinds)
        named = [Phrase(name, is_title=True) for name in (*mask.names, *mask.aliases)]
        joined = ("".join(phrase.words) for phrase in named)
        self._addresses = Addresses(
            mask.domains, (name for name in joined if len(name) >= _JOINED_FROM)
        )
        self._kept = Phrases(Phrase(name) for name in (*mask.targets, *mask.exempt))

    def _add(self, phrases: Iterator[Phrase], kind: Kind) -> None:
        for phrase in phrases:
            self._kinds.setdefault(phrase, (kind, phrase.name))

    def hits(self, text: str) -> Iterator[Hit]:
        folded = fold(text)
        for start, end, kind, entry in self._cut(folded.text):
            yield Hit(*folded.original(start, end), kind, entry)

    def _cut(self, text: str) -> Iterator[tuple[int, int, Kind, str]]:
        found = self._united(text)
        if not found:
            return
        addresses = [(start, end) for start, end, kind, _ in found if kind == "address"]
        kept = [
            (start, end)
            for start, end, _ in self._kept.find(text)
            if not any(a < end and start < b for a, b in addresses)
        ]
        for start, end, kind, entry in found:
            for piece in _without(text, start, end, kept):
                yield (*piece, kind, entry)

    def _united(self, text: str) -> list[tuple[int, int, Kind, str]]:
        """Names and addresses, where two overlap as one; placeholders are left as they are."""
        found: list[tuple[int, int, Kind, str]] = [
            (start, end, *self._kinds[phrase]) for start, end, phrase in self._phrases.find(text)
        ]
        found += [
            (start, end, "address", text[start:end]) for start, end in self._addresses.find(text)
        ]
        found.sort(key=lambda hit: (hit[0], -hit[1]))
        masked = _placeholders(text)
        united: list[tuple[int, int, Kind, str]] = []
        for hit in found:
            if any(a < hit[1] and hit[0] < b for a, b in masked):
                continue
            if united and hit[0] < united[-1][1]:
                before = united[-1]
                # It goes by the longer of the two.
                _, _, kind, entry = max(before, hit, key=lambda each: each[1] - each[0])
                united[-1] = (before[0], max(before[1], hit[1]), kind, entry)
            else:
                united.append(hit)
        return united


@lru_cache(maxsize=_MASKS_KEPT)
def _finder(mask: Mask) -> _Finder:
    return _Finder(mask)


@lru_cache(maxsize=_MASKS_KEPT)
def _phrases(names: tuple[str, ...]) -> Phrases:
    return Phrases(Phrase(name) for name in names)


@lru_cache(maxsize=_TEXTS_KEPT)
def _view(finder: _Finder, text: str) -> View:
    """What a mask uncovers, such as a word that now stands alone, is hidden as well."""
    view = View.of(text, ((hit.start, hit.end) for hit in finder.hits(text)))
    while view.places and (more := list(finder.hits(view.text))):
        hidden = [(place.start, place.end) for place in view.places]
        view = View.of(text, hidden + [view.original_of(hit.start, hit.end) for hit in more])
    return view


def _placeholders(text: str) -> list[tuple[int, int]]:
    found = []
    start = text.find(PLACEHOLDER)
    while start >= 0:
        found.append((start, start + len(PLACEHOLDER)))
        start = text.find(PLACEHOLDER, start + len(PLACEHOLDER))
    return found


def _without(
    text: str, start: int, end: int, kept: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """What is left of a stretch without what is kept; an article alone is no name."""
    within = [(a, b) for a, b in kept if a < end and start < b]
    if not within:
        yield start, end
        return
    for a, b in [*within, (end, end)]:
        words = list(NAME_WORD.finditer(text, start, max(a, start)))
        if any(word.group().lower() not in ARTICLES for word in words):
            yield words[0].start(), words[-1].end()
        start = max(start, b)


def _is_all_kept(name: str, kept: Phrases) -> bool:
    text = fold(name).text
    found = [(start, end) for start, end, _ in kept.find(text)]
    return bool(found) and not any(_without(text, 0, len(text), found))
