"""What needs no person: each policy is a way to pick an answer from the votes on one question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.domain.adjudication.standing import (
    VOID,
    Answer,
    Gold,
    Ruling,
    Standing,
    Votes,
    gate_of,
    standings,
    tally,
)
from annotator.domain.codebook import Question

# The answer that a policy takes for right, or None where a person must look.
Pick = Callable[[Question, Votes], Answer | None]

LEAST_VOTES: Final = 2


@dataclass(frozen=True, slots=True)
class Closing:
    """What a policy does with one subject.

    `rulings` are new gold by question; `before` and `after` say where every question stood and
    stands. Nothing else changes: who runs the policy again finds nothing to do.
    """

    rulings: dict[str, Ruling]
    before: dict[str, Standing]
    after: dict[str, Standing]


def unanimous(_question: Question, votes: Votes) -> Answer | None:
    """Two or more votes that are all the same."""
    answers = set(votes.values())
    return next(iter(answers)) if len(votes) >= LEAST_VOTES and len(answers) == 1 else None


def by_majority(at_least: int, margin: int) -> Pick:
    """An answer with at least so many votes, and so many more than the next one.

    >>> pick = by_majority(2, 1)
    >>> pick(None, {1: ("main",), 2: ("main",), 3: ("mixed",)})
    ('main',)
    """

    def pick(_question: Question, votes: Votes) -> Answer | None:
        ranked = [(answer, len(who)) for answer, who in tally(votes)]
        if not ranked:
            return None
        second = ranked[1][1] if len(ranked) > 1 else 0
        answer, most = ranked[0]
        return answer if most >= at_least and most - second >= margin else None

    return pick


def by_belief(beliefs: Mapping[str, tuple[Answer, float]], threshold: float) -> Pick:
    """What a model takes for likeliest, where its probability reaches the threshold.

    `beliefs` are of one subject: by question the likeliest answer and its probability, 0 to 1. One
    vote alone stays open, however competent the person: nothing can be held against it.
    """

    def pick(question: Question, votes: Votes) -> Answer | None:
        believed = beliefs.get(question.code)
        if believed is None or len(votes) < LEAST_VOTES or believed[1] < threshold:
            return None
        return believed[0]

    return pick


def close(
    questions: Sequence[Question],
    votes: Mapping[str, Votes],
    gold: Gold,
    pick: Pick = unanimous,
    *,
    only: str | None = None,
) -> Closing:
    """Settle what the policy can, and make void what by gold does not apply.

    Gates come before what they lead to in the order asked, so one pass is enough: `content` is
    settled first, then it is known whether `frames` applies. A question whose gate is open stays
    open. With `only` no other question is decided; what does not apply by that is void all the
    same, even if a person had decided it.
    """
    scored = {question.code for question in questions}
    made: dict[str, Ruling] = {}
    for question in questions:
        now = {**gold, **made}
        gate = gate_of(question, now, scored)
        if gate == "fails":
            if now.get(question.code) != VOID:
                made[question.code] = VOID
        elif gate == "holds" and question.code not in gold and only in {None, question.code}:
            answer = pick(question, votes.get(question.code, {}))
            if answer is not None:
                made[question.code] = Ruling("decided", (answer,))
    return Closing(
        made, standings(questions, votes, gold), standings(questions, votes, {**gold, **made})
    )
