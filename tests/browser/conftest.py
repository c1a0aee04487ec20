"""A real Chromium on a real server: `server` serves a fresh project, `page` is a browser tab.

@pytest.mark.browser
def test_it_labels(server, page):
    with server.seed() as make:
        ...
    server.sign_in(page, alice)
    page.goto(server.url(f"/projects/{slug}/label"))
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

from annotator.config import Settings
from annotator.services import accounts
from annotator.store.database import Database
from annotator.store.people import SignInSession, User
from annotator.web import create_app
from annotator.web.access import SESSION_COOKIE
from tests.factories import Factory

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
THREADS = 4
# Two slow cores may be shared with the rest of the tests.
PATIENCE_MS = 20_000


@dataclass(frozen=True)
class Server:
    """The application, served by waitress as in production, on a database of its own."""

    port: int
    database: Database
    home: Path

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @contextmanager
    def seed(self) -> Iterator[Factory]:
        """Make rows with the factory; they are committed at the end."""
        with self.database.write() as session:
            yield Factory(session)

    def sign_in(self, page: Page, user: User) -> None:
        """Give the browser a session of that person."""
        token, now = accounts.new_token(), datetime.now(UTC)
        with self.database.write() as session:
            session.add(
                SignInSession(
                    token_hash=accounts.hash_of_token(token),
                    user_id=user.id,
                    created_at=now,
                    seen_at=now,
                )
            )
        page.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}]
        )


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine the first count of a project may take longer than a person waits."""
    monkeypatch.setattr("annotator.web.agreement.reading.PATIENCE", 60.0)


@pytest.fixture
def server(tmp_path: Path, sqlite_template: Path) -> Iterator[Server]:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(sqlite_template, home / "annotator.db")
    database = Database(f"sqlite:///{home / 'annotator.db'}")
    app = create_app(Settings(home=home), database)
    serving = create_server(app, host="127.0.0.1", port=0, threads=THREADS, ident=None)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    yield Server(port=int(serving.effective_port), database=database, home=home)
    serving.task_dispatcher.shutdown()
    # Its own thread closes its sockets: from this one they would vanish under its select().
    serving.trigger.pull_trigger(lambda: wasyncore.close_all(serving._map))
    thread.join(timeout=PATIENCE_MS / 1000)
    assert not thread.is_alive(), "the server did not stop"
    database.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of Debian's package; the test tool itself downloads none.

    Skipped only by the explicit SKIP_BROWSER=1.
    """
    if os.environ.get("SKIP_BROWSER") == "1":
        pytest.skip("SKIP_BROWSER=1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab without cookies; an error of a script on the page fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert errors == []
