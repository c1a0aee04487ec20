"""The list of a project's documents: filtered, sorted, a page at a time.

The order is settled on the documents alone, by columns that are theirs; what else a line shows is
looked up for the lines of the page. So a hundred thousand documents cost as much as their sorting.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, case, cast, exists, func, select
from sqlalchemy.orm import Session

from annotator.store.corpus import (
    Document,
    DocumentVersion,
    Paragraph,
    Source,
    Subject,
    Suggestion,
)
from annotator.store.labelling import Assignment
from annotator.store.queries.documents import is_latest_version
from annotator.store.settling import Gold

ON_A_PAGE: Final = 100
LIKELY: Final = 0.5
# Beyond that the columns that have to be counted cannot be sorted by: it would take seconds.
COUNTED_AT_MOST: Final = 20_000

STATES: Final = ("unassigned", "open", "done", "withdrawn")
SORTS: Final = ("source", "title", "date", "language", "imported")
COUNTED_SORTS: Final = ("paragraphs", "progress", "noise")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is wanted; `state` is one of `STATES`, `sort` of the sorts, or empty.

    Without a state the withdrawn are left out. `lang` "-" stands for documents without a language.
    """

    source_id: int | None = None
    lang: str = ""
    state: str = ""
    sort: str = "source"
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list.

    `suggested` counts its paragraphs that are probably noise, `noise` those whose gold says so;
    `done` of `given` assignments are answered or skipped.
    """

    id: int
    title: str
    source_id: int
    source: str
    published_on: date | None
    lang: str | None
    withdrawn_at: datetime | None
    version_number: int
    imported_at: datetime
    paragraphs: int
    suggested: int
    done: int
    given: int
    noise: int

    @property
    def suggested_share(self) -> float | None:
        return self.suggested / self.paragraphs if self.paragraphs else None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; `more`: there is another one after it."""

    rows: tuple[DocumentRow, ...]
    more: bool


NoiseLabels = tuple[str, Collection[str]] | None


def how_many(session: Session, *, project_id: int) -> tuple[int, int]:
    """Documents of a project that are in use, and those that were withdrawn."""
    rows = session.execute(
        select(Document.withdrawn_at.is_not(None), func.count(Document.id))
        .where(Document.project_id == project_id)
        .group_by(Document.withdrawn_at.is_not(None))
    )
    counts = {bool(withdrawn): count for withdrawn, count in rows}
    return counts.get(False, 0), counts.get(True, 0)


def languages(session: Session, *, project_id: int) -> list[str | None]:
    """The languages of the documents, in order; None if some have none."""
    found = session.scalars(
        select(Document.lang).where(Document.project_id == project_id).distinct()
    )
    return sorted(found, key=lambda lang: (lang is None, lang or ""))


def listed(
    session: Session, *, project_id: int, wanted: Wanted, noise: NoiseLabels = None
) -> Listed:
    """One page of the list; `noise` is what `domain.noise_labels` gives, for the settled share."""
    statement = (
        select(Document.id)
        .join(Source, Source.id == Document.source_id)
        .where(Document.project_id == project_id, *_conditions(wanted))
        .order_by(*_order(wanted))
        .limit(ON_A_PAGE + 1)
        .offset((wanted.page - 1) * ON_A_PAGE)
    )
    ids = session.scalars(statement).all()
    return Listed(_rows(session, ids[:ON_A_PAGE], noise), len(ids) > ON_A_PAGE)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    withdrawn = Document.withdrawn_at.is_not(None)
    found: list[ColumnElement[bool]] = [withdrawn if wanted.state == "withdrawn" else ~withdrawn]
    if wanted.source_id is not None:
        found.append(Document.source_id == wanted.source_id)
    if wanted.lang:
        lang = None if wanted.lang == "-" else wanted.lang
        found.append(Document.lang.is_(None) if lang is None else Document.lang == lang)
    if wanted.state in {"open", "done"}:
        found.append(_has_work())
    if wanted.state == "unassigned":
        found.append(~_has_work())
    if wanted.state == "open":
        found.append(_has_work("open"))
    if wanted.state == "done":
        found.append(~_has_work("open"))
    return found


def _has_work(state: str | None = None) -> ColumnElement[bool]:
    which = Assignment.state != "withdrawn" if state is None else Assignment.state == state
    return (
        exists()
        .where(Subject.document_id == Document.id, Assignment.subject_id == Subject.id, which)
        .correlate(Document)
    )


def _order(wanted: Wanted) -> list[Any]:
    columns: dict[str, Any] = {
        "source": Source.name,
        "title": func.coalesce(Document.title, Document.key),
        "date": Document.published_on,
        "language": Document.lang,
        "imported": Document.created_at,
        "paragraphs": _counted(func.count(Paragraph.id)),
        "noise": _noise_share(),
        "progress": _progress(),
    }
    column = columns[wanted.sort]
    ordered = column.desc() if wanted.descending else column.asc()
    # PostgreSQL and SQLite differ on where what is missing goes.
    return [ordered.nulls_last(), Document.id]


