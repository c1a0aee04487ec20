"""What the rules look at and what they say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from annotator.domain.noise.headings import lifted
from annotator.domain.noise.lines import DECORATION, RUNNING_TEXT_FROM
from annotator.domain.noise.placing import Placed
from annotator.domain.noise.quotations import held_by
from annotator.domain.repetition import Repeat, duplicate_key, first_copies, phrase_repeats
from annotator.domain.scripts import script_of, scripts_of_language
from annotator.domain.segmentation import Piece

SHORT_LINE: Final = 160
# The most that is said of what is rather a headline: a reason for those who suspect it otherwise.
NOT_SUSPECTED: Final = 0.45


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine's guess about one paragraph, to be shown with its reasons; never an annotation.

    `position` counts from 0; `noise_type` is a code of the question `noise_type`; `probability`
    is 0 to 1; `reasons` are sentences, the weightiest first; `repeat_of` is the position of the
    copy that stays.
    """

    position: int
    noise_type: str
    probability: float
    reasons: tuple[str, ...]
    repeat_of: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one paragraph; the fields mean what they mean in `Suggestion`.

    `spares_headlines`: it says nothing where the model rather takes the paragraph for a headline.
    """

    noise_type: str
    probability: float
    reason: str
    repeat_of: int | None = None
    by_model: bool = False
    spares_headlines: bool = False


@dataclass(frozen=True)
class Surroundings:
    """A cut document and what is known of its source; what several rules need is worked out once.

    `lang` is the language of the document, `langs` those the project expects. `seen_elsewhere`
    maps the duplicate key of a paragraph to the number of other documents of the source that hold
    it; `documents_of_source` counts this document too. `placed` says where each paragraph stands in
    its web page, None of a document that came without one.
    """

    pieces: Sequence[Piece]
    lang: str | None
    langs: tuple[str, ...]
    seen_elsewhere: Mapping[str, int]
    documents_of_source: int
    placed: Sequence[Placed] | None = None

    @cached_property
    def keys(self) -> list[str]:
        return [duplicate_key(piece.text) for piece in self.pieces]

    @cached_property
    def first_copies(self) -> dict[int, int]:
        return first_copies(self.keys)

    @cached_property
    def phrases(self) -> list[Repeat | None]:
        return [phrase_repeats(piece.text) for piece in self.pieces]

    def short_line(self, position: int) -> str | None:
        """The text without the marks it begins with, or None if it is long."""
        text = self.pieces[position].text
        return text.strip(DECORATION) if len(text) <= SHORT_LINE else None

    @cached_property
    def held_by(self) -> dict[int, int]:
        return held_by([piece.text for piece in self.pieces])

    @cached_property
    def lifted_by(self) -> dict[int, int]:
        return lifted([piece.text for piece in self.pieces])

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """The scripts of the document's language, or, if that is not known, the script of most
        text.
        """
        if self.lang is not None:
            return scripts_of_language(self.lang)
        most = script_of("\n".join(piece.text for piece in self.pieces))
        return (most,) if most else ()

    @cached_property
    def body(self) -> range:
        """From the first to the last paragraph of running text; empty if there is none.

        Running text is told by its length alone: above, a headline is to be expected; below,
        little but links, names and teasers.
        """
        running = [
            position
            for position, (piece, phrase) in enumerate(zip(self.pieces, self.phrases, strict=True))
            if len(piece.text) >= RUNNING_TEXT_FROM and phrase is None
        ]
        return range(running[0], running[-1] + 1) if running else range(0)

    @cached_property
    def longest_above(self) -> int | None:
        """The position of the longest line above the body, the first of them if several are."""
        above = range(self.body.start)
        return max(above, key=lambda position: len(self.pieces[position].text), default=None)


Rule = Callable[[Surroundings, int], Finding | None]
