"""What people see around a paragraph, and of a whole document: all of it but what is settled as
noise, so that nobody reads a banner whom nobody asks about it.

In training people learn on noise, and a clean-up round is about it: there all is shown. What a
person has to label in the round is always shown to them, or its absence would tell what others say.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from annotator.domain.codebook import CLEANUP
from annotator.services import codebooks
from annotator.services.survivors import TRAINING, settled_as_noise
from annotator.store.corpus import Subject
from annotator.store.queries import surroundings as queries
from annotator.store.queries.labelling import CONTEXT, ParagraphShown, Task
from annotator.store.queries.surroundings import Near
from annotator.store.queries.wholes import DocumentShown

# Behind so many lines of noise in a row the text is looked for.
REACH: Final = 15


def without_noise(session: Session, tasks: Sequence[Task], user_id: int) -> tuple[Task, ...]:
    """The tasks with the nearest neighbours, and the documents, that noise is left out of."""
    gated = [task for task in tasks if _is_gated(task)]
    beside = [task for task in gated if task.paragraph is not None]
    noise = _noise_beside(session, beside, CONTEXT + REACH)
    hidden = [task.paragraph.id for task in beside if task.paragraph is not None and noise]
    near = (
        queries.near(session, paragraph_ids=hidden, above=CONTEXT + REACH, below=CONTEXT + REACH)
        if hidden
        else {}
    )
    return tuple(_shown(session, task, near, noise, user_id) for task in tasks)


def around(
    session: Session, task: Task, *, before: int, after: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """So many texts above and below the paragraph of a task, in reading order."""
    if task.paragraph is None:
        return (), ()
    reach = REACH if _is_gated(task) else 0
    noise = _noise_beside(session, [task], max(before, after) + reach) if reach else frozenset()
    found = queries.near(
        session, paragraph_ids=[task.paragraph.id], above=before + reach, below=after + reach
    )
    return _nearest(found[task.paragraph.id], noise, before, after)


def _is_gated(task: Task) -> bool:
    return task.kind not in {CLEANUP, TRAINING}


def _noise_beside(session: Session, tasks: Sequence[Task], reach: int) -> frozenset[int]:
    if not tasks:
        return frozenset()
    asked = [task.id for task in tasks]
    perhaps = queries.perhaps_left_out(session, assignment_ids=asked, reach=reach)
    # The tasks of one request are of a round or two: each has a codebook of its own.
    ways = {task.round_id: task for task in tasks} if perhaps else {}
    return frozenset(
        subject_id for task in ways.values() for subject_id in _noise(session, task, perhaps)
    )


def _noise(session: Session, task: Task, subjects: Collection[int] | Select[int]) -> Iterable[int]:
    codebook = codebooks.codebook_by_hash(
        session, version_id=task.codebook_version_id, content_hash=task.content_hash
    )
    return settled_as_noise(
        session,
        project_id=task.project_id,
        codebook=codebook,
        blind=task.blind,
        subjects=subjects,
    )


def _shown(
    session: Session,
    task: Task,
    near: dict[int, list[Near]],
    noise: Collection[int],
    user_id: int,
) -> Task:
    if task.paragraph is not None and task.paragraph.id in near:
        return replace(task, paragraph=_beside(task.paragraph, near[task.paragraph.id], noise))
    if task.document is not None and _is_gated(task):
        return replace(task, document=_whole(session, task, task.document, user_id))
    return task


def _beside(paragraph: ParagraphShown, near: list[Near], noise: Collection[int]) -> ParagraphShown:
    before, after = _nearest(near, noise, CONTEXT, CONTEXT)
    return replace(paragraph, before=before, after=after)


def _nearest(
    near: Iterable[Near], noise: Collection[int], before: int, after: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left = [one for one in near if one.subject_id not in noise]
    above = [one.text for one in left if one.distance < 0]
    below = [one.text for one in left if one.distance > 0]
    return tuple(above[max(0, len(above) - before) :]), tuple(below[:after])


def _whole(session: Session, task: Task, shown: DocumentShown, user_id: int) -> DocumentShown:
    of_document = select(Subject.id).where(Subject.document_id == task.document_id)
    noise = frozenset(_noise(session, task, of_document))
    if not noise:
        return shown
    noise -= queries.theirs(
        session, document_id=task.document_id or 0, round_id=task.round_id, user_id=user_id
    )
    kept = [
        text
        for text, subject_id in zip(shown.paragraphs, shown.subjects, strict=True)
        if subject_id not in noise
    ]
    return replace(shown, paragraphs=tuple(kept), subjects=())
