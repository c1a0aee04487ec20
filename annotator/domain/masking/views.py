"""A text with masks on it, and the way between its offsets and those of the original.

Offsets are code points, end-exclusive, on both sides. A span that touches a mask covers all of it:
half of a placeholder means nothing in the original.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotator.domain.spans import Span

PLACEHOLDER = "[source]"


@dataclass(frozen=True, slots=True)
class Place:
    """A mask: from `start` to before `end` in the original, from `at` on in what is shown."""

    start: int
    end: int
    at: int

    @property
    def until(self) -> int:
        return self.at + len(PLACEHOLDER)


@dataclass(frozen=True, slots=True)
class View:
    """What an annotator sees of a text; without places it is the original."""

    original: str
    text: str
    places: tuple[Place, ...] = ()

    @classmethod
    def of(cls, original: str, hidden: Iterable[tuple[int, int]]) -> "View":
        """The text with a placeholder for each stretch; those that overlap become one."""
        pieces: list[str] = []
        places: list[Place] = []
        done = length = 0
        for start, end in _united(hidden):
            pieces += (original[done:start], PLACEHOLDER)
            length += start - done
            places.append(Place(start, end, length))
            length += len(PLACEHOLDER)
            done = end
        return cls(original, "".join([*pieces, original[done:]]), tuple(places))

    def original_of(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the view shows."""
        return (
            self._moved(start, self._shown, is_end=False),
            self._moved(end, self._shown, is_end=True),
        )

    def shown_of(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the view in which a stretch of the original is shown."""
        return (
            self._moved(start, self._stored, is_end=False),
            self._moved(end, self._stored, is_end=True),
        )

    def originals(self, spans: Sequence[Span]) -> list[Span]:
        """Spans on the view as they are stored, with the words of the original.

        Two that touch the same mask can become one.
        """
        moved = [
            _on(span, self.original, *self.original_of(span.start, span.end)) for span in spans
        ]
        return list(dict.fromkeys(moved))

    def shown(self, spans: Sequence[Span]) -> list[Span]:
        """Stored spans as they are shown, with the words of the view."""
        moved = [_on(span, self.text, *self.shown_of(span.start, span.end)) for span in spans]
        return list(dict.fromkeys(moved))

    @property
    def _shown(self) -> list[tuple[int, int, int, int]]:
        return [(p.at, p.until, p.start, p.end) for p in self.places]

    @property
    def _stored(self) -> list[tuple[int, int, int, int]]:
        return [(p.start, p.end, p.at, p.until) for p in self.places]

    @staticmethod
    def _moved(offset: int, places: list[tuple[int, int, int, int]], *, is_end: bool) -> int:
        """An offset on the other side; inside of a mask it goes to the edge that covers it."""
        moved = offset
        for start, end, other_start, other_end in places:
            if offset >= end and (is_end or offset > start):
                moved = offset - end + other_end
            elif offset > start or (offset == start and not is_end):
                return other_end if is_end else other_start
            else:
                break
        return moved


def _united(hidden: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(hidden):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _on(span: Span, text: str, start: int, end: int) -> Span:
    return replace(span, start=start, end=end, quote=text[start:end])
