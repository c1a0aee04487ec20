"""The vote on sets: each member is voted on by itself, present or absent.

Whole sets are seldom the same, so that counting them would leave most items tied: `a|b`, `a` and
`a|c` have nothing in common as wholes, yet all three hold `a`.
"""

import math
from collections.abc import Mapping

SEPARATOR = "|"
TIE_OF_SETS = "||"


def members(joined: str) -> frozenset[str]:
    return frozenset(joined.split(SEPARATOR)) - {""}


def member_shares(votes: Mapping[str, int]) -> dict[str, float]:
    """The share of the votes that hold each member, by code point.

    >>> member_shares({"economic": 1, "economic|security": 1, "": 2})
    {'economic': 0.5, 'security': 0.25}
    """
    n = sum(votes.values())
    found: dict[str, int] = {}
    for joined, times in votes.items():
        for member in members(joined):
            found[member] = found.get(member, 0) + times
    return {member: found[member] / n for member in sorted(found)}


def set_majority(votes: Mapping[str, int]) -> str:
    """The members that more than half of the votes hold, joined by `|`; possibly the empty set.

    A member that exactly half of the votes hold is a tie. Then the smallest and the largest set
    that the vote allows stand side by side, with `||` between them, which no set can hold.

    >>> set_majority({"economic": 1, "economic|security": 1, "economic|policy": 1})
    'economic'
    >>> set_majority({"economic": 1, "economic|security": 1})
    'tie:economic||economic|security'
    """
    shares = member_shares(votes)
    sure = [member for member, share in shares.items() if share > 0.5]  # noqa: PLR2004 - half
    at_most = [member for member, share in shares.items() if share >= 0.5]  # noqa: PLR2004 - half
    if sure == at_most:
        return SEPARATOR.join(sure)
    return f"tie:{SEPARATOR.join(sure)}{TIE_OF_SETS}{SEPARATOR.join(at_most)}"


def member_entropy(shares: Mapping[str, float]) -> float:
    """The mean over members of the entropy of present or absent, in bits, so 0 to 1; 0 without a
    member.

    >>> member_entropy({"economic": 0.5, "security": 1.0})
    0.5
    """
    if not shares:
        return 0.0
    bits = [
        -sum(p * math.log2(p) for p in (share, 1 - share) if p > 0) + 0.0
        for share in shares.values()
    ]
    return sum(bits) / len(bits)


def member_margin(shares: Mapping[str, float]) -> float:
    """How far the closest member is from a tie: 0 is a tie, 1 certain, also without a member.

    >>> member_margin({"economic": 0.75, "security": 1.0})
    0.5
    """
    return min((abs(2 * share - 1) for share in shares.values()), default=1.0)
