"""The judgments of a project as columns: what `services.judging` gives as rows, in a tenth of the
memory and of the time.

An assignment is kept once, and answers that were given before in the same way are looked at once.
Importing this module loads numpy: the web process does it only when somebody asks for all labels.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from annotator.domain.dataset import VOTING, Row
from annotator.domain.exclusions import EXCLUSIONS, exclusion_of
from annotator.domain.intervals import IntArray
from annotator.domain.long_table import (
    COUNTS,
    NONE,
    REASONS,
    Codes,
    LongTable,
    Names,
    Numbering,
    joint,
)
from annotator.domain.settling import settled
from annotator.services import judging
from annotator.services.judging import Facts, Task
from annotator.services.releases.tasks import Tasks
from annotator.services.scoring_frame import DEFAULT_SEED, Frame, frame_of, is_scored

CODES: Final = ("", *EXCLUSIONS)
_STATES: Final = ("answered", "left_blank", "not_applicable", "skipped", "open")
_VOTING: Final = np.array([code in VOTING for code in CODES])


@dataclass(frozen=True, eq=False)
class Judged:
    """Rows of `table` are in the order of the table `annotations`; the arrays beside it are as
    long, except those of `tasks`, to which `task` points.

    `answers` are the labels as they were given, numbers of `spelt`; in `table.labels` those that
    mean "cannot judge" are missing.
    """

    table: LongTable
    answers: Codes
    spelt: Sequence[str]
    states_of: Codes
    task: IntArray
    tasks: "Tasks"

    def __len__(self) -> int:
        return len(self.table)

    def excluded(self) -> dict[str, int]:
        """How many rows each reason excludes, in the order of the closed list."""
        counts = np.bincount(self.table.excluded, minlength=len(CODES)).tolist()
        return {code: counts[REASONS[code]] for code in EXCLUSIONS if counts[REASONS[code]]}

    def without(self, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> "Judged":
        """The rows for which the mask does not hold."""
        if not rows.any():
            return self
        kept = np.flatnonzero(~rows)
        table = self.table.at(kept)
        return Judged(
            table,
            self.answers[kept],
            self.spelt,
            self.states_of[kept],
            self.task[kept],
            self.tasks,
        )

    def votes(self, item_id: str) -> dict[str, list[str]]:
        """The labels that were given freely, by question."""
        questions, labels = self.table.names.questions, self.table.names.labels
        found: dict[str, list[str]] = {}
        for row in self._rows_of(item_id):
            if self._voting[row]:
                code = questions[self._questions[row]]
                found.setdefault(code, []).append(labels[self._labels[row]])
        return found

    def states(self, item_id: str) -> dict[str, set[str]]:
        """How each question that was asked stands with those who were asked."""
        questions, found = self.table.names.questions, dict[str, set[str]]()
        for row in self._rows_of(item_id):
            code = questions[self._questions[row]]
            found.setdefault(code, set()).add(_STATES[self.states_of[row]])
        return found

    def ratings(self, item_id: str) -> dict[str, dict[str, str]]:
        """The free labels by annotator and question."""
        names, found = self.table.names, dict[str, dict[str, str]]()
        for row in self._rows_of(item_id):
            if self._voting[row]:
                person = names.annotators[self.table.annotators[row]]
                code = names.questions[self._questions[row]]
                found.setdefault(person, {})[code] = names.labels[self._labels[row]]
        return found

    def by_annotator(self) -> Iterator[tuple[str, int, int, int]]:
        """Of each by name: items with an answer, rows answered, and rows that count."""
        people, items = self.table.annotators, self.table.items
        width = len(self.table.names.annotators)
        answered = self.states_of == 0
        counted = np.bincount(people[self.table.counted], minlength=width).tolist()
        answers = np.bincount(people[answered], minlength=width).tolist()
        pairs = np.unique(joint(people[answered], items[answered]), return_index=True)[1]
        met = np.bincount(people[answered][pairs], minlength=width).tolist()
        for number in np.unique(people).tolist():
            name = self.table.names.annotators[number]
            yield name, met[number], answers[number], counted[number]

    @cached_property
    def _voting(self) -> list[bool]:
        """Which rows are the free judgment of a person that has a label."""
        found: list[bool] = (_VOTING[self.table.excluded] & (self.table.labels != NONE)).tolist()
        return found

    @cached_property
    def _questions(self) -> list[int]:
        found: list[int] = self.table.questions.tolist()
        return found

    @cached_property
    def _labels(self) -> list[int]:
        found: list[int] = self.table.labels.tolist()
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.table.names.items)}

    @cached_property
    def _first(self) -> list[int]:
        """Where the rows of each item begin, by its number, and where the last ends."""
        numbers = np.arange(len(self.table.names.items) + 1)
        found: list[int] = np.searchsorted(self.table.items, numbers).tolist()
        return found

    def _rows_of(self, item_id: str) -> range:
        number = self._numbers.get(item_id)
        return range(0) if number is None else range(*self._first[number : number + 2])

    def annotations(self) -> Iterator[Row]:
        """The rows of the table `annotations`; what only the order of the database would tell apart
        is sorted here.
        """
        alike: list[Row] = []
        for row in self._rows():
            if alike and _place(alike[0]) != _place(row):
                yield from alike if len(alike) == 1 else sorted(alike, key=repr)
                alike = []
            alike.append(row)
        yield from sorted(alike, key=repr)

    def _rows(self) -> Iterator[Row]:
        names, tasks = self.table.names, self.tasks
        columns = zip(
            self.table.items.tolist(),
            self.table.annotators.tolist(),
            self.table.questions.tolist(),
            self.answers.tolist(),
            self.table.documents.tolist(),
            self.table.clusters.tolist(),
            self.states_of.tolist(),
            self.table.excluded.tolist(),
            self.task.tolist(),
            strict=True,
        )
        labels = [*self.spelt, None]
        documents, clusters = [*names.documents, None], [*names.clusters, None]
        for item, person, question, label, document, cluster, state, excluded, task in columns:
            code = names.questions[question]
            yield (
                names.items[item],
                names.annotators[person],
                code,
                labels[label],
                documents[document],
                clusters[cluster],
                _STATES[state],
                *tasks.before(task),
                CODES[excluded],
                *tasks.after(task, code),
            )


def judged(
    session: Session,
    *,
    project_id: int,
    round_name: str | None = None,
    seed: int = DEFAULT_SEED,
    facts: Facts | None = None,
) -> tuple[Frame, Judged]:
    """What is scored, and every judgment; see `judging.project_judgments`.

    Raises:
        NotFound: no round has this name.
    """
    frame = frame_of(session, project_id=project_id, round_name=round_name, seed=seed)
    facts = facts or judging.facts_of(session, project_id=project_id)
    reading = _Reading(frame, facts)
    for task in judging.tasks(session, project_id, facts):
        reading.take(task)
    return frame, reading.judged(seed)


class _Reading:
    """Takes assignment after assignment; rows of the same kind are made once."""

    def __init__(self, frame: Frame, facts: Facts) -> None:
        self.frame = frame
        rounds = list(facts.rounds.values())
        self.round_numbers = {each.id: number for number, each in enumerate(rounds)}
        self.tasks = Tasks([each.name for each in rounds], [each.version for each in rounds])
        self.numberings = [Numbering() for _ in range(6)]
        # Spelling is equal for the statistics, and what people typed is given as they typed it.
        self.spelt: dict[str | None, int] = {None: NONE}
        self.patterns: dict[object, int] = {}
        self.rows: list[Codes] = []
        self.pattern = array("i")
        self.placed = [array("i") for _ in range(4)]

    def take(self, task: Task) -> None:
        row, item = task.row, task.item
        withdrawn = item.withdrawn or row.state == "withdrawn"
        key = (
            *(row.round_id, row.scope, row.reason, row.state, row.origin, row.revision is None),
            *(row.independent, task.disabled, withdrawn, repr(row.answers)),
        )
        number = self.patterns.get(key)
        if number is None:
            number = self.patterns[key] = len(self.rows)
            self.rows.append(self._rows(task))
        self.pattern.append(number)
        items, annotators, _, _, documents, clusters = self.numberings
        for column, value in zip(
            self.placed,
            (
                items[item.item_id],
                annotators[task.annotator],
                documents[item.document_id],
                clusters[item.cluster_id],
            ),
            strict=True,
        ):
            column.append(value)
        self.tasks.add(task, self.round_numbers[row.round_id])

    def _rows(self, task: Task) -> Codes:
        """Question, answer, label, state, reason and whether it is scored, of shape (6, rows)."""
        _, _, questions, labels, _, _ = self.numberings
        rows = []
        for answer in judging.answers_of(task):
            candidate = answer.candidate()
            code = exclusion_of(candidate, self.frame.counting)
            rows.append(
                (
                    questions[answer.question.code],
                    self.spelt.setdefault(answer.label, len(self.spelt) - 1),
                    labels[candidate.label],
                    _STATES.index(answer.state),
                    REASONS[code] if code else COUNTS,
                    is_scored(answer.question),
                )
            )
        return np.array(rows, dtype=np.int32).reshape(-1, 6).T

    def judged(self, seed: int) -> Judged:
        lengths = np.array([rows.shape[1] for rows in self.rows], dtype=np.int64)
        pattern = np.array(self.pattern, dtype=np.int64)
        nothing = np.zeros((6, 0), dtype=np.int32)
        rows = np.concatenate([nothing, *(self.rows[number] for number in pattern)], axis=1)
        task = np.repeat(np.arange(len(pattern)), lengths[pattern] if len(pattern) else 0)
        items, annotators, documents, clusters = (
            np.array(column, dtype=np.int32)[task] for column in self.placed
        )
        names, renumbering = zip(*map(_sorted, self.numberings), strict=True)
        table = LongTable(
            items=renumbering[0][items],
            annotators=renumbering[1][annotators],
            questions=renumbering[2][rows[0]],
            labels=renumbering[3][rows[2]],
            documents=renumbering[4][documents],
            clusters=renumbering[5][clusters],
            excluded=rows[4],
            names=Names(*names),
        )
        table = settled(_first_occasions(table, task, self.tasks), seed=seed)
        table = table.excluding(rows[5] == 0, judging.KEPT_OUT)
        order = _order(table, task, self.tasks)
        table = table.at(order)
        return Judged(
            table,
            rows[1][order],
            [label for label in self.spelt if label is not None],
            rows[3][order],
            task[order],
            self.tasks,
        )


def _sorted(numbering: Numbering) -> tuple[tuple[str, ...], Codes]:
    """The names by code point, and the new number of each old one; -1 stays."""
    given = numbering.names
    order = sorted(range(len(given)), key=given.__getitem__)
    new = np.empty(len(given) + 1, dtype=np.int32)
    new[np.array(order, dtype=np.int64)] = np.arange(len(order), dtype=np.int32)
    new[NONE] = NONE
    return tuple(given[number] for number in order), new


def _first_occasions(table: LongTable, task: IntArray, tasks: Tasks) -> LongTable:
    """Of a person who met an item several times, only the first judgment that counts stays."""
    rows = np.flatnonzero(table.excluded == COUNTS)
    task = task[rows]
    number = np.array(tasks.round, dtype=np.int64)[task]
    rank = np.argsort(np.argsort(np.array(tasks.rounds, dtype=object)))
    keys = (table.annotators[rows], table.items[rows], table.questions[rows])
    order = np.lexsort(
        (
            rank[number] if len(rank) else number,
            np.array(tasks.versions, dtype=np.int64)[number] if len(rank) else number,
            np.array(tasks.occasion, dtype=np.int64)[task],
            *keys,
        )
    )
    again = np.ones(len(order), dtype=np.bool_)
    again[:1] = False
    for key in keys:
        inner = key[order]
        again[1:] &= inner[1:] == inner[:-1]
    later = np.zeros(len(table), dtype=np.bool_)
    later[rows[order[again]]] = True
    return table.excluding(later, "labelled_before")


def _order(table: LongTable, task: IntArray, tasks: Tasks) -> IntArray:
    """By item, annotator, question, round, reason and revision, all by code point."""
    reasons = sorted(set(tasks.reason))
    rounds = np.argsort(np.argsort(np.array(tasks.rounds, dtype=object)))
    number = np.array(tasks.round, dtype=np.int64)
    by_reason = np.array([reasons.index(reason) for reason in tasks.reason], dtype=np.int64)
    revision = np.array(tasks.revision, dtype=np.int64)
    return np.lexsort(
        (
            np.array(tasks.saved_at, dtype=np.int64)[task],
            revision[task],
            by_reason[task],
            rounds[number][task] if len(rounds) else number[task],
            table.questions,
            table.annotators,
            table.items,
        )
    )


def _place(row: Row) -> tuple[object, ...]:
    return row[0], row[1], row[2], row[7]
