"""Names that people sign in with: one spelling each, whatever keyboard they were typed on."""

import re
import unicodedata

from annotator.domain.plain_text import invisible_character
from annotator.errors import DataInvalid

LONGEST = 64

NAME_MISSING = "A name needs at least one character."
NAME_TOO_LONG = f"A name may have at most {LONGEST} characters."
NAME_INVISIBLE = "A name may hold no control characters and no invisible ones; type it again."


def cleaned(name: str) -> str:
    """The name as it is kept: NFKC, single spaces, none at the ends, 1 to 64 characters.

    Raises:
        DataInvalid: it is empty, too long, or holds what cannot be seen.
    """
    if invisible_character(name):
        raise DataInvalid(NAME_INVISIBLE)
    tidy = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip()
    if not tidy:
        raise DataInvalid(NAME_MISSING)
    if len(tidy) > LONGEST:
        raise DataInvalid(NAME_TOO_LONG)
    return tidy


def key(name: str) -> str:
    """What two spellings of one name have in common; no two people have the same. Never fails."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", folded)).strip()
