"""Web addresses, e-mail addresses and handles of a source in a folded text."""

import re
from collections.abc import Iterable

from annotator.domain.masking.folding import fold
from annotator.domain.masking.phrases import NOT_AFTER_WORD, NOT_BEFORE_WORD

_PATH = r"(?::\d{1,5})?(?:[/?#][\w.~!$&'()*+,;=:@%/?#-]*)?"
_TRAILING = ".,;:!?')-"
_GENERIC = frozenset(
    ("www", "com", "co", "org", "net", "gov", "edu", "ac", "info", "news", "online", "media")
)
_SHORTEST_HANDLE = 3
_LONG_HANDLE = 5


def _spellings(domain: str) -> set[str]:
    """The domain as it is shown and as it is sent, if its letters are not all of ASCII."""
    found = {domain.lower()}
    try:
        found.add(domain.lower().encode("idna").decode("ascii"))
        found.add(domain.lower().encode("ascii").decode("idna"))
    except UnicodeError:
        pass  # no domain that could be registered: searched as it is written
    return found


def _handle(domain: str) -> str:
    """The part of a domain by which its owner is known elsewhere: @ledger of ledger.example."""
    labels = [label for label in domain.lower().split(".")[:-1] if label not in _GENERIC]
    return max(labels, key=len, default="")


class Addresses:
    """All addresses and handles of one source."""

    def __init__(self, domains: Iterable[str], joined_names: Iterable[str]) -> None:
        in_use = [domain for domain in domains if domain]
        spelt = {spelling for domain in in_use for spelling in _spellings(domain)}
        self._domains = sorted(fold(spelling).text for spelling in spelt)
        handles = {fold(_handle(domain)).text for domain in in_use}
        handles |= {fold(name).text.lower() for name in joined_names}
        usable = sorted({h for h in handles if len(h) >= _SHORTEST_HANDLE}, key=len, reverse=True)
        self._address = _address(self._domains) if self._domains else None
        self._handles = _handles(usable) if usable else None

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where they stand, with scheme, subdomains, port and path."""
        found = []
        lower = text.lower()
        if self._address is not None and any(domain in lower for domain in self._domains):
            found += [_trimmed(match) for match in self._address.finditer(text)]
        if self._handles is not None and ("@" in text or "#" in text or "/" in text):
            found += [match.span() for match in self._handles.finditer(text)]
        return found


def _address(domains: list[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(domain) for domain in domains)
    return re.compile(
        rf"{NOT_AFTER_WORD}(?<![^\W_]-)(?:https?://)?(?:[\w.+%-]{{1,64}}@)?"
        rf"(?P<domain>(?:[\w-]{{1,63}}\.){{0,5}}(?:{listed}))(?![\w-])(?!\.\w){_PATH}",
        re.IGNORECASE,
    )


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """The address without the punctuation that belongs to the sentence around it."""
    after = match.end("domain")
    path = match.string[after : match.end()].rstrip(_TRAILING)
    return match.start(), after + len(path)


def _handles(handles: list[str]) -> re.Pattern[str]:
    exact = "|".join(_joined(handle) for handle in handles)
    # A long one also begins others of the same owner: @northernledger_en.
    long = "|".join(_joined(handle) for handle in handles if len(handle) >= _LONG_HANDLE)
    begun = rf"(?<=[@#])(?:{long})\w*|" if long else ""
    return re.compile(rf"{begun}(?<=[@#/])(?:{exact}){NOT_BEFORE_WORD}", re.IGNORECASE)


def _joined(handle: str) -> str:
    """The letters of a handle, with or without what is put between its words."""
    return "[-_.]?".join(re.escape(letters) for letters in re.split(r"[-_.]", handle) if letters)
