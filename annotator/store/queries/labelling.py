"""What one annotator has to label: the queue, and one task with all that is shown.

Every function asks for the person: nobody gets at another's tasks. A task of a source-blind round
carries nothing of where its document comes from, but for its texts: `annotator.services.masking`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from annotator.domain.odd_characters import Odd
from annotator.domain.suggestion_policy import When
from annotator.store.base import table_of
from annotator.store.corpus import Paragraph, Subject, Suggestion
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Round,
)
from annotator.store.people import Membership
from annotator.store.queries.wholes import (
    DocumentShown,
    SourceShown,
    TaskRow,
    document_shown,
    source_shown,
)
from annotator.store.settling import Recode

CONTEXT = 2


@dataclass(frozen=True, slots=True)
class ParagraphShown:
    """`before` and `after` are the neighbouring texts, in reading order."""

    id: int
    text: str
    lang: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """What the machine takes the paragraph for, and when its annotator sees that."""

    noise_type: str
    probability: float
    reasons: tuple[str, ...]
    when: When


@dataclass(frozen=True, slots=True)
class Task:
    """One assignment as its annotator sees it; one of `paragraph`, `document`, `source` is set.

    `settled` has the answers that a lead has given: its annotator is asked the rest.

    `hints`, `odd` and `suggestion` are added by `services.hinting`, once the text is as shown:
    words that name a label, by question and label; odd characters of the paragraph; the machine's
    guess, where this person sees one.
    """

    id: int
    project_id: int
    scope: str
    state: str
    rank: int
    subject_id: int
    document_id: int | None
    round_id: int
    round_name: str
    kind: str
    blind: bool
    seed: int
    suggestions: str
    codebook_version_id: int
    content_hash: str
    revision: int
    can_be_saved: bool
    answers: dict[str, list[str]] = field(default_factory=dict)
    spans: list[dict[str, Any]] = field(default_factory=list)
    note: str | None = None
    skip_reason: str | None = None
    flag_note: str | None = None
    settled: dict[str, list[str]] | None = None
    paragraph: ParagraphShown | None = None
    document: DocumentShown | None = None
    source: SourceShown | None = None
    hints: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    odd: tuple[Odd, ...] = ()
    suggestion: SuggestionShown | None = None


def _tasks() -> Select[*tuple[Any, ...]]:
    newest = and_(
        AnnotationRevision.annotation_id == Annotation.id,
        AnnotationRevision.number == Annotation.revision,
    )
    member = and_(
        Membership.project_id == Round.project_id, Membership.user_id == Assignment.user_id
    )
    return (
        select(
            Assignment.id,
            Round.project_id,
            Assignment.scope,
            Assignment.state,
            Assignment.rank,
            Assignment.subject_id,
            Assignment.skip_reason,
            Assignment.flag_note,
            Subject.document_id,
            Subject.source_id,
            Round.id.label("round_id"),
            Round.name.label("round_name"),
            Round.kind,
            Round.blind,
            Round.seed,
            Round.suggestions,
            Round.closed_at,
            Round.codebook_version_id,
            CodebookVersion.content_hash,
            func.coalesce(Annotation.revision, 0).label("revision"),
            AnnotationRevision.answers,
            AnnotationRevision.spans,
            AnnotationRevision.note,
            Paragraph.id.label("paragraph_id"),
            Paragraph.text,
            Paragraph.lang,
            Paragraph.position,
            Recode.answers.label("settled"),
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(Membership, member)
        .join(CodebookVersion, CodebookVersion.id == Round.codebook_version_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(AnnotationRevision, newest)
        .outerjoin(Recode, Recode.assignment_id == Assignment.id)
        .where(Assignment.user_id == bindparam("user_id"))
    )


# Made once, for the sake of every request for work: see `annotator.store.statements`. They run on
# the session's connection: to the session itself, rows of columns cost twice as much.
_TASKS = _tasks()
_OPEN_TASKS = (
    _TASKS.where(Assignment.round_id == bindparam("round_id"), Assignment.state == "open")
    .order_by(Assignment.rank)
    .limit(bindparam("n", type_=Integer))
)
# Counted round by round, since a join would look up the round of every open assignment.
_OPEN_BY_ROUND = select(
    Round.id,
    Round.closed_at,
    select(func.count())
    .select_from(Assignment)
    .where(
        Assignment.user_id == bindparam("user_id"),
        Assignment.round_id == Round.id,
        Assignment.state == "open",
    )
    .scalar_subquery()
    .label("n"),
).where(Round.project_id == bindparam("project_id"))
_SHOWN, _NEAR = table_of(Paragraph).alias("shown"), table_of(Paragraph).alias("near")
_AROUND = (
    select(_SHOWN.c.id, _NEAR.c.position, _NEAR.c.text)
    .join(
        _NEAR,
        and_(
            _NEAR.c.version_id == _SHOWN.c.version_id,
            _NEAR.c.cut == _SHOWN.c.cut,
            _NEAR.c.position.between(_SHOWN.c.position - CONTEXT, _SHOWN.c.position + CONTEXT),
            _NEAR.c.id != _SHOWN.c.id,
        ),
    )
    .where(_SHOWN.c.id.in_(bindparam("paragraph_ids", expanding=True)))
    .order_by(_NEAR.c.position)
)


_SUGGESTED = (
    select(Subject.id, Suggestion.noise_type, Suggestion.probability, Suggestion.reasons)
    .join(Suggestion, Suggestion.paragraph_id == Subject.paragraph_id)
    .where(Subject.id.in_(bindparam("subject_ids", expanding=True)))
    # The newest stands where several were made.
    .order_by(Suggestion.id)
)


def suggested(
    session: Session, subject_ids: Collection[int]
) -> dict[int, tuple[str, float, tuple[str, ...]]]:
    """The machine's guess by subject: type, probability, reasons; none for subjects without."""
    rows = session.execute(_SUGGESTED, {"subject_ids": list(subject_ids)})
    return {row.id: (row.noise_type, row.probability, tuple(row.reasons)) for row in rows}


