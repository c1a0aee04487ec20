"""How disagreement about one subject is settled: what is disputed, what needs no person, what a
decision may say.

The votes on a question are the answers of those who were asked it; who was led past it by a gate
has no vote on it. A label that means "cannot judge" is missing for the statistics, but it is a
vote here: that nothing can be judged may be the truth about a text.
"""

from collections import Counter
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
LONGEST_REASON: Final = 1000

NO_ALTERNATIVE: Final = "Choose at least one answer as right, or leave the question open."
ALTERNATIVE_TOO: Final = (
    "An answer is chosen as right, and also that there is none: take one of the two back."
)
TWICE: Final = "The answer “{answer}” is given twice: name each answer once."
NOT_A_LABEL: Final = "“{label}” is not a label of this question: choose among {allowed}."
ONE_LABEL: Final = "This question takes one label, but “{answer}” has {count}."
NOT_A_NUMBER: Final = "“{answer}” is not a number: write one such as 3 or 0.5."
NOT_A_CAUSE: Final = "“{cause}” is not a cause: choose among {allowed}."
REASON_TOO_LONG: Final = "The reason has {count} characters: shorten it to {limit}."
GATED: Final = "This question does not apply after the decision on {gates}: leave it open."
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
class Closing:
    """What the policy `unanimous` does with one subject.

    `rulings` are new gold by question; `before` and `after` say where every question stood and
    stands. Nothing else changes: who runs the policy again finds nothing to do.
    """

    rulings: dict[str, Ruling]
    before: dict[str, Standing]
    after: dict[str, Standing]


def close_unanimous(
    questions: Sequence[Question], votes: Mapping[str, Votes], gold: Gold
) -> Closing:
    """Settle what all agree on, and what by gold does not apply.

    Gates come before what they lead to in the order asked, so one pass is enough: `content` is
    settled first, then it is known whether `frames` applies. A question with one vote stays open,
    and so does one whose gate is open.
    """
    scored = {question.code for question in questions}
    made: dict[str, Ruling] = {}
    for question in questions:
        cast = votes.get(question.code, {})
        where = standing(question, cast, {**gold, **made}, scored)
        if where == "void":
            made[question.code] = VOID
        elif where == "unanimous":
            made[question.code] = Ruling("decided", (next(iter(cast.values())),))
    return Closing(
        made, standings(questions, votes, gold), standings(questions, votes, {**gold, **made})
    )


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


def problems(
    questions: Sequence[Question], decisions: Mapping[str, Decision], gold: Gold
) -> dict[str, str]:
    """What is wrong with the decisions: a sentence by question, empty when all is well."""
    scored = {question.code for question in questions}
    after = {**gold, **{code: decision.ruling for code, decision in decisions.items()}}
    found: dict[str, str] = {}
    for question in questions:
        decision = decisions.get(question.code)
        if decision is None:
            continue
        sentence = problem_with(question, decision)
        if sentence is None and gate_of(question, after, scored) == "fails":
            gates = " and ".join(condition.question for condition in question.show_if)
            sentence = GATED.format(gates=gates)
        if sentence is not None:
            found[question.code] = sentence
    return found


def problem_with(question: Question, decision: Decision) -> str | None:
    """What is wrong with one decision by itself, or None."""
    if decision.outcome == "decided" and not decision.alternatives:
        return NO_ALTERNATIVE
    if decision.outcome != "decided" and decision.alternatives:
        return ALTERNATIVE_TOO
    for answer, times in Counter(decision.alternatives).items():
        if times > 1:
            return TWICE.format(answer=shown(answer))
        sentence = _wrong(question, answer)
        if sentence is not None:
            return sentence
    return _wrong_reason(decision)


def _wrong(question: Question, answer: Answer) -> str | None:
    if question.scale != "set" and len(answer) != 1:
        return ONE_LABEL.format(answer=shown(answer), count=len(answer))
    if question.scale == "interval":
        return None if _is_number(answer[0]) else NOT_A_NUMBER.format(answer=answer[0])
    for label in answer:
        if label not in question.by_code:
            return NOT_A_LABEL.format(label=label, allowed=", ".join(question.label_codes))
    if len(set(answer)) < len(answer):
        return TWICE.format(answer=next(label for label in answer if answer.count(label) > 1))
    return None


def _is_number(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return value - value == 0.0


def _wrong_reason(decision: Decision) -> str | None:
    if decision.cause is not None and decision.cause not in CAUSES:
        return NOT_A_CAUSE.format(cause=decision.cause, allowed=", ".join(CAUSES))
    if decision.reason is not None and len(decision.reason) > LONGEST_REASON:
        return REASON_TOO_LONG.format(count=len(decision.reason), limit=f"{LONGEST_REASON:,}")
    return None


def in_codebook_order(question: Question, labels: Iterable[str]) -> Answer:
    """One spelling for one answer, so that equal answers are equal values.

    Labels that the question does not have come last, so that they can be complained of.
    """
    given = list(labels)
    if len(given) <= 1 or question.scale == "interval":
        return tuple(given)
    place = {code: number for number, code in enumerate(question.label_codes)}
    return tuple(sorted(given, key=lambda label: (place.get(label, len(place)), label)))


def worth(*, questions: int, copies: int) -> tuple[int, int]:
    """How urgent a subject is, as a key that sorts the most urgent first.

    More disputed questions come first; among equals, the text that stands in more places.
    """
    return (-questions, -copies)
