"""Where a paragraph stands in its web page, as the tags of the page tell it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, get_args

from annotator.domain.segmentation import Piece

Region = Literal[
    "navigation", "footer", "aside", "controls", "comments", "sharing", "related", "newsletter",
    "advertising", "cookies", "author",
]  # fmt: skip
REGIONS: tuple[Region, ...] = get_args(Region)


@dataclass(frozen=True, slots=True)
class Placed:
    """`links` is the share of the characters that stand inside links, 0 to 1.

    `region` is the part of the page that is known for other things than the article, or None.
    `article`: whether it stands in what looks like the article; None where nothing looks like one.
    """

    links: float
    region: Region | None = None
    article: bool | None = None


def of_pieces(lines: Sequence[Placed], text: str, pieces: Sequence[Piece]) -> tuple[Placed, ...]:
    """Where each paragraph stands, told by where the lines of `text` stand (one for each line).

    A paragraph of several lines has the mean of their shares, by length, and a region only if all
    of them stand in it; it stands in the article if one of them does.
    """
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    return tuple(_of_piece(lines, starts, piece) for piece in pieces)


def _of_piece(lines: Sequence[Placed], starts: Sequence[int], piece: Piece) -> Placed:
    first = bisect_right(starts, piece.start) - 1
    last = bisect_right(starts, max(piece.end - 1, piece.start)) - 1
    if first == last:
        return lines[first]
    # Of its first and last line it may hold a part alone.
    sizes = [
        min(piece.end, starts[line + 1] - 1) - max(piece.start, starts[line])
        for line in range(first, last + 1)
    ]
    some = [
        (line, size) for line, size in zip(lines[first : last + 1], sizes, strict=True) if size > 0
    ]
    characters = sum(size for _, size in some)
    regions = {line.region for line, _ in some}
    return Placed(
        sum(line.links * size for line, size in some) / max(characters, 1),
        regions.pop() if len(regions) == 1 else None,
        None if some[0][0].article is None else any(line.article for line, _ in some),
    )
