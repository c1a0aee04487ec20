"""When annotators see what the machine takes for noise: never, after their own choice, or at times.

A suggestion that is seen first anchors people: they agree with it, and then with each other. So it
is hidden unless a lead decides otherwise for a round, and each revision says whether it was seen.
"""

import hashlib
from typing import Final, Literal

HIDDEN: Final = "hidden"
AFTER_CHOICE: Final = "after_choice"
RANDOM_SHARE: Final = "random_share"
POLICIES: Final = (HIDDEN, AFTER_CHOICE, RANDOM_SHARE)
SHARE: Final = 0.3

When = Literal["after_choice", "at_once"]


def when_shown(policy: str, *, seed: int, user_id: int, subject_id: int) -> When | None:
    """When this person sees the suggestion for this subject; None for never.

    Under `random_share` a share of 0.3 of the subjects is drawn for each person, by a hash: the
    same whenever and however often it is asked.

    Args:
        policy: one of `POLICIES`.
        seed: of the round.
        user_id: the annotator.
        subject_id: what is labelled.
    """
    if policy == AFTER_CHOICE:
        return "after_choice"
    if policy == RANDOM_SHARE and _draw(seed, user_id, subject_id) < SHARE:
        return "at_once"
    return None


def _draw(seed: int, user_id: int, subject_id: int) -> float:
    """A random-looking number from 0 to 1."""
    key = f"{seed}:suggestion:{user_id}:{subject_id}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") / 2**64
