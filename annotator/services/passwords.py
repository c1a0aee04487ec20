"""Passwords: chosen by the rules, kept as argon2id, checked in the same time for everyone.

Hashing takes tens of milliseconds and 19 MiB by design, so it never happens inside a transaction,
and never more than twice at once: a crowd at the sign-in page must not eat the server's memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from annotator.domain import password_rules
from annotator.errors import DataInvalid

# The parameters that OWASP's password storage cheat sheet recommends first.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
AT_ONCE = 2
_turns = BoundedSemaphore(AT_ONCE)

# Checked in place of a hash that is not there, so that an unknown name takes as long as a known
# one. Same parameters; nobody knows what it is the hash of.
NOBODYS_HASH = (
    f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    "$bm9ib2R5IGhhcyB0aGlzIQ$bm9ib2R5J3MgaGFzaDogbGV0dGVycywgbm8gaGFzaC4"
)


@dataclass(frozen=True, slots=True)
class ChosenPassword:
    """A password that passed the rules; only `choose` makes one."""

    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password fits; `better_hash` is set when it was kept with older parameters."""

    fits: bool
    better_hash: str | None = None


def choose(password: str, *, context: Iterable[str]) -> ChosenPassword:
    """Check and hash a new password; `context` are words that guessers know of the person.

    Raises:
        DataInvalid: the password breaks a rule, which the sentence names.
    """
    password = password_rules.normalized(password)
    if complaint := password_rules.problem(password, context=context):
        raise DataInvalid(complaint)
    return ChosenPassword(_hashed(password))


def check(password: str, kept: str | None) -> Verdict:
    """Compare with the hash that is kept; None is somebody unknown, or without a password."""
    password = password_rules.normalized(password[: 4 * password_rules.LONGEST])
    # What cannot have been chosen is still hashed, for the time that takes.
    secret = password.encode("utf-8", "replace")
    with _turns:
        try:
            HASHER.verify(kept or NOBODYS_HASH, secret)
        except (VerificationError, InvalidHashError):
            return Verdict(fits=False)
    if kept is None:
        return Verdict(fits=False)
    return Verdict(fits=True, better_hash=_hashed(password) if is_outdated(kept) else None)


def is_outdated(kept: str) -> bool:
    return HASHER.check_needs_rehash(kept)


def _hashed(password: str) -> str:
    with _turns:
        return HASHER.hash(password)
