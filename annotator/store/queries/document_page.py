"""One document as its page shows it: facts, versions, and every paragraph with its state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Source,
    Subject,
    Suggestion,
)
from annotator.store.labelling import Assignment
from annotator.store.queries.documents import is_current
from annotator.store.settling import Gold

ON_A_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """`repeat_of` is the position of the copy that stays, from 0."""

    noise_type: str
    probability: float
    reasons: tuple[str, ...]
    repeat_of: int | None


@dataclass(frozen=True, slots=True)
class GoldShown:
    """`answers` are the alternatives, each a tuple of labels; none where it does not apply."""

    question: str
    state: str
    method: str
    answers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ParagraphShown:
    """A paragraph with its state.

    `elsewhere` counts the paragraphs of other documents with the same text; `done` of `given`
    assignments are answered or skipped. `mine`: the reader still has it to label, so that its gold
    must not be shown.
    """

    position: int
    start: int
    end: int
    text: str
    lang: str | None
    subject_id: int | None
    suggestion: SuggestionShown | None
    elsewhere: int
    done: int
    given: int
    mine: bool
    gold: tuple[GoldShown, ...] = ()

    @property
    def has_work(self) -> bool:
        return bool(self.given or self.gold)


@dataclass(frozen=True, slots=True)
class VersionShown:
    id: int
    number: int
    file_name: str
    told: tuple[str, ...]
    characters: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document with one of its versions; `count` is how many paragraphs that has in all."""

    id: int
    title: str
    key: str
    source_id: int
    source: str
    url: str | None
    byline: str | None
    published_on: date | None
    lang: str | None
    withdrawn_at: datetime | None
    versions: tuple[VersionShown, ...]
    version: VersionShown
    cut: int
    count: int
    paragraphs: tuple[ParagraphShown, ...] = field(default_factory=tuple)

    @property
    def is_newest(self) -> bool:
        return self.version.id == self.versions[0].id


def document_shown(
    session: Session,
    *,
    document: Document,
    user_id: int,
    number: int | None = None,
    page: int = 1,
) -> DocumentShown | None:
    """A version of a document, the newest without `number`; None if it has no such version.

    `page` counts from 1, for documents of more than `ON_A_PAGE` paragraphs.
    """
    versions = _versions(session, document.id)
    version = next((each for each in versions if number in {None, each.number}), None)
    if version is None:
        return None
    cut, count = session.execute(
        select(Paragraph.cut, func.count())
        .where(Paragraph.version_id == version.id)
        .group_by(Paragraph.cut)
        .order_by(Paragraph.cut.desc())
        .limit(1)
    ).one()
    source = session.get_one(Source, document.source_id)
    return DocumentShown(
        id=document.id,
        title=document.title or document.key,
        key=document.key,
        source_id=source.id,
        source=source.name,
        url=document.url,
        byline=document.byline,
        published_on=document.published_on,
        lang=document.lang,
        withdrawn_at=document.withdrawn_at,
        versions=versions,
        version=version,
        cut=cut,
        count=count,
        paragraphs=_paragraphs(session, version.id, cut, user_id, page),
    )


def _versions(session: Session, document_id: int) -> tuple[VersionShown, ...]:
    rows = session.execute(
        select(
            DocumentVersion.id,
            DocumentVersion.number,
            DocumentVersion.file_name,
            DocumentVersion.told,
            DocumentVersion.characters,
            DocumentVersion.imported_at,
        )
        .where(DocumentVersion.document_id == document_id)
        .order_by(DocumentVersion.number.desc())
    )
    return tuple(
        VersionShown(row[0], row[1], row[2], tuple(row[3]), row[4], row[5]) for row in rows
    )


