"""An application on a fresh SQLite database, and browsers that are signed in to it.

`seed` commits what it makes, since the application reads in transactions of its own:

    def test_a_lead_sees_the_members(client, seed, sign_in):
        with seed() as make:
            project = make.project()
            lead = make.member(project, role="lead")
        sign_in(client, lead)
        assert client.get(f"/projects/{project.slug}/members").status_code == 200

`client` sends the CSRF token with every request that changes something, as our pages do; pass
`forged=True` to leave it out. `app.test_client()` gives a second browser.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from jinja2 import FileSystemBytecodeCache
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from annotator.config import Settings
from annotator.services import accounts
from annotator.store.database import Database
from annotator.store.people import SignInSession, User
from annotator.web import create_app
from annotator.web.access import SESSION_COOKIE
from annotator.web.security import SAFE_METHODS
from tests.factories import Factory

Seed = Callable[[], AbstractContextManager[Factory]]
SignIn = Callable[[FlaskClient, User], str]


class PageClient(FlaskClient):
    """A browser on one of our own pages: it sends back the CSRF token that the page carried."""

    def open(self, *args: Any, forged: bool = False, **kwargs: Any) -> TestResponse:
        method = str(kwargs.get("method", "GET")).upper()
        if args and isinstance(args[0], str) and method not in SAFE_METHODS and not forged:
            headers = Headers(kwargs.pop("headers", None))
            headers.setdefault("X-CSRFToken", self.csrf_token())
            if str(kwargs.get("base_url", "")).startswith("https:"):
                # Over https the token alone is not believed: the page must be ours, too.
                headers.setdefault("Referer", f"{kwargs['base_url']}/")
            kwargs["headers"] = headers
        return super().open(*args, **kwargs)

    def csrf_token(self) -> str:
        """A token that the application takes, as it stands in the pages of this browser."""
        with self.session_transaction() as page:
            seed: str = page.setdefault("csrf_token", "a page was loaded before")
        with self.application.test_request_context():
            from flask import session  # noqa: PLC0415 - lives in the request just made

            session["csrf_token"] = seed
            return str(generate_csrf())


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine the first count of a project may take longer than a person waits."""
    monkeypatch.setattr("annotator.web.agreement.reading.PATIENCE", 60.0)


@pytest.fixture
def app_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """The database of `app`: SQLite, fresh, with all tables."""
    path = tmp_path / "home" / "annotator.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Every application compiles its templates, which takes longer than most tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    app_database: Database, tmp_path: Path, compiled_templates: FileSystemBytecodeCache
) -> Flask:
    app = create_app(Settings(home=tmp_path / "home"), app_database)
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = PageClient
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def seed(app_database: Database) -> Seed:
    """`with seed() as make:` makes rows with the factory and commits them at the end."""

    @contextmanager
    def committed() -> Iterator[Factory]:
        with app_database.write() as session:
            yield Factory(session)

    return committed


@pytest.fixture
def sign_in(app_database: Database) -> SignIn:
    """`sign_in(client, user)` gives the client a session of that person; returns its token."""

    def give_session(client: FlaskClient, user: User) -> str:
        token = accounts.new_token()
        now = datetime.now(UTC)
        with app_database.write() as session:
            session.add(
                SignInSession(
                    token_hash=accounts.hash_of_token(token),
                    user_id=user.id,
                    created_at=now,
                    seen_at=now,
                )
            )
        client.set_cookie(SESSION_COOKIE, token)
        return token

    return give_session
