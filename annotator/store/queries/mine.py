"""What one annotator has labelled, skipped and flagged, for their own pages.

Every function asks for the person: nobody gets at another's rows. Texts come as they are stored; a
page shows them only after `services.mine` has turned them into what the person saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Result, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Round,
)

Columns = TypeVarTuple("Columns")

STATES: Final = ("done", "skipped", "flagged")

_NEWEST = and_(
    AnnotationRevision.annotation_id == Annotation.id,
    AnnotationRevision.number == Annotation.revision,
)
# What was flagged and is still open has no moment of its own.
_WHEN = func.coalesce(Annotation.saved_at, Assignment.skipped_at, Assignment.created_at)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows: None stands for all. `state` is one of `STATES`.

    `question` alone asks for any answer to it, `label` for that one; both are codes of a codebook.
    """

    round_id: int | None = None
    state: str | None = None
    question: str | None = None
    label: str | None = None


class Found(NamedTuple):
    """A row to search in: the person's own words, and the text as it is stored.

    `masked_by` is the codebook version of a blind round, None in an open one.
    A tuple, since a search makes one of each row that the person has.
    """

    assignment_id: int
    document_id: int | None
    masked_by: int | None
    note: str | None
    skip_reason: str | None
    flag_note: str | None
    text: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One assignment with all that its owner sees of it in a list; `text` is as it is stored.

    `title` is that of a document, None in a source-blind round; `source` the name of a rated one.
    `revision` is 0 and `answers` None where nothing is saved.
    """

    assignment_id: int
    scope: str
    state: str
    skip_reason: str | None
    flag_note: str | None
    round_name: str
    blind: bool
    is_open: bool
    codebook_version_id: int
    content_hash: str
    document_id: int | None
    text: str | None
    lang: str | None
    title: str | None
    source: str | None
    revision: int
    answers: dict[str, list[str]] | None
    note: str | None
    saved_at: datetime | None
    skipped_at: datetime | None

    @property
    def when(self) -> datetime | None:
        return self.saved_at if self.state == "done" else self.skipped_at or self.saved_at

    @property
    def can_be_edited(self) -> bool:
        """Sources are rated once the round is closed, everything else before."""
        return self.is_open or self.scope == "source"


@dataclass(frozen=True, slots=True)
class RoundWork:
    """The person's pace in a round: `seconds` at the median of a paragraph labelled first time."""

    flagged: int
    this_week: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class OwnRound:
    """A round in which the person has rows, for a filter."""

    id: int
    name: str
    codebook_version_id: int
    content_hash: str


def ids(session: Session, *, project_id: int, user_id: int, asked: Filter) -> list[int]:
    """Assignments, newest first."""
    rows = _own(select(Assignment.id), project_id=project_id, user_id=user_id, asked=asked)
    return list(session.scalars(rows))


