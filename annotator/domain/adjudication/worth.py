"""How much a decision is worth, so that a lead's hour goes where it changes most."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from annotator.domain.adjudication.standing import Votes, tally

# Nobody is taken for a coin, and nobody for an oracle.
LOWEST: Final = 0.5
HIGHEST: Final = 0.95


@dataclass(slots=True)
class Competence:
    """How often each annotator says what the others say of the same question.

    Two imagined meetings, one of them in agreement, keep those who met nobody at one half. It is a
    count, and not the competence of `annotator.domain.certainty`: it must follow every save.
    """

    met: dict[int, int] = field(default_factory=dict)
    agreed: dict[int, int] = field(default_factory=dict)

    def add(self, votes: Votes, times: int = 1) -> None:
        """Count the votes on one question of one subject; -1 takes them back."""
        if len(votes) < 2:  # noqa: PLR2004 - nobody else is there to agree with
            return
        for _, who in tally(votes):
            for person in who:
                self.met[person] = self.met.get(person, 0) + times * (len(votes) - 1)
                self.agreed[person] = self.agreed.get(person, 0) + times * (len(who) - 1)

    def of(self, person: int) -> float:
        """A probability, 0.5 to 0.95."""
        share = (self.agreed.get(person, 0) + 1) / (self.met.get(person, 0) + 2)
        return min(max(share, LOWEST), HIGHEST)


def bits(votes: Votes, competence: Mapping[int, float]) -> float:
    """How unsure the votes leave us which of the given answers is right; 0 upwards.

    The entropy, in bits, of the answers if each voter is right with their competence and else
    gives any of the other answers: one bit for two equals who differ, less where the better known
    or the more stand on one side, more for three answers.

    >>> round(bits({1: ("a",), 2: ("b",)}, {1: 0.8, 2: 0.8}), 2)
    1.0
    >>> round(bits({1: ("a",), 2: ("b",)}, {1: 0.9, 2: 0.6}), 2)
    0.59
    """
    answers = [answer for answer, _ in tally(votes)]
    if len(answers) < 2:  # noqa: PLR2004 - nothing is in doubt
        return 0.0
    others = len(answers) - 1
    logs = [
        sum(
            math.log(competence[who] if said == answer else (1 - competence[who]) / others)
            for who, said in votes.items()
        )
        for answer in answers
    ]
    highest = max(logs)
    weights = [math.exp(each - highest) for each in logs]
    total = sum(weights)
    return -sum(w / total * math.log2(w / total) for w in weights if w)


def worth(disputes: Iterable[Votes], competence: Mapping[int, float], *, copies: int) -> float:
    """The doubt that a decision about one subject takes away: the bits of its disputed questions,
    once for each place where the text stands.
    """
    return copies * sum(bits(votes, competence) for votes in disputes)
