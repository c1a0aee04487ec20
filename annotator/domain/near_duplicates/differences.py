"""Where one of two texts that are alike differs from the other, word by word."""

import re
from difflib import SequenceMatcher
from typing import Final

_PIECE: Final = re.compile(r"\s+|\w+|[^\w\s]")
_AT_MOST: Final = 2_000


def differences(text: str, other: str) -> list[tuple[str, bool]]:
    """`text` in stretches, each with whether it differs from `other`; joined they are `text`.

    Of texts with more than 2,000 words and marks the rest is one stretch.

    >>> differences("See page 4.", "See page 5.")
    [('See page ', False), ('4', True), ('.', False)]
    """
    mine, its = _PIECE.findall(text), _PIECE.findall(other)[:_AT_MOST]
    rest = "".join(mine[_AT_MOST:])
    matcher = SequenceMatcher(None, its, mine[:_AT_MOST], autojunk=False)
    found = [
        ("".join(mine[begin:end]), kind != "equal")
        for kind, _, _, begin, end in matcher.get_opcodes()
        if begin < end
    ]
    return [*found, (rest, False)] if rest else found