def found(session: Session, *, project_id: int, user_id: int, asked: Filter) -> list[Found]:
    """The same rows in the same order, with what can be searched in."""
    rows = (
        _own(
            select(
                Assignment.id,
                Subject.document_id,
                case((Round.blind, Round.codebook_version_id)),
                AnnotationRevision.note,
                Assignment.skip_reason,
                Assignment.flag_note,
                Paragraph.text,
                _title(),
            ),
            project_id=project_id,
            user_id=user_id,
            asked=asked,
        )
        .join(Subject, Subject.id == Assignment.subject_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(Document, Document.id == Subject.document_id)
    )
    return [Found._make(row) for row in session.execute(rows)]


def shown(session: Session, *, user_id: int, assignment_ids: Sequence[int]) -> list[OwnRow]:
    """These rows of the person, in the order given."""
    rows: Result[*tuple[Any, ...]] = session.execute(
        select(
            Assignment.id,
            Assignment.scope,
            Assignment.state,
            Assignment.skip_reason,
            Assignment.flag_note,
            Round.name,
            Round.blind,
            Round.closed_at.is_(None),
            Round.codebook_version_id,
            CodebookVersion.content_hash,
            Subject.document_id,
            Paragraph.text,
            func.coalesce(Paragraph.lang, Document.lang),
            _title(),
            Source.name,
            func.coalesce(Annotation.revision, 0),
            AnnotationRevision.answers,
            AnnotationRevision.note,
            Annotation.saved_at,
            Assignment.skipped_at,
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(CodebookVersion, CodebookVersion.id == Round.codebook_version_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(Document, Document.id == Subject.document_id)
        .outerjoin(Source, Source.id == Subject.source_id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(AnnotationRevision, _NEWEST)
        .where(Assignment.user_id == user_id, Assignment.id.in_(assignment_ids))
    )
    by_id = {row[0]: OwnRow(*row) for row in rows}
    return [by_id[each] for each in assignment_ids]


def work(
    session: Session, *, project_id: int, user_id: int, since: datetime
) -> dict[int, RoundWork]:
    """By round; `since` is when the week began."""
    flagged = dict(
        session.execute(
            select(Assignment.round_id, func.count(Assignment.flag_note))
            .where(
                Assignment.user_id == user_id,
                Assignment.round_id.in_(_rounds_of(project_id)),
                Assignment.state != "withdrawn",
            )
            .group_by(Assignment.round_id)
        ).all()
    )
    # The first revision alone: to look again takes another time than to label.
    first = (
        select(
            Assignment.round_id,
            Assignment.scope,
            AnnotationRevision.saved_at,
            AnnotationRevision.seconds,
        )
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .join(AnnotationRevision, AnnotationRevision.annotation_id == Annotation.id)
        .where(
            Assignment.user_id == user_id,
            Assignment.round_id.in_(_rounds_of(project_id)),
            Assignment.state != "withdrawn",
            AnnotationRevision.number == 1,
        )
    ).cte("first")
    saved = session.execute(
        select(first.c.round_id, func.count())
        .where(first.c.saved_at >= since)
        .group_by(first.c.round_id)
    )
    recent: dict[int, int] = dict(saved.all())
    medians: dict[int, float] = dict(session.execute(_medians(first)).all())
    return {
        round_id: RoundWork(count, recent.get(round_id, 0), medians.get(round_id))
        for round_id, count in flagged.items()
    }


def rounds(session: Session, *, project_id: int, user_id: int) -> list[OwnRound]:
    """The rounds in which the person has rows, newest first."""
    mine = (
        select(Assignment.id)
        .where(
            Assignment.round_id == Round.id,
            Assignment.user_id == user_id,
            Assignment.state != "withdrawn",
        )
        .exists()
    )
    rows = session.execute(
        select(Round.id, Round.name, Round.codebook_version_id, CodebookVersion.content_hash)
        .join(CodebookVersion, CodebookVersion.id == Round.codebook_version_id)
        .where(Round.project_id == project_id, mine)
        .order_by(Round.id.desc())
    )
    return [OwnRound(*row) for row in rows]


def _own(
    rows: Select[*Columns], *, project_id: int, user_id: int, asked: Filter
) -> Select[*Columns]:
    """The rows asked for, newest first; what is not looked at of the outer joins costs nothing."""
    rows = (
        rows.select_from(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(AnnotationRevision, _NEWEST)
        .where(
            Assignment.user_id == user_id,
            # Named, so that the index of the queue is entered by its first two columns.
            Assignment.round_id.in_(_rounds_of(project_id)),
            Assignment.state != "withdrawn",
            _in_state(asked.state),
        )
        .order_by(_WHEN.desc(), Assignment.id.desc())
    )
    if asked.round_id is not None:
        rows = rows.where(Assignment.round_id == asked.round_id)
    return rows if asked.question is None else rows.where(_answers(asked.question, asked.label))


def _answers(question: str, label: str | None) -> ColumnElement[bool]:
    """Read as the text of a list, such as `["economic"]`, in which codes need no escape."""
    answer: ColumnElement[str] = AnnotationRevision.answers[question].as_string()
    return answer.is_not(None) if label is None else answer.contains(f'"{label}"', autoescape=True)


def _in_state(state: str | None) -> ColumnElement[bool]:
    if state == "flagged":
        return Assignment.flag_note.is_not(None)
    if state is not None:
        return Assignment.state == state
    return or_(Assignment.state != "open", Assignment.flag_note.is_not(None))


def _rounds_of(project_id: int) -> Select[int]:
    return select(Round.id).where(Round.project_id == project_id)


def _title() -> ColumnElement[str | None]:
    """Of a task about a whole document, unless the round hides where it comes from."""
    shows = and_(Assignment.scope == "document", Round.blind.is_(False))
    return case((shows, func.coalesce(Document.title, Document.key)), else_=None)


def _medians(first: Any) -> Select[int, float]:  # noqa: ANN401 - a CTE of columns
    """The mean of the one or two middle values of each round; SQLite knows no percentile."""
    timed = (
        select(
            first.c.round_id,
            first.c.seconds,
            func.row_number()
            .over(partition_by=first.c.round_id, order_by=first.c.seconds)
            .label("place"),
            func.count().over(partition_by=first.c.round_id).label("n"),
        )
        .where(first.c.scope == "paragraph", first.c.seconds.is_not(None))
        .subquery()
    )
    # Place k is a middle one of n if 2k is n, n + 1 or n + 2.
    doubled = timed.c.place * 2
    return (
        select(timed.c.round_id, func.avg(timed.c.seconds))
        .where(doubled >= timed.c.n, doubled <= timed.c.n + 2)
        .group_by(timed.c.round_id)
    )
