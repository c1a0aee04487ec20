"""The judgments of a project: every assignment x question, with whether it counts and why not.

Agreement and the release's table `annotations` are made from these rows. The rules stand in
`annotator.domain.exclusions`; here the facts are brought together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy.orm import Session

from annotator.domain import answers as answering
from annotator.domain import identity
from annotator.domain.codebook import Codebook, Question
from annotator.domain.exclusions import Candidate, Counting, Origin, Reason, RoundKind, State
from annotator.domain.judgments import Judgment, exclude
from annotator.domain.scales import Scale
from annotator.services.codebooks import codebook_of
from annotator.services.items import Item, items_of
from annotator.services.scoring_frame import (
    DEFAULT_SEED,
    Frame,
    frame_of,
    is_scored,
    scale_of,
)
from annotator.store.queries import judgments as queries
from annotator.store.queries.judgments import AnnotatorFacts, RoundFacts, Saved

KEPT_OUT = "kept_out"


@dataclass(frozen=True, slots=True)
class JudgmentRow:
    """One annotator's answer to one question about one item; a row of the table `annotations`.

    `label` is None unless `state` is `answered`; labels of a set are sorted and joined by `|`. A
    label that means "cannot judge" stands here, but is `missing` for the statistics. `revision`,
    `origin`, `seconds` and `saved_at` are None where nothing was saved; `excluded` is a code of
    `EXCLUSIONS`, or empty for a judgment that counts. `occasion` numbers the times that the person
    was given the item, from 1; `independent` is what was saved before they saw any vote or feedback
    on it and before the round was closed.
    """

    subject_id: int
    user_id: int
    scope: str
    item_id: str
    annotator_id: str
    question: str
    label: str | None
    document_id: str | None
    cluster_id: str | None
    state: State
    round: str
    codebook_version: int
    revision: int | None
    reason: str
    origin: str | None
    excluded: str
    seconds: float | None
    saved_at: datetime | None
    spans: tuple[dict[str, Any], ...]
    missing: bool
    occasion: int
    independent: bool

    def judgment(self) -> Judgment:
        return Judgment(
            item=self.item_id,
            annotator=self.annotator_id,
            question=self.question,
            label=None if self.missing else self.label,
            document=self.document_id,
            cluster=self.cluster_id,
            excluded=self.excluded,
        )


@dataclass(frozen=True)
class Judgments:
    """All rows, sorted by code point, and what is needed to score them.

    `questions` and `scales` have the questions that are scored, in the codebook's order. `rounds`
    are all of the project, `scored` names those whose judgments may count. `codebook` and its
    version are None before the first round; `comparable` has that version, and those before it
    whose labels mean the same.
    """

    rows: tuple[JudgmentRow, ...]
    questions: tuple[Question, ...]
    scales: dict[str, Scale]
    codebook: Codebook | None
    codebook_version: int | None
    comparable: frozenset[int]
    thresholds: dict[str, float]
    rounds: tuple[RoundFacts, ...]
    scored: tuple[str, ...]
    seed: int

    def for_statistics(self) -> list[Judgment]:
        return [row.judgment() for row in self.rows]

    def of_question(self, code: str) -> tuple[JudgmentRow, ...]:
        """The rows of one question; thirty of them do not go through all rows thirty times."""
        return self._by_question.get(code, ())

    @cached_property
    def _by_question(self) -> dict[str, tuple[JudgmentRow, ...]]:
        found: dict[str, list[JudgmentRow]] = defaultdict(list)
        for row in self.rows:
            found[row.question].append(row)
        return {code: tuple(rows) for code, rows in found.items()}


def project_judgments(
    session: Session,
    *,
    project_id: int,
    round_name: str | None = None,
    seed: int = DEFAULT_SEED,
) -> Judgments:
    """Every judgment of the project, each counted or with the one reason why not.

    Counted are those of one round if it is named, else of all main rounds, else of all pilots; and
    only under the newest codebook version of these rounds, with earlier ones as far as every later
    version was declared editorial. The seed draws which member stands for a near-duplicate cluster.

    Raises:
        NotFound: no round has this name.
    """
    frame = frame_of(session, project_id=project_id, round_name=round_name, seed=seed)
    facts = facts_of(session, project_id=project_id)
    return within(frame, _rows(tasks(session, project_id, facts), frame.counting, seed))


def judgments_by_round(
    session: Session, *, project_id: int, seed: int = DEFAULT_SEED
) -> dict[str, Judgments]:
    """What `project_judgments` gives for each round by its name, oldest first, read only once.

    The rows of other rounds, which do not count there, are left out.
    """
    facts = facts_of(session, project_id=project_id)
    found: dict[str, list[Task]] = {each.name: [] for each in facts.rounds.values()}
    for task in tasks(session, project_id, facts):
        found[task.round.name].append(task)
    frames = {
        name: frame_of(session, project_id=project_id, round_name=name, seed=seed) for name in found
    }
    return {
        name: within(frame, _rows(found[name], frame.counting, seed))
        for name, frame in frames.items()
    }


def within(frame: Frame, rows: Iterable[JudgmentRow], *, question: str | None = None) -> Judgments:
    """The rows in order, with what the frame says of them; of one question, if it is named."""
    questions = [each for each in frame.questions if question in {None, each.code}]
    return Judgments(
        rows=tuple(sorted(rows, key=_in_order)),
        questions=tuple(questions),
        scales={each.code: scale_of(each) for each in questions},
        codebook=frame.codebook,
        codebook_version=frame.codebook_version,
        comparable=frame.counting.codebook_versions or frozenset(),
        thresholds=frame.thresholds,
        rounds=frame.rounds,
        scored=frame.scored,
        seed=frame.seed,
    )


def label_of(question: Question, values: Sequence[str]) -> str:
    """An answer as one cell of a table."""
    return "|".join(sorted(values)) if question.scale == "set" else values[0]


def _in_order(row: JudgmentRow) -> tuple[str | int, ...]:
    return (
        row.item_id,
        row.annotator_id,
        row.question,
        row.round,
        row.reason,
        row.revision or 0,
    )


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment with the revision that counts, and the facts that its answers share."""

    row: Saved
    item: Item
    annotator: str
    disabled: bool
    round: RoundFacts
    codebook: Codebook

    @property
    def questions(self) -> tuple[Question, ...]:
        kind, blind = self.round.kind, self.round.blind
        return self.codebook.expanded(self.row.scope, kind=kind, blind=blind)

    @property
    def saved(self) -> bool:
        """Whether there are answers to speak of: a skipped task may hold earlier ones."""
        return bool(self.row.revision) and self.row.state in {"done", "withdrawn"}

    @property
    def answers(self) -> dict[str, list[str]]:
        return self.row.answers or {}

    def states(self) -> dict[str, State]:
        if self.saved:
            kind, blind = self.round.kind, self.round.blind
            found = answering.states(
                self.codebook, self.row.scope, self.answers, kind=kind, blind=blind
            )
            return cast("dict[str, State]", found)
        state: State = "skipped" if self.row.state == "skipped" else "open"
        return {question.code: state for question in self.questions}


