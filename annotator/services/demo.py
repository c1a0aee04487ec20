"""The sample project: documents written for it, labels by made-up annotators, gold by the author.

Everything in it is the same on every machine, down to the moments at which things were said: a
release of it is committed, and a test rebuilds it. Only the work for visitors comes on top.
"""

import itertools
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator import paths
from annotator.domain import sample_annotators
from annotator.domain.adjudication import Decision
from annotator.domain.assignment import in_random_order
from annotator.domain.sample_annotators import ANNOTATORS, SampleAnnotator
from annotator.services import (
    annotating,
    assigning,
    codebooks,
    people,
    projects,
    sheets,
)
from annotator.services.adjudication import deciding, policies
from annotator.services.adjudication.queue import queue
from annotator.services.annotating import Save
from annotator.services.documents import importing
from annotator.services.documents.sources import describe_source
from annotator.store.corpus import Project, Source
from annotator.store.people import User
from annotator.store.queries import demo as queries
from annotator.store.queries.labelling import Task

SLUG = "sample"
TITLE = "Sample: Russia, China and the West"
AUTHOR = "sample-author"
ROUND = "main"
VISITOR_ROUND = "try-{name}"
OVERLAP = 3
AUTHORS_REASON = "The author of the sample meant it so."
THRESHOLDS = {"content": 0.8, "frames": 0.6, "stance.russia": 0.6, "stance.china": 0.6}
# A release of the sample must be the same everywhere, so the key of its pseudonyms is no secret.
PSEUDONYM_KEY = b"published: the annotators of the sample are made up"
BEGAN = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
SAVE_IDS = uuid.UUID("5a3c1e52-7d0b-4f5e-9a41-0c7a6f3b2d10")
# A new lead finds something to settle.
LEFT_FOR_THE_VISITOR = 8

Gold = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """`created` is False if the project was there before; `visitors` got work of their own."""

    created: bool
    visitors: tuple[str, ...]


def load(session: Session, *, now: datetime) -> Loaded:
    """Make the sample project unless it is there, and give everyone who can sign in some work.

    Raises:
        Conflict: a person has the name of a sample annotator.
    """
    project = session.scalars(select(Project).where(Project.slug == SLUG)).one_or_none()
    created = project is None
    if project is None:
        project = _make(session)
    return Loaded(created, _give_work_to_visitors(session, project, now))


def _make(session: Session) -> Project:
    author = people.add_person(session, name=AUTHOR, role="lead", actor_id=None, now=BEGAN)
    project = _project(session, author)
    annotators = [_annotator(session, project, author, one) for one in ANNOTATORS]
    _import(session, project, author)
    begun = assigning.assign(
        session,
        project_id=project.id,
        overlap=OVERLAP,
        round_name=ROUND,
        seed=sample_annotators.SEED,
        thresholds=THRESHOLDS,
        actor_id=author.id,
        now=BEGAN,
    )
    gold = _gold()
    for user, annotator in zip(annotators, ANNOTATORS, strict=True):
        _label(session, project, user, annotator, gold)
    closed_at = BEGAN + timedelta(days=14)
    assigning.close_round(
        session, project_id=project.id, round_id=begun.round_id, actor_id=author.id, now=closed_at
    )
    for user, annotator in zip(annotators, ANNOTATORS, strict=True):
        _label(session, project, user, annotator, gold, since=closed_at)
    _settle(session, project, author, gold, now=closed_at + timedelta(days=1))
    for user in annotators:
        _answer_the_rest(session, project, user, gold, now=closed_at + timedelta(days=2))
    return project


def _project(session: Session, author: User) -> Project:
    return projects.create_project(
        session,
        slug=SLUG,
        title=TITLE,
        languages=["en", "ru", "ro"],
        source_blind=True,
        pseudonym_key=PSEUDONYM_KEY,
        actor_id=author.id,
        now=BEGAN,
    )


def _annotator(
    session: Session, project: Project, author: User, annotator: SampleAnnotator
) -> User:
    """A made-up person: without a password, so nobody can sign in as one."""
    user = people.add_person(
        session, name=annotator.name, role="annotator", actor_id=author.id, now=BEGAN
    )
    projects.add_member(
        session,
        project_id=project.id,
        name=user.name,
        role="annotator",
        actor_id=author.id,
        now=BEGAN,
    )
    return user


def _import(session: Session, project: Project, author: User) -> None:
    importing.import_files(
        session,
        project_id=project.id,
        files=[("sample.jsonl", _documents())],
        source_name=None,
        actor_id=author.id,
        now=BEGAN,
    )
    described = {one["name"]: one for one in json.loads(_read("sources.json"))}
    for source in session.scalars(select(Source).where(Source.project_id == project.id)):
        about = described[source.name]
        describe_source(
            session,
            source=source,
            domains=[about["domain"]],
            aliases=about["aliases"],
            actor_id=author.id,
            now=BEGAN,
        )