def open_by_round(session: Session, *, project_id: int, user_id: int) -> dict[int, int]:
    """Number of open assignments by round, in the order of work: sources of closed rounds last."""
    given = {"project_id": project_id, "user_id": user_id}
    counted = session.connection().execute(_OPEN_BY_ROUND, given).all()
    in_order = sorted(counted, key=lambda row: (row.closed_at is not None, row.id))
    return {row.id: row.n for row in in_order if row.n}


def upcoming(session: Session, *, rounds: list[int], user_id: int, n: int) -> tuple[Task, ...]:
    """The next `n` open tasks in these rounds, in order. Only reads."""
    tasks: list[Task] = []
    for round_id in rounds:
        if len(tasks) >= n:
            break
        given = {"user_id": user_id, "round_id": round_id, "n": n - len(tasks)}
        rows = session.connection().execute(_OPEN_TASKS, given).all()
        tasks += _filled(session, list(rows), user_id)
    return tuple(tasks)


def task_of(
    session: Session, *, assignment_id: int, user_id: int, project_id: int | None = None
) -> Task | None:
    """The one getter of an assignment: None when it is not this person's, or withdrawn."""
    asked = _TASKS.where(Assignment.id == assignment_id, Assignment.state != "withdrawn")
    if project_id is not None:
        asked = asked.where(Round.project_id == project_id)
    rows = session.execute(asked, {"user_id": user_id}).all()
    return next(iter(_filled(session, list(rows), user_id)), None)


def tasks_together(
    session: Session, *, assignment_ids: Sequence[int], user_id: int
) -> tuple[Task, ...]:
    """Tasks of a person in the order of their queue, without neighbours: they are shown as one."""
    asked = _TASKS.where(
        Assignment.id.in_(assignment_ids), Assignment.state != "withdrawn"
    ).order_by(Assignment.rank)
    rows = session.connection().execute(asked, {"user_id": user_id}).all()
    return tuple(_with(session, list(rows), user_id, {}))


def _filled(session: Session, rows: list[TaskRow], user_id: int) -> list[Task]:
    around = _around(session, [row.paragraph_id for row in rows if row.paragraph_id is not None])
    return _with(session, rows, user_id, around)


def _with(
    session: Session, rows: list[TaskRow], user_id: int, around: dict[int, dict[int, str]]
) -> list[Task]:
    return [
        Task(
            id=row.id,
            project_id=row.project_id,
            scope=row.scope,
            state=row.state,
            rank=row.rank,
            subject_id=row.subject_id,
            document_id=row.document_id,
            round_id=row.round_id,
            round_name=row.round_name,
            kind=row.kind,
            blind=row.blind,
            seed=row.seed,
            suggestions=row.suggestions,
            codebook_version_id=row.codebook_version_id,
            content_hash=row.content_hash,
            revision=row.revision,
            # Sources are rated once the round is closed, and what a lead asks once more may be
            # answered then; everything else before.
            can_be_saved=(
                row.closed_at is None or row.scope == "source" or row.settled is not None
            ),
            # Not the annotator's own words: they are asked the rest.
            answers=row.answers or row.settled or {},
            settled=row.settled,
            spans=row.spans or [],
            note=row.note,
            skip_reason=row.skip_reason,
            flag_note=row.flag_note,
            paragraph=_paragraph(row, around.get(row.paragraph_id, {})),
            document=document_shown(session, row, user_id) if row.scope == "document" else None,
            source=source_shown(session, row, user_id) if row.scope == "source" else None,
        )
        for row in rows
    ]


def _around(session: Session, paragraph_ids: list[int]) -> dict[int, dict[int, str]]:
    """Texts by position near each of the paragraphs, in one query for all of them."""
    found: dict[int, dict[int, str]] = {}
    if not paragraph_ids:
        return found
    rows = session.connection().execute(_AROUND, {"paragraph_ids": paragraph_ids})
    for paragraph_id, position, text in rows:
        found.setdefault(paragraph_id, {})[position] = text
    return found


def _paragraph(row: TaskRow, around: dict[int, str]) -> ParagraphShown | None:
    if row.paragraph_id is None:
        return None
    return ParagraphShown(
        id=row.paragraph_id,
        text=row.text,
        lang=row.lang,
        before=tuple(text for position, text in around.items() if position < row.position),
        after=tuple(text for position, text in around.items() if position > row.position),
    )
