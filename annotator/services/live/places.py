"""An assignment as the figures need it, small enough to keep a million of them."""

from dataclasses import dataclass, replace

from annotator.domain.answers import State as Answered
from annotator.domain.codebook import Question
from annotator.domain.exclusions import Counting, State, exclusion_of
from annotator.services.judging import KEPT_OUT, Answer, JudgmentRow, Task, label_of
from annotator.services.scoring_frame import is_scored

__all__ = ["Answered", "Asked", "ItemPlaces", "Place", "Placing"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a kind of task, the number of each, and those that others depend on."""

    questions: tuple[Question, ...]
    number: dict[str, int]
    gates: tuple[str, ...]


@dataclass(slots=True)
class Place:
    """One entry for each question: how it stands, its label, and why it does not count.

    `codes` are the reasons that the assignment has by itself, `excluded` the one that holds when
    all judgments of the item are seen together. The answers themselves are left out of `task`.
    """

    task: Task
    asked: Asked
    states: tuple[State, ...]
    labels: tuple[str | None, ...]
    codes: tuple[str, ...]
    excluded: list[str]

    def row(self, number: int) -> JudgmentRow:
        """The row that `project_judgments` has for one of the questions."""
        question = self.asked.questions[number]
        answer = Answer(self.task, question, self.states[number], self.labels[number])
        return answer.judged(self.excluded[number])


@dataclass(slots=True)
class ItemPlaces:
    """The assignments of one item, in the order of their ids.

    `repeated`: somebody was given it twice. `clustered`: it has near-duplicates.
    """

    item_id: str
    document_id: str | None
    places: list[Place]
    repeated: bool = False
    clustered: bool = False

    @property
    def unit(self) -> str:
        """What is left out for an interval: the document, or an item that belongs to none."""
        return self.document_id or self.item_id

    def add(self, place: Place) -> None:
        self.repeated |= any(p.task.annotator == place.task.annotator for p in self.places)
        self.clustered |= place.task.item.cluster_id is not None
        self.places.append(place)


class Placing:
    """Makes places; what many of them have in common is kept once."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._asked: dict[tuple[int, str], Asked] = {}
        self._states: dict[object, tuple[State, ...]] = {}
        self._labels: dict[tuple[str | None, ...], tuple[str | None, ...]] = {}
        self._codes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def place(self, task: Task) -> Place:
        asked = self._asked_in(task)
        states = self._states_of(task, asked)
        answers = task.answers
        labels = tuple(
            label_of(question, answers[question.code]) if state == "answered" else None
            for question, state in zip(asked.questions, states, strict=True)
        )
        labels = self._labels.setdefault(labels, labels)
        codes = self._codes_of(task, asked, states, labels)
        kept = replace(task, row=replace(task.row, answers=None, spans=task.row.spans or None))
        return Place(kept, asked, states, labels, codes, list(codes))

    def _asked_in(self, task: Task) -> Asked:
        key = (task.round.id, task.row.scope)
        found = self._asked.get(key)
        if found is None:
            questions = task.questions
            number = {question.code: n for n, question in enumerate(questions)}
            gates = {c.question: None for question in questions for c in question.show_if}
            found = self._asked[key] = Asked(questions, number, tuple(gates))
        return found

    def _states_of(self, task: Task, asked: Asked) -> tuple[State, ...]:
        """How a question stands depends on which others were answered, and on what the gates were.

        So there are far fewer cases than assignments, and working one out takes long.
        """
        answers = task.answers
        gates = (tuple(answers.get(code, ())) for code in asked.gates)
        said = (frozenset(answers), *gates) if task.saved else task.row.state
        key = (task.round.id, task.row.scope, said)
        found = self._states.get(key)
        if found is None:
            states = task.states()
            found = tuple(states[question.code] for question in asked.questions)
            self._states[key] = found
        return found

    def _codes_of(
        self,
        task: Task,
        asked: Asked,
        states: tuple[State, ...],
        labels: tuple[str | None, ...],
    ) -> tuple[str, ...]:
        known: dict[tuple[State, bool], str] = {}
        codes = []
        for question, state, label in zip(asked.questions, states, labels, strict=True):
            if not is_scored(question):
                codes.append(KEPT_OUT)
                continue
            answer = Answer(task, question, state, label)
            key = (state, answer.missing)
            if key not in known:
                known[key] = exclusion_of(answer.candidate(), self._counting)
            codes.append(known[key])
        found = tuple(codes)
        return self._codes.setdefault(found, found)
