"""Signing in and out, and the page behind an invite link, as a browser meets them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from annotator.services import passwords, people
from annotator.store.audit import AuditEvent, broken_links
from annotator.store.database import Database
from annotator.store.people import SignInSession, SignInTry, User
from annotator.web.access import SESSION_COOKIE
from annotator.web.sign_in import NOT_THE_SAME, WRONG, is_local
from tests.web.conftest import Seed, SignIn

GOOD = "kestrel wander lamp nine"
BETTER = "lantern otter mug seven"
HTTPS = "https://localhost"


@pytest.fixture(scope="module")
def good_hash() -> str:
    return passwords.choose(GOOD, context=()).hash


@pytest.fixture
def alice(seed: Seed, good_hash: str) -> User:
    with seed() as make:
        return make.user("alice", password_hash=good_hash)


@pytest.fixture
def link(seed: Seed) -> str:
    """The path of an open invite link of bob, who has no password yet."""
    with seed() as make:
        bob = make.user("bob")
        now = datetime.now(UTC)
        token = people.invite(make.session, user_id=bob.id, actor_id=None, now=now)
    return f"/invite/{token}"


def enter(
    client: FlaskClient, name: str = "alice", password: str = GOOD, then: str = ""
) -> TestResponse:
    address = f"/login?next={then}" if then else "/login"
    return client.post(address, data={"name": name, "password": password})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_page_asks_for_name_and_password(client: FlaskClient) -> None:
    page = client.get("/login")
    assert page.status_code == 200
    assert 'name="name"' in page.text
    assert 'name="password"' in page.text
    assert 'type="password"' in page.text


def test_the_right_password_signs_in(client: FlaskClient, alice: User) -> None:
    response = enter(client)
    assert (response.status_code, response.location) == (303, "/")
    page = client.get("/account")
    assert page.status_code == 200
    assert "alice" in page.text


def test_the_name_may_be_typed_in_whatever_letters(client: FlaskClient, alice: User) -> None:
    assert enter(client, " ALICE ").status_code == 303


def test_a_wrong_password_is_401_with_one_sentence(client: FlaskClient, alice: User) -> None:
    response = enter(client, password="lantern otter mug")
    assert response.status_code == 401
    assert WRONG in response.text
    assert "lantern" not in response.text
    assert 'value="alice"' in response.text
    assert not is_signed_in(client)


def test_an_unknown_name_gets_the_very_same_page(client: FlaskClient, alice: User) -> None:
    def bare(response: TestResponse) -> str:
        page = re.sub(r'name="csrf_token" value="[^"]*"', "", response.text)
        return re.sub(r'value="(alice|nobody)"', "", page)

    wrong, unknown = enter(client, password="wrong"), enter(client, "nobody", "wrong")
    assert (wrong.status_code, bare(wrong)) == (unknown.status_code, bare(unknown))


@pytest.mark.parametrize("given", [{"disabled_at": datetime.now(UTC)}, {"password_hash": None}])
def test_the_disabled_and_the_invited_get_that_page_too(
    client: FlaskClient, seed: Seed, good_hash: str, given: dict[str, object]
) -> None:
    with seed() as make:
        user = make.user("bob", password_hash=good_hash)
        for name, value in given.items():
            setattr(user, name, value)
    response = enter(client, "bob")
    assert response.status_code == 401
    assert WRONG in response.text


@pytest.mark.parametrize("data", [{}, {"name": "alice"}, {"password": "x"}, {"name": ""}])
def test_what_is_missing_is_said_at_its_field(
    client: FlaskClient, alice: User, data: dict[str, str]
) -> None:
    response = client.post("/login", data=data)
    assert response.status_code == 422
    assert "Type your" in response.text
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("name", ["\x00", "x" * 100_000, "\u202e", "' OR 1=1 --", "%s"])
def test_odd_names_are_only_unknown(client: FlaskClient, alice: User, name: str) -> None:
    assert enter(client, name).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient, alice: User
) -> None:
    cookie = client_cookie(enter(client), SESSION_COOKIE)
    assert set(cookie) == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_https_the_cookie_is_bound_to_the_host(client: FlaskClient, alice: User) -> None:
    response = client.post("/login", data={"name": "alice", "password": GOOD}, base_url=HTTPS)
    assert response.status_code == 303
    cookie = client_cookie(response, f"__Host-{SESSION_COOKIE}")
    assert set(cookie) == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    assert client.get("/account", base_url=HTTPS).status_code == 200


def client_cookie(response: TestResponse, name: str) -> list[str]:
    """The attributes of a cookie that is set."""
    found = [c for c in response.headers.getlist("Set-Cookie") if c.startswith(f"{name}=")]
    assert len(found) == 1
    return found[0].split("; ")[1:]


def test_the_cookie_holds_nothing_that_the_database_holds(
    client: FlaskClient, alice: User, app_database: Database
) -> None:
    enter(client)
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert len(cookie.value) == 43
    with app_database.read() as session:
        assert session.scalars(select(SignInSession.token_hash)).one() != cookie.value


def test_signing_in_again_ends_the_session_before(client: FlaskClient, alice: User) -> None:
    enter(client)
    before = client.get_cookie(SESSION_COOKIE)
    assert before is not None
    enter(client)
    after = client.get_cookie(SESSION_COOKIE)
    assert after is not None
    assert after.value != before.value
    assert is_signed_in(client)
    client.set_cookie(SESSION_COOKIE, before.value)
    assert not is_signed_in(client)


def test_a_cookie_that_was_planted_is_not_taken_over(client: FlaskClient, alice: User) -> None:
    client.set_cookie(SESSION_COOKIE, "planted")
    enter(client)
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.value != "planted"


def test_it_goes_where_the_person_wanted(client: FlaskClient, alice: User) -> None:
    asked = client.get("/account?tab=1")
    assert asked.location == "/login?next=/account?tab%3D1"
    page = client.get(asked.location)
    action = re.search(r'action="(/login[^"]*)"', page.text)
    assert action
    response = client.post(action[1], data={"name": "alice", "password": GOOD})
    assert response.location == "/account?tab=1"


def test_the_wish_survives_a_wrong_password(client: FlaskClient, alice: User) -> None:
    page = enter(client, password="wrong", then="/account")
    assert 'action="/login?next=/account"' in page.text


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_it_never_leads_to_another_site(client: FlaskClient, alice: User, address: str) -> None:
    response = client.post(
        "/login", query_string={"next": address}, data={"name": "alice", "password": GOOD}
    )
    assert response.location == "/"


@pytest.mark.parametrize(
    "address", ["/", "/account", "/projects/a/label?x=1#y", "/a//b", "/a?next=//evil.example"]
)
def test_a_path_here_is_local(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "/\n/evil.example",
        "/ /evil.example",
        " /account",
        "http:/evil.example",
        "javascript:alert(1)",
        "/\u2028/evil.example",
        "/\x00",
    ],
)
def test_anything_else_is_not(address: str) -> None:
    assert not is_local(address)


def test_who_is_signed_in_does_not_see_the_page(
    client: FlaskClient, alice: User, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    assert client.get("/login").location == "/"
    assert client.get("/login?next=/account").location == "/account"
    assert client.get("/login?next=//evil.example").location == "/"


def test_after_ten_wrong_passwords_one_must_wait(
    client: FlaskClient, alice: User, app_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "check", lambda *_: passwords.Verdict(fits=False))
    assert [enter(client).status_code for _ in range(10)] == [401] * 10
    with app_database.read() as session:
        assert count(session, SignInTry) == 10
    monkeypatch.undo()
    response = enter(client)
    assert response.status_code == 429
    assert 290 <= int(response.headers["Retry-After"]) <= 300
    assert "Too many tries to sign in; wait 5 minutes" in response.text
    assert not is_signed_in(client)


def test_failed_tries_are_kept_on_the_audit_trail(
    client: FlaskClient, alice: User, app_database: Database
) -> None:
    enter(client, password="wrong")
    enter(client, "nobody")
    enter(client)
    client.post("/logout")
    with app_database.read() as session:
        trail = select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)
        assert [tuple(row) for row in session.execute(trail)] == [
            ("sign_in.failed", None),
            ("sign_in.failed", None),
            ("session.begun", alice.id),
            ("session.ended", alice.id),
        ]
        assert list(broken_links(session)) == []


def test_an_old_hash_is_renewed_at_sign_in(
    client: FlaskClient, seed: Seed, app_database: Database
) -> None:
    from argon2 import PasswordHasher  # noqa: PLC0415 - for this one test

    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    with seed() as make:
        make.user("alice", password_hash=old)
    assert enter(client).status_code == 303
    with app_database.read() as session:
        kept = session.scalars(select(User.password_hash)).one()
    assert kept is not None
    assert not passwords.is_outdated(kept)
    assert passwords.check(GOOD, kept).fits


def test_signing_out_ends_the_session_and_takes_the_cookies(
    client: FlaskClient, alice: User, sign_in: SignIn, app_database: Database
) -> None:
    token = sign_in(client, alice)
    response = client.post("/logout")
    assert (response.status_code, response.location) == (303, "/login")
    assert client.get_cookie(SESSION_COOKIE) is None
    with app_database.read() as session:
        assert count(session, SignInSession) == 0
    client.set_cookie(SESSION_COOKIE, token)
    assert not is_signed_in(client)


def test_one_can_sign_out_of_a_session_that_is_over(client: FlaskClient) -> None:
    client.set_cookie(SESSION_COOKIE, "over")
    assert client.post("/logout").location == "/login"
    assert client.get_cookie(SESSION_COOKIE) is None


def test_a_link_on_another_site_signs_nobody_out(
    client: FlaskClient, alice: User, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout", forged=True).status_code == 400
    assert is_signed_in(client)


def test_signing_in_needs_the_token_of_the_page(client: FlaskClient, alice: User) -> None:
    data = {"name": "alice", "password": GOOD}
    response = client.post("/login", data=data, forged=True)
    assert response.status_code == 400
    assert "load it again" in response.text
    assert not is_signed_in(client)


def test_a_session_left_alone_for_eight_hours_is_over(
    client: FlaskClient, alice: User, sign_in: SignIn, app_database: Database
) -> None:
    sign_in(client, alice)
    with app_database.write() as session:
        row = session.scalars(select(SignInSession)).one()
        row.seen_at = datetime.now(UTC) - timedelta(hours=8)
    assert client.get("/account").location == "/login?next=/account"


def test_a_session_in_use_is_kept_awake_but_not_written_each_time(
    client: FlaskClient, alice: User, sign_in: SignIn, app_database: Database
) -> None:
    sign_in(client, alice)
    seen = []
    for minutes in (4, 6):
        began = datetime.now(UTC) - timedelta(minutes=minutes)
        with app_database.write() as session:
            session.scalars(select(SignInSession)).one().seen_at = began
        assert is_signed_in(client)
        with app_database.read() as session:
            seen.append(session.scalars(select(SignInSession.seen_at)).one() > began)
    assert seen == [False, True]


def test_the_same_person_signing_in_again_may_go_on_with_an_open_page(
    client: FlaskClient, alice: User
) -> None:
    """An annotator's page stays open while the session runs out; the label must not be lost."""
    enter(client)
    token = csrf_token_of(client.get("/account"))
    client.delete_cookie(SESSION_COOKIE)
    enter(client)
    response = client.post("/account/tokens", data={"csrf_token": token}, forged=True)
    assert response.status_code == 201


