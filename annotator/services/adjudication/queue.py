"""What is left to settle: the disputes of a project, as one lead finds them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from annotator.domain.adjudication import Answer
from annotator.services.adjudication.index import Docket, Entry, read_docket
from annotator.store.queries import adjudication as queries


@dataclass(frozen=True, slots=True)
class Filters:
    """Only disputes that are all of this; None leaves something open.

    A label pair is one of answers to `question`, and means nothing without it; `voters` are two
    people who said different things. Sources and rounds are by id.
    """

    question: str | None = None
    labels: tuple[Answer, Answer] | None = None
    source_id: int | None = None
    lang: str | None = None
    voters: tuple[int, int] | None = None
    round_id: int | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    def hold(self, entry: Entry) -> bool:
        found = entry.standings
        codes = found.disputed if self.question is None else (self.question,)
        return (
            (self.question is None or self.question in found.disputed)
            and (self.source_id is None or entry.place.source_id == self.source_id)
            and (self.lang is None or entry.place.lang == self.lang)
            and (self.round_id is None or self.round_id in entry.rounds)
            and (self.labels is None or self._meet(entry))
            and (self.voters is None or self._differ(entry, codes))
        )

    def _meet(self, entry: Entry) -> bool:
        pairs = entry.standings.label_pairs.get(self.question or "", frozenset())
        return self.labels is not None and tuple(sorted(self.labels)) in pairs

    def _differ(self, entry: Entry, codes: Iterable[str]) -> bool:
        if self.voters is None or not set(self.voters) <= set(entry.users):
            return False
        a, b = sorted(entry.users.index(voter) for voter in self.voters)
        return any((a, b) in entry.standings.voter_pairs[code] for code in codes)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left to settle, the most worth it first.

    `questions` counts the subjects by disputed question, in the codebook's order, whatever the
    filters. `elsewhere` are held by another lead just now; `own` are kept for others, since the
    caller labelled them.
    """

    offered: tuple[Entry, ...]
    elsewhere: tuple[Entry, ...]
    own: tuple[Entry, ...]
    questions: dict[str, int]

    @property
    def left(self) -> int:
        return len(self.offered) + len(self.elsewhere) + len(self.own)


def queue(
    session: Session,
    *,
    project_id: int,
    user_id: int,
    now: datetime,
    filters: Filters | None = None,
    docket: Docket | None = None,
) -> Queue:
    """The disputes of a project, as one lead finds them.

    A subject that the lead has labelled is offered only if every other lead has labelled it, too.
    `docket` is the one that is kept, if the caller has it at hand.
    """
    if docket is None:
        docket = read_docket(session, project_id)
    wanted: Sequence[Entry] = docket.disputes
    if filters:
        wanted = [each for each in wanted if filters.hold(each)]
    held = queries.leases(session, project_id, now=now)
    elsewhere = {subject for subject, holder in held.items() if holder != user_id}
    own = _barred(session, project_id, user_id) - elsewhere
    apart = elsewhere | own
    offered = [each for each in wanted if each.subject_id not in apart] if apart else list(wanted)
    # What the lead has already taken comes first, so that nothing stays half-done.
    if held.keys() - elsewhere:
        offered.sort(key=lambda each: each.subject_id not in held)
    return Queue(
        offered=tuple(offered),
        elsewhere=_those(wanted, elsewhere),
        own=_those(wanted, own),
        questions=by_question(docket),
    )


def _those(wanted: Sequence[Entry], subjects: set[int]) -> tuple[Entry, ...]:
    return tuple(each for each in wanted if each.subject_id in subjects) if subjects else ()


def by_question(docket: Docket) -> dict[str, int]:
    """How many subjects are in dispute on each question, in the codebook's order."""
    counts: Counter[str] = Counter()
    asked: dict[str, None] = {}
    for standings, number in docket.standings.items():
        if number and standings.disputed:
            asked |= dict.fromkeys(standings.case.codebook.asked)
            for code in standings.disputed:
                counts[code] += number
    return {code: counts[code] for code in asked if code in counts}


def count(session: Session, *, project_id: int) -> int:
    """How many subjects of a project are in dispute, whoever may settle them."""
    return len(read_docket(session, project_id).disputes)


def _barred(session: Session, project_id: int, user_id: int) -> set[int]:
    """Subjects that the lead has labelled and another lead has not."""
    mine = queries.annotated(session, project_id, user_ids=[user_id])
    if not mine:
        return set()
    others = queries.leads(session, project_id) - {user_id}
    by_subject = queries.annotated(session, project_id, user_ids=others) if others else {}
    return {subject for subject in mine if not others <= by_subject.get(subject, set())}
