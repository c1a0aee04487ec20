"""The form that settles the disputed questions of one subject.

It knows shapes only; what a decision may say is checked in `annotator.domain.adjudication` when it
is saved. Each question has four fields, named with its code: `accept` holds answers of annotators
that are right, `other` an answer that nobody gave, `outcome` that there is no right one, `reason`
and `cause` why. A question where nothing is chosen stays open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import InputRequired

from annotator.domain.adjudication import (
    CAUSES,
    LONGEST_REASON,
    Answer,
    Decision,
    Outcome,
    Ruling,
    Votes,
    in_codebook_order,
    tally,
)
from annotator.domain.codebook import Question
from annotator.errors import AnswersInvalid
from annotator.store.queries.decisions import LastDecision

NOTHING: Final = ""
PREFIX: Final = "="
LAST_NUMBER: Final = 9
PAGE_DAMAGED: Final = "The page did not come through whole, so nothing was saved: load it again."
NONE_AND_OTHERS: Final = "“None of these” is chosen together with others: choose one or the other."
UNKNOWN_CHOICE: Final = "Choose only what the page offers; load it again if it looks wrong."
OUTCOMES: Final = {
    "decided": "As ticked here",
    "undecidable": "It cannot be decided",
    "codebook_unclear": "The codebook is unclear",
}
CAUSE_NAMES: Final = {
    "slip": "Slip of an annotator",
    "guideline_gap": "Gap in the guidelines",
    "ambiguous_text": "Ambiguous text",
    "missing_context": "Missing context",
    "outside_knowledge": "Knowledge from outside the text",
}


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer that someone gave or could have given, with who did; `key` chooses it."""

    value: str
    labels: tuple[str, ...]
    voters: tuple[int, ...]
    checked: bool
    key: str


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    value: str
    name: str
    checked: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question as the template needs it; `type` is that of the inputs for another answer."""

    code: str
    name: str
    help: str
    type: str
    answers: tuple[AnswerShown, ...]
    choices: tuple[ChoiceShown, ...]
    other_open: bool
    other_text: str
    outcomes: tuple[ChoiceShown, ...]
    reason: str
    causes: tuple[ChoiceShown, ...]
    why_open: bool
    problem: str | None

    @property
    def given(self) -> list[AnswerShown]:
        """What somebody said or decided."""
        return [answer for answer in self.answers if answer.voters or answer.checked]

    @property
    def others(self) -> list[AnswerShown]:
        """What can be, though nobody said it."""
        return [answer for answer in self.answers if not (answer.voters or answer.checked)]

    @property
    def decided(self) -> str:
        """What is chosen, in words."""
        chosen = [" + ".join(a.labels) or "none of these" for a in self.answers if a.checked]
        outcome = next(each for each in self.outcomes if each.checked)
        return " or ".join(chosen) or outcome.name.lower()


class DecisionForm:
    """What can be decided about one subject, with what is chosen so far.

    `decided` is filled in. Of the questions that are `settled` by it only what is changed is a
    decision anew.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        votes: Mapping[str, Votes],
        decided: Mapping[str, LastDecision],
        *,
        seen: int,
        settled: Collection[str] = (),
        sent: MultiDict[str, str] | None = None,
    ) -> None:
        self.questions = questions
        self.settled = {code: decided[code] for code in settled if code in decided}
        self.answers = {q.code: _answers(q, votes.get(q.code, {}), decided) for q in questions}
        self.problems: dict[str, str] = {}
        self.fields = BaseForm(
            {
                "seen": IntegerField(validators=[InputRequired(PAGE_DAMAGED)]),
                **{
                    name: field
                    for question in questions
                    for name, field in _fields(question, self.answers[question.code]).items()
                },
            }
        )
        self.fields.process(sent, data={"seen": seen} | _chosen(questions, decided, self.answers))

    def decisions(self) -> tuple[int, dict[str, Decision]]:
        """How many decisions the page knew of, and what was decided, by question.

        Raises:
            AnswersInvalid: a field has the wrong shape.
        """
        if not self.fields.validate():
            for name in self.fields.errors:
                code = str(name).partition(".")[2]
                self.problems[code or "page"] = UNKNOWN_CHOICE if code else PAGE_DAMAGED
        found = {q.code: self._decision(q) for q in self.questions}
        if self.problems:
            raise AnswersInvalid(self.problems)
        made = {code: each for code, each in found.items() if each is not None}
        return self.fields["seen"].data, self._anew(made)

    def _anew(self, made: dict[str, Decision]) -> dict[str, Decision]:
        """Without what stands as it was; where that is all of it, what people decided is affirmed.

        What a policy settled must not become a person's decision by the way.
        """
        changed = {c: d for c, d in made.items() if not _stands(d, self.settled.get(c))}
        by_people = {
            c: d for c, d in made.items() if c in self.settled and self.settled[c].adjudicator_id
        }
        return changed or by_people

    def _decision(self, question: Question) -> Decision | None:
        code = question.code
        outcome = cast("Outcome", self.fields[f"outcome.{code}"].data or "decided")
        accepted = self.fields[f"accept.{code}"].data or []
        alternatives = [self._decoded(value) for value in accepted if value.startswith(PREFIX)]
        other = self._other(question)
        if other is not None and other not in alternatives:
            alternatives.append(other)
        if outcome == "decided" and not alternatives:
            return None
        reason = (self.fields[f"reason.{code}"].data or "").strip()
        cause = self.fields[f"cause.{code}"].data
        return Decision(outcome, tuple(alternatives), reason or None, cause or None)

    def _other(self, question: Question) -> Answer | None:
        sent = self.fields[f"other.{question.code}"].data
        if question.scale == "interval":
            text = (sent or "").strip()
            return (text,) if text else None
        if question.scale != "set":
            return (sent,) if sent else None
        if not sent:
            return None
        if NOTHING in sent and len(sent) > 1:
            self.problems[question.code] = NONE_AND_OTHERS
        return in_codebook_order(question, [label for label in sent if label])

    @staticmethod
    def _decoded(value: str) -> Answer:
        return tuple(part for part in value.removeprefix(PREFIX).split("|") if part)

    def shown(self, lang: str) -> list[QuestionShown]:
        return [self._shown(question, lang) for question in self.questions]

    def _shown(self, question: Question, lang: str) -> QuestionShown:
        code = question.code
        names = {label.code: label.name_in(lang) for label in question.labels}
        keys = {label.code: label.key or "" for label in question.labels}
        accepted = self.fields[f"accept.{code}"].data or []
        other = self.fields[f"other.{code}"].data or []
        outcome = self.fields[f"outcome.{code}"].data or "decided"
        cause = self.fields[f"cause.{code}"].data or ""
        reason = self.fields[f"reason.{code}"].data or ""
        chosen = [other] if isinstance(other, str) else other
        first = ("none of these",) if question.scale == "set" else ("No other answer",)
        listed = [(NOTHING, *first), *names.items()]
        return QuestionShown(
            code=code,
            name=question.name_in(lang),
            help=question.help_in(lang),
            type={"set": "checkbox", "interval": "text"}.get(question.scale, "radio"),
            answers=tuple(
                AnswerShown(
                    value=encoded(answer),
                    labels=tuple(names.get(label, label) for label in answer),
                    voters=voters,
                    checked=encoded(answer) in accepted,
                    key=_key(question, answer, number),
                )
                for number, (answer, voters) in enumerate(self.answers[code], start=1)
            ),
            choices=tuple(
                ChoiceShown(value, name, _is_chosen(question, value, chosen), keys.get(value, ""))
                for value, name in listed
            ),
            other_open=any(chosen) or (question.scale == "set" and NOTHING in chosen),
            other_text=other if isinstance(other, str) else "",
            outcomes=tuple(ChoiceShown(v, name, v == outcome) for v, name in OUTCOMES.items()),
            reason=reason,
            causes=tuple(
                ChoiceShown(v, name, v == cause)
                for v, name in {NOTHING: "Not stated", **CAUSE_NAMES}.items()
            ),
            why_open=bool(reason or cause or outcome != "decided"),
            problem=self.problems.get(code),
        )


