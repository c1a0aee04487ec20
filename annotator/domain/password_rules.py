"""Which passwords are refused: too short, too long, guessed first, or made of the person's name.

A rule such as "a digit and a sign" yields `Password1!`. Instead the password is taken apart into
the pieces that guessers put together (common words, also in leetspeak, runs on the keyboard, years,
repeats); a piece counts as two characters, however long it is, and enough must be left. See NIST SP
800-63B, section 5.1.1.2, and D. L. Wheeler, zxcvbn, USENIX Security 2016.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from annotator.domain.common_passwords import WALKS, WORDS

SHORTEST = 12
LONGEST = 256

TOO_SHORT = f"A password needs at least {SHORTEST} characters; a few unrelated words do well."
TOO_LONG = f"A password may have at most {LONGEST} characters."
CANNOT_BE_TYPED = "A password may hold only characters that can be typed: no control characters."
TOO_COMMON = (
    "This password is among the first that would be guessed; "
    "take four unrelated words, or let a password manager make one."
)
NAMES_CONTEXT = "The password contains “{word}”, which anyone would try first here; leave it out."

# The program's own name; the person's name and projects are told by the caller.
OWN_NAME = "annotator"
# Shorter words turn up inside others by chance ("ann" in "planned").
SHORTEST_CONTEXT = 4
LEAST_EFFORT = 8
PIECE_EFFORT = 2
REPEAT_EFFORT = 1
SHORTEST_PIECE = 3
_LONGEST_WORD = max(map(len, WORDS))
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEET = str.maketrans("013457@$", "oieastas")
_OTHER_LEET = str.maketrans("013457@$!", "oleastasi")
_RUNS = frozenset(
    run[start:end]
    for walk in WALKS
    for run in (walk, walk[::-1])
    for start in range(len(run))
    for end in range(start + SHORTEST_PIECE, len(run) + 1)
)


def normalized(password: str) -> str:
    """The form that is checked and hashed: NFKC, so that it is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def problem(password: str, *, context: Iterable[str] = ()) -> str | None:
    """The sentence that says why a password is refused, or None when it will do.

    `password` is normalized already; `context` holds what guessers know of this person, such as
    names and projects: it may not stand in the password whole, and its words count as common.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in password):
        return CANNOT_BE_TYPED
    told = [OWN_NAME, *(normalized(word).casefold() for word in context)]
    for word in sorted(told, key=len, reverse=True):
        if len(word) >= SHORTEST_CONTEXT and any(word in view for view in _views(password)):
            return NAMES_CONTEXT.format(word=word)
    parts = frozenset(part for word in told for part in re.split(r"[\W_]+", word))
    return TOO_COMMON if effort(password, words=parts) < LEAST_EFFORT else None


def effort(password: str, *, words: frozenset[str] = frozenset()) -> int:
    """How many characters a guesser has to find, if each common piece counts as two of them.

    The smallest sum over all ways to cut the password into pieces and single characters, between 0
    and the number of characters.
    """
    views = _views(password)
    text = views[0]
    known = WORDS | words
    least = [0]
    for end in range(1, len(text) + 1):
        ways = [least[end - 1] + 1]
        ways += [least[start] + PIECE_EFFORT for start in _pieces(views, end, known)]
        ways += [least[start] + REPEAT_EFFORT for start in _repeats(text, end)]
        least.append(min(ways))
    return least[-1]


def _views(password: str) -> tuple[str, str, str]:
    """The password in small letters, as typed and with leetspeak read as letters; equally long."""
    text = password.casefold()
    return text, text.translate(_LEET), text.translate(_OTHER_LEET)


def _pieces(views: tuple[str, ...], end: int, words: frozenset[str]) -> Iterator[int]:
    """Where the pieces start that stop before `end`."""
    text = views[0]
    for start in range(max(0, end - _LONGEST_WORD), end - SHORTEST_PIECE + 1):
        piece = text[start:end]
        is_word = any(view[start:end] in words for view in views)
        if is_word or piece in _RUNS or _YEAR.fullmatch(piece):
            yield start


def _repeats(text: str, end: int) -> Iterator[int]:
    """Where what stands before `end` starts as a repetition of what stands before it."""
    for length in range(1, end // 2 + 1):
        if text[end - length : end] == text[end - 2 * length : end - length]:
            yield end - length
