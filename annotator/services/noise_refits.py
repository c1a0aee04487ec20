"""Suggestions of noise held against the gold of a project, and refitted to it.

A refit is made in the background and measured before anybody switches it on; switching it on or
off computes the suggestions of the whole project anew, again in the background.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.domain import noise
from annotator.domain.noise.enough import require_enough
from annotator.errors import Conflict, DataInvalid, NotFound
from annotator.services import jobs
from annotator.services.documents.inspecting import (
    judge_in_use,
    replace_suggestions,
    suggestions_anew,
    surroundings,
)
from annotator.services.jobs import LeasedJob
from annotator.store.audit import record
from annotator.store.publishing import Job
from annotator.store.queries import noise as queries
from annotator.store.queries.noise import Settled
from annotator.store.suggesting import NoiseRefit

if TYPE_CHECKING:
    from annotator.domain.noise.refit import Refitted

REFIT: Final = "noise_refit"
SUGGEST: Final = "noise_suggestions"
# Shares of the work of a refit that are done once the paragraphs are judged.
_JUDGED: Final = 0.9

NO_SUCH_REFIT = "The project has no refit {number}."
OLD_REFIT = (
    "Refit {number} was made over an earlier version of the suggestions; refit again, then switch "
    "that one on."
)
SWITCHED_MEANWHILE = "Another refit was switched on or off meanwhile; switch it again."
IN_USE = "That is what makes the suggestions already."


@dataclass(frozen=True, slots=True)
class Figures:
    """Suggestions of one source or language (None: of all, or not known) against gold.

    Precision from .9, precision and recall from .5 on; None where nothing is suggested or noise.
    """

    name: str | None
    paragraphs: int
    noise: int
    sure: int
    sure_precision: float | None
    likely: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far gold and suggestions agree today; `refusal` says why there is too little to refit."""

    whole: Figures
    sources: tuple[Figures, ...]
    languages: tuple[Figures, ...]
    made_by: str
    refusal: str | None

    @property
    def is_refitted(self) -> bool:
        return self.made_by != noise.MADE_BY


def standing(session: Session, project_id: int) -> Standing:
    """What the suggestions that are shown came to where people have settled the paragraph."""
    rows = list(queries.settled(session, project_id))
    return Standing(
        _figures(None, rows),
        _by(rows, lambda row: row.source),
        _by(rows, lambda row: row.lang or ""),
        judge_in_use(session, project_id).made_by,
        _refusal(rows),
    )


def request_refit(session: Session, *, project_id: int, actor_id: int | None, now: datetime) -> Job:
    """Queue a refit.

    Raises:
        Conflict: one is being made already.
        DataInvalid: there is too little gold.
    """
    require_enough(**_counts(list(queries.settled(session, project_id))))
    return jobs.enqueue(
        session, project_id=project_id, kind=REFIT, payload={}, actor_id=actor_id, now=now
    )


def refit_now(session: Session, *, project_id: int, now: datetime) -> dict[str, Any]:
    """The same at once, for the command line. Returns `{"number": n}`.

    Raises:
        DataInvalid: there is too little gold.
    """
    made = _made(session, project_id, lambda _: None)
    return PreparedRefit(project_id, None, made).conclude(session, now=now)


@dataclass(slots=True)
class PreparedRefit:
    """A refit that waits for its number."""

    project_id: int
    actor_id: int | None
    made: "Refitted"

    def conclude(self, session: Session, *, now: datetime) -> dict[str, Any]:
        """Store it, switched off. Returns `{"number": n}`."""
        whole = self.made.whole
        number = queries.last_number(session, self.project_id) + 1
        row = NoiseRefit(
            project_id=self.project_id,
            number=number,
            base=noise.MADE_BY,
            fit=self.made.fit.to_json(),
            held_out=[asdict(one) for one in (whole, *self.made.sources)],
            paragraphs=whole.paragraphs,
            noise=whole.noise,
            made_at=now,
            made_by_id=self.actor_id,
        )
        session.add(row)
        session.flush()
        record(
            session,
            action="noise.refitted",
            at=now,
            actor_id=self.actor_id,
            project_id=self.project_id,
            object_id=row.id,
            number=number,
            paragraphs=whole.paragraphs,
        )
        return {"number": number}

    def discard(self) -> None:
        """There is nothing to leave behind."""


def prepare_refit(
    session: Session,
    *,
    settings: Settings,  # noqa: ARG001 - a `Kind` is given them
    job: LeasedJob,
    progress: Callable[[float], None],
) -> PreparedRefit:
    """Judge the documents with gold, and fit to it.

    Raises:
        DataInvalid: there is too little gold.
    """
    return PreparedRefit(
        job.project_id, job.created_by_id, _made(session, job.project_id, progress)
    )


def switch(
    session: Session, *, project_id: int, number: int | None, actor_id: int | None, now: datetime
) -> Job:
    """Let a refit make the suggestions (None: the shipped ones alone), and queue them anew.

    Raises:
        NotFound: the project has no such refit.
        Conflict: it is in use, was made over an earlier version of the suggestions, or suggestions
            are being computed.
    """
    _switch(session, project_id, number, actor_id, now)
    return jobs.enqueue(
        session, project_id=project_id, kind=SUGGEST, payload={}, actor_id=actor_id, now=now
    )


