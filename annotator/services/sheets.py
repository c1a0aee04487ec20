"""What a person has to label, as it is shown: the next tasks, or any of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook
from annotator.errors import NotFound
from annotator.services import codebooks, hinting, masking, surroundings
from annotator.store.queries import labelling as queries
from annotator.store.queries import progress as progress_queries
from annotator.store.queries.labelling import Task
from annotator.store.queries.progress import Place, RoundProgress

NOT_YOURS = "There is no such assignment, or it is not yours."


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next tasks in order, and how many are open in all, these included."""

    assignments: tuple[Task, ...]
    remaining: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A task with its codebook and where it stands in the person's work.

    `place` is None for a source.
    """

    task: Task
    codebook: Codebook
    place: Place | None
    progress: RoundProgress

    @property
    def form(self) -> str:
        """Equal for sheets that ask the same questions, so that a page can keep its form."""
        task = self.task
        blind = "blind" if task.blind else "open"
        rest = "" if task.settled is None else ".rest"
        return f"{task.content_hash[:16]}.{task.scope}.{task.kind}.{blind}{rest}"


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next sheets in order, how many tasks are open in all, and how far each round is."""

    sheets: tuple[Sheet, ...]
    remaining: int
    rounds: tuple[RoundProgress, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Texts before and after a paragraph, in reading order."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def next_assignments(session: Session, *, project_id: int, user_id: int, n: int = 1) -> Upcoming:
    """Open work of a person, round by round in the order of their queue; reads only.

    Sources come last: they are rated once their round is closed.
    """
    counts = queries.open_by_round(session, project_id=project_id, user_id=user_id)
    tasks = queries.upcoming(session, rounds=list(counts), user_id=user_id, n=n)
    return Upcoming(assignments=as_shown(session, tasks, user_id), remaining=sum(counts.values()))


def next_sheets(session: Session, *, project_id: int, user_id: int, n: int) -> Ahead:
    """The next `n` tasks as a page shows them, in order, and how far the person is."""
    upcoming = next_assignments(session, project_id=project_id, user_id=user_id, n=n)
    rounds = progress_queries.progress(session, project_id=project_id, user_id=user_id)
    return Ahead(
        sheets=_sheets(session, upcoming.assignments, rounds, user_id),
        remaining=upcoming.remaining,
        rounds=rounds,
    )


def sheet_of(
    session: Session, *, project_id: int | None, assignment_id: int, user_id: int
) -> Sheet:
    """Any task of the person as a page shows it, also one that is done.

    Raises:
        NotFound: the assignment is not this person's, not of this project (None: of any), or was
            taken back.
    """
    task = queries.task_of(
        session, assignment_id=assignment_id, user_id=user_id, project_id=project_id
    )
    if task is None:
        raise NotFound(NOT_YOURS)
    rounds = progress_queries.progress(session, project_id=task.project_id, user_id=user_id)
    return _sheets(session, as_shown(session, [task], user_id), rounds, user_id)[0]


def context(
    session: Session, *, assignment_id: int, user_id: int, before: int, after: int
) -> Context:
    """Up to so many paragraphs around the one of a task; none around a document or a source.

    Raises:
        NotFound: the assignment is not this person's, or was taken back.
    """
    task = queries.task_of(session, assignment_id=assignment_id, user_id=user_id)
    if task is None:
        raise NotFound(NOT_YOURS)
    above, below = surroundings.around(session, task, before=before, after=after)
    shown = masking.texts(session, task, above + below)
    return Context(shown[: len(above)], shown[len(above) :])


def previous_id(session: Session, *, sheet: Sheet, user_id: int) -> int | None:
    """The assignment to go back to from this one."""
    return progress_queries.previous_id(session, task=sheet.task, user_id=user_id)


def as_shown(session: Session, tasks: Sequence[Task], user_id: int) -> tuple[Task, ...]:
    """Hints and odd characters are those of the text as it is shown, so masks come first, and
    before them what is not shown at all.
    """
    shown = surroundings.without_noise(session, tasks, user_id)
    hinted = hinting.with_hints(session, masking.masked(session, shown), user_id=user_id)
    return masking.with_masked_reasons(session, hinted)


def _sheets(
    session: Session, tasks: Sequence[Task], rounds: Sequence[RoundProgress], user_id: int
) -> tuple[Sheet, ...]:
    progress = {found.round_id: found for found in rounds}
    places = progress_queries.places_of(session, tasks=tasks, user_id=user_id)
    return tuple(
        Sheet(
            task=task,
            codebook=codebooks.codebook_by_hash(
                session, version_id=task.codebook_version_id, content_hash=task.content_hash
            ),
            place=places.get(task.id),
            progress=progress[task.round_id],
        )
        for task in tasks
    )
