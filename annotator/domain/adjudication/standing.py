"""Where each question of a subject stands: disputed, settled, waiting for its gate, and so on.

The votes on a question are the answers of those who were asked it; who was led past it by a gate
has no vote on it. A label that means "cannot judge" is missing for the statistics, but it is a
vote here: that nothing can be judged may be the truth about a text.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from annotator.domain.codebook import Condition, Question

Answer = tuple[str, ...]
Votes = Mapping[int, Answer]
State = Literal["decided", "void", "undecidable", "codebook_unclear"]
Outcome = Literal["decided", "undecidable", "codebook_unclear"]
Gate = Literal["holds", "fails", "open"]
Standing = Literal["settled", "void", "unanswered", "single", "disputed", "waiting", "unanimous"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("decided", "undecidable", "codebook_unclear")
CAUSES: Final = ("slip", "guideline_gap", "ambiguous_text", "missing_context", "outside_knowledge")

# The gate: whether a paragraph is text at all.
CONTENT: Final = "content"
EMPTY_SET: Final = "none of these"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is held to be true of one question; `alternatives` only if it is decided.

    More than one alternative means that each of these answers is right.
    """

    state: State
    alternatives: tuple[Answer, ...] = ()


Gold = Mapping[str, Ruling]
VOID: Final = Ruling("void")


@dataclass(frozen=True, slots=True)
class Decision:
    """What an adjudicator says of one question."""

    outcome: Outcome
    alternatives: tuple[Answer, ...] = ()
    reason: str | None = None
    cause: str | None = None

    @property
    def ruling(self) -> Ruling:
        return Ruling(self.outcome, self.alternatives)


def shown(answer: Answer) -> str:
    """An answer as it stands in a sentence; the empty set has words, too."""
    return ", ".join(answer) or EMPTY_SET


def tally(votes: Votes) -> list[tuple[Answer, tuple[int, ...]]]:
    """Each answer with those who gave it; the most given first, ties by code point."""
    voters: dict[Answer, list[int]] = {}
    for voter, answer in votes.items():
        voters.setdefault(answer, []).append(voter)
    ordered = sorted(voters.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [(answer, tuple(sorted(who))) for answer, who in ordered]


def majority(votes: Votes) -> Answer | None:
    """The answer that more than half of two or more people gave; None if there is none."""
    ranked = tally(votes)
    if ranked and len(ranked[0][1]) > max(1, len(votes) / 2):
        return ranked[0][0]
    return None


def overrules(decision: Decision, votes: Votes) -> bool | None:
    """Whether the decision is against the majority of the votes; None where there is none."""
    most = majority(votes)
    return None if most is None else most not in decision.alternatives


def gate_of(question: Question, gold: Gold, scored: Collection[str]) -> Gate:
    """Whether the question applies, as far as gold is known.

    It fails as soon as one condition does: nobody may have chosen what it asks for, or the gate's
    own gold is void. Where several answers to the gate are right, one of them is enough. A gate
    that is kept out of the statistics never gets gold, and is passed over.
    """
    states = {_condition(c, gold) for c in question.show_if if c.question in scored}
    if "fails" in states:
        return "fails"
    return "open" if "open" in states else "holds"


def _condition(condition: Condition, gold: Gold) -> Gate:
    ruling = gold.get(condition.question)
    if ruling is None or ruling.state in {"undecidable", "codebook_unclear"}:
        return "open"
    chosen = {label for answer in ruling.alternatives for label in answer}
    return "holds" if chosen & set(condition.labels) else "fails"


def standing(question: Question, votes: Votes, gold: Gold, scored: Collection[str]) -> Standing:
    """Where a question of a subject stands; exactly one of these.

    settled: it has gold. void: by gold it does not apply. unanswered: nobody was led to it. single:
    one vote, which nothing can be compared with. disputed: the votes differ. waiting: they do not,
    but whether it applies is still open. unanimous: they do not, and it applies.
    """
    if question.code in gold:
        return "settled"
    gate = gate_of(question, gold, scored)
    if gate == "fails":
        return "void"
    if not votes:
        return "unanswered"
    if len(set(votes.values())) > 1:
        return "disputed"
    if len(votes) == 1:
        return "single"
    return "waiting" if gate == "open" else "unanimous"


def standings(
    questions: Sequence[Question], votes: Mapping[str, Votes], gold: Gold
) -> dict[str, Standing]:
    """Where each question of a subject stands, by code in the order asked."""
    scored = {question.code for question in questions}
    return {q.code: standing(q, votes.get(q.code, {}), gold, scored) for q in questions}


def disputed(
    questions: Sequence[Question], votes: Mapping[str, Votes], gold: Gold
) -> tuple[str, ...]:
    """The questions that a person must settle, in the order asked."""
    found = standings(questions, votes, gold)
    return tuple(code for code, where in found.items() if where == "disputed")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows for other questions from a change of gold.

    `voided`: they no longer apply. `freed`: they were void and apply again, or may.
    """

    voided: tuple[str, ...]
    freed: tuple[str, ...]

    @property
    def anything(self) -> bool:
        return bool(self.voided or self.freed)


def consequences(questions: Sequence[Question], gold: Gold) -> Consequences:
    """The questions whose gold is at odds with the gold of their gates, in the order asked."""
    scored = {question.code for question in questions}
    now = dict(gold)
    voided, freed = [], []
    for question in questions:
        fails = gate_of(question, now, scored) == "fails"
        is_void = now.get(question.code) == VOID
        if fails and not is_void:
            voided.append(question.code)
            now[question.code] = VOID
        elif is_void and not fails:
            freed.append(question.code)
            del now[question.code]
    return Consequences(tuple(voided), tuple(freed))


def in_codebook_order(question: Question, labels: Iterable[str]) -> Answer:
    """One spelling for one answer, so that equal answers are equal values.

    Labels that the question does not have come last, so that they can be complained of.
    """
    given = list(labels)
    if len(given) <= 1 or question.scale == "interval":
        return tuple(given)
    place = {code: number for number, code in enumerate(question.label_codes)}
    return tuple(sorted(given, key=lambda label: (place.get(label, len(place)), label)))
