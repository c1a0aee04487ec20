"""What adjudication reads: votes, gold, leases, decisions and the runs of policies."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, and_, func, or_, select
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
    Disclosure,
    Round,
)
from annotator.store.people import Membership, User
from annotator.store.queries.documents import is_current
from annotator.store.settling import Adjudication, AdjudicationLease, Gold, GoldBatch

AT_ONCE = 2_000
# Clean-up rounds settle `content` before the rounds that ask for more; training settles nothing.
GOLD_ROUNDS = ("cleanup", "pilot", "main")


@dataclass(frozen=True, slots=True)
class VoteRow:
    """What a person says of a subject now, in the newest revision, seen votes or not."""

    subject_id: int
    user_id: int
    scope: str
    round_kind: str
    blind: bool
    version: int
    answers: dict[str, list[str]]
    note: str | None
    document_id: int | None
    position: int | None


def votes(
    session: Session,
    project_id: int,
    *,
    subject_ids: Collection[int] | None = None,
    differing: bool = False,
) -> Iterator[VoteRow]:
    """The votes on whatever stands today, by subject, then from the oldest to the newest.

    Args:
        session: a session.
        project_id: the project.
        subject_ids: only on these.
        differing: only on subjects where not all answers are the same, which is all that can be
            disputed and usually a small part.
    """
    statement = (
        _voted(project_id)
        .with_only_columns(
            Assignment.subject_id,
            Assignment.user_id,
            Assignment.scope,
            Round.kind,
            Round.blind,
            CodebookVersion.number,
            AnnotationRevision.answers,
            AnnotationRevision.note,
            Subject.document_id,
            Paragraph.position,
        )
        .order_by(Assignment.subject_id, AnnotationRevision.saved_at, Assignment.id)
    )
    if subject_ids is not None:
        statement = statement.where(Assignment.subject_id.in_(subject_ids))
    if differing:
        statement = statement.where(Assignment.subject_id.in_(_differing(project_id)))
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield VoteRow(*cast("tuple[Any, ...]", row))


def _voted(project_id: int) -> Select[Any]:
    return (
        select(Assignment.id)
        .join(Assignment.round)
        .join(Round.codebook_version)
        .join(User, User.id == Assignment.user_id)
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .join(
            AnnotationRevision,
            and_(
                AnnotationRevision.annotation_id == Annotation.id,
                AnnotationRevision.number == Annotation.revision,
            ),
        )
        .join(Subject, Subject.id == Assignment.subject_id)
        .outerjoin(Document, Document.id == Subject.document_id)
        .outerjoin(Paragraph, Paragraph.id == Subject.paragraph_id)
        .outerjoin(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Source, Source.id == func.coalesce(Subject.source_id, Document.source_id))
        .where(
            Round.project_id == project_id,
            Round.kind.in_(GOLD_ROUNDS),
            Assignment.state == "done",
            Assignment.reason != "retest",
            Annotation.origin != "machine",
            User.disabled_at.is_(None),
            Document.withdrawn_at.is_(None),
            Source.withdrawn_at.is_(None),
            or_(Subject.scope != "paragraph", is_current()),
        )
    )


def _differing(project_id: int) -> Select[Any]:
    return (
        _voted(project_id)
        .with_only_columns(Assignment.subject_id)
        .group_by(Assignment.subject_id)
        .having(func.count(AnnotationRevision.answers.distinct()) > 1)
    )


@dataclass(frozen=True, slots=True)
class GoldRow:
    subject_id: int
    question: str
    state: str
    alternatives: list[list[str]] | None
    method: str
    people: list[int] | None
    settled_at: datetime


def gold(
    session: Session, project_id: int, *, subject_ids: Collection[int] | None = None
) -> list[GoldRow]:
    statement = (
        select(
            Gold.subject_id,
            Gold.question,
            Gold.state,
            Gold.alternatives,
            Gold.method,
            Gold.people,
            Gold.settled_at,
        )
        .join(Subject, Subject.id == Gold.subject_id)
        .where(Subject.project_id == project_id)
        .order_by(Gold.subject_id, Gold.id)
    )
    if subject_ids is not None:
        statement = statement.where(Gold.subject_id.in_(subject_ids))
    return [GoldRow(*cast("tuple[Any, ...]", row)) for row in session.execute(statement)]


def copies(session: Session, project_id: int) -> dict[int, int]:
    """For each paragraph with near-duplicates, how many its cluster has."""
    sizes = (
        select(ClusterMember.cluster_id, func.count().label("size"))
        .group_by(ClusterMember.cluster_id)
        .subquery()
    )
    rows = session.execute(
        select(Subject.id, sizes.c.size)
        .join(ClusterMember, ClusterMember.paragraph_id == Subject.paragraph_id)
        .join(sizes, sizes.c.cluster_id == ClusterMember.cluster_id)
        .where(Subject.project_id == project_id)
    )
    return {row[0]: row[1] for row in rows}


def annotated(
    session: Session, project_id: int, *, user_ids: Collection[int]
) -> dict[int, set[int]]:
    """For each subject, which of these people have labelled it, in whatever round."""
    rows = session.execute(
        select(Assignment.subject_id, Assignment.user_id)
        .join(Assignment.round)
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .where(Round.project_id == project_id, Assignment.user_id.in_(user_ids))
    )
    found: dict[int, set[int]] = {}
    for subject_id, user_id in rows:
        found.setdefault(subject_id, set()).add(user_id)
    return found


def leads(session: Session, project_id: int) -> set[int]:
    """The people who can settle disagreement here: leads whose account is not disabled."""
    rows = session.scalars(
        select(Membership.user_id)
        .join(Membership.user)
        .where(
            Membership.project_id == project_id,
            Membership.role == "lead",
            User.disabled_at.is_(None),
        )
    )
    return set(rows)


def scope_of(session: Session, *, project_id: int, subject_id: int) -> str | None:
    """The scope of a subject of this project; None if there is no such."""
    return session.scalar(
        select(Subject.scope).where(Subject.id == subject_id, Subject.project_id == project_id)
    )


def lock(session: Session, subject_id: int, *, wait: bool) -> bool:
    """Keep others from deciding about or leasing the subject until the transaction ends.

    False if another transaction is at it and `wait` is not set. SQLite has one writer at a time, so
    there it always holds.
    """
    statement = select(Subject.id).where(Subject.id == subject_id)
    return session.scalar(statement.with_for_update(skip_locked=not wait)) is not None


def leases(session: Session, project_id: int, *, now: datetime) -> dict[int, int]:
    """Who holds which subject at this moment."""
    rows = session.execute(
        select(AdjudicationLease.subject_id, AdjudicationLease.user_id)
        .join(Subject, Subject.id == AdjudicationLease.subject_id)
        .where(Subject.project_id == project_id, AdjudicationLease.expires_at > now)
    )
    return {row[0]: row[1] for row in rows}


def decision_count(session: Session, subject_id: int) -> int:
    """How many decisions were ever made about the subject; they are never taken away."""
    statement = select(func.count()).where(Adjudication.subject_id == subject_id)
    return session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class LastDecision:
    adjudicator_id: int
    outcome: str
    alternatives: list[list[str]] | None
    reason: str | None
    cause: str | None


def last_decisions(session: Session, subject_id: int) -> dict[str, LastDecision]:
    """The last decision on each question that a person ever decided about the subject."""
    rows = session.execute(
        select(
            Adjudication.question,
            Adjudication.adjudicator_id,
            Adjudication.outcome,
            Adjudication.alternatives,
            Adjudication.reason,
            Adjudication.cause,
        )
        .where(Adjudication.subject_id == subject_id)
        .order_by(Adjudication.id)
    )
    return {row[0]: LastDecision(*cast("tuple[Any, ...]", row)[1:]) for row in rows}


def has_seen_votes(session: Session, *, subject_id: int, user_id: int) -> bool:
    statement = select(Disclosure.id).where(
        Disclosure.subject_id == subject_id,
        Disclosure.user_id == user_id,
        Disclosure.kind == "votes",
    )
    return session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run of a policy wrote; `gold` counts what of it still stands."""

    id: int
    policy: str
    made_at: datetime
    made_by: str | None
    undone_at: datetime | None
    gold: int


