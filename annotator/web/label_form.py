"""The labelling form, made from the codebook.

The form knows shapes only: which fields there are, and that answers are always lists. What they
mean is checked in `annotator.domain.answers`, once, when they are saved. Nothing that was sent is
dropped on the way there: a field that the task does not ask becomes an answer, and is refused.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FloatField, HiddenField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from annotator.domain.codebook import Codebook, Label, Question
from annotator.domain.spans import Span
from annotator.errors import AnswersInvalid
from annotator.services.annotating import Save
from annotator.store.queries.labelling import Task

# The value of “none of these” in a set, and of “no answer” elsewhere: no label has an empty code.
NOTHING = ""
NOTHING_KEY = "0"
# The value of the button once the person was told that the lead has settled this.
SETTLED_SEEN = "settled_seen"
NONE_AND_OTHERS = "“None of these” is chosen together with others: choose one or the other."
PAGE_DAMAGED = "The page did not come through whole, so nothing was saved: load it again."
SECONDS = "The seconds must be a number."

LISTED = frozenset({"nominal", "ordinal", "set"})
INPUT_TYPES = {"link": "url", "date": "date", "text": "text"}
LONG_TEXT = "textarea"


class TextsField(Field):  # type: ignore[misc]
    """One line of text as a list, so that answers have one shape whatever the scale."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(valuelist)


class TaskForm(FlaskForm):  # type: ignore[misc]
    """What is sent beside the answers; the codebook lets no question take these names."""

    save_id = HiddenField(validators=[InputRequired(PAGE_DAMAGED)])
    seen_revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(PAGE_DAMAGED)])
    seconds = FloatField(widget=HiddenInput(), validators=[Optional()])
    note = TextAreaField("Note", render_kw={"rows": 3, "maxlength": 2000})


CONTROLS = frozenset({"save_id", "seen_revision", "seconds", "note", "csrf_token", "save"})


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    value: str
    name: str
    hint: str
    explained: bool
    key: str
    checked: bool


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question as the template needs it; `type` is that of its inputs.

    `settled`: a lead has answered it, so it is sent along and not asked.
    """

    code: str
    base: str
    name: str
    help: str
    type: str
    required: bool
    spans: str
    missing: tuple[str, ...]
    is_detail: bool
    folded: bool
    settled: bool
    show_if: list[dict[str, Any]]
    choices: tuple[ChoiceShown, ...]
    value: str
    problem: str | None

    @property
    def explained(self) -> bool:
        return bool(self.help) or any(choice.explained for choice in self.choices)


class LabelForm:
    """One task's questions with what is chosen, and the few fields beside them."""

    def __init__(
        self, codebook: Codebook, task: Task, sent: MultiDict[str, str] | None = None
    ) -> None:
        self.codebook = codebook
        self.task = task
        self.questions = codebook.expanded(task.scope, kind=task.kind, blind=task.blind)
        self.sent = sent
        self.problems: dict[str, str] = {}
        self.controls = TaskForm(formdata=sent) if sent is not None else _fresh_controls(task)
        self.fields = BaseForm({question.code: _field(question) for question in self.questions})
        self.fields.process(sent, data={q.code: _chosen(q, task) for q in self.questions})

    def save(self) -> Save:
        """What was sent, as the service takes it.

        Raises:
            AnswersInvalid: a field has the wrong shape.
        """
        answers = self._answers()
        if not self.controls.validate():
            self.problems["page"] = SECONDS if self.controls.seconds.errors else PAGE_DAMAGED
        if self.problems:
            raise AnswersInvalid(self.problems)
        shown = self.task.paragraph
        return Save(
            save_id=self.controls.save_id.data,
            seen_revision=self.controls.seen_revision.data,
            answers=answers,
            spans=self._kept_spans(answers),
            seconds=self.controls.seconds.data,
            note=self.controls.note.data,
            settled_seen=self.sent is not None and self.sent.get("save") == SETTLED_SEEN,
            context_before=len(shown.before) if shown else 0,
            context_after=len(shown.after) if shown else 0,
        )

    def shown(self, lang: str) -> list[QuestionShown]:
        applying = self._applying()
        return [
            _shown(
                question,
                self._chosen(question),
                self.problems,
                self._hints(question),
                lang,
                folded=question.code not in applying and question.code not in self.problems,
                settled=question.code in (self.task.settled or {}),
            )
            for question in self.questions
        ]

    def _applying(self) -> set[str]:
        """Questions whose conditions hold; one behind a question that does not apply does not."""
        chosen = {question.code: set(self._chosen(question)) for question in self.questions}
        applying: set[str] = set()
        for question in self.questions:
            if all(
                condition.question in applying
                and chosen[condition.question] & set(condition.labels)
                for condition in question.show_if
            ):
                applying.add(question.code)
        return applying

    def _chosen(self, question: Question) -> list[str]:
        return self.fields[question.code].data or []

    def _hints(self, question: Question) -> Mapping[str, Sequence[str]]:
        return self.task.hints.get(question.code, {})

    def other_problems(self) -> list[str]:
        """Sentences that belong to no question of the page."""
        here = {question.code for question in self.questions}
        return [sentence for code, sentence in self.problems.items() if code not in here]

    def renew(self, revision: int) -> None:
        """Let the same page be saved over a revision that it has now seen."""
        self.controls.save_id.data = str(uuid.uuid4())
        self.controls.seen_revision.data = revision
        # What was sent is shown in preference to the data.
        self.controls.seen_revision.raw_data = None

    def _answers(self) -> dict[str, object]:
        answers: dict[str, object] = {}
        for question in self.questions:
            values = list(self.fields[question.code].data or [])
            if question.scale == "set" and NOTHING in values:
                if set(values) != {NOTHING}:
                    self.problems[question.code] = NONE_AND_OTHERS
                answers[question.code] = []
            elif given := [value for value in values if value.strip()]:
                answers[question.code] = given
        return answers | self._strangers()

    def _strangers(self) -> dict[str, object]:
        known = CONTROLS | {question.code for question in self.questions}
        sent = self.sent or MultiDict[str, str]()
        return {name: sent.getlist(name) for name in sent if name not in known}

    def _kept_spans(self, answers: dict[str, object]) -> list[Span]:
        """Passages marked before stay with their label; this page cannot mark new ones yet."""
        spans = [Span(**span) for span in self.task.spans]
        return [span for span in spans if span.label in _labels(answers.get(span.question))]


