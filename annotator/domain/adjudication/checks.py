"""What a decision may say: the one place where its meaning is checked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from annotator.domain.adjudication.standing import (
    CAUSES,
    CONTENT,
    Answer,
    Decision,
    Gold,
    Votes,
    gate_of,
    majority,
    overrules,
    shown,
)
from annotator.domain.codebook import Question

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
OVERRULES: Final = "Most annotators said “{answer}”: say in a few words why that is not right here."
ONE_GATE: Final = (
    "Other questions depend on this one, so only one answer can be right: choose the better one."
)
NOT_NEIGHBOURS: Final = (
    "“{first}” and “{last}” are no neighbours on this scale: both are right only if they are."
)
GATED: Final = "This question does not apply after the decision on {gates}: leave it open."


def problems(
    questions: Sequence[Question],
    decisions: Mapping[str, Decision],
    gold: Gold,
    votes: Mapping[str, Votes],
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
        sentence = sentence or _two_right(question, decision, questions)
        sentence = sentence or _overruled(decision, votes.get(question.code, {}))
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


def _two_right(question: Question, decision: Decision, questions: Sequence[Question]) -> str | None:
    """Two answers are never right to a gate with one label, and on a scale only neighbours are."""
    if len(decision.alternatives) < 2:  # noqa: PLR2004 - one answer is no question of both
        return None
    gates = {condition.question for each in questions for condition in each.show_if}
    if question.scale == "nominal" and question.code in gates | {CONTENT}:
        return ONE_GATE
    return _apart(question, decision.alternatives) if question.scale == "ordinal" else None


def _apart(question: Question, alternatives: Sequence[Answer]) -> str | None:
    value = {
        label.code: label.value
        for label in question.labels
        if label.value is not None and not label.missing
    }
    chosen = [answer[0] for answer in alternatives]
    if not value.keys() >= set(chosen):
        return NOT_NEIGHBOURS.format(first=chosen[0], last=chosen[-1])
    ranks = sorted(set(value.values()))
    places = {code: ranks.index(value[code]) for code in chosen}
    ordered = sorted(chosen, key=places.__getitem__)
    if places[ordered[-1]] - places[ordered[0]] > 1:
        return NOT_NEIGHBOURS.format(first=ordered[0], last=ordered[-1])
    return None


def _overruled(decision: Decision, votes: Votes) -> str | None:
    if decision.reason or not overrules(decision, votes):
        return None
    return OVERRULES.format(answer=shown(majority(votes) or ()))


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
