"""Cleaning: a whole document of a clean-up round on one page, saved in one go.

A long document is shown in stretches, so that no page grows without end. What a page saves is
stored paragraph by paragraph, as if each had been saved by itself, and all of it or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.cleaning import Gate, gate_of
from annotator.domain.codebook import CLEANUP, Codebook
from annotator.domain.saving import Save
from annotator.errors import Conflict, DataInvalid, NotFound, SavesRefused
from annotator.services import annotating, codebooks, sheets
from annotator.services.annotating import Saved
from annotator.services.sheets import NOT_YOURS, Sheet
from annotator.store.queries import cleaning as queries
from annotator.store.queries import labelling as labelling_queries
from annotator.store.queries import progress as progress_queries
from annotator.store.queries.cleaning import DocumentsDone, DocumentWork, Heading
from annotator.store.queries.labelling import Task
from annotator.store.queries.progress import Place, RoundProgress

STRETCH: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph on the page: `number` counts from 1 in the person's part of the document.

    `repeat_of` is the number of an earlier line of the page with the same text; it is told only
    where the line has a suggestion that its person may see.
    """

    number: int
    task: Task
    repeat_of: int | None = None


@dataclass(frozen=True, slots=True)
class CleaningPage:
    """A stretch of a document with what is asked of each line.

    `following` is the paragraph at which to go on: the next stretch, or another document with open
    work; None if nothing else is open. `preceding`: the stretch or document before.
    """

    round_id: int
    round_name: str
    blind: bool
    content_hash: str
    can_be_saved: bool
    codebook: Codebook
    gate: Gate
    lines: tuple[Line, ...]
    total: int
    heading: Heading | None
    place: Place
    progress: RoundProgress
    documents: DocumentsDone
    following: int | None
    preceding: int | None

    @property
    def is_whole(self) -> bool:
        return len(self.lines) == self.total


def is_cleaned_whole(sheet: Sheet) -> bool:
    """Whether a task is answered together with its document, on the page of this module."""
    task = sheet.task
    return (
        task.kind == CLEANUP
        and task.scope == "paragraph"
        and gate_of(sheet.codebook, blind=task.blind) is not None
    )


def page_of(
    session: Session, *, project_id: int, assignment_id: int, user_id: int
) -> CleaningPage | None:
    """The stretch that this paragraph is in; None if it is a task that has a page of its own.

    Raises:
        NotFound: the assignment is not this person's in this project, or was taken back.
    """
    work = queries.document_work(
        session, project_id=project_id, assignment_id=assignment_id, user_id=user_id
    )
    if work is None:
        # Said here as for any task, if it is not theirs.
        sheets.sheet_of(
            session, project_id=project_id, assignment_id=assignment_id, user_id=user_id
        )
        return None
    begin = work.assignment_ids.index(assignment_id) // STRETCH * STRETCH
    tasks = labelling_queries.tasks_together(
        session, assignment_ids=work.assignment_ids[begin : begin + STRETCH], user_id=user_id
    )
    first = tasks[0]
    codebook = codebooks.codebook_by_hash(
        session, version_id=first.codebook_version_id, content_hash=first.content_hash
    )
    gate = gate_of(codebook, blind=first.blind)
    if gate is None:
        return None
    progress = progress_queries.progress(session, project_id=project_id, user_id=user_id)
    done = queries.documents_done(session, [work.round_id], user_id=user_id)
    return CleaningPage(
        round_id=work.round_id,
        round_name=first.round_name,
        blind=first.blind,
        content_hash=first.content_hash,
        can_be_saved=first.can_be_saved,
        codebook=codebook,
        gate=gate,
        lines=_lines(sheets.as_shown(session, tasks, user_id), begin),
        total=len(work.assignment_ids),
        heading=None if first.blind else queries.heading(session, work.document_id),
        place=progress_queries.places_of(session, tasks=[first], user_id=user_id)[first.id],
        progress=next(each for each in progress if each.round_id == work.round_id),
        documents=done[work.round_id, user_id],
        following=_following(session, work, begin, user_id),
        preceding=_preceding(session, work, begin, user_id),
    )


def save_page(
    session: Session,
    *,
    project_id: int,
    user_id: int,
    saves: Sequence[tuple[int, Save]],
    now: datetime,
) -> dict[int, Saved]:
    """Store the answers to several assignments of a person, each as `save_annotation` does.

    Args:
        session: inside the transaction that stores all of it or nothing.
        project_id: the project of every assignment.
        user_id: the person.
        saves: assignment and what is saved of it.
        now: when.

    Returns:
        What was stored, by assignment.

    Raises:
        SavesRefused: with the error of every assignment that cannot be saved.
    """
    theirs = queries.assignments_in(
        session,
        [assignment_id for assignment_id, _ in saves],
        project_id=project_id,
        user_id=user_id,
    )
    saved: dict[int, Saved] = {}
    refused: dict[int, DataInvalid | Conflict | NotFound] = {}
    # In the order of ids, so that two pages that are saved at once wait for each other in a row.
    for assignment_id, save in sorted(saves, key=lambda pair: pair[0]):
        try:
            if assignment_id not in theirs:
                raise NotFound(NOT_YOURS)  # noqa: TRY301 - told like the others
            saved[assignment_id] = annotating.save_annotation(
                session, assignment_id=assignment_id, user_id=user_id, save=save, now=now
            )
        except (DataInvalid, Conflict, NotFound) as error:
            refused[assignment_id] = error
    if refused:
        raise SavesRefused(refused)
    return saved


def _lines(tasks: Sequence[Task], begin: int) -> tuple[Line, ...]:
    first_with: dict[str, int] = {}
    lines = []
    for number, task in enumerate(tasks, start=begin + 1):
        text = task.paragraph.text if task.paragraph else ""
        copied = first_with.setdefault(text, number)
        is_told = copied != number and task.suggestion is not None
        lines.append(Line(number, task, copied if is_told else None))
    return tuple(lines)


def _following(session: Session, work: DocumentWork, begin: int, user_id: int) -> int | None:
    """The next stretch with open work, then other documents, then earlier stretches."""
    open_ids = [one for one in work.assignment_ids[begin + STRETCH :] if one in work.open_ids]
    if open_ids:
        return open_ids[0]
    elsewhere = queries.open_elsewhere(session, work=work, user_id=user_id)
    if elsewhere is not None:
        return elsewhere
    return next((one for one in work.assignment_ids[:begin] if one in work.open_ids), None)


def _preceding(session: Session, work: DocumentWork, begin: int, user_id: int) -> int | None:
    if begin:
        return work.assignment_ids[begin - STRETCH]
    return queries.last_before(session, work=work, user_id=user_id)
