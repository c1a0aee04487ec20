"""The docket of a project as its pages need it, kept in the memory of the server.

A project may have a hundred thousand subjects in dispute, and reading their votes takes seconds. So
that is done once; after it, whoever looks asks the audit trail what has changed since, and pays for
that alone, as with `annotator.services.live`. Most subjects have the same answers as another one:
what follows from a combination of answers is worked out once for all that have it.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Answer, Closing, Competence, Ruling, Standing
from annotator.services.adjudication.dockets import Case, Versions, case_of, ruling_of
from annotator.services.live.feed import CHANGES_NOTHING
from annotator.store.queries import docket as queries
from annotator.store.queries import feed, judgments
from annotator.store.queries.adjudication import VoteRow
from annotator.store.queries.docket import Place, VoteFacts

# More changes than that cost as much as to read all anew.
CHANGES_AT_MOST: Final = 2_000
BY_ASSIGNMENT: Final = frozenset({"annotation.saved", "assignment.skipped"})
BY_SUBJECT: Final = frozenset(
    {"adjudication.changed", "adjudication.decided", "adjudication.undone", "work.recoded"}
)
# These concern `CHANGES_NOTHING` of agreement, but gold.
BY_BATCH: Final = frozenset(
    {
        "gold.propagated",
        "gold.propagation_reopened",
        "gold.propagation_undone",
        "gold.settled",
        "gold.undone",
    }
)

Gold = tuple[tuple[str, Ruling], ...]


@dataclass(slots=True, eq=False)
class Standings:
    """What follows from votes and gold, for every subject that has them.

    `disputed` questions with the pairs of answers that differ, and with the pairs of voters, by
    their number among the voters of the subject.
    """

    case: Case
    disputed: tuple[str, ...]
    where: Counter[Standing]
    label_pairs: dict[str, frozenset[tuple[Answer, Answer]]]
    voter_pairs: dict[str, frozenset[tuple[int, int]]]
    closing: Closing
    worths: dict[tuple[float, ...], float] = field(default_factory=dict)

    def worth(self, competence: tuple[float, ...]) -> float:
        """Bits; `competence` by the number of the voter, rounded so that it repeats."""
        if competence not in self.worths:
            votes = [self.case.votes[code] for code in self.disputed]
            self.worths[competence] = settling.worth(votes, dict(enumerate(competence)), copies=1)
        return self.worths[competence]


@dataclass(slots=True, eq=False)
class Votes:
    """One combination of answers; the voters are numbered. `met` and `agreed` are of each."""

    case: Case
    met: tuple[int, ...]
    agreed: tuple[int, ...]
    states: dict[Gold, Standings] = field(default_factory=dict)

    def with_gold(self, gold: Gold) -> Standings:
        if gold not in self.states:
            self.states[gold] = _standings(replace(self.case, gold=dict(gold)))
        return self.states[gold]


@dataclass(slots=True, eq=False)
class Entry:
    """One subject: where it stands, who voted in which rounds, and what follows.

    `worth` is in bits, once for each copy of the text: see `annotator.domain.adjudication.worth`.
    """

    subject_id: int
    place: Place
    users: tuple[int, ...]
    rounds: frozenset[int]
    votes: Votes
    standings: Standings
    worth: float = 0.0

    @property
    def questions(self) -> tuple[str, ...]:
        """Those that a person must settle, in the codebook's order."""
        return self.standings.disputed

    @property
    def key(self) -> tuple[float, int, int, int]:
        return (-self.worth, self.place.document_id, self.place.position, self.subject_id)


@dataclass(slots=True)
class Facets:
    """Disputes by source, language, round, and person who voted."""

    sources: Counter[int] = field(default_factory=Counter)
    langs: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)
    users: Counter[int] = field(default_factory=Counter)