def switch_now(
    session: Session, *, project_id: int, number: int | None, now: datetime
) -> dict[str, Any]:
    """The same at once, for the command line; raises the same errors."""
    _switch(session, project_id, number, None, now)
    return _prepared(session, project_id, lambda _: None).conclude(session, now=now)


def _switch(
    session: Session, project_id: int, number: int | None, actor_id: int | None, now: datetime
) -> None:
    before = queries.refit_in_use(session, project_id)
    if (before.number if before else None) == number:
        raise Conflict(IN_USE)
    chosen = None
    if number is not None:
        chosen = queries.refit(session, project_id=project_id, number=number)
        if chosen is None:
            raise NotFound(NO_SUCH_REFIT.format(number=number))
        if chosen.base != noise.MADE_BY:
            raise Conflict(OLD_REFIT.format(number=number))
    session.execute(
        update(NoiseRefit).where(NoiseRefit.project_id == project_id).values(in_use=False)
    )
    if chosen is not None:
        chosen.in_use = True
    session.flush()
    record(
        session,
        action="noise.refit_switched",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        # 0: the shipped suggestions alone.
        number=number or 0,
    )


@dataclass(slots=True)
class PreparedSuggestions:
    """Suggestions that wait for being stored in place of the old ones."""

    project_id: int
    made_by: str
    version_ids: list[int]
    rows: list[dict[str, Any]]

    def conclude(self, session: Session, *, now: datetime) -> dict[str, Any]:  # noqa: ARG002
        """Returns `{"made_by": version, "suggestions": n}`.

        Raises:
            Conflict: something else was switched on meanwhile.
        """
        if judge_in_use(session, self.project_id).made_by != self.made_by:
            raise Conflict(SWITCHED_MEANWHILE)
        replace_suggestions(session, self.version_ids, self.rows)
        return {"made_by": self.made_by, "suggestions": len(self.rows)}

    def discard(self) -> None:
        self.rows.clear()


def prepare_suggestions(
    session: Session,
    *,
    settings: Settings,  # noqa: ARG001 - a `Kind` is given them
    job: LeasedJob,
    progress: Callable[[float], None],
) -> PreparedSuggestions:
    """The suggestions of every document of a project, by what is in use."""
    return _prepared(session, job.project_id, progress)


def _prepared(
    session: Session, project_id: int, progress: Callable[[float], None]
) -> PreparedSuggestions:
    made_by = judge_in_use(session, project_id).made_by
    versions = queries.current_versions(session, project_id)
    rows = suggestions_anew(session, project_id=project_id, version_ids=versions, progress=progress)
    return PreparedSuggestions(project_id, made_by, versions, rows)


def _made(session: Session, project_id: int, progress: Callable[[float], None]) -> "Refitted":
    # Numpy is loaded by those who judge alone.
    import numpy as np  # noqa: PLC0415

    from annotator.domain.noise.refit import evidence, refitted  # noqa: PLC0415

    settled = list(queries.settled(session, project_id))
    require_enough(**_counts(settled))
    versions = sorted({row.version_id for row in settled})
    wanted = {row.paragraph_id for row in settled}
    seen: dict[int, Any] = {}
    around = surroundings(session, project_id=project_id, version_ids=versions)
    for done, (paragraph_ids, document) in enumerate(around, start=1):
        found = zip(paragraph_ids, evidence([document]), strict=True)
        seen.update((which, row) for which, row in found if which in wanted)
        progress(_JUDGED * done / len(versions))
    return refitted(
        np.array([seen[row.paragraph_id] for row in settled]),
        np.array([row.is_noise for row in settled]),
        [row.source for row in settled],
    )


def _refusal(rows: Sequence[Settled]) -> str | None:
    try:
        require_enough(**_counts(rows))
    except DataInvalid as error:
        return str(error)
    return None


def _counts(rows: Sequence[Settled]) -> dict[str, int]:
    found = Counter(row.is_noise for row in rows)
    return {
        "noise": found[True], "main": found[False], "sources": len({row.source for row in rows})
    }  # fmt: skip


def _by(rows: Iterable[Settled], key: Callable[[Settled], str]) -> tuple[Figures, ...]:
    groups: dict[str, list[Settled]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return tuple(_figures(name or None, groups[name]) for name in sorted(groups))


def _figures(name: str | None, rows: Sequence[Settled]) -> Figures:
    true = sum(row.is_noise for row in rows)
    sure = [row.is_noise for row in rows if (row.probability or 0) >= noise.SURE]
    likely = [row.is_noise for row in rows if (row.probability or 0) >= noise.LIKELY]
    return Figures(
        name,
        len(rows),
        true,
        len(sure),
        sum(sure) / len(sure) if sure else None,
        len(likely),
        sum(likely) / len(likely) if likely else None,
        sum(likely) / true if true else None,
    )
