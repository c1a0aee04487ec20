"""Labelling: the next tasks of a person, and saving, skipping and flagging one of them.

`save_annotation` is the busiest write of the product, so it speaks to the database in few Core
statements. What it stores is never overwritten: each save appends a revision.
"""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, insert, select, update
from sqlalchemy.orm import Session

from annotator.domain import answers as answering
from annotator.domain import spans as spanning
from annotator.domain.codebook import Codebook
from annotator.domain.plain_text import strange_character
from annotator.domain.spans import Span
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, NotFound, StaleAnnotation
from annotator.services import codebooks
from annotator.store import audit
from annotator.store.corpus import Paragraph, Subject
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Disclosure,
    Round,
)
from annotator.store.people import Membership
from annotator.store.queries import labelling as queries
from annotator.store.queries.labelling import Task

NOTE_LIMIT = 2000
# After these a person knows what others said, so that a later answer is not independent.
FEEDBACK = ("votes", "gold", "feedback")

NOT_YOURS = "There is no such assignment, or it is not yours."
WITHDRAWN = "This assignment was taken back, so nothing was saved; go on with the next one."
ROUND_CLOSED = "The round “{name}” is closed, so nothing was saved; ask a lead if it should go on."
STALE = (
    "This was saved elsewhere meanwhile, in another tab or window; compare the two and save again."
)
SAVE_ID_USED = "This save was used for another assignment already: load the page again."
SAVE_ID_MALFORMED = "The save_id must be a UUID, such as 123e4567-e89b-42d3-a456-426614174000."
SECONDS_WRONG = "The seconds must be a number of 0 or more."
CONTEXT_WRONG = "The number of paragraphs of context must be 0 or more."
NOTE_TOO_LONG = "The note has {count:,} characters: shorten it to {limit:,}."
NOTE_STRANGE = "The note holds the character {character}: take it out."
REASON_NEEDED = "Say in a few words why, so that the lead can help."
ALREADY_ANSWERED = "You have answered this already: change the answers instead of skipping it."
NOTHING_BEFORE = "This is the first one: there is nothing before it."


@dataclass(frozen=True, slots=True)
class Save:
    """What a person sends for one task.

    `save_id` is a UUID made by the client, so that the same save sent twice is stored once;
    `seen_revision` is the revision that the page showed, 0 for none.
    """

    save_id: str
    seen_revision: int
    answers: Mapping[str, object]
    spans: Sequence[Span] = ()
    seconds: float | None = None
    note: str | None = None
    context_before: int = 0
    context_after: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """`created` is False when this save had been stored before."""

    revision: int
    created: bool


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next tasks in order, and how many are open in all, these included."""

    assignments: tuple[Task, ...]
    remaining: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """A codebook version by its hash; the YAML is read only if no one has parsed it yet."""

    session: Session = field(repr=False)
    id: int
    content_hash: str

    @property
    def yaml(self) -> str:
        return self.session.get_one(CodebookVersion, self.id).yaml


@dataclass(frozen=True, slots=True)
class _Locked:
    """An assignment with what saving needs to know of its round; field by field as selected."""

    id: int
    scope: str
    state: str
    subject_id: int
    project_id: int
    round_name: str
    kind: str
    blind: bool
    closed_at: datetime | None
    version_id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class _Stand:
    """How the annotation of an assignment stands, and where this save_id is stored already."""

    annotation_id: int | None
    revision: int | None
    known_annotation_id: int | None
    known_number: int | None
    after_feedback: bool


def next_assignments(session: Session, *, project_id: int, user_id: int, n: int = 1) -> Upcoming:
    """Open work of a person, round by round in the order of their queue; reads only.

    Sources come last: they are rated once their round is closed.
    """
    counts = queries.open_by_round(session, project_id=project_id, user_id=user_id)
    tasks = queries.upcoming(session, rounds=list(counts), user_id=user_id, n=n)
    return Upcoming(assignments=tasks, remaining=sum(counts.values()))


def codebook_of_task(session: Session, task: Task) -> Codebook:
    """The codebook version that the task's round is labelled under."""
    stored = _Stored(session, task.codebook_version_id, task.content_hash)
    return codebooks.codebook_of(stored)


