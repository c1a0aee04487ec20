"""Projects to measure on, made by the services as a lead would make them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import texts
from sqlalchemy.orm import Session

from annotator import config
from annotator.services import api_tokens, assigning, people, projects, sessions
from annotator.services.documents import importing
from annotator.services.sessions import Browser
from annotator.store import migrating
from annotator.store.database import Database

IN_A_FILE = 4_000


@dataclass(frozen=True)
class Made:
    """A project whose annotators have work, with a bearer token for each of them."""

    slug: str
    tokens: list[str]


@contextmanager
def opened(home: Path, database_url: str = "") -> Iterator[Database]:
    """The database of a home, set up as `annotator init` does."""
    home.mkdir(parents=True, exist_ok=True)
    given = {"ANNOTATOR_HOME": str(home), "ANNOTATOR_DATABASE_URL": database_url}
    settings = config.load(given)
    config.secret_key(settings.home)
    database = Database(settings.sqlalchemy_url)
    try:
        migrating.upgrade(database)
        yield database
    finally:
        database.dispose()


def make(database: Database, slug: str, *, documents: int, annotators: int, overlap: int) -> Made:
    """A project with the default codebook, imported documents, and a main round given out."""
    with database.write() as session:
        project_id = empty(session, slug)
        importing.import_files(
            session,
            project_id=project_id,
            files=list(_files(documents)),
            source_name=None,
            actor_id=None,
            now=now(),
        )
    with database.write() as session:
        return staff(session, slug, annotators=annotators, overlap=overlap)


def _files(documents: int) -> Iterator[tuple[str, bytes]]:
    """As many as keep each below what a file may have."""
    made = texts.documents(documents)
    for number, some in enumerate(iter(lambda: list(islice(made, IN_A_FILE)), [])):
        yield f"documents-{number}.jsonl", texts.json_lines(some)


def now() -> datetime:
    return datetime.now(UTC)


def empty(session: Session, slug: str) -> int:
    """A project with the default codebook and nothing else."""
    made = projects.create_project(
        session,
        slug=slug,
        title=slug,
        languages=["en"],
        source_blind=False,
        actor_id=None,
        now=now(),
    )
    return made.id


def staff(session: Session, slug: str, *, annotators: int, overlap: int) -> Made:
    """Give all documents of the project to new annotators, each paragraph to `overlap` of them."""
    now = datetime.now(UTC)
    project = projects.project_named(session, slug=slug)
    tokens = []
    for number in range(annotators):
        name = f"{slug}-{number:02}"
        user = people.add_person(session, name=name, role="annotator", actor_id=None, now=now)
        session.flush()
        projects.add_member(
            session, project_id=project.id, name=name, role="annotator", actor_id=None, now=now
        )
        tokens.append(api_tokens.make_token(session, user_id=user.id, actor_id=None, now=now))
    assigning.assign(
        session, project_id=project.id, overlap=overlap, seed=1, actor_id=None, now=now
    )
    return Made(slug, tokens)


def lead(database: Database) -> str:
    """Someone who may see every page, signed in: what their browser keeps in the cookie."""
    with database.write() as session:
        user = people.add_person(session, name="boss", role="admin", actor_id=None, now=now())
        session.flush()
        browser = Browser(address="127.0.0.1", name="benchmark")
        return sessions.begin_session(session, user_id=user.id, browser=browser, now=now()).token