def _documents() -> bytes:
    """The documents as one JSON Lines file; each is known by its file name."""
    rows = [json.loads(line) for line in _read("documents.jsonl").splitlines()]
    return "\n".join(
        json.dumps(
            {
                "id": row["file"],
                "text": (paths.sample() / "documents" / row["file"]).read_bytes().decode(),
                "source": row["source"],
                "title": row["title"],
                "url": row["url"],
                "date": row["published_on"],
                "lang": row["lang"],
                "byline": row["byline"],
            },
            ensure_ascii=False,
        )
        for row in rows
    ).encode()


def _gold() -> dict[str, dict[str, list[str]]]:
    """The author's answers by item: `file position`, `file`, or the name of a source."""
    found = {}
    for line in _read("gold.jsonl").splitlines():
        row = json.loads(line)
        name = row.get("source") or row["file"]
        found[f"{name} {row['position']}" if "position" in row else name] = row["answers"]
    return found


def _read(name: str) -> str:
    return (paths.sample() / name).read_text(encoding="utf-8")


def _label(
    session: Session,
    project: Project,
    user: User,
    annotator: SampleAnnotator,
    gold: Gold,
    *,
    since: datetime = BEGAN,
) -> None:
    """Save what the annotator says of all their open work, a minute apart."""
    codebook = codebooks.codebook_of(codebooks.latest(session, project.id))
    items = queries.items(session, project.id)
    for number, task in enumerate(_open_work(session, project, user), start=1):
        item = items[task.subject_id]
        answers = sample_annotators.answers_of(
            annotator,
            gold[item],
            codebook=codebook,
            scope=task.scope,
            item=item,
            blind=task.blind,
        )
        annotating.save_annotation(
            session,
            assignment_id=task.id,
            user_id=user.id,
            save=Save(
                save_id=str(uuid.uuid5(SAVE_IDS, f"{annotator.name} {item}")),
                seen_revision=0,
                answers=answers,
                seconds=float(8 + len(item) * number % 37),
            ),
            now=since + timedelta(minutes=number),
        )


def _answer_the_rest(
    session: Session, project: Project, user: User, gold: Gold, *, now: datetime
) -> None:
    """Who had taken text for boilerplate was asked what is behind it; they answer as the author."""
    items = queries.items(session, project.id)
    for task in _open_work(session, project, user):
        item = items[task.subject_id]
        annotating.save_annotation(
            session,
            assignment_id=task.id,
            user_id=user.id,
            save=Save(
                save_id=str(uuid.uuid5(SAVE_IDS, f"rest {user.name} {item}")),
                seen_revision=0,
                answers=gold[item],
                seconds=20.0,
            ),
            now=now,
        )


def _open_work(session: Session, project: Project, user: User) -> Sequence[Task]:
    everything = 10_000
    return sheets.next_assignments(
        session, project_id=project.id, user_id=user.id, n=everything
    ).assignments


def _settle(session: Session, project: Project, author: User, gold: Gold, *, now: datetime) -> None:
    """What is unanimous closes by policy; the author settles the rest, but for a few."""
    policies.apply_policy(session, project_id=project.id, actor_id=author.id, now=now)
    items = queries.items(session, project.id)
    waiting = queue(session, project_id=project.id, user_id=author.id, now=now)
    for dispute in waiting.offered[:-LEFT_FOR_THE_VISITOR]:
        known = gold[items[dispute.subject_id]]
        decisions = {
            code: Decision("decided", (tuple(known[code]),), AUTHORS_REASON)
            for code in dispute.questions
            if code in known
        }
        if decisions:
            deciding.decide(
                session,
                project_id=project.id,
                subject_id=dispute.subject_id,
                user_id=author.id,
                decisions=decisions,
                seen=0,
                now=now,
            )


def _give_work_to_visitors(session: Session, project: Project, now: datetime) -> tuple[str, ...]:
    """All documents to each person who can sign in and has not got them, as training."""
    visitors = queries.people_without_round(
        session, project_id=project.id, round_name=VISITOR_ROUND
    )
    for user in visitors:
        if not queries.is_member(session, project_id=project.id, user_id=user.id):
            projects.add_member(
                session,
                project_id=project.id,
                name=user.name,
                role="annotator",
                actor_id=None,
                now=now,
            )
        assigning.assign(
            session,
            project_id=project.id,
            overlap=1,
            round_name=VISITOR_ROUND.format(name=user.name),
            kind="training",
            seed=_seed_for(session, project, user),
            only=[user.id],
            actor_id=None,
            now=now,
        )
    return tuple(user.name for user in visitors)


def _seed_for(session: Session, project: Project, user: User) -> int:
    """A seed that gives the visitor an English document first: most can read it."""
    languages = queries.languages(session, project.id)
    return next(
        seed
        for seed in itertools.count(1)
        if languages[in_random_order(list(languages), annotator=user.id, seed=seed)[0]] == "en"
    )
