"""Labelling: saving, skipping and flagging one task of a person.

`save_annotation` is the busiest write of the product, so it speaks to the database in few Core
statements. What it stores is never overwritten: each save appends a revision.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from annotator.domain import answers as answering
from annotator.domain import saving
from annotator.domain.codebook import Codebook
from annotator.domain.masking import View
from annotator.domain.saving import Save
from annotator.domain.spans import Span
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, NotFound, StaleAnnotation
from annotator.services import codebooks, hinting, masking
from annotator.services.sheets import NOT_YOURS
from annotator.store import audit, statements
from annotator.store.labelling import AnnotationRevision, Assignment

__all__ = ["Save", "Saved", "flag", "save_annotation", "skip"]

WITHDRAWN = "This assignment was taken back, so nothing was saved; go on with the next one."
ROUND_CLOSED = "The round “{name}” is closed, so nothing was saved; ask a lead if it should go on."
STALE = (
    "This was saved elsewhere meanwhile, in another tab or window; compare the two and save again."
)
SETTLED = (
    "The lead has settled this meanwhile, by what was saved before; save again to keep your change "
    "all the same."
)
SETTLED_BY_LEAD = "The lead has settled this question: leave it as it is and answer the others."
NOTHING_SAVED = "Nothing is saved here yet, although the page had seen a revision: load it again."
SAVE_ID_USED = "This save was used for another assignment already: load the page again."
REASON_NEEDED = "Say in a few words why, so that the lead can help."
ALREADY_ANSWERED = "You have answered this already: change the answers instead of skipping it."


@dataclass(frozen=True, slots=True)
class Saved:
    """`created` is False when this save had been stored before."""

    revision: int
    created: bool


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
    suggestions: str
    seed: int
    version_id: int
    content_hash: str
    settled: dict[str, list[str]] | None


@dataclass(frozen=True, slots=True)
class _Stand:
    """How the annotation of an assignment stands, and where this save_id is stored already."""

    annotation_id: int | None
    revision: int | None
    known_annotation_id: int | None
    known_number: int | None
    after_feedback: bool
    settled_since: bool


def save_annotation(
    session: Session, *, assignment_id: int, user_id: int, save: Save, now: datetime
) -> Saved:
    """Store the answers as a new revision, or say that this very save is stored already.

    Raises:
        NotFound: the assignment is not this person's.
        AnswersInvalid: with a sentence per question, or for `spans`, `note`, `seconds`,
            `suggestion_shown`.
        DataInvalid: the save_id was used for another assignment.
        StaleAnnotation: the annotation has a revision that the person has not seen, or was settled
            since, which the person has not been told.
        Conflict: the round is closed, or the assignment was withdrawn.
    """
    save_id = saving.checked_id(save.save_id)
    row = _locked(session, assignment_id, user_id)
    stand = _stand(session, row, user_id, save_id)
    if stand.known_number is not None:
        return _known(session, row, stand, save)
    _refuse_if_over(row)
    if save.seen_revision != (stand.revision or 0):
        raise _stale(session, row, stand)
    if stand.settled_since and not save.settled_seen:
        raise _stale(session, row, stand, settled=True)
    content = _content(session, row, save)
    content |= hinting.suggestion_seen(session, row, user_id=user_id, shown=save.suggestion_shown)
    number = (stand.revision or 0) + 1
    annotation_id = _annotation(session, row.id, stand, number, now)
    session.execute(
        statements.ADD_REVISION,
        {
            "annotation_id": annotation_id,
            "number": number,
            "save_id": save_id,
            "masked": _is_masked(session, row, user_id),
            "after_feedback": bool(stand.after_feedback),
            "saved_at": now,
            **content,
        },
    )
    if row.state != "done":
        _set_state(session, row.id, "done")
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
    checked = saving.checked_note(reason)
    if checked is None:
        raise DataInvalid(REASON_NEEDED)
    row = _locked(session, assignment_id, user_id)
    _refuse_if_over(row)
    if row.state == "done":
        raise Conflict(ALREADY_ANSWERED)
    _set_state(session, row.id, "skipped", checked, now)
    _record(session, row, "assignment.skipped", now=now, user_id=user_id, object_id=row.id)


def flag(session: Session, *, assignment_id: int, user_id: int, note: str, now: datetime) -> None:
    """Point the lead to something; the task stays as it is. A new note replaces the one before.

    Raises:
        NotFound: the assignment is not this person's.
        DataInvalid: no note, or one too long.
    """
    checked = saving.checked_note(note)
    if checked is None:
        raise DataInvalid(REASON_NEEDED)
    row = _locked(session, assignment_id, user_id)
    session.execute(update(Assignment).where(Assignment.id == row.id).values(flag_note=checked))
    _record(session, row, "assignment.flagged", now=now, user_id=user_id, object_id=row.id)


def _locked(session: Session, assignment_id: int, user_id: int) -> _Locked:
    """The assignment, locked against a second save at the same moment."""
    row = session.execute(
        statements.LOCKED_ASSIGNMENT, {"assignment_id": assignment_id, "user_id": user_id}
    ).one_or_none()
    if row is None:
        raise NotFound(NOT_YOURS)
    return _Locked(*tuple(row))


def _stand(session: Session, row: _Locked, user_id: int, save_id: str) -> _Stand:
    """How the annotation stands, once the assignment is locked.

    This is a second statement on purpose: PostgreSQL lets a statement that waited for the lock see
    the other tables as they were before it waited.
    """
    found = session.execute(
        statements.STAND,
        {
            "assignment_id": row.id,
            "subject_id": row.subject_id,
            "user_id": user_id,
            "save_id": save_id,
        },
    ).one()
    return _Stand(*found)


def _known(session: Session, row: _Locked, stand: _Stand, save: Save) -> Saved:
    """The answer to a save that is stored already, unless it brings something else this time.

    A browser that goes back shows the old page with its old save_id; what a person then changes
    must not be taken for the same save and be lost.
    """
    if stand.known_annotation_id != stand.annotation_id:
        raise DataInvalid(SAVE_ID_USED)
    stored = session.execute(
        select(AnnotationRevision.answers, AnnotationRevision.spans, AnnotationRevision.note).where(
            AnnotationRevision.save_id == saving.checked_id(save.save_id)
        )
    ).one()
    if not _brings(session, row, save, tuple(stored)):
        raise _stale(session, row, stand)
    return Saved(revision=stand.known_number or 0, created=False)


def _brings(session: Session, row: _Locked, save: Save, stored: tuple[Any, ...]) -> bool:
    """Whether the save brings the answers, spans and note that are stored.

    Words that were masked since it was made cannot be compared; what they were marked for can.
    """
    answers, spans, note = stored
    try:
        content = _content(session, row, save)
    except AnswersInvalid as error:
        purposes = sorted((span["question"], span["label"]) for span in spans)
        if set(error.problems) != {"spans"} or purposes != sorted(
            (span.question, span.label) for span in save.spans
        ):
            raise
        given = answering.check(
            _codebook(session, row), row.scope, save.answers, kind=row.kind, blind=row.blind
        )
        return (answers, note) == (given, saving.checked_note(save.note))
    return stored == (content["answers"], content["spans"], content["note"])


def _refuse_if_over(row: _Locked) -> None:
    if row.state == "withdrawn":
        closed = row.closed_at is not None
        raise Conflict(ROUND_CLOSED.format(name=row.round_name) if closed else WITHDRAWN)
    # What a lead asks once more never counts for agreement: the end of the round is no end of it.
    if row.closed_at is not None and row.scope != "source" and row.settled is None:
        raise Conflict(ROUND_CLOSED.format(name=row.round_name))


def _stale(
    session: Session, row: _Locked, stand: _Stand, *, settled: bool = False
) -> StaleAnnotation:
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
        return StaleAnnotation(NOTHING_SAVED, annotation={}, revision=0)
    annotation = {
        "answers": current.answers,
        "spans": _shown(session, row, current.spans),
        "note": current.note,
        "saved_at": current.saved_at.isoformat(),
    }
    return StaleAnnotation(
        SETTLED if settled else STALE,
        annotation=annotation,
        revision=stand.revision or 0,
        settled=settled,
    )


def _content(session: Session, row: _Locked, save: Save) -> dict[str, Any]:
    """What is stored of a save; its passages are checked as they were shown."""
    _refuse_other_gold(row, save)
    view = _view(session, row) if save.spans else None
    content = saving.content(
        save,
        _codebook(session, row),
        scope=row.scope,
        kind=row.kind,
        blind=row.blind,
        text=None if view is None else view.text,
    )
    if view is not None:
        content["spans"] = [span.as_json() for span in view.originals(save.spans)]
    return content


def _refuse_other_gold(row: _Locked, save: Save) -> None:
    """Of a task that asks the rest, the lead has settled the gate."""
    settled = row.settled or {}
    found = {code: SETTLED_BY_LEAD for code in settled if save.answers.get(code) != settled[code]}
    if found:
        raise AnswersInvalid(found)


def _shown(
    session: Session, row: _Locked, spans: list[dict[str, Any]]
) -> list[dict[str, str | int]]:
    view = _view(session, row) if spans else None
    if view is None:
        return spans
    return [span.as_json() for span in view.shown([Span(**span) for span in spans])]


def _view(session: Session, row: _Locked) -> View | None:
    return masking.view_of(
        session, subject_id=row.subject_id, blind=row.blind, codebook=_codebook(session, row)
    )


def _is_masked(session: Session, row: _Locked, user_id: int) -> bool:
    return row.blind and masking.is_masked(
        session,
        subject_id=row.subject_id,
        user_id=user_id,
        codebook=_codebook(session, row),
    )


def _codebook(session: Session, row: _Locked) -> Codebook:
    return codebooks.codebook_by_hash(
        session, version_id=row.version_id, content_hash=row.content_hash
    )


def _annotation(
    session: Session, assignment_id: int, stand: _Stand, number: int, now: datetime
) -> int:
    if stand.annotation_id is not None:
        session.execute(
            statements.RENEW_ANNOTATION,
            {"annotation_id": stand.annotation_id, "number": number, "now": now},
        )
        return int(stand.annotation_id)
    added = {
        "assignment_id": assignment_id,
        "revision": number,
        "origin": "person",
        "saved_at": now,
    }
    return int(session.execute(statements.ADD_ANNOTATION, added).scalar_one())


def _set_state(
    session: Session,
    assignment_id: int,
    state: str,
    reason: str | None = None,
    skipped_at: datetime | None = None,
) -> None:
    session.execute(
        statements.SET_STATE,
        {
            "assignment_id": assignment_id,
            "new_state": state,
            "why": reason,
            "left_at": skipped_at,
        },
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
