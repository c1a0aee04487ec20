"""What every response carries, and what is refused before any view sees it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from annotator.config import Settings
from annotator.errors import TooManyTries, Unavailable
from annotator.services import api_tokens
from annotator.store.database import AWAY, READ_ONLY, Database
from annotator.store.people import SignInSession, User
from annotator.web import create_app
from annotator.web.access import Policy, requires
from annotator.web.assets import fingerprint
from annotator.web.security import CONTENT_SECURITY_POLICY, HEADERS
from tests.web.conftest import PageClient, Seed, SignIn

HTTPS = "https://localhost"


@pytest.fixture
def alice(seed: Seed) -> User:
    with seed() as make:
        return make.user("alice")


@pytest.fixture
def token(seed: Seed, alice: User) -> str:
    with seed() as make:
        now = datetime.now(UTC)
        return api_tokens.make_token(make.session, user_id=alice.id, actor_id=None, now=now)


def raising(app: Flask, error: Exception) -> None:
    """Let /healthz, which anyone may call, fail with this."""

    @requires(Policy.PUBLIC)
    def fail() -> NoReturn:
        raise error

    app.view_functions["health.healthz"] = fail


class Broken(Database):
    """A database that does not answer, or only takes no writes; counts how often it is asked."""

    def __init__(self, url: str, *, readable: bool) -> None:
        super().__init__(url)
        self.readable = readable
        self.asked = 0

    @contextmanager
    def look(self) -> Iterator[Connection]:
        self._ask()
        with super().look() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Session]:
        self._ask()
        with super().read() as session:
            yield session

    def _ask(self) -> None:
        self.asked += 1
        if not self.readable:
            raise Unavailable(AWAY)

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.asked += 1
        raise Unavailable(READ_ONLY)
        yield  # a context manager is a generator


def break_database(app: Flask, database: Database, *, readable: bool) -> Broken:
    broken = Broken(str(database.url), readable=readable)
    app.extensions["annotator.database"] = broken
    return broken


def answers(app: Flask, client: FlaskClient) -> dict[str, TestResponse]:
    """One response of every kind there is."""
    picture = f"/static/{fingerprint()}/icon.svg"
    found = {
        "200": client.get("/login"),
        "302": client.get("/account"),
        "303": client.post("/logout"),
        "400": client.post("/login", forged=True),
        "400 host": client.get("/login", base_url="http://evil.example"),
        "401": client.post("/account/tokens"),
        "401 wrong password": client.post("/login", data={"name": "x", "password": "x"}),
        "401 json": client.get("/api/v1/projects/x/next"),
        "404": client.get("/no/such/page"),
        "404 json": client.get("/api/v1/no/such/thing"),
        "405": client.put("/login"),
        "405 json": client.delete("/api/v1/projects/x/next"),
        "422": client.post("/login", data={}),
        "200 head": client.head("/login"),
        "200 options": client.options("/login"),
        "200 static": client.get(picture),
        "404 static": client.get(f"/static/{fingerprint()}/nothing.js"),
    }
    etag = found["200 static"].headers["ETag"]
    found["304"] = client.get(picture, headers={"If-None-Match": etag})
    app.config["MAX_CONTENT_LENGTH"] = 100
    found["413"] = client.post("/login", data={"name": "x" * 1000})
    raising(app, RuntimeError("unforeseen"))
    found["500"] = client.get("/healthz")
    raising(app, TooManyTries("wait", retry_after=7))
    found["429"] = client.get("/healthz")
    raising(app, Unavailable(AWAY))
    found["503"] = client.get("/healthz")
    for response in found.values():
        # Files are sent as they are read, and stay open until then.
        response.close()
    return found


def test_every_kind_of_response_carries_the_headers(app: Flask, client: FlaskClient) -> None:
    for kind, response in answers(app, client).items():
        assert str(response.status_code) == kind.split()[0], kind
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, kind
        for name, value in HEADERS.items():
            assert response.headers.getlist(name) == [value], f"{kind}: {name}"
        assert len(response.headers.getlist("Cache-Control")) == 1, kind
        assert "Server" not in response.headers, kind
        assert "Strict-Transport-Security" not in response.headers, kind


def test_only_fingerprinted_files_may_be_kept(app: Flask, client: FlaskClient) -> None:
    for kind, response in answers(app, client).items():
        expected = "no-store"
        if kind in {"200 static", "304"}:
            expected = "public, max-age=31536000, immutable"
        assert response.headers["Cache-Control"] == expected, kind
    for version in ("another", fingerprint()[:-1], fingerprint().upper() + "0"):
        with client.get(f"/static/{version}/icon.svg") as old:
            assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-store")


def test_every_response_has_an_id_that_the_log_has_too(client: FlaskClient) -> None:
    with capture_logs() as lines:
        response = client.get("/login")
    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])
    assert [line["event"] for line in lines] == ["request"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    sources = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert sources["default-src"] == "'none'"
    assert set(sources.values()) == {"'none'", "'self'"}


def test_over_https_it_stays_https(client: FlaskClient) -> None:
    response = client.get("/login", base_url=HTTPS)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_page_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    def attributes(base_url: str) -> set[str]:
        client.delete_cookie("annotator_page")
        cookie = client.get("/login", base_url=base_url).headers["Set-Cookie"]
        assert cookie.startswith("annotator_page=")
        return set(cookie.split("; ")[1:])

    assert attributes("http://localhost") == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert attributes(HTTPS) == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.2", "127.0.0.1.evil.example", ""]
)
def test_it_answers_to_its_own_names_only(client: FlaskClient, host: str) -> None:
    response = client.get("/login", headers={"Host": host})
    assert response.status_code == 400
    assert "ANNOTATOR_TRUSTED_HOSTS" in response.text or not host


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_it_answers_on_any_port(client: FlaskClient, host: str) -> None:
    assert client.get("/login", headers={"Host": host}).status_code == 200


def test_what_a_stranger_says_of_a_proxy_is_not_believed(client: FlaskClient) -> None:
    response = client.get(
        "/login", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    )
    assert response.status_code == 200
    assert "Strict-Transport-Security" not in response.headers


def test_behind_a_proxy_that_is_known_the_cookie_is_for_https(
    app_database: Database, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", proxy_hops=1, trusted_hosts=("label.example",))
    client = create_app(settings, app_database).test_client()
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "label.example"}
    response = client.get("/login", headers=forwarded)
    assert response.status_code == 200
    assert "Secure" in response.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in response.headers
    forwarded["X-Forwarded-Host"] = "evil.example"
    assert client.get("/login", headers=forwarded).status_code == 400


def test_a_form_without_its_token_changes_nothing(
    client: FlaskClient, alice: User, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    for data in ({}, {"csrf_token": ""}, {"csrf_token": "made up"}):
        response = client.post("/account/tokens", data=data, forged=True)
        assert response.status_code == 400
        assert "load it again" in response.text
    assert "You have no token." in client.get("/account").text


def test_the_token_of_another_browser_is_worth_nothing(
    app: Flask, client: FlaskClient, alice: User, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    page = app.test_client().get("/login").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    data = {"csrf_token": found[1]}
    assert client.get("/account").status_code == 200
    assert client.post("/account/tokens", data=data, forged=True).status_code == 400


def test_a_script_of_ours_sends_the_token_in_a_header(
    client: FlaskClient, alice: User, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    assert isinstance(client, PageClient)
    headers = {"X-CSRFToken": client.csrf_token()}
    response = client.post("/account/tokens", headers=headers, forged=True)
    assert response.status_code == 201


@pytest.mark.parametrize("referer", ["", "http://localhost/", "https://evil.example/account"])
def test_over_https_the_page_must_be_ours_too(client: FlaskClient, referer: str) -> None:
    response = client.post("/logout", base_url=HTTPS, headers={"Referer": referer})
    assert response.status_code == 400
    assert client.post("/logout", base_url=HTTPS).status_code == 303


def test_a_caller_by_token_needs_no_page(app: Flask, alice: User, token: str) -> None:
    script = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    address = "/api/v1/projects/none/documents"
    # 404 and not 400: the token was taken, and there is no such project for its owner.
    assert script.post(address, headers=headers, json={}, forged=True).status_code == 404


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "bearer x"])
def test_a_token_that_does_not_work_is_401_with_the_way_to_ask(
    client: FlaskClient, header: str
) -> None:
    response = client.get("/api/v1/projects/x/next", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert json.loads(response.text) == {"error": "Sign in first."}


def test_a_wrong_token_is_not_helped_by_a_cookie(
    client: FlaskClient, alice: User, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    headers = {"Authorization": "Bearer wrong"}
    assert client.get("/api/v1/projects/x/next", headers=headers).status_code == 401
    assert client.get("/api/v1/projects/x/next").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_fails_unforeseen_is_said_and_logged_without_the_details(
    app: Flask, client: FlaskClient, method: str
) -> None:
    raising(app, RuntimeError("the secret text of a document"))
    with capture_logs() as lines:
        response = client.get("/healthz")
    assert response.status_code == 500
    assert "It has been noted in the log" in response.text
    assert "secret text" not in response.text
    assert "Traceback" not in response.text
    assert [line["event"] for line in lines] == ["request.failed", "request"]


def test_an_error_of_the_database_does_not_carry_what_was_written(app_database: Database) -> None:
    with pytest.raises(Unavailable) as caught, app_database.read() as session:
        session.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": "the text"})
    cause = str(caught.value.__cause__)
    assert "no such table" in cause
    assert "the text" not in cause


def test_while_the_database_is_away_it_says_so_and_then_recovers(
    app: Flask, client: FlaskClient, alice: User, sign_in: SignIn, app_database: Database
) -> None:
    sign_in(client, alice)
    broken = break_database(app, app_database, readable=False)
    for address in ("/account", "/healthz", "/api/v1/projects/x/next"):
        broken.asked = 0
        response = client.get(address)
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert AWAY in response.get_data(as_text=True)
        # The page that says so must not wait for the database once more.
        assert broken.asked == 1
    assert client.post("/login", data={"name": "a", "password": "b"}).status_code == 503
    app.extensions["annotator.database"] = app_database
    assert client.get("/account").status_code == 200


def test_on_a_disk_that_takes_no_writes_one_can_still_read(
    app: Flask, client: FlaskClient, alice: User, sign_in: SignIn, app_database: Database
) -> None:
    sign_in(client, alice)
    with app_database.write() as session:
        row = session.scalars(select(SignInSession)).one()
        row.seen_at = datetime.now(UTC) - timedelta(hours=1)
    break_database(app, app_database, readable=True)
    assert client.get("/account").status_code == 200
    response = client.post("/account/tokens")
    assert response.status_code == 503
    assert READ_ONLY.split(";")[0] in response.text


@pytest.mark.parametrize(
    "given",
    [
        {"path": "/%ff%fe"},
        {"path": "/account", "headers": {"Cookie": "annotator_session=\xff\xfe"}},
        {"path": "/account", "headers": {"Cookie": "annotator_page=garbage; =; ;;"}},
        {"path": "/account", "headers": {"Cookie": "annotator_session=" + "x" * 10_000}},
        {"path": "/api/v1/projects/x/next", "headers": {"Authorization": "Bearer \xff"}},
        {"path": "/login", "query_string": "next=%ff&next=%00"},
        {"path": "/people/99999999999999999999999999/role"},
        {"path": "/projects/" + "x" * 5000},
        {"path": "/projects/%00"},
    ],
)
def test_odd_requests_are_never_a_failure(client: FlaskClient, given: dict[str, Any]) -> None:
    assert client.get(**given).status_code < 500


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "nonsense"])
def test_odd_bodies_are_never_a_failure(client: FlaskClient, content_type: str) -> None:
    response = client.post("/login", data=b"\xff\x00{", content_type=content_type)
    assert 400 <= response.status_code < 500
