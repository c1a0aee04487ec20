"""What planning and closing a round need to know of a project."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Select, case, func, select, true
from sqlalchemy.orm import Session

from annotator.domain.assignment import DocumentWork
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Source, Subject
from annotator.store.labelling import Assignment, Round
from annotator.store.people import Membership, User
from annotator.store.settling import Gold

# Rounds whose labels are meant to be used: a retest repeats them, and their sources are rated.
USED = ("pilot", "main")


def annotators(session: Session, project_id: int) -> dict[int, str]:
    """Names of the active annotators of a project by id, in the order of names."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.project_id == project_id,
            Membership.role == "annotator",
            User.disabled_at.is_(None),
        )
        .order_by(User.name)
    )
    return {row.id: row.name for row in rows}


def round_named(session: Session, *, project_id: int, name: str) -> Round | None:
    """The round, locked, so that it is not extended twice at the same moment."""
    return session.scalars(
        select(Round).where(Round.project_id == project_id, Round.name == name).with_for_update()
    ).one_or_none()


def round_of(session: Session, *, project_id: int, round_id: int) -> Round | None:
    """The one getter of a round; locked, so that it is closed once."""
    return session.scalars(
        select(Round).where(Round.project_id == project_id, Round.id == round_id).with_for_update()
    ).one_or_none()


def documents_to_assign(session: Session, *, project_id: int) -> list[DocumentWork]:
    """Every document in use with the paragraphs of its newest version, in reading order."""
    newest = (
        select(DocumentVersion.document_id, func.max(DocumentVersion.number).label("number"))
        .group_by(DocumentVersion.document_id)
        .subquery()
    )
    rows = session.execute(
        select(Document.id, Subject.id)
        .join(Source, Source.id == Document.source_id)
        .join(newest, newest.c.document_id == Document.id)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id)
            & (DocumentVersion.number == newest.c.number),
        )
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .join(Subject, Subject.paragraph_id == Paragraph.id)
        .where(
            Document.project_id == project_id,
            Document.withdrawn_at.is_(None),
            Source.withdrawn_at.is_(None),
            Paragraph.superseded_by_id.is_(None),
        )
        .order_by(Document.id, Paragraph.position)
    )
    paragraphs: dict[int, list[int]] = defaultdict(list)
    for document_id, subject_id in rows:
        paragraphs[document_id].append(subject_id)
    whole = _document_subjects(session, project_id)
    return [
        DocumentWork(document_id, tuple(subjects), whole.get(document_id))
        for document_id, subjects in paragraphs.items()
    ]


def documents_in_round(session: Session, round_id: int) -> frozenset[int]:
    found = session.scalars(
        select(Subject.document_id)
        .join(Assignment, Assignment.subject_id == Subject.id)
        .where(Assignment.round_id == round_id, Subject.document_id.is_not(None))
        .distinct()
    )
    return frozenset(document_id for document_id in found if document_id is not None)


