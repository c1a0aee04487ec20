"""Names for the codes of a codebook where a format or a file system is narrower than the codebook.

Every name is derived from the code alone and the codes before it, so it is the same each time.
"""

import re
from collections.abc import Callable, Iterable


def file_names(codes: Iterable[str]) -> dict[str, str]:
    """A name for a file of each code, without its suffix.

    >>> file_names(["stance.russia", "-a"])
    {'stance.russia': 'stance.russia', '-a': 'q-a'}
    """
    return distinct(codes, _file_name, most=60)


def distinct(
    codes: Iterable[str], fit: Callable[[str], str], *, most: int, taken: Iterable[str] = ()
) -> dict[str, str]:
    """Names made by `fit`, at most `most` characters long, no two alike whatever their case."""
    used = {name.casefold() for name in taken}
    found: dict[str, str] = {}
    for code in codes:
        name, number = fit(code)[:most], 1
        while name.casefold() in used:
            number += 1
            ending = f"_{number}"
            name = fit(code)[: most - len(ending)] + ending
        used.add(name.casefold())
        found[code] = name
    return found


def _file_name(code: str) -> str:
    fitted = code.rstrip(".") or "_"
    return fitted if re.match("[A-Za-z0-9]", fitted) else f"q{fitted}"