class Docket:
    """All subjects that anyone voted on, at `mark`; not for two threads at once."""

    def __init__(self, project_id: int) -> None:
        self.project_id = project_id
        self.mark: feed.Mark | None = None
        self.entries: dict[int, Entry] = {}
        self.competence = Competence()
        self.standings: Counter[Standings] = Counter()
        self._versions = Versions({})
        self._votes: dict[Any, Votes] = {}
        self._patterns: dict[tuple[int, str], dict[str, list[str]]] = {}
        self._golds: dict[str, Any] = {}
        self._disputes: list[Entry] | None = None
        self._facets: Facets | None = None

    @property
    def facets(self) -> "Facets":
        """How many disputes there are by what they can be filtered by."""
        if self._facets is None:
            found = Facets()
            for entry in self.disputes:
                found.sources[entry.place.source_id] += 1
                found.langs[entry.place.lang] += 1
                found.rounds.update(entry.rounds)
                found.users.update(entry.users)
            self._facets = found
        return self._facets

    @property
    def where(self) -> Counter[Standing]:
        """How many questions of all subjects stand where."""
        found: Counter[Standing] = Counter()
        for standings, number in self.standings.items():
            for where, times in standings.where.items():
                found[where] += times * number
        return found

    def label_pairs(self, question: str) -> Counter[tuple[Answer, Answer]]:
        """The pairs of answers that differ on a question, by the number of subjects."""
        found: Counter[tuple[Answer, Answer]] = Counter()
        for standings, number in self.standings.items():
            for pair in standings.label_pairs.get(question, ()):
                found[pair] += number
        return +found

    @property
    def disputes(self) -> list[Entry]:
        """Those in dispute, the most worth it first; among equals in reading order."""
        if self._disputes is None:
            found = [each for each in self.entries.values() if each.standings.disputed]
            self._disputes = sorted(found, key=lambda each: each.key)
        return self._disputes

    def read(self, session: Session, pause: Callable[[], None] = lambda: None) -> None:
        """Read all of it."""
        self.mark = feed.end(session)
        self._versions = Versions(judgments.versions(session, self.project_id))
        places = queries.places(session, self.project_id)
        gold = self._gold(session, None)
        for subject_id, rows in self._by_subject(session, None):
            if subject_id in places:
                self._add(subject_id, places[subject_id], rows, gold.get(subject_id, ()))
                pause()
        for entry in self.entries.values():
            self._weigh(entry)

    def update(self, session: Session) -> bool:
        """Take in what has changed since; False if all must be read anew instead."""
        end = feed.end(session)
        if end is not None and end == self.mark:
            return True
        subjects = self._changed(session)
        if subjects is None:
            return False
        self._renew(session, subjects)
        self.mark = end
        return True

    def _changed(self, session: Session) -> set[int] | None:
        if self.mark is None or not feed.holds(session, self.mark):
            return None
        subjects: set[int] = set()
        assignments: set[int] = set()
        for change in feed.since(session, self.mark, self.project_id):
            if change.action in BY_ASSIGNMENT and change.assignment_id is not None:
                assignments.add(change.assignment_id)
            elif change.action in BY_SUBJECT and change.object_id is not None:
                subjects.add(change.object_id)
            elif change.action in BY_BATCH or change.action not in CHANGES_NOTHING | BY_SUBJECT:
                return None
        if len(assignments) + len(subjects) > CHANGES_AT_MOST:
            return None
        return subjects | queries.subjects_of(session, assignments)

    def _renew(self, session: Session, subjects: set[int]) -> None:
        if not subjects:
            return
        self._disputes = self._facets = None
        for subject_id in subjects:
            self._drop(subject_id)
        places = queries.places(session, self.project_id, subject_ids=subjects)
        gold = self._gold(session, subjects)
        for subject_id, rows in self._by_subject(session, subjects):
            if subject_id in places:
                self._add(subject_id, places[subject_id], rows, gold.get(subject_id, ()))
                self._weigh(self.entries[subject_id])

    def _by_subject(
        self, session: Session, subjects: Collection[int] | None
    ) -> Iterator[tuple[int, list[VoteFacts]]]:
        rows = queries.votes(session, self.project_id, subject_ids=subjects)
        for subject_id, group in groupby(rows, key=lambda row: row.subject_id):
            yield subject_id, list(group)

    def _add(self, subject_id: int, place: Place, rows: list[VoteFacts], gold: Gold) -> None:
        users = tuple(dict.fromkeys(row.user_id for row in rows))
        votes = self._votes_of(place.scope, rows, users)
        entry = Entry(
            subject_id=subject_id,
            place=place,
            users=users,
            rounds=frozenset(row.round_id for row in rows),
            votes=votes,
            standings=votes.with_gold(gold),
        )
        self.entries[subject_id] = entry
        self.standings[entry.standings] += 1
        self._count(entry, 1)

    def _drop(self, subject_id: int) -> None:
        entry = self.entries.pop(subject_id, None)
        if entry is not None:
            self.standings[entry.standings] -= 1
            self._count(entry, -1)

    def _count(self, entry: Entry, times: int) -> None:
        known = self.competence
        for user, met, agreed in zip(entry.users, entry.votes.met, entry.votes.agreed, strict=True):
            known.met[user] = known.met.get(user, 0) + times * met
            known.agreed[user] = known.agreed.get(user, 0) + times * agreed

    def _weigh(self, entry: Entry) -> None:
        if entry.standings.disputed:
            competence = tuple(round(self.competence.of(user), 2) for user in entry.users)
            entry.worth = entry.place.copies * entry.standings.worth(competence)

    def _votes_of(self, scope: str, rows: list[VoteFacts], users: tuple[int, ...]) -> Votes:
        key = (
            scope,
            tuple(
                (
                    row.version,
                    row.round_kind,
                    row.blind,
                    row.reason,
                    row.answers,
                    users.index(row.user_id),
                )
                for row in rows
            ),
        )
        if key not in self._votes:
            self._votes[key] = self._made(scope, rows, users)
        return self._votes[key]

    def _made(self, scope: str, rows: list[VoteFacts], users: tuple[int, ...]) -> Votes:
        votes = [
            VoteRow(
                subject_id=0,
                user_id=users.index(row.user_id),
                scope=scope,
                round_kind=row.round_kind,
                blind=row.blind,
                version=row.version,
                answers=json.loads(row.answers),
                note=None,
                reason=row.reason,
                document_id=None,
                position=None,
            )
            for row in rows
        ]
        case = case_of(0, votes, self._versions)
        counted = Competence()
        for cast in case.votes.values():
            counted.add(cast)
        numbers = range(len(users))
        return Votes(
            case,
            tuple(counted.met.get(number, 0) for number in numbers),
            tuple(counted.agreed.get(number, 0) for number in numbers),
        )

    def _gold(self, session: Session, subjects: Collection[int] | None) -> dict[int, Gold]:
        found: dict[int, dict[str, Ruling]] = {}
        for row in queries.gold(session, self.project_id, subject_ids=subjects):
            text = row.alternatives or "[]"
            if text not in self._golds:
                self._golds[text] = json.loads(text)
            ruling = ruling_of(row.state, self._golds[text])
            found.setdefault(row.subject_id, {})[row.question] = ruling
        return {each: tuple(sorted(rulings.items())) for each, rulings in found.items()}


def _standings(case: Case) -> Standings:
    disputed = case.disputed
    return Standings(
        case=case,
        disputed=disputed,
        where=Counter(case.standings.values()),
        label_pairs={code: _answer_pairs(case.votes[code].values()) for code in disputed},
        voter_pairs={code: _voter_pairs(case.votes[code]) for code in disputed},
        closing=settling.close(case.questions, case.votes, case.gold),
    )


def _answer_pairs(answers: Iterable[Answer]) -> frozenset[tuple[Answer, Answer]]:
    given = sorted(set(answers))
    return frozenset((a, b) for number, a in enumerate(given) for b in given[number + 1 :])


def _voter_pairs(votes: Mapping[int, Answer]) -> frozenset[tuple[int, int]]:
    people = sorted(votes)
    return frozenset(
        (a, b)
        for number, a in enumerate(people)
        for b in people[number + 1 :]
        if votes[a] != votes[b]
    )


def read_docket(session: Session, project_id: int) -> Docket:
    """The docket as it is now, for one look."""
    made = Docket(project_id)
    made.read(session)
    return made
