"""What a release is made of, and what the pages of releases show."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Source, Subject, Suggestion
from annotator.store.labelling import CodebookVersion, Round
from annotator.store.people import User
from annotator.store.publishing import Job, Release
from annotator.store.queries.documents import is_current
from annotator.store.queries.sources import stands_for_itself
from annotator.store.settling import Adjudication, Gold

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    subject_id: int
    document_id: int
    position: int
    lang: str | None
    text: str
    start: int
    end: int


def paragraphs(session: Session, document_ids: Sequence[int]) -> Iterator[ParagraphRow]:
    """The paragraphs that stand today in these documents, in reading order of each."""
    statement = (
        select(
            Subject.id,
            DocumentVersion.document_id,
            Paragraph.position,
            Paragraph.lang,
            Paragraph.text,
            Paragraph.start,
            Paragraph.end,
        )
        .join(Paragraph, Subject.paragraph_id == Paragraph.id)
        .join(DocumentVersion, Paragraph.version_id == DocumentVersion.id)
        .join(Document, DocumentVersion.document_id == Document.id)
        .where(DocumentVersion.document_id.in_(document_ids), is_current())
        .order_by(DocumentVersion.document_id, Paragraph.position)
    )
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield ParagraphRow(*row)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: int
    subject_id: int
    lang: str | None
    url: str | None
    published_on: date | None
    source_name: str


def documents(session: Session, project_id: int) -> list[DocumentRow]:
    """Every document in the order of import, withdrawn ones too."""
    rows = session.execute(
        select(
            Document.id,
            Subject.id,
            Document.lang,
            Document.url,
            Document.published_on,
            Source.name,
        )
        .join(Subject, Subject.document_id == Document.id)
        .join(Document.source)
        .where(Document.project_id == project_id, Subject.scope == "document")
        .order_by(Document.id)
    )
    return [DocumentRow(*row) for row in rows]


def languages(session: Session, project_id: int) -> dict[str | None, int]:
    """How many documents that were not withdrawn are in each language, by name."""
    rows = session.execute(
        select(Document.lang, func.count(Document.id))
        .where(Document.project_id == project_id, Document.withdrawn_at.is_(None))
        .group_by(Document.lang)
    )
    return dict(sorted(((lang, count) for lang, count in rows), key=lambda row: row[0] or ""))


def probabilities_of_noise(session: Session, project_id: int) -> dict[int, float]:
    """By subject what the machine last said of a paragraph, 0 to 1."""
    statement = (
        select(Subject.id, Suggestion.probability)
        .join(Suggestion, Suggestion.paragraph_id == Subject.paragraph_id)
        .where(Subject.project_id == project_id)
        .order_by(Suggestion.id)
        .execution_options(yield_per=AT_ONCE)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def sources(session: Session, project_id: int) -> list[str]:
    """The names of the sources that were not withdrawn, and that stand for themselves."""
    present = select(Source.name).where(
        Source.project_id == project_id, Source.withdrawn_at.is_(None), stands_for_itself()
    )
    return list(session.scalars(present))


@dataclass(frozen=True, slots=True)
class GoldRow:
    """`version` is the number of the codebook that the label is of."""

    subject_id: int
    question: str
    state: str
    method: str
    alternatives: list[list[str]] | None
    version: int


def gold(session: Session, project_id: int) -> Iterator[GoldRow]:
    """Every settled label; of subjects that are the same item the newest comes last."""
    statement = (
        select(
            Gold.subject_id,
            Gold.question,
            Gold.state,
            Gold.method,
            Gold.alternatives,
            CodebookVersion.number,
        )
        .join(Subject, Gold.subject_id == Subject.id)
        .join(CodebookVersion, Gold.codebook_version_id == CodebookVersion.id)
        .where(Subject.project_id == project_id)
        .order_by(Gold.settled_at, Gold.id)
    )
    for row in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield GoldRow(*row)


def adjudications(session: Session, project_id: int, questions: Collection[str]) -> dict[str, int]:
    """How many decisions on these questions stand, how many by people on their own items, and in
    how many several answers are right.

    A person who decided again counts once, with the last decision.
    """
    rows = session.execute(
        select(
            Adjudication.subject_id,
            Adjudication.question,
            Adjudication.adjudicator_id,
            Adjudication.self_adjudicated,
            Adjudication.alternatives,
        )
        .join(Subject, Adjudication.subject_id == Subject.id)
        .where(Subject.project_id == project_id, Adjudication.question.in_(questions))
        .order_by(Adjudication.number)
    )
    last = {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}
    return {
        "decisions": len(last),
        "self_adjudicated": sum(1 for by_self, _ in last.values() if by_self),
        "several_right": sum(1 for _, answers in last.values() if len(answers or ()) > 1),
    }


def rounds(session: Session, project_id: int) -> list[tuple[Round, int]]:
    """The rounds with the number of their codebook, the oldest first."""
    rows = session.execute(
        select(Round, CodebookVersion.number)
        .join(Round.codebook_version)
        .where(Round.project_id == project_id)
        .order_by(Round.id)
    )
    return [(row.Round, row.number) for row in rows]


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as the pages show it; `made_by` is None where the command line made it."""

    number: int
    seed: int
    manifest: dict[str, Any]
    changes: dict[str, Any] | None
    folder: str
    made_at: datetime
    made_by: str | None

    @property
    def counted(self) -> int:
        """How many judgments count in agreement."""
        return int(self.manifest["counts"]["annotations"] - sum(self.manifest["excluded"].values()))


def releases(session: Session, project_id: int) -> list[ReleaseRow]:
    """The releases of the project, the newest first."""
    return [ReleaseRow(*row) for row in session.execute(_releases(project_id))]


def release(session: Session, *, project_id: int, number: int) -> ReleaseRow | None:
    row = session.execute(_releases(project_id).where(Release.number == number)).one_or_none()
    return None if row is None else ReleaseRow(*row)


def last_options(session: Session, project_id: int) -> dict[str, Any] | None:
    """What the newest release was made with; None before the first."""
    newest = (
        select(Release.options)
        .where(Release.project_id == project_id)
        .order_by(Release.number.desc())
    )
    return session.scalars(newest.limit(1)).first()


def _releases(project_id: int) -> Any:  # noqa: ANN401 - the type of a select of seven columns
    return (
        select(
            Release.number,
            Release.seed,
            Release.manifest,
            Release.changes,
            Release.folder,
            Release.made_at,
            User.name,
        )
        .outerjoin(User, Release.made_by_id == User.id)
        .where(Release.project_id == project_id)
        .order_by(Release.number.desc())
    )


@dataclass(frozen=True, slots=True)
class JobRow:
    """The last job of a kind; `sentence` says why it failed."""

    state: str
    progress: float
    attempts: int
    result: dict[str, Any] | None
    sentence: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_unfinished(self) -> bool:
        return self.state in {"queued", "running"}


def last_job(session: Session, *, project_id: int, kind: str) -> JobRow | None:
    statement = (
        select(
            Job.state,
            Job.progress,
            Job.attempts,
            Job.result,
            Job.error,
            Job.created_at,
            Job.ended_at,
        )
        .where(Job.project_id == project_id, Job.kind == kind)
        .order_by(Job.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else JobRow(*row)
