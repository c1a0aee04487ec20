"""A look at documents that are in: the language of their paragraphs, and what may be noise.

Both ask a language model about the same texts, so they are done document by document. The rules
themselves are in `domain.noise`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from annotator.domain import noise
from annotator.domain.language import detect, document_language
from annotator.domain.scripts import script_of, scripts_of_language
from annotator.domain.segmentation import Piece
from annotator.services.documents.placing import placed_in_pages
from annotator.services.documents.repeats import Holders
from annotator.store.corpus import (
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Project,
    Suggestion,
)
from annotator.store.queries import noise as queries

if TYPE_CHECKING:
    from annotator.domain.noise.refit import Refit

# In log scores: below it a paragraph is taken to be in the language of its document.
MARGIN = 5.0
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at one version found; languages are those of its paragraphs in order."""

    rows: Sequence[Row[Any]]
    lang: str | None
    languages: list[str | None]
    suggestions: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judge:
    """What suggestions are made by: the shipped ones, or over them a refit to a project's gold."""

    refit: "Refit | None"
    made_by: str


def judge_in_use(session: Session, project_id: int) -> Judge:
    """A refit that an earlier version of the program made is not used: the lead refits anew."""
    row = queries.refit_in_use(session, project_id)
    if row is None or row.base != noise.MADE_BY:
        return Judge(None, noise.MADE_BY)
    # Numpy is loaded by those who judge alone.
    from annotator.domain.noise.refit import Refit  # noqa: PLC0415

    return Judge(Refit.from_json(row.fit), f"{row.base}+refit-{row.number}")


def inspect(session: Session, *, project_id: int, version_ids: Sequence[int]) -> dict[int, int]:
    """Store languages and suggestions of these versions; gives how many of the latter each has.

    Suggestions that were made before are replaced. Exact clusters must be there already: only what
    is in a cluster is looked for elsewhere. A language that came with a document stays.
    """
    found: dict[int, int] = {}
    for some, looks in _looks(session, project_id, version_ids):
        _store_languages(session, looks)
        replace_suggestions(session, some, [row for look in looks for row in look.suggestions])
        found |= {look.rows[0].version_id: len(look.suggestions) for look in looks}
    return found


def suggestions_anew(
    session: Session,
    *,
    project_id: int,
    version_ids: Sequence[int],
    progress: Callable[[float], None],
) -> list[dict[str, Any]]:
    """The suggestions for these versions, to be stored by `replace_suggestions`. Only reads."""
    rows: list[dict[str, Any]] = []
    done = 0
    for some, looks in _looks(session, project_id, version_ids):
        rows += [row for look in looks for row in look.suggestions]
        done += len(some)
        progress(done / len(version_ids))
    return rows


def surroundings(
    session: Session, *, project_id: int, version_ids: Sequence[int]
) -> Iterator[tuple[list[int], noise.Surroundings]]:
    """Each version as it is judged, with the ids of its paragraphs in order."""
    expected, holders = _expected(session, project_id), Holders(session)
    for at in range(0, len(version_ids), _AT_ONCE):
        documents = list(_documents(session, version_ids[at : at + _AT_ONCE]))
        around = _surroundings(session, documents, expected, holders)
        for rows, one in zip(documents, around, strict=True):
            yield [row.id for row in rows], one


def replace_suggestions(
    session: Session, version_ids: Sequence[int], rows: Sequence[dict[str, Any]]
) -> None:
    """Store suggestions in place of those that any version of the model made for these versions."""
    for at in range(0, len(version_ids), _AT_ONCE):
        theirs = select(Paragraph.id).where(
            Paragraph.version_id.in_(version_ids[at : at + _AT_ONCE])
        )
        session.execute(
            delete(Suggestion)
            .where(Suggestion.paragraph_id.in_(theirs), Suggestion.made_by.startswith(noise.MAKERS))
            .execution_options(synchronize_session=False)
        )
    if rows:
        session.execute(insert(Suggestion), list(rows))


def paragraph_language(text: str, lang: str | None, expected: tuple[str, ...]) -> str | None:
    """The language of a paragraph among those `expected`, or that of its document, `lang`.

    The document's stands for whatever is too short or too close to tell; None where the script is
    one that it is not written in.
    """
    found, margin = detect(text, (*expected, lang) if lang else expected)
    if found is not None and (margin >= MARGIN or lang is None):
        return found
    script = script_of(text)
    if lang is not None and script is not None and script not in scripts_of_language(lang):
        return None
    return lang


