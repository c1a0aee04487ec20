"""Finding words in texts whatever their case, in any script."""

from typing import Final, NamedTuple

AROUND: Final = 90
LONGEST_WORD: Final = 20


class Excerpt(NamedTuple):
    """A hit with what stands around it; `cut_before`, `cut_after`: the text goes on there."""

    before: str
    words: str
    after: str
    cut_before: bool = False
    cut_after: bool = False


def folded(text: str) -> str:
    """The caseless form: ß is ss, and letters of all scripts that have case are small."""
    return text.casefold()


def holds(text: str, wanted: str) -> bool:
    """Whether the text holds `wanted`, which is folded."""
    return wanted in text.casefold()


def excerpt(text: str, wanted: str) -> Excerpt:
    """The first place of `wanted` in the text; its beginning where the text does not hold it."""
    found = _place(text, folded(wanted))
    if found is None:
        return Excerpt(text[: 2 * AROUND], "", "", cut_after=len(text) > 2 * AROUND)
    start, end = found
    begins, ends = _begin(text, start), _end(text, end)
    return Excerpt(
        text[begins:start], text[start:end], text[end:ends], begins > 0, ends < len(text)
    )


def _begin(text: str, start: int) -> int:
    """At a word, where the text has spaces: half a word is hard to read."""
    begins = max(0, start - AROUND)
    space = text.find(" ", begins, begins + LONGEST_WORD) if begins else -1
    return space + 1 if begins < space < start else begins


def _end(text: str, end: int) -> int:
    ends = end + AROUND
    space = text.rfind(" ", max(end, ends - LONGEST_WORD), ends) if ends < len(text) else -1
    return space if space > end else ends


def _place(text: str, wanted: str) -> tuple[int, int] | None:
    """Offsets in the text as it stands: folding makes some letters longer."""
    whole = folded(text)
    start = whole.find(wanted)
    if start < 0 or not wanted:
        return None
    if len(whole) == len(text):
        return start, start + len(wanted)
    origin = [place for place, letter in enumerate(text) for _ in folded(letter)]
    return origin[start], origin[start + len(wanted) - 1] + 1