def _stands(decision: Decision, earlier: LastDecision | None) -> bool:
    """Whether a decision is the earlier one; the order of what is right does not matter."""
    if earlier is None:
        return False
    before = {tuple(each) for each in earlier.alternatives or ()}
    return (decision.outcome, set(decision.alternatives), decision.reason, decision.cause) == (
        earlier.outcome,
        before,
        earlier.reason or None,
        earlier.cause or None,
    )


def encoded(answer: Answer) -> str:
    """An answer as the value of a box; the mark before it tells the empty set from no value."""
    return PREFIX + "|".join(answer)


def _is_chosen(question: Question, value: str, chosen: Sequence[str]) -> bool:
    if value == NOTHING and question.scale != "set":
        return not any(chosen)
    return value in chosen


def _answers(
    question: Question, votes: Votes, decided: Mapping[str, LastDecision]
) -> list[tuple[Answer, tuple[int, ...]]]:
    """What annotators said, then what was decided and what else can be, though nobody said it."""
    found = tally(votes)
    given = {answer for answer, _ in found}
    earlier = decided.get(question.code)
    more = [tuple(each) for each in (earlier.alternatives if earlier else None) or []]
    if question.scale in {"nominal", "ordinal"}:
        more += [(label,) for label in question.label_codes]
    return [*found, *((each, ()) for each in dict.fromkeys(more) if each not in given)]