def save_annotation(
    session: Session, *, assignment_id: int, user_id: int, save: Save, now: datetime
) -> Saved:
    """Store the answers as a new revision, or say that this very save is stored already.

    Raises:
        NotFound: the assignment is not this person's.
        AnswersInvalid: with a sentence per question, or for `spans`, `note`, `seconds`.
        DataInvalid: the save_id was used for another assignment.
        StaleAnnotation: the annotation has a revision that the person has not seen.
        Conflict: the round is closed, or the assignment was withdrawn.
    """
    save_id = _checked_id(save.save_id)
    row = _locked(session, assignment_id, user_id)
    stand = _stand(session, row, user_id, save_id)
    if stand.known_number is not None:
        return _known(stand, stand.known_number)
    _refuse_if_over(row)
    if save.seen_revision != (stand.revision or 0):
        raise _stale(session, stand)
    content = _content(session, row, save)
    number = (stand.revision or 0) + 1
    annotation_id = _annotation(session, row.id, stand, number, now)
    session.execute(
        insert(AnnotationRevision).values(
            annotation_id=annotation_id,
            number=number,
            save_id=save_id,
            masked=False,
            after_feedback=bool(stand.after_feedback),
            saved_at=now,
            **content,
        )
    )
    if row.state != "done":
        _set_state(session, row.id, "done", None)
    _record(
        session,
        row,
        "annotation.saved",
        now=now,
        user_id=user_id,
        object_id=annotation_id,
        revision=number,
    )
    return Saved(revision=number, created=True)


def skip(session: Session, *, assignment_id: int, user_id: int, reason: str, now: datetime) -> None:
    """Leave the task out, with a reason that the lead reads; saving answers later undoes it.

    Raises:
        NotFound, Conflict: as for saving; Conflict also when it is answered already.
        DataInvalid: no reason, or one too long.
    """
    checked = _checked_note(reason)
    if checked is None:
        raise DataInvalid(REASON_NEEDED)
    row = _locked(session, assignment_id, user_id)
    _refuse_if_over(row)
    if row.state == "done":
        raise Conflict(ALREADY_ANSWERED)
    _set_state(session, row.id, "skipped", checked)
    _record(session, row, "assignment.skipped", now=now, user_id=user_id, object_id=row.id)


def flag(session: Session, *, assignment_id: int, user_id: int, note: str, now: datetime) -> None:
    """Point the lead to something; the task stays as it is. A new note replaces the one before.

    Raises:
        NotFound: the assignment is not this person's.
        DataInvalid: no note, or one too long.
    """
    checked = _checked_note(note)
    if checked is None:
        raise DataInvalid(REASON_NEEDED)
    row = _locked(session, assignment_id, user_id)
    session.execute(update(Assignment).where(Assignment.id == row.id).values(flag_note=checked))
    _record(session, row, "assignment.flagged", now=now, user_id=user_id, object_id=row.id)


