"""An annotator's own work: how far they are, and what they have labelled, to look at again."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.answer_words import in_words
from annotator.domain.codebook import Codebook
from annotator.services import codebooks
from annotator.services.seen_text import StoredText, as_seen
from annotator.store.labelling import CodebookVersion
from annotator.store.queries import mine as queries
from annotator.store.queries import progress as progress_queries
from annotator.store.queries.mine import Filter, Found, OwnRow, RoundWork
from annotator.store.queries.progress import RoundProgress

PAGE: Final = 25
WEEK: Final = timedelta(days=7)
ALL: Final = Filter()
NO_WORK: Final = RoundWork(flagged=0, this_week=0, seconds=None)


@dataclass(frozen=True, slots=True)
class OwnProgress:
    """A round with the person's pace in it."""

    round: RoundProgress
    work: RoundWork


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person looks for among their own annotations.

    `words` are looked for in the text as they saw it and in what they wrote themselves.
    """

    narrowed: Filter = ALL
    words: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the list; its text is as the person saw it, `answers` are in words."""

    row: OwnRow
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of what was found; `total` counts all pages."""

    rows: tuple[Shown, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def progress(
    session: Session, *, project_id: int, user_id: int, now: datetime
) -> tuple[OwnProgress, ...]:
    """One entry for each round in which the person has work, oldest first."""
    rounds = progress_queries.progress(session, project_id=project_id, user_id=user_id)
    work = queries.work(session, project_id=project_id, user_id=user_id, since=now - WEEK)
    return tuple(OwnProgress(one, work.get(one.round_id, NO_WORK)) for one in rounds)


def annotations(
    session: Session, *, project_id: int, user_id: int, asked: Asked, page: int = 1
) -> Listed:
    """What the person has done, skipped or flagged, newest first.

    A page past the end is the last one.
    """
    ids = _ids(session, project_id, user_id, asked)
    page = min(max(page, 1), max(1, -(-len(ids) // PAGE)))
    rows = queries.shown(
        session, user_id=user_id, assignment_ids=ids[(page - 1) * PAGE : page * PAGE]
    )
    return Listed(rows=_in_words(session, rows), total=len(ids), page=page)


def codebooks_of(session: Session, *, project_id: int, user_id: int) -> tuple[Codebook, ...]:
    """The versions under which the person has work, newest first."""
    rounds = queries.rounds(session, project_id=project_id, user_id=user_id)
    hashes = {one.content_hash: one.codebook_version_id for one in rounds}
    return tuple(_codebook(session, version_id) for version_id in hashes.values())


def _ids(session: Session, project_id: int, user_id: int, asked: Asked) -> list[int]:
    """The rows that are asked for, by what the database knows first, then by their words."""
    narrowed = asked.narrowed
    if not asked.words:
        return queries.ids(session, project_id=project_id, user_id=user_id, asked=narrowed)
    found = queries.found(session, project_id=project_id, user_id=user_id, asked=narrowed)
    return [one.assignment_id for one in _with_words(session, found, _folded(asked.words))]


def _with_words(session: Session, found: Sequence[Found], words: str) -> list[Found]:
    """Those with the words in the text as it was seen: what is masked cannot be searched for."""
    stored = [
        StoredText(one.text or one.title or "", one.document_id, one.masked_by) for one in found
    ]
    return [
        one
        for one, text in zip(found, as_seen(session, stored), strict=True)
        if words in _folded(text)
        or any(words in _folded(own) for own in (one.note, one.skip_reason, one.flag_note) if own)
    ]


def _folded(text: str) -> str:
    """So that neither case nor the way in which an accent is stored matters."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()


def _in_words(session: Session, rows: Sequence[OwnRow]) -> tuple[Shown, ...]:
    stored = [
        StoredText(row.text or "", row.document_id, row.codebook_version_id if row.blind else None)
        for row in rows
    ]
    shown = []
    for row, text in zip(rows, as_seen(session, stored), strict=True):
        codebook = _codebook(session, row.codebook_version_id)
        words = in_words(codebook, row.answers or {}, codebook.languages[0])
        shown.append(Shown(replace(row, text=text or None), words))
    return tuple(shown)


def _codebook(session: Session, version_id: int) -> Codebook:
    return codebooks.codebook_of(session.get_one(CodebookVersion, version_id))
