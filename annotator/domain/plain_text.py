"""Characters that no text written by a person may hold."""

import re
import unicodedata

# Line breaks and tabs are fine. The rest of the C0 and C1 controls, and halves of surrogate pairs,
# cannot be stored, exported or shown by everything that a release is opened with.
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Controls, formatting marks (such as those that turn the direction of writing), line separators,
# halves of surrogate pairs, private use, unassigned: two names could look the same.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def strange_character(text: str) -> str | None:
    """The first control character or lone surrogate as `U+0007`, or None when the text is clean."""
    found = _STRANGE.search(text)
    return None if found is None else _code(found.group())


def invisible_character(text: str) -> str | None:
    """The first character that no name or title may hold, as `U+202E`: it cannot be seen."""
    hidden = (each for each in text if unicodedata.category(each) in _INVISIBLE)
    found = next(hidden, None)
    return None if found is None else _code(found)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
