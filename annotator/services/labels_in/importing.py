"""Store what others labelled as a closed round, each label under its author.

All or nothing, unless the lead says otherwise: a sitting that does not fit is one sentence.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from annotator.domain import answers as answering
from annotator.domain import person_name, spans
from annotator.domain.codebook import Codebook
from annotator.domain.identity import pseudonym
from annotator.domain.sitting import Sitting
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, ImportRefused
from annotator.services import people, projects
from annotator.services.codebooks import codebook_of, latest
from annotator.services.labels_in.matching import Items, Labels
from annotator.store.audit import record
from annotator.store.corpus import Project
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round
from annotator.store.people import User
from annotator.store.queries import judgments as facts
from annotator.store.queries import labels_in as queries
from annotator.store.queries.people import user_named

ROUND: Final = "imported"
AT_ONCE: Final = 1_000
NAMESPACE: Final = uuid.UUID("8c0f5f0e-4bb4-4f0b-9f0e-5a8f7f7d2a11")
SKIPPED: Final = "Skipped in another tool."

NOTHING: Final = "There are no labels to import: the files hold none."
TAKEN: Final = (
    "The project has a round “{name}” already: give the labels another one (--round NAME)."
)
NO_NAME: Final = "The author “{author}” can have no account: {sentence} Name another (--person)."
TWICE: Final = "{where}: {annotator} has labelled the same item in {before} already; keep one."
NOT_LABELLED: Final = "{where}: {sentence}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a lead says about the import.

    Args:
        round_name: of all labels, instead of what the files name.
        people: names in this installation by authors of the files; others keep their names.
        assumed: answers that the other tool did not ask for, such as `{"content": ["main"]}`; they
            are added where the author has none.
        keep_going: store the rest where some do not fit.
    """

    round_name: str | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keep_going: bool = False


@dataclass(frozen=True, slots=True)
class LabelsReport:
    """`people` by name, with how many items each has labelled; `new_people` had no account."""

    rounds: tuple[str, ...]
    items: int
    labels: int
    skipped: int
    people: dict[str, int]
    new_people: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Matched:
    sitting: Sitting
    subject_id: int
    scope: str
    round_name: str
    content: dict[str, Any]


def import_labels(
    session: Session,
    *,
    project_id: int,
    sittings: Iterable[Sitting],
    wishes: Wishes,
    actor_id: int | None,
    now: datetime,
) -> LabelsReport:
    """Store the sittings under the newest codebook, one closed round for each name of a round.

    Authors without an account get one, which nobody can sign in to until it is invited. Labels are
    stored as `imported`, and count in agreement like others.

    Raises:
        ImportRefused: with a sentence for each sitting that does not fit, unless the lead keeps
            going; nothing is stored.
        Conflict: a round of the name exists.
        DataInvalid: there are no labels.
    """
    version = latest(session, project_id)
    codebook = codebook_of(version)
    matched, refused = _matched(session, project_id, codebook, sittings, wishes)
    if refused and not wishes.keep_going:
        raise ImportRefused(refused)
    if not matched:
        raise DataInvalid(NOTHING)
    authors = _Authors(session, project_id, wishes.people, actor_id, now)
    rounds = _rounds(session, project_id, version.id, matched, now)
    _store(session, matched, rounds, authors, now)
    for name, this in rounds.items():
        record(
            session,
            action="labels.imported",
            at=now,
            actor_id=actor_id,
            project_id=project_id,
            object_id=this.id,
            sittings=sum(1 for each in matched if each.round_name == name),
        )
    done = [each for each in matched if not each.sitting.skipped]
    by_person = Counter(authors.name_of(each.sitting.annotator) for each in matched)
    return LabelsReport(
        rounds=tuple(rounds),
        items=len({each.subject_id for each in matched}),
        labels=sum(len(each.content["answers"]) for each in done),
        skipped=len(matched) - len(done),
        people=dict(sorted(by_person.items())),
        new_people=tuple(sorted(authors.made)),
        refused=tuple(refused),
    )


def _matched(
    session: Session,
    project_id: int,
    codebook: Codebook,
    sittings: Iterable[Sitting],
    wishes: Wishes,
) -> tuple[list[_Matched], list[str]]:
    items, labels = Items.of(session, project_id), Labels(codebook)
    found: list[_Matched] = []
    refused: list[str] = []
    seen: dict[tuple[str, int, str], str] = {}
    for sitting in sittings:
        try:
            each = _match(sitting, items, labels, codebook, wishes)
        except (AnswersInvalid, DataInvalid) as error:
            refused.append(NOT_LABELLED.format(where=sitting.where, sentence=_sentence(error)))
            continue
        place = (sitting.annotator, each.subject_id, each.round_name)
        if place in seen:
            about = {"where": sitting.where, "annotator": sitting.annotator}
            refused.append(TWICE.format(before=seen[place], **about))
            continue
        seen[place] = sitting.where
        found.append(each)
    return found, refused


def _sentence(error: AnswersInvalid | DataInvalid) -> str:
    if isinstance(error, AnswersInvalid):
        return " ".join(f"{code}: {sentence}" for code, sentence in error.problems.items())
    return str(error)


def _match(
    sitting: Sitting, items: Items, labels: Labels, codebook: Codebook, wishes: Wishes
) -> _Matched:
    subject_id = items.subject(sitting)
    scope = items.scopes[subject_id]
    name = wishes.round_name or sitting.round_name or ROUND
    given: dict[str, Sequence[str]] = dict(sitting.answers)
    if given:
        given = {code: list(said) for code, said in wishes.assumed.items()} | given
    answers = answering.check(codebook, scope, labels.answers(given), partial=True)
    text = items.texts.get(subject_id)
    marked = labels.spans(sitting.marks, text)
    questions = codebook.expanded(scope)
    wrong = spans.problem(_lenient(questions), answers, marked, text)
    if wrong is not None:
        raise DataInvalid(wrong)
    content = {"answers": answers, "spans": [each.as_json() for each in marked]}
    return _Matched(sitting, subject_id, scope, name, content)


