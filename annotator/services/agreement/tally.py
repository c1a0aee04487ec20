"""How many judgments a page speaks of: what counts, what does not, and what stands apart.

Who was given an item and has not answered yet has made no judgment. Where one round is looked at,
those of other rounds are no part of it. Neither is in a sum, so that a figure does not seem to lose
ground when a round begins; both are told beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

OPEN: Final = "open"
OF_OTHER_ROUNDS: Final = frozenset({"training_round", "cleanup_round", "retest", "other_round"})


@dataclass(frozen=True, slots=True)
class Tally:
    """`given` judgments are those `counted` and `left_out`, the latter by the codes of EXCLUSIONS.

    `awaited` more are assigned and not answered yet, `elsewhere` more are of other rounds.
    """

    counted: int
    left_out: dict[str, int]
    awaited: int
    elsewhere: int

    @property
    def given(self) -> int:
        return self.counted + sum(self.left_out.values())


def tally(counted: int, excluded: Mapping[str, int], *, one_round: bool) -> Tally:
    """`excluded` are all judgments that do not count, by their codes.

    With `one_round` those of other rounds stand apart; else they were left out for their round.

    >>> tally(8, {"open": 3, "gated": 1, "other_round": 5}, one_round=True).given
    9
    """
    apart = {OPEN} | (OF_OTHER_ROUNDS if one_round else frozenset())
    return Tally(
        counted=counted,
        left_out={code: number for code, number in excluded.items() if code not in apart},
        awaited=excluded.get(OPEN, 0),
        elsewhere=sum(excluded.get(code, 0) for code in OF_OTHER_ROUNDS & apart),
    )
