"""A project that lives: its people save, change and skip, its leads do what leads do.

Everything goes through the services, in transactions of its own, as from a server.
"""

import json
import random
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from annotator.domain.saving import Save
from annotator.errors import AnnotatorError
from annotator.services import (
    annotating,
    assigning,
    codebooks,
    people,
    projects,
)
from annotator.services.adjudication import leases
from annotator.services.documents import importing
from annotator.store.database import Database
from annotator.store.labelling import Annotation, Assignment, Round
from tests.factories import NOW
from tests.labelled import NOISE, Answers, prose
from tests.small_codebook import SMALL

NAMES = ("alice", "bob", "charlie", "dora")
PARAGRAPHS: tuple[Answers, ...] = (
    NOISE,
    prose(),
    prose(["economic"], russia="1"),
    prose(["security"], russia="0"),
    prose(["economic", "security"], russia="-1", china="both_sides"),
    prose([], russia="unclear"),
    prose(["economic"]) | {"part": ["headline"]},
)
# Documents share these paragraphs, so that there are near-duplicates.
SHARED = ("Subscribe to our newsletter today.", "The ministers met again in the capital.")


def texts(number: int, *, version: int = 1) -> list[str]:
    own = f"Paragraph {number} of version {version} speaks of trade and of treaties."
    return [own, SHARED[number % 2]] if number % 3 else [own]


@dataclass
class Living:
    """A project with two dozen short documents, a main round and four people."""

    database: Database
    chance: random.Random
    project_id: int = 0
    people: dict[str, int] = field(default_factory=dict)
    documents: int = 0
    hours: int = 0

    @classmethod
    def begun(cls, database: Database, seed: int, *, documents: int = 24) -> "Living":
        living = cls(database, random.Random(seed))
        living.make("Living")
        for name in NAMES:
            living.join(name)
        living.imports(range(documents))
        living.gives_out("main")
        for _ in range(4):
            save_many(living)
        return living

    def make(self, title: str) -> None:
        with self.database.write() as session:
            project = projects.create_project(
                session,
                slug=title.lower(),
                title=title,
                languages=["en"],
                source_blind=False,
                codebook_yaml=SMALL,
                actor_id=None,
                now=NOW,
            )
            self.project_id = project.id

    def join(self, name: str) -> None:
        with self.database.write() as session:
            user = people.add_person(session, name=name, role="annotator", actor_id=None, now=NOW)
            session.flush()
            projects.add_member(
                session,
                project_id=self.project_id,
                name=name,
                role="annotator",
                actor_id=None,
                now=NOW,
            )
            self.people[name] = user.id

    def imports(self, numbers: Sequence[int], *, version: int = 1) -> None:
        lines = [
            {
                "external_id": f"d{number}",
                "source": f"Outlet {number % 3}",
                "text": "\n\n".join(texts(number, version=version)),
            }
            for number in numbers
        ]
        with self.database.write() as session:
            importing.import_files(
                session,
                project_id=self.project_id,
                files=[("d.jsonl", "\n".join(map(json.dumps, lines)).encode())],
                source_name=None,
                actor_id=None,
                now=self.now(),
            )
        self.documents = max(self.documents, *(number + 1 for number in numbers))

    def now(self) -> Any:
        self.hours += 1
        return NOW + timedelta(hours=self.hours)

    def gives_out(self, name: str, *, kind: str = "main", overlap: int = 3) -> None:
        with self.database.write() as session:
            assigning.assign(
                session,
                project_id=self.project_id,
                overlap=overlap,
                round_name=name,
                kind=kind,
                seed=1,
                actor_id=None,
                now=self.now(),
            )

    def new_codebook(self, yaml: str, *, editorial: bool) -> None:
        with self.database.write() as session:
            codebooks.add_version(
                session,
                project_id=self.project_id,
                yaml=yaml,
                name="codebook.yaml",
                editorial=editorial,
                actor_id=None,
                now=self.now(),
            )

    def assignments(self, *states: str) -> list[Assignment]:
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(Assignment)
                    .join(Assignment.round)
                    .where(Round.project_id == self.project_id, Assignment.state.in_(states))
                    .order_by(Assignment.id)
                )
            )

    def saves(self, assignment: Assignment, answers: Answers | None = None) -> None:
        with self.database.write() as session:
            revision = session.scalar(
                select(Annotation.revision).where(Annotation.assignment_id == assignment.id)
            )
            annotating.save_annotation(
                session,
                assignment_id=assignment.id,
                user_id=assignment.user_id,
                save=Save(
                    save_id=str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
                    seen_revision=revision or 0,
                    answers=answers or self.answers(assignment.scope),
                    seconds=3.0,
                ),
                now=self.now(),
            )

    def answers(self, scope: str) -> Answers:
        if scope == "document":
            return {"genre": [self.chance.choice(["reporting", "opinion"])]}
        if scope == "source":
            return {"reliability": [self.chance.choice("abf")]}
        return self.chance.choice(PARAGRAPHS)

    def round_id(self, *, closed: bool) -> int | None:
        with self.database.read() as session:
            found = select(Round.id).where(
                Round.project_id == self.project_id, Round.closed_at.is_not(None) == closed
            )
            return session.scalars(found.order_by(Round.id)).first()