def batches(session: Session, project_id: int) -> list[Batch]:
    """The runs of policies, the newest first; decisions about clusters have a page of their own."""
    rows = session.execute(
        select(
            GoldBatch.id,
            GoldBatch.policy,
            GoldBatch.made_at,
            User.name,
            GoldBatch.undone_at,
            func.count(Gold.id),
        )
        .outerjoin(Gold, Gold.batch_id == GoldBatch.id)
        .outerjoin(User, User.id == GoldBatch.made_by_id)
        .where(GoldBatch.project_id == project_id, GoldBatch.policy != "propagation")
        .group_by(GoldBatch.id, User.name)
        .order_by(GoldBatch.id.desc())
    )
    return [Batch(*cast("tuple[Any, ...]", row)) for row in rows]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it was made; `number` above 1 changed one by the same person."""

    subject_id: int
    question: str
    adjudicator: str
    number: int
    outcome: str
    alternatives: list[list[str]] | None
    decided_at: datetime


def recent_decisions(session: Session, project_id: int, *, most: int) -> list[DecisionRow]:
    """The last decisions of people, the newest first."""
    rows = session.execute(
        select(
            Adjudication.subject_id,
            Adjudication.question,
            User.name,
            Adjudication.number,
            Adjudication.outcome,
            Adjudication.alternatives,
            Adjudication.decided_at,
        )
        .join(Subject, Subject.id == Adjudication.subject_id)
        .join(User, User.id == Adjudication.adjudicator_id)
        .where(Subject.project_id == project_id)
        .order_by(Adjudication.id.desc())
        .limit(most)
    )
    return [DecisionRow(*cast("tuple[Any, ...]", row)) for row in rows]