def _looks(
    session: Session, project_id: int, version_ids: Sequence[int]
) -> Iterator[tuple[Sequence[int], list[_Look]]]:
    expected, judge = _expected(session, project_id), judge_in_use(session, project_id)
    holders = Holders(session)
    for at in range(0, len(version_ids), _AT_ONCE):
        some = version_ids[at : at + _AT_ONCE]
        documents = list(_documents(session, some))
        around = _surroundings(session, documents, expected, holders)
        yield some, _look(documents, around, expected, judge)


def _expected(session: Session, project_id: int) -> tuple[str, ...]:
    return tuple(session.scalars(select(Project.languages).where(Project.id == project_id)).one())


def _documents(session: Session, version_ids: Sequence[int]) -> Iterator[list[Row[Any]]]:
    """The rows of each version, of its latest cut."""
    latest = (
        select(Paragraph.version_id, func.max(Paragraph.cut).label("cut"))
        .where(Paragraph.version_id.in_(version_ids))
        .group_by(Paragraph.version_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Paragraph.id,
            Paragraph.version_id,
            Paragraph.start,
            Paragraph.end,
            Paragraph.text,
            Paragraph.tail,
            Paragraph.lang,
            Paragraph.duplicate_key,
            DocumentVersion.document_id,
            Document.source_id,
            Document.lang.label("document_lang"),
            ClusterMember.cluster_id,
        )
        .join(
            latest,
            (latest.c.version_id == Paragraph.version_id) & (latest.c.cut == Paragraph.cut),
        )
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .order_by(Paragraph.version_id, Paragraph.position)
    )
    for _, of_one in groupby(rows, attrgetter("version_id")):
        yield cast("list[Row[Any]]", list(of_one))


def _learn(holders: Holders, documents: Sequence[Sequence[Row[Any]]]) -> None:
    repeated: dict[int, set[str]] = {}
    for rows in documents:
        keys = repeated.setdefault(rows[0].source_id, set())
        keys.update(row.duplicate_key for row in rows if row.cluster_id is not None)
    for source_id, keys in repeated.items():
        holders.learn(source_id, keys)


def _look(
    documents: Sequence[Sequence[Row[Any]]],
    around: Sequence[noise.Surroundings],
    expected: tuple[str, ...],
    judge: Judge,
) -> list[_Look]:
    return [
        _Look(
            rows,
            one.lang,
            [paragraph_language(piece.text, one.lang, expected) for piece in one.pieces],
            [_row(suggestion, rows, judge.made_by) for suggestion in suggestions],
        )
        for rows, one, suggestions in zip(
            documents, around, noise.suggest_all(around, judge.refit), strict=True
        )
    ]


def _surroundings(
    session: Session,
    documents: Sequence[Sequence[Row[Any]]],
    expected: tuple[str, ...],
    holders: Holders,
) -> list[noise.Surroundings]:
    _learn(holders, documents)
    placed = placed_in_pages(session, {rows[0].version_id: rows for rows in documents})
    return [
        _of_document(rows, expected, holders, placed.get(rows[0].version_id)) for rows in documents
    ]


def _of_document(
    rows: Sequence[Row[Any]],
    expected: tuple[str, ...],
    holders: Holders,
    placed: Sequence[noise.Placed] | None,
) -> noise.Surroundings:
    pieces = [Piece(row.start, row.end, row.text, row.tail) for row in rows]
    source_id = rows[0].source_id
    return noise.Surroundings(
        pieces=pieces,
        lang=rows[0].document_lang or document_language(pieces, expected),
        langs=expected,
        seen_elsewhere=holders.elsewhere(source_id, {row.duplicate_key for row in rows}),
        documents_of_source=holders.documents[source_id],
        placed=placed,
    )


def _row(one: noise.Suggestion, rows: Sequence[Row[Any]], made_by: str) -> dict[str, Any]:
    return {
        "paragraph_id": rows[one.position].id,
        "noise_type": one.noise_type,
        "probability": one.probability,
        "reasons": list(one.reasons),
        "repeat_of_id": None if one.repeat_of is None else rows[one.repeat_of].id,
        "made_by": made_by,
    }


def _store_languages(session: Session, looks: Sequence[_Look]) -> None:
    documents = [
        {"id": look.rows[0].document_id, "lang": look.lang}
        for look in looks
        if look.lang != look.rows[0].document_lang
    ]
    paragraphs = [
        {"id": row.id, "lang": lang}
        for look in looks
        for row, lang in zip(look.rows, look.languages, strict=True)
        if lang != row.lang
    ]
    if documents:
        session.execute(update(Document), documents)
    if paragraphs:
        session.execute(update(Paragraph), paragraphs)
