"""Source-blind masking: what an annotator sees of a text, and what is stored of it.

In a blind round every text that goes to an annotator passes through here, and every marked passage
that comes back. What is stored is always of the original, so a mask that the lead changes later
changes no annotation.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook
from annotator.domain.masking import Mask, View
from annotator.domain.spans import Span
from annotator.errors import NotFound
from annotator.services import codebooks
from annotator.store.corpus import Document, Paragraph, Source, Subject
from annotator.store.labelling import Disclosure
from annotator.store.queries import masking as queries
from annotator.store.queries.labelling import Task
from annotator.store.queries.masking import UNMASKED, Publisher


def masked(session: Session, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks as they may be shown: those of blind rounds with masked texts and passages."""
    blind = [task for task in tasks if _is_masked(task)]
    found = queries.publishers(session, {task.document_id or 0 for task in blind})
    return tuple(
        _masked(task, _mask(found[task.document_id or 0], _codebook(session, task)))
        if _is_masked(task)
        else task
        for task in tasks
    )


def with_masked_reasons(session: Session, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks with the reasons of suggestions masked: a reason may quote the text."""
    quoting = [task for task in tasks if task.suggestion is not None and _is_masked(task)]
    found = queries.publishers(session, {task.document_id or 0 for task in quoting})
    masks = {
        task.id: _mask(found[task.document_id or 0], _codebook(session, task)) for task in quoting
    }
    return tuple(
        _with_reasons(task, masks[task.id]) if task.id in masks else task for task in tasks
    )


def texts(session: Session, task: Task, found: Iterable[str]) -> tuple[str, ...]:
    """More texts of the document of a task, as they may be shown beside it."""
    if not _is_masked(task) or task.document_id is None:
        return tuple(found)
    mask = mask_of(session, document_id=task.document_id, codebook=_codebook(session, task))
    return tuple(mask.view(text).text for text in found)


def mask_of(session: Session, *, document_id: int, codebook: Codebook) -> Mask:
    """What is hidden in a document that is labelled under this codebook."""
    return _mask(queries.publishers(session, [document_id])[document_id], codebook)


def masks_of(
    session: Session, *, document_ids: Collection[int], codebook: Codebook
) -> dict[int, Mask]:
    """What is hidden in documents that are labelled under this codebook, by document."""
    found = queries.publishers(session, document_ids) if document_ids else {}
    return {document_id: _mask(publisher, codebook) for document_id, publisher in found.items()}


def view_of(session: Session, *, subject_id: int, blind: bool, codebook: Codebook) -> View | None:
    """What an annotator sees of a paragraph; None for a document or a source."""
    row = session.execute(
        select(Paragraph.text, Subject.document_id)
        .join(Subject, Subject.paragraph_id == Paragraph.id)
        .where(Subject.id == subject_id)
    ).one_or_none()
    if row is None:
        return None
    if not blind:
        return View.of(row.text, ())
    return mask_of(session, document_id=row.document_id, codebook=codebook).view(row.text)


def is_masked(session: Session, *, subject_id: int, user_id: int, codebook: Codebook) -> bool:
    """Whether a person who answers in a blind round does so without knowing the source.

    Not if the document is not blindable, and not if they were shown where it comes from before:
    when they were asked to rate its source, or labelled it in an open round.
    """
    standing = queries.standing(session, subject_id=subject_id, user_id=user_id)
    if standing is None or standing.has_seen:
        return False
    mask = mask_of(session, document_id=standing.document_id, codebook=codebook)
    return not mask.shown_names() and not mask.shown_people(standing.byline or "")


def disclose(
    session: Session, *, round_id: int, asked: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Note that people will see where documents come from: (person, source) asked to be rated.

    It is noted when the task is given out, not when it is looked at: a GET changes nothing, and
    from now on nobody can say that they have not seen it. The page names the documents that they
    labelled in the round; those they now know.
    """
    pairs = set(asked)
    labelled = queries.labelled_documents(
        session, round_id=round_id, user_ids={user_id for user_id, _ in pairs}
    )
    rows = [
        {"user_id": user_id, "subject_id": subject_id, "kind": UNMASKED, "shown_at": now}
        for user_id, source_id, subject_id in labelled
        if (user_id, source_id) in pairs
    ]
    if rows:
        session.execute(insert(Disclosure), rows)


def mark_blindable(session: Session, *, project_id: int) -> None:
    """Say of each document whether its source can be hidden, under the newest codebook.

    It cannot where the source or the author is called like a stance target.
    """
    targets = target_names(session, project_id)
    shown = _sources_shown(session, project_id, targets)
    lines = session.scalars(
        select(Document.byline)
        .where(Document.project_id == project_id, Document.byline.is_not(None))
        .distinct()
    )
    people = Mask(names=(), targets=targets)
    named = [line for line in lines if line and people.shown_people(line)]
    visible = or_(Document.source_id.in_(shown), func.coalesce(Document.byline, "").in_(named))
    for rule, blindable in ((visible, False), (~visible, True)):
        session.execute(
            update(Document)
            .where(Document.project_id == project_id, rule, Document.blindable.is_not(blindable))
            .values(blindable=blindable)
        )


def target_names(session: Session, project_id: int) -> tuple[str, ...]:
    """Names that no mask covers, of the newest codebook; none before there is one."""
    try:
        version = codebooks.latest(session, project_id)
    except NotFound:
        return ()
    return codebooks.codebook_of(version).target_names


def mask_from(publisher: Publisher, targets: tuple[str, ...]) -> Mask:
    """The mask of all documents of a publisher."""
    return Mask(
        names=publisher.names,
        aliases=publisher.aliases,
        domains=publisher.domains,
        bylines=publisher.bylines,
        targets=targets,
        exempt=publisher.exempt,
    )


def _is_masked(task: Task) -> bool:
    """Sources are rated after the round, by their names."""
    return task.blind and task.document_id is not None


def _codebook(session: Session, task: Task) -> Codebook:
    return codebooks.codebook_by_hash(
        session, version_id=task.codebook_version_id, content_hash=task.content_hash
    )


def _mask(publisher: Publisher, codebook: Codebook) -> Mask:
    return mask_from(publisher, codebook.target_names)


def _with_reasons(task: Task, mask: Mask) -> Task:
    if task.suggestion is None:
        return task
    reasons = tuple(mask.view(reason).text for reason in task.suggestion.reasons)
    return replace(task, suggestion=replace(task.suggestion, reasons=reasons))


def _masked(task: Task, mask: Mask) -> Task:
    if task.document is not None:
        shown = tuple(mask.view(text).text for text in task.document.paragraphs)
        return replace(task, document=replace(task.document, paragraphs=shown))
    if task.paragraph is None:
        return task
    here = task.paragraph
    view = mask.view(here.text)
    spans = view.shown([Span(**span) for span in task.spans])
    return replace(
        task,
        spans=[span.as_json() for span in spans],
        paragraph=replace(
            here,
            text=view.text,
            before=tuple(mask.view(text).text for text in here.before),
            after=tuple(mask.view(text).text for text in here.after),
        ),
    )


def _sources_shown(session: Session, project_id: int, targets: tuple[str, ...]) -> list[int]:
    """Sources whose name stays visible, with those that were merged with them."""
    families: dict[int, list[Source]] = {}
    for source in session.scalars(select(Source).where(Source.project_id == project_id)):
        families.setdefault(source.merged_into_id or source.id, []).append(source)
    return [source.id for one in families.values() if _is_shown(one, targets) for source in one]


def _is_shown(family: Sequence[Source], targets: tuple[str, ...]) -> bool:
    mask = Mask(
        names=tuple(source.name for source in family),
        aliases=tuple(alias for source in family for alias in source.aliases),
        targets=targets,
        exempt=tuple(word for source in family for word in source.mask_exemptions),
    )
    return bool(mask.shown_names())