def _locked(session: Session, assignment_id: int, user_id: int) -> _Locked:
    """The assignment, locked against a second save at the same moment."""
    member = and_(Membership.project_id == Round.project_id, Membership.user_id == user_id)
    row = session.execute(
        select(
            Assignment.id,
            Assignment.scope,
            Assignment.state,
            Assignment.subject_id,
            Round.project_id,
            Round.name,
            Round.kind,
            Round.blind,
            Round.closed_at,
            CodebookVersion.id,
            CodebookVersion.content_hash,
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(Membership, member)
        .join(CodebookVersion, CodebookVersion.id == Round.codebook_version_id)
        .where(Assignment.id == assignment_id, Assignment.user_id == user_id)
        .with_for_update(of=Assignment)
    ).one_or_none()
    if row is None:
        raise NotFound(NOT_YOURS)
    return _Locked(*row)


def _stand(session: Session, row: _Locked, user_id: int, save_id: str) -> _Stand:
    """How the annotation stands, once the assignment is locked.

    This is a second statement on purpose: PostgreSQL lets a statement that waited for the lock see
    the other tables as they were before it waited.
    """
    mine = select(Annotation.id).where(Annotation.assignment_id == row.id)
    current = select(Annotation.revision).where(Annotation.assignment_id == row.id)
    same = AnnotationRevision.save_id == save_id
    seen = exists().where(
        Disclosure.subject_id == row.subject_id,
        Disclosure.user_id == user_id,
        Disclosure.kind.in_(FEEDBACK),
    )
    found = session.execute(
        select(
            mine.scalar_subquery(),
            current.scalar_subquery(),
            select(AnnotationRevision.annotation_id).where(same).scalar_subquery(),
            select(AnnotationRevision.number).where(same).scalar_subquery(),
            seen,
        )
    ).one()
    return _Stand(*found)


def _known(stand: _Stand, number: int) -> Saved:
    if stand.known_annotation_id != stand.annotation_id:
        raise DataInvalid(SAVE_ID_USED)
    return Saved(revision=number, created=False)


def _refuse_if_over(row: _Locked) -> None:
    if row.state == "withdrawn":
        closed = row.closed_at is not None
        raise Conflict(ROUND_CLOSED.format(name=row.round_name) if closed else WITHDRAWN)
    if row.closed_at is not None and row.scope != "source":
        raise Conflict(ROUND_CLOSED.format(name=row.round_name))


def _stale(session: Session, stand: _Stand) -> StaleAnnotation:
    current = session.execute(
        select(
            AnnotationRevision.answers,
            AnnotationRevision.spans,
            AnnotationRevision.note,
            AnnotationRevision.saved_at,
        ).where(
            AnnotationRevision.annotation_id == stand.annotation_id,
            AnnotationRevision.number == stand.revision,
        )
    ).one_or_none()
    if current is None:
        # A page that claims to have seen a revision where there is none.
        return StaleAnnotation(STALE, annotation={}, revision=0)
    annotation = {
        "answers": current.answers,
        "spans": current.spans,
        "note": current.note,
        "saved_at": current.saved_at.isoformat(),
    }
    return StaleAnnotation(STALE, annotation=annotation, revision=stand.revision or 0)


def _content(session: Session, row: _Locked, save: Save) -> dict[str, Any]:
    """The columns of the revision that the person decides, checked against the codebook."""
    codebook = codebooks.codebook_of(_Stored(session, row.version_id, row.content_hash))
    answers = answering.check(codebook, row.scope, save.answers, kind=row.kind, blind=row.blind)
    questions = codebook.expanded(row.scope, kind=row.kind, blind=row.blind)
    text = _text(session, row) if save.spans else None
    found = _field_problems(save)
    wrong = spanning.problem(questions, answers, save.spans, text)
    if wrong is not None:
        found["spans"] = wrong
    if found:
        raise AnswersInvalid(found)
    return {
        "answers": answers,
        "spans": [span.as_json() for span in save.spans],
        "note": _checked_note(save.note),
        "seconds": save.seconds,
        "context_before": save.context_before,
        "context_after": save.context_after,
    }


def _text(session: Session, row: _Locked) -> str | None:
    return session.scalars(
        select(Paragraph.text)
        .join(Subject, Subject.paragraph_id == Paragraph.id)
        .where(Subject.id == row.subject_id)
    ).one_or_none()


def _field_problems(save: Save) -> dict[str, str]:
    found: dict[str, str] = {}
    if save.seconds is not None and not (math.isfinite(save.seconds) and save.seconds >= 0):
        found["seconds"] = SECONDS_WRONG
    if save.context_before < 0 or save.context_after < 0:
        found["context"] = CONTEXT_WRONG
    wrong = _note_problem(save.note or "")
    if wrong is not None:
        found["note"] = wrong
    return found


def _note_problem(note: str) -> str | None:
    if len(note) > NOTE_LIMIT:
        return NOTE_TOO_LONG.format(count=len(note), limit=NOTE_LIMIT)
    strange = strange_character(note)
    return None if strange is None else NOTE_STRANGE.format(character=strange)


def _checked_note(note: str | None) -> str | None:
    text = (note or "").replace("\r\n", "\n").strip()
    wrong = _note_problem(text)
    if wrong is not None:
        raise DataInvalid(wrong)
    return text or None


def _checked_id(save_id: str) -> str:
    try:
        return str(uuid.UUID(save_id))
    except ValueError as error:
        raise DataInvalid(SAVE_ID_MALFORMED) from error


def _annotation(
    session: Session, assignment_id: int, stand: _Stand, number: int, now: datetime
) -> int:
    if stand.annotation_id is not None:
        session.execute(
            update(Annotation)
            .where(Annotation.id == stand.annotation_id)
            .values(revision=number, saved_at=now)
        )
        return int(stand.annotation_id)
    return session.execute(
        insert(Annotation)
        .values(assignment_id=assignment_id, revision=number, origin="person", saved_at=now)
        .returning(Annotation.id)
    ).scalar_one()


def _set_state(session: Session, assignment_id: int, state: str, reason: str | None) -> None:
    session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id)
        .values(state=state, skip_reason=reason)
    )


def _record(
    session: Session,
    row: _Locked,
    action: str,
    *,
    now: datetime,
    user_id: int,
    object_id: int,
    **details: int,
) -> None:
    audit.record(
        session,
        action=action,
        at=now,
        actor_id=user_id,
        project_id=row.project_id,
        object_id=object_id,
        assignment=row.id,
        **details,
    )