def save_one(living: Living) -> None:
    living.saves(living.chance.choice(living.assignments("open", "skipped", "done")))


def save_many(living: Living) -> None:
    waiting = living.assignments("open")
    for assignment in living.chance.sample(waiting, min(25, len(waiting))):
        living.saves(assignment)


def skip(living: Living) -> None:
    one = living.chance.choice(living.assignments("open"))
    with living.database.write() as session:
        annotating.skip(
            session, assignment_id=one.id, user_id=one.user_id, reason="odd", now=living.now()
        )


def flag(living: Living) -> None:
    one = living.chance.choice(living.assignments("open", "done"))
    with living.database.write() as session:
        annotating.flag(
            session, assignment_id=one.id, user_id=one.user_id, note="odd", now=living.now()
        )


def save_after_feedback(living: Living) -> None:
    one = living.chance.choice(living.assignments("open", "done"))
    with living.database.write() as session:
        leases.disclose(session, subject_id=one.subject_id, user_id=one.user_id, now=living.now())
    living.saves(one)


def disable(living: Living) -> None:
    with living.database.write() as session:
        people.disable(session, user_id=living.people["alice"], actor_id=None, now=living.now())


def enable(living: Living) -> None:
    with living.database.write() as session:
        people.enable(session, user_id=living.people["alice"], actor_id=None, now=living.now())


def close(living: Living) -> None:
    with living.database.write() as session:
        assigning.close_round(
            session,
            project_id=living.project_id,
            round_id=living.round_id(closed=False) or 0,
            actor_id=None,
            now=living.now(),
        )


def extend(living: Living) -> None:
    living.imports(range(living.documents, living.documents + 2))
    living.gives_out("main")


def renew_texts(living: Living) -> None:
    living.imports([1, 3], version=2)


def move(living: Living) -> None:
    with living.database.write() as session:
        assigning.reassign(
            session,
            project_id=living.project_id,
            from_user_id=living.people["bob"],
            to_user_id=living.people["dora"],
            actor_id=None,
            now=living.now(),
        )


def retest(living: Living) -> None:
    living.gives_out("retest", kind="retest", overlap=1)


def second_round(living: Living) -> None:
    living.new_codebook(SMALL.replace("Main text", "Body text"), editorial=True)
    living.gives_out("second", overlap=2)


def train(living: Living) -> None:
    living.gives_out("training", kind="training", overlap=2)


OFTEN = (save_one, save_many, skip, flag, save_after_feedback)
SELDOM = (disable, enable, close, extend, renew_texts, move, retest, second_round, train)


def live_on(living: Living, *, seldom: float = 0.25) -> str:
    """Something happens; what is refused, because it cannot be done now, has not happened."""
    choices = SELDOM if living.chance.random() < seldom else OFTEN
    step = living.chance.choice(choices)
    with suppress(AnnotatorError, IndexError):
        step(living)
    return step.__name__
