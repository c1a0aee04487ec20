"""Characters that no text written by a person may hold."""

import re

# Line breaks and tabs are fine. The rest of the C0 and C1 controls, and halves of surrogate pairs,
# cannot be stored, exported or shown by everything that a release is opened with.
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def strange_character(text: str) -> str | None:
    """The first control character or lone surrogate as `U+0007`, or None when the text is clean."""
    found = _STRANGE.search(text)
    return None if found is None else f"U+{ord(found.group()):04X}"
