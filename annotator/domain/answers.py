"""Answers to one task, checked against the codebook.

Answers are `{question code: [label codes]}` whatever the scale: one label for nominal and ordinal,
any number for set (`[]` is the empty set), one string for text and interval. A question that was
left blank is absent. The form of the web checks shape only; this is where meaning is checked, for
the web, the API and imports alike.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Literal, cast

from annotator.domain.codebook import Codebook, Condition, Question
from annotator.domain.plain_text import strange_character
from annotator.errors import AnswersInvalid

Answers = dict[str, list[str]]
State = Literal["answered", "left_blank", "not_applicable"]

TEXT_LIMIT = 2000

REQUIRED = "Answer this question: it is required."
NOT_A_LIST = "Send a list of label codes, each a string."
DUPLICATE = "“{value}” is given twice: send each label once."
ONE_LABEL = "Choose one label: {count} are given."
ONE_STRING = "Send one string in the list: {count} are given."
EMPTY = "The answer is empty: choose a label, or leave the question out."
NOT_A_LABEL = "“{value}” is not a label here: choose among {allowed}."
ALONE = "“{value}” means that no judgment is possible: choose it alone, or not at all."
NOT_APPLICABLE = (
    "This question does not apply: it is asked only if {conditions}; take the answer out."
)
NOT_ASKED = "“{code}” is not asked in this task: take it out."
UNKNOWN = "The codebook has no question “{code}”{hint}."
NOT_A_NUMBER = "“{value}” is not a number: write one such as 3 or 0.5."
BLANK_TEXT = "The text is empty: write something, or leave the question out."
TOO_LONG = "The text has {count} characters: shorten it to {limit}."
STRANGE = "The text holds the character {character}: take it out."
NOT_A_LINK = "“{value}” is not a link: it must start with http:// or https://."
NOT_A_DATE = "“{value}” is not a date: write it as 2025-01-31."

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LINK = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN = 40


def problems(
    codebook: Codebook,
    scope: str,
    answers: Mapping[str, object],
    *,
    kind: str = "main",
    blind: bool = False,
    partial: bool = False,
) -> dict[str, str]:
    """What is wrong with the answers: one sentence per question code, empty when all is well.

    Args:
        codebook: the version the task is answered under.
        scope: paragraph, document or source.
        answers: anything that came in as answers; wrong types are problems, not exceptions.
        kind: kind of the round; a clean-up round asks fewer questions.
        blind: whether the project is source-blind.
        partial: True for drafts: required questions may still be open.
    """
    questions = codebook.expanded(scope, kind=kind, blind=blind)
    walk = _Walk(answers, partial=partial)
    for question in questions:
        walk.visit(question)
    walk.found.update(_strangers(codebook, questions, answers))
    return walk.found


def check(
    codebook: Codebook,
    scope: str,
    answers: Mapping[str, object],
    *,
    kind: str = "main",
    blind: bool = False,
    partial: bool = False,
) -> Answers:
    """The answers in canonical form, when nothing is wrong with them.

    Raises:
        AnswersInvalid: with `problems` as given by the function of that name.
    """
    found = problems(codebook, scope, answers, kind=kind, blind=blind, partial=partial)
    if found:
        raise AnswersInvalid(found)
    valid = cast("Mapping[str, list[str]]", answers)
    return canonical(codebook, scope, valid, kind=kind, blind=blind)


def canonical(
    codebook: Codebook,
    scope: str,
    answers: Mapping[str, list[str]],
    *,
    kind: str = "main",
    blind: bool = False,
) -> Answers:
    """Valid answers in one spelling, so that equal answers are equal values.

    Questions and labels come in the codebook's order, numbers with 12 significant digits, texts
    with LF line ends and no white space around them. What the task does not ask is dropped.
    """
    return {
        question.code: _spelled(question, answers[question.code])
        for question in codebook.expanded(scope, kind=kind, blind=blind)
        if question.code in answers
    }


def applicable(
    codebook: Codebook,
    scope: str,
    answers: Mapping[str, list[str]],
    *,
    kind: str = "main",
    blind: bool = False,
) -> tuple[Question, ...]:
    """Questions that these answers call for, in the order asked.

    Conditions cascade: a question whose condition names one that does not apply does not apply
    either, even if an answer to that one is present.
    """
    applies: dict[str, Question] = {}
    for question in codebook.expanded(scope, kind=kind, blind=blind):
        if all(c.question in applies and _holds(c, answers) for c in question.show_if):
            applies[question.code] = question
    return tuple(applies.values())


def states(
    codebook: Codebook,
    scope: str,
    answers: Mapping[str, list[str]],
    *,
    kind: str = "main",
    blind: bool = False,
) -> dict[str, State]:
    """How each question of the task stands in a saved annotation, by code in the order asked."""
    asked = codebook.expanded(scope, kind=kind, blind=blind)
    applies = {q.code for q in applicable(codebook, scope, answers, kind=kind, blind=blind)}
    return {question.code: _state(question.code, applies, answers) for question in asked}


def _state(code: str, applies: set[str], answers: Mapping[str, list[str]]) -> State:
    if code not in applies:
        return "not_applicable"
    return "answered" if code in answers else "left_blank"


def _holds(condition: Condition, answers: Mapping[str, list[str]]) -> bool:
    chosen = answers.get(condition.question, ())
    return any(label in condition.labels for label in chosen)


@dataclass(slots=True)
class _Walk:
    """One pass over the questions; each knows already how the earlier ones stand.

    A question behind a gate whose answer is itself wrong is `unclear`: to say that it does not
    apply, or that it is required, would send the person to the wrong place.
    """

    answers: Mapping[str, object]
    partial: bool
    found: dict[str, str] = field(default_factory=dict)
    applies: set[str] = field(default_factory=set)
    unclear: set[str] = field(default_factory=set)

    def visit(self, question: Question) -> None:
        code = question.code
        if any(c.question in self.unclear for c in question.show_if):
            self.unclear.add(code)
            sentence = self._answer_problem(question)
        elif not all(self._condition_holds(c) for c in question.show_if):
            sentence = _does_not_apply(question) if code in self.answers else None
        else:
            self.applies.add(code)
            sentence = self._answer_problem(question) or self._missing(question)
        if sentence is not None:
            self.found[code] = sentence
            self.unclear.add(code)

    def _condition_holds(self, condition: Condition) -> bool:
        valid = cast("Mapping[str, list[str]]", self.answers)
        return condition.question in self.applies and _holds(condition, valid)

    def _answer_problem(self, question: Question) -> str | None:
        if question.code not in self.answers:
            return None
        return _wrong(question, self.answers[question.code])

    def _missing(self, question: Question) -> str | None:
        absent = question.code not in self.answers
        return REQUIRED if absent and question.required and not self.partial else None


def _does_not_apply(question: Question) -> str:
    conditions = " and ".join(f"{c.question} is {_either(c.labels)}" for c in question.show_if)
    return NOT_APPLICABLE.format(conditions=conditions)


def _either(labels: tuple[str, ...]) -> str:
    if len(labels) == 1:
        return labels[0]
    return f"{', '.join(labels[:-1])} or {labels[-1]}"


def _strangers(
    codebook: Codebook, questions: tuple[Question, ...], answers: Mapping[str, object]
) -> dict[str, str]:
    expected = {question.code for question in questions}
    return {
        code: NOT_ASKED.format(code=code) if code in codebook.asked else _unknown(code, expected)
        for code in answers
        if code not in expected
    }


def _unknown(code: str, expected: set[str]) -> str:
    near = get_close_matches(code[:_SHOWN], sorted(expected), n=1)
    hint = f": did you mean “{near[0]}”?" if near else ": take it out"
    return UNKNOWN.format(code=_short(code), hint=hint).replace("?.", "?")


def _short(value: str) -> str:
    """A value as it may stand in a message: short, and without what could break a log or a page."""
    cut = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return "".join(char if char.isprintable() else "�" for char in cut)


def _wrong(question: Question, answer: object) -> str | None:
    if not isinstance(answer, list) or not all(isinstance(value, str) for value in answer):
        return NOT_A_LIST
    if question.scale in ("text", "interval"):
        return _wrong_string(question, answer)
    return _wrong_labels(question, answer)


def _wrong_labels(question: Question, answer: list[str]) -> str | None:
    for n, value in enumerate(answer):
        if value not in question.by_code:
            return NOT_A_LABEL.format(value=_short(value), allowed=", ".join(question.label_codes))
        if value in answer[:n]:
            return DUPLICATE.format(value=value)
    if question.scale == "set":
        return _wrong_set(question, answer)
    if not answer:
        return EMPTY
    return None if len(answer) == 1 else ONE_LABEL.format(count=len(answer))


def _wrong_set(question: Question, answer: list[str]) -> str | None:
    if len(answer) > 1:
        for value in answer:
            if value in question.missing_codes:
                return ALONE.format(value=value)
    return None


def _wrong_string(question: Question, answer: list[str]) -> str | None:
    if len(answer) != 1:
        return ONE_STRING.format(count=len(answer))
    value = answer[0]
    if question.scale == "interval":
        return None if _is_number(value) else NOT_A_NUMBER.format(value=_short(value))
    return _wrong_text(question, value)


def _wrong_text(question: Question, value: str) -> str | None:
    if not value.strip():
        return BLANK_TEXT
    if len(value) > TEXT_LIMIT:
        return TOO_LONG.format(count=f"{len(value):,}", limit=f"{TEXT_LIMIT:,}")
    strange = strange_character(value)
    if strange is not None:
        return STRANGE.format(character=strange)
    return _wrong_format(question, value.strip())


def _wrong_format(question: Question, value: str) -> str | None:
    if question.format == "link" and not _LINK.fullmatch(value):
        return NOT_A_LINK.format(value=_short(value))
    if question.format == "date" and not _is_date(value):
        return NOT_A_DATE.format(value=_short(value))
    return None


def _is_number(value: str) -> bool:
    # A number of a thousand digits is a mistake, and float() of it is infinite or slow.
    return len(value) <= _SHOWN and bool(_NUMBER.fullmatch(value)) and math.isfinite(float(value))


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _spelled(question: Question, answer: list[str]) -> list[str]:
    if question.scale == "interval":
        # Adding zero turns -0.0 into 0.0.
        return [format(float(value) + 0.0, ".12g") for value in answer]
    if question.scale == "text":
        return [value.replace("\r\n", "\n").replace("\r", "\n").strip() for value in answer]
    if len(answer) == 1:
        return list(answer)
    return [code for code in question.label_codes if code in answer]
