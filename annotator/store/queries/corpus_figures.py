"""Figures of a project's documents by source and language, and what a source says of itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from annotator.domain.codebook import CLEANUP
from annotator.store.corpus import (
    Document,
    DocumentVersion,
    Paragraph,
    Source,
    Subject,
    Suggestion,
)
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Round,
)
from annotator.store.queries.document_list import (
    ALTERNATIVES,
    LIKELY,
    NoiseLabels,
    gold_of_noise,
    is_noise,
)
from annotator.store.queries.documents import is_current

REPEATS: Final = 20
_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Documents in use of one source in one language; all but documents count paragraphs.

    `suggested` are probably noise, `judged` have an annotation, `settled` have gold on whether they
    are noise, and `noise` are it; `services.documents.settled_noise` adds what clean-up settled.
    """

    source_id: int
    source: str
    lang: str | None
    documents: int
    paragraphs: int
    suggested: int
    judged: int
    settled: int
    noise: int


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    text: str
    documents: int
    document_id: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person said of a source, under which codebook."""

    answers: dict[str, list[str]]
    version: CodebookVersion


def figures(
    session: Session, *, project_id: int, noise: NoiseLabels, source_id: int | None = None
) -> list[Figures]:
    """By source and language, in the order of the names; of one source, or of all."""
    which: list[ColumnElement[bool]] = [Document.project_id == project_id, is_current()]
    if source_id is not None:
        which.append(Document.source_id == source_id)
    rows: Any = session.execute(
        select(
            Document.source_id,
            Source.name,
            Document.lang,
            func.count(Document.id.distinct()),
            func.count(Paragraph.id),
        )
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .join(Source, Source.id == Document.source_id)
        .where(*which)
        .group_by(Document.source_id, Source.name, Document.lang)
        .order_by(Source.name, Document.lang)
    ).all()
    suggested = _suggested(session, which)
    judged = _judged(session, which)
    settled, found = _settled(session, which, noise)
    return [
        Figures(
            source_id=row[0],
            source=row[1],
            lang=row[2],
            documents=row[3],
            paragraphs=row[4],
            suggested=suggested[row[0], row[2]],
            judged=judged[row[0], row[2]],
            settled=settled[row[0], row[2]],
            noise=found[row[0], row[2]],
        )
        for row in rows
    ]


_Counts = Counter[tuple[int, str | None]]


def _suggested(session: Session, which: list[ColumnElement[bool]]) -> _Counts:
    rows: Any = session.execute(
        select(Document.source_id, Document.lang, func.count(Suggestion.paragraph_id.distinct()))
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .join(Suggestion, Suggestion.paragraph_id == Paragraph.id)
        .where(*which, Suggestion.probability >= LIKELY)
        .group_by(Document.source_id, Document.lang)
    )
    return Counter({(row[0], row[1]): row[2] for row in rows})


def _judged(session: Session, which: list[ColumnElement[bool]]) -> _Counts:
    rows: Any = session.execute(
        select(Document.source_id, Document.lang, func.count(Paragraph.id.distinct()))
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .join(Subject, Subject.paragraph_id == Paragraph.id)
        .join(Assignment, Assignment.subject_id == Subject.id)
        .where(*which, Assignment.state == "done")
        .group_by(Document.source_id, Document.lang)
    )
    return Counter({(row[0], row[1]): row[2] for row in rows})


def _settled(
    session: Session, which: list[ColumnElement[bool]], noise: NoiseLabels
) -> tuple[_Counts, _Counts]:
    settled: _Counts = Counter()
    found: _Counts = Counter()
    if noise is None:
        return settled, found
    rows: Any = session.execute(
        gold_of_noise(noise[0])
        .join(Document, Document.id == DocumentVersion.document_id)
        .with_only_columns(Document.source_id, Document.lang, ALTERNATIVES, func.count())
        .where(*which)
        .group_by(Document.source_id, Document.lang, ALTERNATIVES)
    )
    for source_id, lang, alternatives, count in rows:
        settled[source_id, lang] += count
        if is_noise(alternatives, noise[1]):
            found[source_id, lang] += count
    return settled, found


def cleaned_places(
    session: Session,
    *,
    project_id: int,
    source_id: int | None = None,
    document_ids: Sequence[int] | None = None,
) -> Iterator[tuple[int, int, str | None, int]]:
    """(subject, source, language, document) of the paragraphs of documents in use that a clean-up
    round had.
    """
    which: list[ColumnElement[bool]] = [Document.project_id == project_id, is_current()]
    if source_id is not None:
        which.append(Document.source_id == source_id)
    if document_ids is not None:
        which.append(Document.id.in_(document_ids))
    cleaned = (
        select(Assignment.subject_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(Round.project_id == project_id, Round.kind == CLEANUP)
    )
    rows = session.execute(
        select(Subject.id, Document.source_id, Document.lang, Document.id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(*which, Subject.id.in_(cleaned))
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in rows:
        yield row[0], row[1], row[2], row[3]


def repeated_lines(session: Session, *, source_id: int) -> list[RepeatedLine]:
    """The paragraphs that stand in most documents of a source, in two at least."""
    held = func.count(Document.id.distinct())
    rows: Any = session.execute(
        select(func.min(Paragraph.text), held, func.min(Document.id))
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.source_id == source_id, is_current())
        .group_by(Paragraph.duplicate_key)
        .having(held > 1)
        .order_by(held.desc(), func.min(Paragraph.id))
        .limit(REPEATS)
    )
    return [RepeatedLine(*row) for row in rows]


def ratings(session: Session, *, source_id: int) -> list[Rating]:
    """The newest answers of everyone who rated the source."""
    rows: Any = session.execute(
        select(AnnotationRevision.answers, CodebookVersion)
        .join(Annotation, Annotation.id == AnnotationRevision.annotation_id)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .join(Assignment.round)
        .join(CodebookVersion)
        .where(
            Subject.source_id == source_id,
            Assignment.state == "done",
            AnnotationRevision.number == Annotation.revision,
        )
    )
    return [Rating(row[0], row[1]) for row in rows]


def has_to_rate(session: Session, *, source_id: int, user_id: int) -> bool:
    """Whether the person still has this source to rate, so that ratings must not be shown."""
    found = (
        select(Assignment.id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(
            Subject.source_id == source_id,
            Assignment.user_id == user_id,
            Assignment.state == "open",
        )
    )
    return session.scalar(found.limit(1)) is not None