def test_another_person_in_the_same_browser_gets_another_seed(
    client: FlaskClient, alice: User, seed: Seed, good_hash: str
) -> None:
    with seed() as make:
        make.user("mallory", password_hash=good_hash)
    enter(client, "mallory")
    token = csrf_token_of(client.get("/account"))
    client.delete_cookie(SESSION_COOKIE)
    enter(client)
    response = client.post("/account/tokens", data={"csrf_token": token}, forged=True)
    assert response.status_code == 400


def csrf_token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_an_invite_link_shows_whom_it_is_for(client: FlaskClient, link: str) -> None:
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "Welcome, bob" in page.text


def test_an_invite_link_sets_the_password_and_signs_in(
    app: Flask, client: FlaskClient, link: str
) -> None:
    response = client.post(link, data={"password": BETTER, "again": BETTER})
    assert (response.status_code, response.location) == (303, "/")
    assert is_signed_in(client)
    assert enter(app.test_client(), "bob", BETTER).status_code == 303


def test_an_invite_link_works_once(app: Flask, client: FlaskClient, link: str) -> None:
    client.post(link, data={"password": BETTER, "again": BETTER})
    other = app.test_client()
    assert other.get(link).status_code == 404
    again = other.post(link, data={"password": GOOD, "again": GOOD})
    assert again.status_code == 404
    assert "ask an administrator for a new one" in again.text
    assert not is_signed_in(other)
    assert enter(other, "bob", GOOD).status_code == 401


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        (BETTER, GOOD, NOT_THE_SAME),
        (BETTER, "", NOT_THE_SAME),
        ("", "", "Type the password you want"),
        ("short", "short", "at least 12 characters"),
        ("password1234", "password1234", "first that would be guessed"),
        ("annotator lamp nine", "annotator lamp nine", "contains “annotator”"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_open(
    client: FlaskClient, link: str, password: str, again: str, sentence: str
) -> None:
    response = client.post(link, data={"password": password, "again": again})
    assert response.status_code == 422
    assert sentence in response.text
    assert client.get(link).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("token", ["unknown", "x" * 5000, "%00", "ü"])
def test_a_link_that_never_was_one_is_404(client: FlaskClient, token: str) -> None:
    assert client.get(f"/invite/{token}").status_code == 404


def test_a_link_of_another_person_replaces_who_was_signed_in(
    client: FlaskClient, alice: User, sign_in: SignIn, link: str, app_database: Database
) -> None:
    sign_in(client, alice)
    client.post(link, data={"password": BETTER, "again": BETTER})
    assert "bob" in client.get("/account").text
    with app_database.read() as session:
        owners = select(User.name).join(SignInSession, SignInSession.user_id == User.id)
        assert session.scalars(owners).all() == ["bob"]


def test_the_log_has_neither_passwords_nor_links_nor_cookies(
    client: FlaskClient, alice: User, link: str
) -> None:
    with capture_logs() as lines:
        client.get(link)
        client.put(link)
        client.get(f"{link}/more")
        client.post(link, data={"password": BETTER, "again": BETTER})
        enter(client, password="a wrong secret")
        enter(client)
        client.get("/account")
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    text = repr(lines)
    assert len(lines) == 7
    assert "/invite/…" in text
    for secret in (link.rsplit("/", 1)[1], BETTER, GOOD, "a wrong secret", cookie.value):
        assert secret not in text