def _paragraphs(
    session: Session, version_id: int, cut: int, user_id: int, page: int
) -> tuple[ParagraphShown, ...]:
    first = (page - 1) * ON_A_PAGE
    rows: Sequence[Any] = session.execute(
        select(Paragraph, Suggestion, ClusterMember.cluster_id, Subject.id.label("subject_id"))
        .outerjoin(Suggestion, Suggestion.paragraph_id == Paragraph.id)
        .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .outerjoin(Subject, Subject.paragraph_id == Paragraph.id)
        .where(
            Paragraph.version_id == version_id,
            Paragraph.cut == cut,
            Paragraph.position.between(first, first + ON_A_PAGE - 1),
        )
        .order_by(Paragraph.position, Suggestion.id)
    ).all()
    subjects = [row.subject_id for row in rows if row.subject_id is not None]
    work = _work(session, subjects, user_id)
    gold = _gold(session, subjects)
    copies = _positions(session, [row.Suggestion for row in rows if row.Suggestion is not None])
    elsewhere = _elsewhere(session, {row.cluster_id for row in rows}, version_id)
    # The newest suggestion stands where several were made.
    shown = {
        row.Paragraph.position: ParagraphShown(
            position=row.Paragraph.position,
            start=row.Paragraph.start,
            end=row.Paragraph.end,
            text=row.Paragraph.text,
            lang=row.Paragraph.lang,
            subject_id=row.subject_id,
            suggestion=_suggestion(row.Suggestion, copies),
            elsewhere=elsewhere.get(row.cluster_id, 0),
            **work.get(row.subject_id, _NO_WORK),
            gold=tuple(gold.get(row.subject_id, ())),
        )
        for row in rows
    }
    return tuple(shown.values())


_NO_WORK: Final[dict[str, Any]] = {"done": 0, "given": 0, "mine": False}


def _work(session: Session, subjects: Sequence[int], user_id: int) -> dict[int, dict[str, Any]]:
    is_open = Assignment.state == "open"
    rows: Iterable[Any] = session.execute(
        select(
            Assignment.subject_id,
            func.sum(case((is_open, 0), else_=1)).label("done"),
            func.count(Assignment.id).label("given"),
            func.max(case((is_open & (Assignment.user_id == user_id), 1), else_=0)).label("mine"),
        )
        .where(Assignment.subject_id.in_(subjects), Assignment.state != "withdrawn")
        .group_by(Assignment.subject_id)
    )
    return {
        row.subject_id: {"done": row.done, "given": row.given, "mine": bool(row.mine)}
        for row in rows
    }


def _gold(session: Session, subjects: Sequence[int]) -> dict[int, list[GoldShown]]:
    found: dict[int, list[GoldShown]] = {}
    for row in session.scalars(select(Gold).where(Gold.subject_id.in_(subjects)).order_by(Gold.id)):
        answers = tuple(tuple(each) for each in row.alternatives or ())
        shown = GoldShown(row.question, row.state, row.method, answers)
        found.setdefault(row.subject_id, []).append(shown)
    return found


def _positions(session: Session, suggestions: Sequence[Suggestion]) -> dict[int, int]:
    copies = {each.repeat_of_id for each in suggestions if each.repeat_of_id is not None}
    rows: Iterable[Any] = session.execute(
        select(Paragraph.id, Paragraph.position).where(Paragraph.id.in_(copies))
    )
    return {row.id: row.position for row in rows}


def _suggestion(suggestion: Suggestion | None, positions: dict[int, int]) -> SuggestionShown | None:
    if suggestion is None:
        return None
    return SuggestionShown(
        suggestion.noise_type,
        suggestion.probability,
        tuple(suggestion.reasons),
        positions.get(suggestion.repeat_of_id or 0),
    )


def _elsewhere(
    session: Session, cluster_ids: Iterable[int | None], version_id: int
) -> dict[int, int]:
    rows: Iterable[Any] = session.execute(
        select(ClusterMember.cluster_id, func.count(Paragraph.id))
        .join(Paragraph, Paragraph.id == ClusterMember.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(
            ClusterMember.cluster_id.in_([each for each in cluster_ids if each is not None]),
            Paragraph.version_id != version_id,
            is_current(),
        )
        .group_by(ClusterMember.cluster_id)
    )
    return {row[0]: row[1] for row in rows}