def _key(question: Question, answer: Answer, number: int) -> str:
    """That of the label, as in labelling; the rest is numbered where no label has the number."""
    if question.scale in {"nominal", "ordinal"} and answer in {(c,) for c in question.label_codes}:
        key = question.by_code[answer[0]].key
        if key:
            return key
    taken = {label.key for label in question.labels}
    return str(number) if number <= LAST_NUMBER and str(number) not in taken else ""


def _fields(
    question: Question, answers: Sequence[tuple[Answer, tuple[int, ...]]]
) -> dict[str, object]:
    code = question.code
    labels = [SelectChoice(value) for value in (NOTHING, *question.label_codes)]
    other: object
    if question.scale == "interval":
        other = TextAreaField()
    elif question.scale == "set":
        other = SelectMultipleField(choices=labels)
    else:
        other = RadioField(choices=labels, validate_choice=False)
    return {
        f"accept.{code}": SelectMultipleField(
            choices=[SelectChoice(encoded(answer)) for answer, _ in answers]
        ),
        f"other.{code}": other,
        f"outcome.{code}": RadioField(
            choices=[SelectChoice(each) for each in OUTCOMES], validate_choice=False
        ),
        f"reason.{code}": TextAreaField(render_kw={"maxlength": LONGEST_REASON}),
        f"cause.{code}": SelectField(
            choices=[SelectChoice(each) for each in (NOTHING, *CAUSES)], validate_choice=False
        ),
    }


def _chosen(
    questions: Sequence[Question],
    decided: Mapping[str, LastDecision],
    answers: Mapping[str, Sequence[tuple[Answer, tuple[int, ...]]]],
) -> dict[str, object]:
    """What the last decisions said, so that a lead changes them and need not start anew."""
    data: dict[str, object] = {}
    for question in questions:
        earlier = decided.get(question.code)
        if earlier is None:
            continue
        code = question.code
        given = {encoded(answer) for answer, _ in answers[code]}
        alternatives = [encoded(tuple(each)) for each in earlier.alternatives or []]
        data |= {
            f"accept.{code}": [each for each in alternatives if each in given],
            f"outcome.{code}": earlier.outcome,
            f"reason.{code}": earlier.reason or "",
            f"cause.{code}": earlier.cause or NOTHING,
        }
    return data


def ruling_in_words(question: Question, ruling: Ruling, lang: str) -> str:
    """Gold as a lead reads it."""
    if ruling.state == "void":
        return "does not apply"
    if ruling.state != "decided":
        return OUTCOMES[ruling.state].lower()
    names = {label.code: label.name_in(lang) for label in question.labels}
    answers = [
        " + ".join(names.get(each, each) for each in answer) or "none of these"
        for answer in ruling.alternatives
    ]
    return " or ".join(answers)