def _counted(what: ColumnElement[Any]) -> Any:  # noqa: ANN401 - a scalar subquery
    return (
        select(what)
        .select_from(DocumentVersion)
        .join(Paragraph, Paragraph.version_id == DocumentVersion.id)
        .where(
            DocumentVersion.document_id == Document.id,
            is_latest_version(),
            # SQLite would take the index of this column, by which nearly all rows are alike.
            func.coalesce(Paragraph.superseded_by_id, 0) == 0,
        )
        .correlate(Document)
        .scalar_subquery()
    )


def _noise_share() -> Any:  # noqa: ANN401 - a scalar subquery
    likely = exists().where(
        Suggestion.paragraph_id == Paragraph.id, Suggestion.probability >= LIKELY
    )
    return _counted(func.avg(case((likely.correlate(Paragraph), 1.0), else_=0.0)))


def _progress() -> Any:  # noqa: ANN401 - a scalar subquery
    return (
        select(func.avg(case((Assignment.state == "open", 0.0), else_=1.0)))
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(Subject.document_id == Document.id, Assignment.state != "withdrawn")
        .correlate(Document)
        .scalar_subquery()
    )


def _rows(session: Session, ids: Sequence[int], noise: NoiseLabels) -> tuple[DocumentRow, ...]:
    rows: Sequence[Any] = session.execute(
        select(
            Document.id,
            func.coalesce(Document.title, Document.key),
            Source.id,
            Source.name,
            Document.published_on,
            Document.lang,
            Document.withdrawn_at,
            DocumentVersion.number,
            DocumentVersion.imported_at,
            DocumentVersion.id,
        )
        .join(Source, Source.id == Document.source_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Document.id.in_(ids), is_latest_version())
    ).all()
    texts = _texts(session, [row[-1] for row in rows])
    work = _work(session, ids)
    settled = _settled(session, ids, noise)
    found: dict[int, DocumentRow] = {}
    for *facts, version_id in rows:
        counts = [*texts.get(version_id, (0, 0)), *work.get(facts[0], (0, 0)), settled[facts[0]]]
        found[facts[0]] = DocumentRow(*(facts + counts))
    return tuple(found[each] for each in ids if each in found)


def _texts(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Paragraphs and probable noise by version."""
    likely = (Suggestion.paragraph_id == Paragraph.id) & (Suggestion.probability >= LIKELY)
    rows = session.execute(
        select(
            Paragraph.version_id,
            func.count(Paragraph.id.distinct()),
            func.count(Suggestion.paragraph_id.distinct()),
        )
        .outerjoin(Suggestion, likely)
        .where(Paragraph.version_id.in_(version_ids), Paragraph.superseded_by_id.is_(None))
        .group_by(Paragraph.version_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _work(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows: Iterable[Any] = session.execute(
        select(
            Subject.document_id,
            func.sum(case((Assignment.state == "open", 0), else_=1)),
            func.count(Assignment.id),
        )
        .join(Assignment, Assignment.subject_id == Subject.id)
        .where(Subject.document_id.in_(ids), Assignment.state != "withdrawn")
        .group_by(Subject.document_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _settled(session: Session, ids: Sequence[int], noise: NoiseLabels) -> Counter[int]:
    """Paragraphs that stand today and whose gold is noise, by document."""
    found: Counter[int] = Counter()
    if noise is None:
        return found
    rows: Iterable[Any] = session.execute(
        gold_of_noise(noise[0])
        .with_only_columns(Subject.document_id, ALTERNATIVES, func.count())
        .where(Subject.document_id.in_(ids))
        .group_by(Subject.document_id, ALTERNATIVES)
    )
    for document_id, alternatives, count in rows:
        if is_noise(alternatives, noise[1]):
            found[document_id] += count
    return found


# As text, since PostgreSQL and SQLite group by that alike, and few different ones are stored.
ALTERNATIVES: Final = cast(Gold.alternatives, Text)


def gold_of_noise(question: str) -> Select[Any]:
    """Gold on the question by which noise is told, of paragraphs that stand in the latest version;
    it joins `Gold`, `Subject`, `Paragraph` and `DocumentVersion`.
    """
    return (
        select(Gold.id)
        .join(Subject, Subject.id == Gold.subject_id)
        .join(Paragraph, Paragraph.id == Subject.paragraph_id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .where(
            Gold.question == question,
            Gold.state == "decided",
            Paragraph.superseded_by_id.is_(None),
            is_latest_version(),
        )
    )


def is_noise(alternatives: str | None, labels: Collection[str]) -> bool:
    """Whether every answer that counts as right is one of the labels of noise."""
    answers = json.loads(alternatives or "[]")
    return bool(answers) and all(set(answer) <= set(labels) and answer for answer in answers)