def _labels(answer: object) -> list[object]:
    return answer if isinstance(answer, list) else []


def _fresh_controls(task: Task) -> TaskForm:
    return TaskForm(
        formdata=None,
        save_id=str(uuid.uuid4()),
        seen_revision=task.revision,
        note=task.note,
    )


def _field(question: Question) -> Any:  # noqa: ANN401 - an unbound field has no public type
    name = question.name_in("en")
    if question.scale not in LISTED:
        return TextsField(name)
    choices = [SelectChoice(value=label.code, label=label.code) for label in question.labels]
    # Whether a value is a label is for the domain to say, in a sentence that names the allowed.
    return SelectMultipleField(name, choices=choices, validate_choice=False)


def _chosen(question: Question, task: Task) -> list[str]:
    answer = task.answers.get(question.code)
    if answer is None:
        return []
    return answer or [NOTHING]


def _shown(
    question: Question,
    values: Sequence[str],
    problems: dict[str, str],
    hints: Mapping[str, Sequence[str]],
    lang: str,
    *,
    folded: bool,
    settled: bool,
) -> QuestionShown:
    choices = [_choice(label, values, hints.get(label.code, ()), lang) for label in question.labels]
    if question.scale == "set":
        choices.append(_none_of_these(question, values))
    return QuestionShown(
        code=question.code,
        base=question.base,
        name=question.name_in(lang),
        help=question.help_in(lang),
        type=_type(question),
        required=question.required,
        spans=question.spans,
        missing=tuple(sorted(question.missing_codes)),
        is_detail=question.detail_of is not None,
        folded=folded,
        settled=settled,
        show_if=[condition.model_dump() for condition in question.show_if],
        choices=tuple(choices),
        value=next(iter(values), ""),
        problem=problems.get(question.code),
    )


def _type(question: Question) -> str:
    if question.scale in LISTED:
        return "checkbox" if question.scale == "set" else "radio"
    if question.scale == "interval":
        return "number"
    return LONG_TEXT if question.detail_of is None else INPUT_TYPES[question.format]


def _choice(label: Label, values: Sequence[str], hint: Sequence[str], lang: str) -> ChoiceShown:
    return ChoiceShown(
        value=label.code,
        name=label.name_in(lang),
        hint=" ".join(f"“{words}”" for words in hint),
        explained=bool(label.definition_in(lang)),
        key=label.key or "",
        checked=label.code in values,
    )


def _none_of_these(question: Question, values: Sequence[str]) -> ChoiceShown:
    free = all(label.key != NOTHING_KEY for label in question.labels)
    return ChoiceShown(
        value=NOTHING,
        name="None of these",
        hint="",
        explained=False,
        key=NOTHING_KEY if free else "",
        checked=NOTHING in values,
    )
