"""How far long work is, on standard error, where a person looks at it."""

import sys
import time
from typing import Final

SILENT: Final = 2.0
EVERY: Final = 0.2


class Progress:
    """Says nothing in the first two seconds, nor where standard error is not a terminal."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._said = 0.0
        self._width = 0

    def __call__(self, doing: str, share: float) -> None:
        now = time.monotonic()
        if now - self._begun < SILENT or now - self._said < EVERY or not sys.stderr.isatty():
            return
        self._said = now
        self._show(f"{doing}: {share:.0%}")

    def done(self) -> None:
        """Takes the line away."""
        if self._width:
            self._show("")
            sys.stderr.write("\r")

    def _show(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)
