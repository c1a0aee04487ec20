"""Votes and gold of a whole project in the fewest bytes: what the kept docket is made from.

Answers come as the text they are stored as: many subjects have the same, which is read but once.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Source,
    Subject,
)
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Round,
)
from annotator.store.people import User
from annotator.store.queries.adjudication import GOLD_ROUNDS
from annotator.store.queries.documents import is_current
from annotator.store.settling import Gold

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """One vote; `answers` is JSON."""

    subject_id: int
    user_id: int
    round_id: int
    round_kind: str
    blind: bool
    version: int
    reason: str
    answers: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject stands: a source has no document (0), and only paragraphs a position.

    `copies`, at least 1, is how often its text stands in the project.
    """

    scope: str
    document_id: int
    position: int
    source_id: int
    lang: str
    copies: int


@dataclass(frozen=True, slots=True)
class GoldFacts:
    subject_id: int
    question: str
    state: str
    alternatives: str | None


def votes(
    session: Session, project_id: int, *, subject_ids: Collection[int] | None = None
) -> Iterator[VoteFacts]:
    """By subject, then from the oldest to the newest; as `adjudication.votes` gives them, but also
    of what no longer stands, which has no place.
    """
    rounds = {
        row.id: (row.kind, row.blind, row.number)
        for row in session.execute(
            select(Round.id, Round.kind, Round.blind, CodebookVersion.number)
            .join(Round.codebook_version)
            .where(Round.project_id == project_id, Round.kind.in_(GOLD_ROUNDS))
        )
    }
    disabled = set(session.scalars(select(User.id).where(User.disabled_at.is_not(None))))
    statement = (
        select(
            Assignment.subject_id,
            Assignment.user_id,
            Assignment.round_id,
            Assignment.reason,
            cast(AnnotationRevision.answers, Text),
        )
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .join(
            AnnotationRevision,
            and_(
                AnnotationRevision.annotation_id == Annotation.id,
                AnnotationRevision.number == Annotation.revision,
            ),
        )
        .where(
            Assignment.round_id.in_(rounds),
            Assignment.state == "done",
            Assignment.reason != "retest",
            Annotation.origin != "machine",
        )
        .order_by(Assignment.subject_id, AnnotationRevision.saved_at, Assignment.id)
    )
    if subject_ids is not None:
        statement = statement.where(Assignment.subject_id.in_(subject_ids))
    found = session.execute(statement.execution_options(yield_per=AT_ONCE))
    for subject, user, round_id, reason, answers in found:
        if user not in disabled:
            kind, blind, version = rounds[round_id]
            yield VoteFacts(subject, user, round_id, kind, blind, version, reason, answers)


def places(
    session: Session, project_id: int, *, subject_ids: Collection[int] | None = None
) -> dict[int, Place]:
    """What stands in the project today, by subject; not what was withdrawn or cut anew."""
    statement = (
        select(
            Subject.id,
            Subject.scope,
            func.coalesce(Subject.document_id, 0),
            func.coalesce(Paragraph.position, 0),
            Source.id,
            func.coalesce(Paragraph.lang, Document.lang, ""),
            Paragraph.id,
        )
        .outerjoin(Document, Document.id == Subject.document_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Source, Source.id == func.coalesce(Subject.source_id, Document.source_id))
        .where(
            Subject.project_id == project_id,
            Document.withdrawn_at.is_(None),
            Source.withdrawn_at.is_(None),
            or_(Subject.scope != "paragraph", is_current()),
        )
    )
    if subject_ids is not None:
        statement = statement.where(Subject.id.in_(subject_ids))
    sizes = _sizes(session, project_id)
    return {
        subject: Place(scope, document, position, source, lang, sizes.get(paragraph, 1))
        for subject, scope, document, position, source, lang, paragraph in session.execute(
            statement
        )
    }


def _sizes(session: Session, project_id: int) -> dict[int | None, int]:
    """For each paragraph with near-duplicates, how many its cluster has; the largest of several."""
    counted = (
        select(ClusterMember.cluster_id, func.count().label("size"))
        .group_by(ClusterMember.cluster_id)
        .subquery()
    )
    rows = session.execute(
        select(ClusterMember.paragraph_id, func.max(counted.c.size))
        .join(counted, counted.c.cluster_id == ClusterMember.cluster_id)
        .join(Subject, Subject.paragraph_id == ClusterMember.paragraph_id)
        .where(Subject.project_id == project_id)
        .group_by(ClusterMember.paragraph_id)
    )
    return {row[0]: row[1] for row in rows}


def gold(
    session: Session, project_id: int, *, subject_ids: Collection[int] | None = None
) -> Iterator[GoldFacts]:
    statement = (
        select(Gold.subject_id, Gold.question, Gold.state, cast(Gold.alternatives, Text))
        .join(Subject, Subject.id == Gold.subject_id)
        .where(Subject.project_id == project_id)
    )
    if subject_ids is not None:
        statement = statement.where(Gold.subject_id.in_(subject_ids))
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield GoldFacts(*row)


def subjects_of(session: Session, assignment_ids: Collection[int]) -> set[int]:
    if not assignment_ids:
        return set()
    return set(
        session.scalars(select(Assignment.subject_id).where(Assignment.id.in_(assignment_ids)))
    )
