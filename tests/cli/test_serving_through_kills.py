"""A server that is killed in the middle of its work, and what is left of what it had promised.

The long form, with many more clients and kills, is `make bench`.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from annotator.cli import main
from annotator.services import api_tokens, assigning, people, projects
from annotator.services.documents import importing
from annotator.store.database import Database
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment
from tests.crew import Client, MortalServer, label_through_kills

ANNOTATORS = 4
KILLS = 2
TEXTS = ["\n".join(f"Line {n} of document {d}, in so many words." for n in range(9)) for d in "abc"]


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(sqlite_template, tmp_path / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return tmp_path


def staffed(database: Database) -> list[str]:
    """A project whose documents everyone has to label; the tokens of its annotators."""
    now = datetime.now(UTC)
    with database.write() as session:
        project = projects.create_project(
            session,
            slug="study",
            title="Study",
            languages=["en"],
            source_blind=False,
            actor_id=None,
            now=now,
        )
        importing.import_files(
            session,
            project_id=project.id,
            files=[(f"{n}.txt", text.encode()) for n, text in enumerate(TEXTS)],
            source_name="Ledger",
            actor_id=None,
            now=now,
        )
        tokens = []
        for name in ("ana", "boris", "clara", "dan"):
            user = people.add_person(session, name=name, role="annotator", actor_id=None, now=now)
            session.flush()
            projects.add_member(
                session,
                project_id=project.id,
                name=name,
                role="annotator",
                actor_id=None,
                now=now,
            )
            tokens.append(api_tokens.make_token(session, user_id=user.id, actor_id=None, now=now))
        assigning.assign(session, project_id=project.id, overlap=ANNOTATORS, actor_id=None, now=now)
    return tokens


def test_two_kills_under_four_annotators_lose_and_double_nothing(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'annotator.db'}")
    tokens = staffed(database)
    with database.read() as session:
        everything = session.scalar(select(func.count()).select_from(Assignment)) or 0
    server = MortalServer(home)
    clients = [Client(server.port, "study", token) for token in tokens]
    label_through_kills(server, clients, kills=KILLS, saves=everything)
    promised = [save_id for client in clients for save_id in client.promised]
    assert [client.refused for client in clients] == [[]] * ANNOTATORS
    assert sum(client.retries for client in clients) > 0, "nobody noticed a kill"
    with database.read() as session:
        stored = session.scalars(select(AnnotationRevision.save_id)).all()
        annotations = session.scalar(select(func.count()).select_from(Annotation))
    assert sorted(stored) == sorted(promised)
    assert annotations == len(promised) == everything
    database.dispose()
    checked = CliRunner().invoke(main, ["check"])
    assert checked.exit_code == 0, checked.output