def _lenient(questions: Sequence[Any]) -> list[Any]:
    """Where passages are asked for here, another tool may not have had any."""
    return [
        each.model_copy(update={"spans": "may"}) if each.spans == "must" else each
        for each in questions
    ]


class _Authors:
    """Accounts by the names that authors have in the files; made when they are first needed."""

    def __init__(
        self,
        session: Session,
        project_id: int,
        named: Mapping[str, str],
        actor_id: int | None,
        now: datetime,
    ) -> None:
        self._session, self._project_id = session, project_id
        self._named, self._actor_id, self._now = named, actor_id, now
        self._members = queries.members(session, project_id)
        key = facts.pseudonym_key(session, project_id)
        self._pseudonyms = {pseudonym(key, user.name): user for user in self._members.values()}
        self._found: dict[str, User] = {}
        self.made: set[str] = set()

    def name_of(self, author: str) -> str:
        return self.of(author).name

    def of(self, author: str) -> User:
        """Raises:
        DataInvalid: nobody can have the name.
        """
        if author not in self._found:
            self._found[author] = self._look_up(author)
        return self._found[author]

    def _look_up(self, author: str) -> User:
        if author not in self._named and author in self._pseudonyms:
            return self._pseudonyms[author]
        try:
            name = person_name.cleaned(self._named.get(author, author))
        except DataInvalid as error:
            raise DataInvalid(NO_NAME.format(author=author[:60], sentence=error)) from error
        user = user_named(self._session, name)
        if user is None:
            user = people.add_person(
                self._session,
                name=name,
                role="annotator",
                actor_id=self._actor_id,
                now=self._now,
            )
            self.made.add(user.name)
        if user.id not in self._members:
            projects.add_member(
                self._session,
                project_id=self._project_id,
                name=user.name,
                role="annotator",
                actor_id=self._actor_id,
                now=self._now,
            )
            self._members[user.id] = user
        return user


def _rounds(
    session: Session, project_id: int, version_id: int, matched: Sequence[_Matched], now: datetime
) -> dict[str, Round]:
    """A round for each name, closed: nobody labels on in it."""
    overlap: dict[str, Counter[int]] = defaultdict(Counter)
    for each in matched:
        overlap[each.round_name][each.subject_id] += 1
    taken = set(
        session.scalars(
            select(Round.name).where(Round.project_id == project_id, Round.name.in_(overlap))
        )
    )
    for name in sorted(taken):
        raise Conflict(TAKEN.format(name=name))
    project = session.get_one(Project, project_id)
    made = {
        name: Round(
            project_id=project.id,
            codebook_version_id=version_id,
            name=name,
            kind="main",
            blind=False,
            overlap=max(counts.values()),
            sample_share=1.0,
            seed=1,
            thresholds={},
            created_at=now,
            closed_at=now,
        )
        for name, counts in overlap.items()
    }
    session.add_all(made.values())
    session.flush()
    return made


def _store(
    session: Session,
    matched: Sequence[_Matched],
    rounds: Mapping[str, Round],
    authors: _Authors,
    now: datetime,
) -> None:
    ranks: Counter[tuple[str, int]] = Counter()
    for start in range(0, len(matched), AT_ONCE):
        some = matched[start : start + AT_ONCE]
        rows = []
        for each in some:
            user = authors.of(each.sitting.annotator)
            ranks[each.round_name, user.id] += 1
            rows.append(_assignment(each, rounds, user.id, ranks, now))
        given = session.scalars(
            insert(Assignment).returning(Assignment.id, sort_by_parameter_order=True), rows
        ).all()
        _annotate(session, list(zip(some, given, strict=True)), now)


def _assignment(
    each: _Matched,
    rounds: Mapping[str, Round],
    user_id: int,
    ranks: Mapping[tuple[str, int], int],
    now: datetime,
) -> dict[str, Any]:
    skipped = each.sitting.skipped
    at = each.sitting.saved_at or now
    return {
        "round_id": rounds[each.round_name].id,
        "scope": each.scope,
        "subject_id": each.subject_id,
        "user_id": user_id,
        "reason": "sample",
        "inclusion_probability": 1.0,
        "overlapping": rounds[each.round_name].overlap > 1,
        "rank": ranks[each.round_name, user_id],
        "state": "skipped" if skipped else "done",
        "skip_reason": SKIPPED if skipped else None,
        "skipped_at": at if skipped else None,
        "created_at": now,
    }


def _annotate(session: Session, given: Sequence[tuple[_Matched, int]], now: datetime) -> None:
    done = [(each, task) for each, task in given if not each.sitting.skipped]
    if not done:
        return
    made = session.scalars(
        insert(Annotation).returning(Annotation.id, sort_by_parameter_order=True),
        [
            {
                "assignment_id": task,
                "revision": 1,
                "origin": "imported",
                "saved_at": each.sitting.saved_at or now,
            }
            for each, task in done
        ],
    ).all()
    session.execute(
        insert(AnnotationRevision),
        [
            {
                "annotation_id": annotation,
                "number": 1,
                "save_id": str(uuid.uuid5(NAMESPACE, f"{task}")),
                "seconds": each.sitting.seconds,
                "masked": False,
                "after_feedback": False,
                "saved_at": each.sitting.saved_at or now,
                **each.content,
            }
            for annotation, (each, task) in zip(made, done, strict=True)
        ],
    )
