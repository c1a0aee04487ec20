"""What suggestions of noise came to, held against gold; and the refits of a project."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Source, Subject, Suggestion
from annotator.store.people import User
from annotator.store.queries.documents import is_current
from annotator.store.settling import Gold
from annotator.store.suggesting import NoiseRefit

QUESTION: Final = "content"
# What is mixed on one line is neither; what was copied through a cluster was settled elsewhere.
MAIN: Final = [["main"]]
NOISE: Final = [["boilerplate"]]


@dataclass(frozen=True, slots=True)
class Settled:
    """A paragraph that was settled as main text or noise.

    `probability` is that of its suggestion, None where nothing is suggested.
    """

    paragraph_id: int
    version_id: int
    source_id: int
    source: str
    lang: str | None
    is_noise: bool
    probability: float | None


def settled(session: Session, project_id: int) -> Iterator[Settled]:
    """The paragraphs of today with gold on `content`, version by version."""
    newest = (
        select(Suggestion.probability)
        .where(Suggestion.paragraph_id == Paragraph.id)
        .order_by(Suggestion.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("probability")
    )
    rows = session.execute(
        select(
            Paragraph.id,
            Paragraph.version_id,
            Source.id.label("source_id"),
            Source.name.label("source"),
            Paragraph.lang,
            Gold.alternatives,
            newest,
        )
        .join(Subject, Subject.id == Gold.subject_id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Source, Source.id == Document.source_id)
        .where(
            Subject.project_id == project_id,
            Gold.question == QUESTION,
            Gold.state == "decided",
            Gold.method != "propagated",
            is_current(),
        )
        .order_by(Paragraph.version_id, Paragraph.position)
    )
    for row in rows:
        if row.alternatives in (MAIN, NOISE):
            yield Settled(
                paragraph_id=row.id,
                version_id=row.version_id,
                source_id=row.source_id,
                source=row.source,
                lang=row.lang,
                is_noise=row.alternatives == NOISE,
                probability=row.probability,
            )


def current_versions(session: Session, project_id: int) -> list[int]:
    """The version of each document that stands today."""
    statement = (
        select(DocumentVersion.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .where(Document.project_id == project_id, is_current())
        .distinct()
        .order_by(DocumentVersion.id)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True, slots=True)
class RefitRow:
    """`made_by` is None where the command line made it; `held_out` as `services.noise_refits`."""

    number: int
    base: str
    held_out: list[dict[str, Any]]
    paragraphs: int
    noise: int
    in_use: bool
    made_at: datetime
    made_by: str | None


def refits(session: Session, project_id: int) -> list[RefitRow]:
    """The refits of a project, the newest first."""
    statement: Select[Any] = (
        select(
            NoiseRefit.number,
            NoiseRefit.base,
            NoiseRefit.held_out,
            NoiseRefit.paragraphs,
            NoiseRefit.noise,
            NoiseRefit.in_use,
            NoiseRefit.made_at,
            User.name,
        )
        .outerjoin(User, User.id == NoiseRefit.made_by_id)
        .where(NoiseRefit.project_id == project_id)
        .order_by(NoiseRefit.number.desc())
    )
    return [RefitRow(*row) for row in session.execute(statement)]


def refit(session: Session, *, project_id: int, number: int) -> NoiseRefit | None:
    return session.scalars(
        select(NoiseRefit).where(NoiseRefit.project_id == project_id, NoiseRefit.number == number)
    ).one_or_none()


def refit_in_use(session: Session, project_id: int) -> NoiseRefit | None:
    return session.scalars(
        select(NoiseRefit).where(NoiseRefit.project_id == project_id, NoiseRefit.in_use)
    ).one_or_none()


def last_number(session: Session, project_id: int) -> int:
    """The number of the newest refit, 0 if there is none."""
    newest = select(func.max(NoiseRefit.number)).where(NoiseRefit.project_id == project_id)
    return session.scalar(newest) or 0