def documents_by_person(session: Session, round_id: int) -> dict[int, frozenset[int]]:
    """Documents of which each annotator has something in the round."""
    rows = session.execute(
        select(Assignment.user_id, Subject.document_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(Assignment.round_id == round_id, Subject.document_id.is_not(None))
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for user_id, document_id in rows:
        if document_id is not None:
            found.setdefault(user_id, set()).add(document_id)
    return {user_id: frozenset(documents) for user_id, documents in found.items()}


def open_work(
    session: Session, *, project_id: int, user_id: int, round_id: int | None
) -> list[Assignment]:
    """Open assignments of a person in the order of their queue, locked to be moved."""
    asked = (
        select(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == project_id,
            Assignment.user_id == user_id,
            Assignment.state == "open",
        )
        .order_by(Assignment.round_id, Assignment.rank)
        .with_for_update(of=Assignment)
    )
    if round_id is not None:
        asked = asked.where(Assignment.round_id == round_id)
    return list(session.scalars(asked))


def subjects_of(session: Session, *, round_id: int, user_id: int) -> frozenset[int]:
    """What a person has in a round, whatever its state."""
    return frozenset(
        session.scalars(
            select(Assignment.subject_id).where(
                Assignment.round_id == round_id, Assignment.user_id == user_id
            )
        )
    )


def loads(session: Session, round_id: int) -> dict[int, tuple[int, int]]:
    """By annotator: how many paragraphs of the round they have, and their last rank."""
    paragraphs = func.sum(case((Assignment.scope == "paragraph", 1), else_=0))
    rows = session.execute(
        select(Assignment.user_id, paragraphs, func.max(Assignment.rank))
        .where(Assignment.round_id == round_id)
        .group_by(Assignment.user_id)
    )
    return {user_id: (int(count), rank) for user_id, count, rank in rows}


def decided_answers(
    session: Session,
    *,
    project_id: int,
    questions: list[str],
    subjects: Collection[int] | Select[int] | None = None,
) -> dict[int, list[dict[str, list[str]]]]:
    """By paragraph subject: the gold answers to these questions, one set for each alternative.

    A subject whose gold leaves several labels open has several sets.
    """
    rows = session.execute(
        select(Gold.subject_id, Gold.question, Gold.alternatives)
        .join(Subject, Subject.id == Gold.subject_id)
        .where(
            Subject.project_id == project_id,
            Subject.scope == "paragraph",
            Gold.state == "decided",
            Gold.question.in_(questions),
            true() if subjects is None else Gold.subject_id.in_(subjects),
        )
    )
    found: dict[int, list[dict[str, list[str]]]] = {}
    for subject_id, question, alternatives in rows:
        sets = found.get(subject_id, [{}])
        found[subject_id] = [
            known | {question: labels} for known in sets for labels in alternatives
        ]
    return found


def done_before(
    session: Session, *, project_id: int
) -> dict[int, dict[int, list[tuple[int, int]]]]:
    """What can be asked again: by annotator and document, subjects in reading order with occasion.

    Paragraphs that an active annotator has done in a pilot or main round, of documents in use;
    the occasion is the last one on which they got it.
    """
    people = annotators(session, project_id)
    rows = session.execute(
        select(
            Assignment.user_id,
            Subject.document_id,
            Assignment.subject_id,
            func.max(Assignment.occasion).label("occasion"),
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(Document, Document.id == Subject.document_id)
        .where(
            Round.project_id == project_id,
            Round.kind.in_((*USED, "retest")),
            Assignment.state == "done",
            Assignment.user_id.in_(people),
            Document.withdrawn_at.is_(None),
            Paragraph.superseded_by_id.is_(None),
        )
        .group_by(
            Assignment.user_id, Subject.document_id, Assignment.subject_id, Paragraph.position
        )
        .order_by(Assignment.user_id, Subject.document_id, Paragraph.position)
    )
    found: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for row in rows:
        documents = found.setdefault(row.user_id, {})
        documents.setdefault(row.document_id, []).append((row.subject_id, row.occasion))
    return found


def sources_labelled(session: Session, round_id: int) -> list[tuple[int, int]]:
    """Pairs of an annotator and a source of which they labelled something in the round."""
    source_id = func.coalesce(Source.merged_into_id, Source.id)
    rows = session.execute(
        select(Assignment.user_id, source_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .join(Document, Document.id == Subject.document_id)
        .join(Source, Source.id == Document.source_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state == "done",
            Document.withdrawn_at.is_(None),
            Source.withdrawn_at.is_(None),
        )
        .distinct()
        .order_by(Assignment.user_id, source_id)
    )
    return [(user_id, source) for user_id, source in rows]


def sources_rated(session: Session, *, codebook_version_id: int) -> set[tuple[int, int]]:
    """Pairs of an annotator and a source given to them under this codebook version already."""
    rows = session.execute(
        select(Assignment.user_id, Subject.source_id)
        .join(Round, Round.id == Assignment.round_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(
            Round.codebook_version_id == codebook_version_id,
            Assignment.scope == "source",
            Assignment.state != "withdrawn",
        )
    )
    return {(user_id, source_id) for user_id, source_id in rows if source_id is not None}


def source_subjects(session: Session, project_id: int) -> dict[int, int]:
    """Subject by source."""
    rows = session.execute(
        select(Subject.source_id, Subject.id).where(
            Subject.project_id == project_id, Subject.scope == "source"
        )
    )
    return {source_id: subject_id for source_id, subject_id in rows if source_id is not None}


def _document_subjects(session: Session, project_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Subject.document_id, Subject.id).where(
            Subject.project_id == project_id, Subject.scope == "document"
        )
    )
    return {document_id: subject_id for document_id, subject_id in rows if document_id is not None}
