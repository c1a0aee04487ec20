"""All that is known of a project's labels, in a few queries whatever their number."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Project,
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
from annotator.store.queries.sources import stands_for_itself

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class AnnotatorFacts:
    id: int
    name: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """`version` is the number of its codebook; `thresholds` were stated before it began."""

    id: int
    name: str
    kind: str
    blind: bool
    version: int
    thresholds: dict[str, Any]


def pseudonym_key(session: Session, project_id: int) -> bytes:
    return session.execute(
        select(Project.pseudonym_key).where(Project.id == project_id)
    ).scalar_one()


def annotators(session: Session, project_id: int) -> dict[int, AnnotatorFacts]:
    """Everyone who was ever given something to label in the project, by id."""
    given = select(Assignment.user_id).join(Assignment.round).where(Round.project_id == project_id)
    rows = session.execute(select(User.id, User.name, User.disabled_at).where(User.id.in_(given)))
    return {
        row.id: AnnotatorFacts(row.id, row.name, disabled=row.disabled_at is not None)
        for row in rows
    }


def rounds(session: Session, project_id: int) -> list[RoundFacts]:
    """The rounds of the project, the oldest first."""
    rows = session.execute(
        select(Round, CodebookVersion.number)
        .join(Round.codebook_version)
        .where(Round.project_id == project_id)
        .order_by(Round.id)
    )
    return [
        RoundFacts(
            id=row.Round.id,
            name=row.Round.name,
            kind=row.Round.kind,
            blind=row.Round.blind,
            version=row.number,
            thresholds=row.Round.thresholds,
        )
        for row in rows
    ]


def versions(session: Session, project_id: int) -> dict[int, CodebookVersion]:
    """The codebooks of the project by number, the oldest first."""
    found = session.scalars(
        select(CodebookVersion)
        .where(CodebookVersion.project_id == project_id)
        .order_by(CodebookVersion.number)
    )
    return {version.number: version for version in found}


@dataclass(frozen=True, slots=True)
class Saved:
    """An assignment with one revision of its annotation, or with none: then the rest is None.

    `independent`: saved before the annotator saw any vote or feedback and before the round closed.
    """

    id: int
    subject_id: int
    user_id: int
    round_id: int
    scope: str
    reason: str
    occasion: int
    state: str
    origin: str | None
    revision: int | None
    answers: dict[str, list[str]] | None
    spans: list[dict[str, Any]] | None
    seconds: float | None
    saved_at: datetime | None
    checks_gold: bool
    independent: int


def revisions(
    session: Session, project_id: int, *, assignment_ids: Collection[int] | None = None
) -> Iterator[Saved]:
    """One for every saved revision of every assignment, or of these, and one for an assignment
    without any.

    Of an assignment, the revision that agreement counts comes last: the newest independent one,
    else the newest. Sources are rated after the round has closed, so for them its end is no limit.
    """
    in_time = or_(
        Round.closed_at.is_(None),
        AnnotationRevision.saved_at <= Round.closed_at,
        Assignment.scope == "source",
    )
    independent = case(
        (and_(AnnotationRevision.after_feedback.is_(False), in_time), 1), else_=0
    ).label("independent")
    statement = (
        select(
            Assignment.id,
            Assignment.subject_id,
            Assignment.user_id,
            Assignment.round_id,
            Assignment.scope,
            Assignment.reason,
            Assignment.occasion,
            Assignment.state,
            Annotation.origin,
            AnnotationRevision.number.label("revision"),
            AnnotationRevision.answers,
            AnnotationRevision.spans,
            AnnotationRevision.seconds,
            AnnotationRevision.saved_at,
            Assignment.checks_gold,
            independent,
        )
        .join(Assignment.round)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(AnnotationRevision, AnnotationRevision.annotation_id == Annotation.id)
        .where(Round.project_id == project_id)
        .order_by(Assignment.id, independent, AnnotationRevision.number)
    )
    if assignment_ids is not None:
        statement = statement.where(Assignment.id.in_(assignment_ids))
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield Saved(*cast("tuple[Any, ...]", row))


@dataclass(frozen=True, slots=True)
class ParagraphFacts:
    """`version` and `cut` say which cutting it is of; the last two name its cluster, if any.

    `subject_id` is None where a newer version took the paragraph over, with what was said of it.
    """

    subject_id: int | None
    document_id: int
    version: int
    cut: int
    text: str
    cluster_kind: str | None
    cluster_key: str | None


def paragraphs(
    session: Session, project_id: int, *, assigned_only: bool
) -> Iterator[ParagraphFacts]:
    """Every paragraph of every version and cut, by document and then from the oldest to the newest.

    The rows of the last version and cut of a document are the ones that stand today.
    """
    statement = (
        select(
            Subject.id,
            DocumentVersion.document_id,
            DocumentVersion.number,
            Paragraph.cut,
            Paragraph.text,
            Cluster.kind,
            Cluster.key,
        )
        .select_from(Paragraph)
        .join(DocumentVersion, Paragraph.version_id == DocumentVersion.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(Subject, Subject.paragraph_id == Paragraph.id)
        .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .outerjoin(Cluster, ClusterMember.cluster_id == Cluster.id)
        .where(Document.project_id == project_id)
        .order_by(
            DocumentVersion.document_id,
            DocumentVersion.number,
            Paragraph.cut,
            Paragraph.position,
        )
    )
    if assigned_only:
        labelled = (
            select(Subject.document_id)
            .join(Assignment, Assignment.subject_id == Subject.id)
            .where(Subject.project_id == project_id, Subject.document_id.is_not(None))
        )
        statement = statement.where(Document.id.in_(labelled))
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield ParagraphFacts(*cast("tuple[Any, ...]", row))


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """`subject_id` is what is labelled when the document is labelled whole."""

    id: int
    subject_id: int
    key: str
    source_name: str
    withdrawn_at: datetime | None


def documents(session: Session, project_id: int) -> list[DocumentFacts]:
    """Every document, withdrawn ones too; with its source withdrawn, so is the document."""
    rows = session.execute(
        select(
            Document.id,
            Subject.id.label("subject_id"),
            Document.key,
            Source.name,
            Document.withdrawn_at,
            Source.withdrawn_at.label("source_withdrawn_at"),
        )
        .join(Subject, and_(Subject.document_id == Document.id, Subject.scope == "document"))
        .join(Document.source)
        .where(Document.project_id == project_id)
        .order_by(Document.id)
    )
    return [
        DocumentFacts(
            id=row.id,
            subject_id=row.subject_id,
            key=row.key,
            source_name=row.name,
            withdrawn_at=row.withdrawn_at or row.source_withdrawn_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """`withdrawn`: it was, or it is a name of another source alone."""

    subject_id: int
    name: str
    withdrawn: bool


def source_names(session: Session, project_id: int) -> dict[int, str]:
    """The names of all sources, by their own ids."""
    rows = session.execute(select(Source.id, Source.name).where(Source.project_id == project_id))
    return {row.id: row.name for row in rows}


def sources(session: Session, project_id: int) -> list[SourceFacts]:
    """Every source, withdrawn and merged ones too."""
    rows = session.execute(
        select(Subject.id, Source.name, or_(Source.withdrawn_at.is_not(None), ~stands_for_itself()))
        .join(Source, Subject.source_id == Source.id)
        .where(Source.project_id == project_id)
        .order_by(Source.id)
    )
    return [SourceFacts(row[0], row[1], bool(row[2])) for row in rows]