@dataclass(frozen=True, slots=True)
class Answer:
    task: Task
    question: Question
    state: State
    label: str | None

    @property
    def missing(self) -> bool:
        return self.label is None or self.label in self.question.missing_codes

    def candidate(self) -> Candidate:
        task, row = self.task, self.task.row
        return Candidate(
            item=task.item.item_id,
            annotator=task.annotator,
            question=self.question.code,
            label=None if self.missing else self.label,
            document=task.item.document_id,
            cluster=task.item.cluster_id,
            state=self.state,
            reason=cast("Reason", row.reason),
            round=task.round.name,
            round_kind=cast("RoundKind", task.round.kind),
            codebook_version=task.round.version,
            origin=cast("Origin", row.origin or "person"),
            occasion=row.occasion,
            after_feedback=task.saved and not row.independent,
            disabled=task.disabled,
            gold_check=row.checks_gold,
            withdrawn=task.item.withdrawn or row.state == "withdrawn",
        )

    def judged(self, excluded: str) -> JudgmentRow:
        task, row, saved = self.task, self.task.row, self.task.saved
        code = self.question.code
        return JudgmentRow(
            subject_id=row.subject_id,
            user_id=row.user_id,
            scope=row.scope,
            item_id=task.item.item_id,
            annotator_id=task.annotator,
            question=code,
            label=self.label,
            document_id=task.item.document_id,
            cluster_id=task.item.cluster_id,
            state=self.state,
            round=task.round.name,
            codebook_version=task.round.version,
            revision=row.revision if saved else None,
            reason=row.reason,
            origin=row.origin if saved else None,
            excluded=excluded if is_scored(self.question) else KEPT_OUT,
            seconds=row.seconds if saved else None,
            saved_at=row.saved_at if saved else None,
            spans=tuple(s for s in row.spans or () if saved and s.get("question") == code),
            missing=self.missing,
            occasion=row.occasion,
            independent=bool(row.independent),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What assignments are made into tasks with; all by id, `names` are pseudonyms."""

    items: Mapping[int, Item]
    people: Mapping[int, AnnotatorFacts]
    names: Mapping[int, str]
    rounds: Mapping[int, RoundFacts]
    codebooks: Mapping[int, Codebook]

    def task(self, row: Saved) -> Task:
        return Task(
            row=row,
            item=self.items[row.subject_id],
            annotator=self.names[row.user_id],
            disabled=self.people[row.user_id].disabled,
            round=self.rounds[row.round_id],
            codebook=self.codebooks[row.round_id],
        )


def facts_of(
    session: Session, *, project_id: int, items: Mapping[int, Item] | None = None
) -> Facts:
    """What tasks are made with; `items` by subject id, if all of them are at hand already."""
    people = queries.annotators(session, project_id)
    key = queries.pseudonym_key(session, project_id)
    rounds = queries.rounds(session, project_id)
    versions = queries.versions(session, project_id)
    return Facts(
        items=items or items_of(session, project_id=project_id, assigned_only=True),
        people=people,
        names={user: identity.pseudonym(key, facts.name) for user, facts in people.items()},
        rounds={each.id: each for each in rounds},
        codebooks={each.id: codebook_of(versions[each.version]) for each in rounds},
    )


def tasks(
    session: Session,
    project_id: int,
    facts: Facts,
    *,
    assignment_ids: Collection[int] | None = None,
) -> Iterator[Task]:
    """Every assignment of the project, or these, in the order of their ids."""
    rows = queries.revisions(session, project_id, assignment_ids=assignment_ids)
    return (facts.task(row) for row in _last_of_each(rows))


def _last_of_each(rows: Iterator[Saved]) -> Iterator[Saved]:
    """The last row of each assignment: it has the revision that counts."""
    last: Saved | None = None
    for row in rows:
        if last is not None and last.id != row.id:
            yield last
        last = row
    if last is not None:
        yield last


def _rows(tasks: Iterable[Task], counting: Counting, seed: int) -> list[JudgmentRow]:
    answers = [answer for task in tasks for answer in answers_of(task)]
    judgments = exclude((answer.candidate() for answer in answers), counting, seed=seed)
    pairs = zip(answers, judgments, strict=True)
    return [answer.judged(judgment.excluded) for answer, judgment in pairs]


def answers_of(task: Task) -> Iterator[Answer]:
    """The answer to each question that the task asks, in the codebook's order."""
    states = task.states()
    for question in task.questions:
        state = states[question.code]
        label = label_of(question, task.answers[question.code]) if state == "answered" else None
        yield Answer(task, question, state, label)
