"""What the pages of agreement are made from; the one place of them that reads judgments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from flask import request, url_for

from annotator.domain.codebook import Question
from annotator.domain.identity import pseudonym
from annotator.errors import NotFound
from annotator.services.agreement import scored_in_full
from annotator.services.agreement.gold_of_people import KnownGold, gold_of_people
from annotator.services.agreement.tally import Tally, tally
from annotator.services.judging import Judgments, judgments_by_round
from annotator.services.live import Headline
from annotator.services.live.keeping import CATCH_UP_EVERY
from annotator.store.queries import agreement as places
from annotator.store.queries import judgments as queries
from annotator.store.queries.agreement import Place
from annotator.web.access import NO_SUCH_PAGE, database, live_agreement, now, project
from annotator.web.agreement import words

# Seconds that a request waits for the first count of a project, before its page says so.
PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The judgments of the round in the address, or of those that count if none is named.

    `names` are those of people by pseudonym. `as_of` is the moment of the figures if that is not
    the moment of the request. A page may need but some rows of the judgments: see
    the function that made it.
    """

    judgments: Judgments
    names: dict[str, str]
    lang: str
    round: str | None
    as_of: datetime | None = None

    def url(self, endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as of url_for
        """An address of this project that stays with the round."""
        return url_for(
            f"agreement.{endpoint}", slug=project().slug, **{"round": self.round, **values}
        )


@dataclass(frozen=True)
class Asked:
    """One question of a reading; its figures are computed when they are first asked for."""

    reading: Reading
    question: Question

    @property
    def judgments(self) -> Judgments:
        return self.reading.judgments

    @property
    def code(self) -> str:
        return self.question.code

    @cached_property
    def labels(self) -> dict[str, str]:
        return words.label_names(self.question, self.reading.lang)

    @cached_property
    def score(self) -> dict[str, Any]:
        """The entry of `agreement --json`."""
        found = scored_in_full(self.judgments, gold(), only=self.code)
        entry: dict[str, Any] = found["questions"][0]
        return entry

    @property
    def tally(self) -> Tally:
        return tally(
            self.score["counted"],
            self.score["excluded"],
            one_round=self.reading.round is not None,
        )

    @cached_property
    def places(self) -> Mapping[int, Place]:
        with database().read() as session:
            return places.places(session, project().id)

    @cached_property
    def rounds(self) -> Mapping[str, Judgments]:
        """The judgments of each round by itself, whatever round was chosen."""
        with database().read() as session:
            return judgments_by_round(session, project_id=project().id)

    def named(self, label: str) -> str:
        return words.named(label, self.labels)


def glance(*, oldest: float = CATCH_UP_EVERY) -> tuple[Reading, tuple[Headline, ...]]:
    """The first figures of each question, with a reading that has no rows and no names.

    While many save at once they may be up to `oldest` seconds old, which the reading says: a page
    that tells it need not wait for newer ones, a file that is kept is worth waiting for.

    Raises:
        NotFound: the address names a round that is none.
        BeingCounted: the project is looked at for the first time, and it is large.
    """
    found = live_agreement().headlines(oldest=oldest, **_asked_for())
    moment = None if found.age is None else now() - timedelta(seconds=found.age)
    return replace(_reading(found.judgments, {}), as_of=moment), found.headlines


def read() -> Reading:
    """All judgments, which takes long where there are many. Raises as `glance` does."""
    return _reading(live_agreement().judgments(**_asked_for()), _names())


def ask(code: str) -> Asked:
    """One question, with a reading that has its rows alone.

    Raises:
        NotFound: no question of this code is scored, or the address names a round that is none.
        BeingCounted: the project is looked at for the first time, and it is large.
    """
    judgments = live_agreement().judgments(question=code, **_asked_for())
    reading = _reading(judgments, _names())
    for question in reading.judgments.questions:
        if question.code == code:
            return Asked(reading, question)
    raise NotFound(NO_SUCH_PAGE)


def gold() -> Sequence[KnownGold]:
    """What people decided in the project."""
    with database().read() as session:
        return gold_of_people(session, project_id=project().id)


def _asked_for() -> dict[str, Any]:
    return {"project_id": project().id, "round_name": _round(), "patience": PATIENCE}


def _round() -> str | None:
    return request.args.get("round") or None


def _names() -> dict[str, str]:
    """Read after the judgments, so that nobody in them is without a name."""
    where = project()
    with database().read() as session:
        people = queries.annotators(session, where.id)
        key = queries.pseudonym_key(session, where.id)
    return {pseudonym(key, each.name): each.name for each in people.values()}


def _reading(judgments: Judgments, names: dict[str, str]) -> Reading:
    return Reading(judgments, names, next(iter(project().languages), "en"), _round())
