"""One's own account: the password, the browsers that are signed in, the tokens."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.services import accounts, passwords
from annotator.store.audit import AuditEvent
from annotator.store.database import Database
from annotator.store.people import ApiToken, SignInSession, SignInTry, User
from annotator.web.access import SESSION_COOKIE
from annotator.web.account import CHANGED, CURRENT_WRONG
from annotator.web.sign_in import NOT_THE_SAME
from tests.web.conftest import Seed, SignIn

GOOD = "kestrel wander lamp nine"
BETTER = "lantern otter mug seven"


@pytest.fixture
def alice(client: FlaskClient, seed: Seed, sign_in: SignIn) -> User:
    """Signed in with `client`."""
    with seed() as make:
        user = make.user("alice", password_hash=passwords.choose(GOOD, context=()).hash)
    sign_in(client, user)
    return user


@pytest.fixture
def bob(seed: Seed) -> User:
    with seed() as make:
        return make.user("bob")


def form(current: str = GOOD, password: str = BETTER, again: str = BETTER) -> dict[str, str]:
    return {"current": current, "password": password, "again": again}


def password_of(database: Database, user: User) -> str | None:
    with database.read() as session:
        return session.get_one(User, user.id).password_hash


def session_ids(database: Database, user: User) -> list[int]:
    with database.read() as session:
        mine = select(SignInSession.id).where(SignInSession.user_id == user.id)
        return list(session.scalars(mine.order_by(SignInSession.id)))


def actions(database: Database) -> list[tuple[str, int | None]]:
    with database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(row.action, row.actor_id) for row in rows]


def test_the_page_shows_who_one_is(client: FlaskClient, alice: User) -> None:
    page = client.get("/account")
    assert page.status_code == 200
    assert "alice" in page.text
    assert "Role: annotator" in page.text
    assert "this browser" in page.text


def test_changing_the_password(client: FlaskClient, alice: User, app_database: Database) -> None:
    response = client.post("/account/password", data=form())
    assert (response.status_code, response.location) == (303, "/account")
    assert CHANGED in client.get("/account").text
    assert passwords.check(BETTER, password_of(app_database, alice)).fits
    assert actions(app_database) == [("password.changed", alice.id)]


def test_it_signs_out_the_other_browsers_and_renews_this_one(
    app: Flask, client: FlaskClient, alice: User, bob: User, sign_in: SignIn
) -> None:
    other, of_bob = app.test_client(), app.test_client()
    sign_in(other, alice)
    sign_in(of_bob, bob)
    before = client.get_cookie(SESSION_COOKIE)
    client.post("/account/password", data=form())
    after = client.get_cookie(SESSION_COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    answers = [browser.get("/account").status_code for browser in (client, other, of_bob)]
    assert answers == [200, 302, 200]
    client.set_cookie(SESSION_COOKIE, before.value)
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (form(current="not this one"), CURRENT_WRONG),
        (form(current=""), "Type the password you have now."),
        (form(again="another one"), NOT_THE_SAME),
        (form(password="", again=""), "Type the password you want to have."),
        (form(password="short", again="short"), "at least 12 characters"),
        (form(password="x" * 257, again="x" * 257), "at most 256 characters"),
        (form(password="qwerty123456", again="qwerty123456"), "first that would be guessed"),
        (form(password="alice lamp nine", again="alice lamp nine"), "contains “alice”"),
        ({}, "Type the password you have now."),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    client: FlaskClient,
    alice: User,
    app_database: Database,
    given: dict[str, str],
    sentence: str,
) -> None:
    response = client.post("/account/password", data=given)
    assert response.status_code == 422
    assert sentence in response.text
    assert passwords.check(GOOD, password_of(app_database, alice)).fits
    assert client.get("/account").status_code == 200


def test_the_password_may_not_name_ones_project(
    client: FlaskClient, alice: User, seed: Seed
) -> None:
    with seed() as make:
        make.member(make.project("balticmedia"), make.session.get_one(User, alice.id))
    password = "balticmedia lamp nine"
    response = client.post("/account/password", data=form(password=password, again=password))
    assert response.status_code == 422
    assert "contains “balticmedia”" in response.text


def test_guessing_the_current_password_is_slowed_down(
    client: FlaskClient, alice: User, app_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "check", lambda *_: passwords.Verdict(fits=False))
    answers = [
        client.post("/account/password", data=form(current="no")).status_code for _ in range(10)
    ]
    assert answers == [422] * 10
    monkeypatch.undo()
    response = client.post("/account/password", data=form())
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert passwords.check(GOOD, password_of(app_database, alice)).fits


def test_a_change_that_works_is_not_counted_as_a_try(
    client: FlaskClient, alice: User, app_database: Database
) -> None:
    client.post("/account/password", data=form())
    with app_database.read() as session:
        assert session.scalars(select(SignInTry)).all() == []


def test_it_lists_ones_own_browsers_only(
    app: Flask, client: FlaskClient, alice: User, bob: User, seed: Seed
) -> None:
    now = datetime.now(UTC)
    with seed() as make:
        for user, browser in ((alice, "Safari on iPhone"), (bob, "Opera on Windows")):
            make.session.add(
                SignInSession(
                    token_hash=f"hash of {browser}",
                    user_id=user.id,
                    created_at=now,
                    seen_at=now,
                    browser=browser,
                )
            )
    page = client.get("/account").text
    assert "Safari on iPhone" in page
    assert "Opera on Windows" not in page


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/138.0.0.0 Safari/537.36 Edg/138.0", "Edge on Win"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
        ("", "unknown"),
    ],
)
def test_a_browser_is_shown_by_a_name_one_knows(
    client: FlaskClient, alice: User, agent: str, shown: str
) -> None:
    client.post("/login", data={"name": "alice", "password": GOOD}, headers={"User-Agent": agent})
    page = client.get("/account").text
    assert shown in page
    assert "<script>alert" not in page


def test_one_signs_out_another_of_ones_browsers(
    app: Flask, client: FlaskClient, alice: User, sign_in: SignIn, app_database: Database
) -> None:
    other = app.test_client()
    sign_in(other, alice)
    last = session_ids(app_database, alice)[-1]
    response = client.post(f"/account/sessions/{last}/end")
    assert (response.status_code, response.location) == (303, "/account")
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200
    assert actions(app_database) == [("session.ended", alice.id)]


def test_nobody_signs_out_a_browser_of_someone_else(
    app: Flask, client: FlaskClient, alice: User, bob: User, sign_in: SignIn, app_database: Database
) -> None:
    other = app.test_client()
    sign_in(other, bob)
    (of_bob,) = session_ids(app_database, bob)
    assert client.post(f"/account/sessions/{of_bob}/end").status_code == 404
    assert client.post("/account/sessions/99999999999999999999/end").status_code == 404
    assert other.get("/account").status_code == 200


def test_a_new_token_is_shown_once_and_works(
    client: FlaskClient, alice: User, app_database: Database
) -> None:
    response = client.post("/account/tokens")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    shown = re.search(r"<code data-token>([\w-]{43})</code>", response.text)
    assert shown
    assert shown[1] not in client.get("/account").text
    with app_database.read() as session:
        person = accounts.person_of_token(session, token=shown[1])
    assert person is not None
    assert person.id == alice.id


def test_a_revoked_token_no_longer_works(
    client: FlaskClient, alice: User, app_database: Database
) -> None:
    client.post("/account/tokens")
    with app_database.read() as session:
        token_id = session.scalars(select(ApiToken.id)).one()
    address = f"/account/tokens/{token_id}/revoke"
    assert address in client.get("/account").text
    assert client.post(address).location == "/account"
    assert client.post(address).status_code == 404
    assert "You have no token." in client.get("/account").text
    assert actions(app_database) == [("token.made", alice.id), ("token.revoked", alice.id)]


def test_nobody_revokes_the_token_of_someone_else(
    app: Flask, client: FlaskClient, alice: User, bob: User, sign_in: SignIn, app_database: Database
) -> None:
    other = app.test_client()
    sign_in(other, bob)
    other.post("/account/tokens")
    with app_database.read() as session:
        token_id = session.scalars(select(ApiToken.id)).one()
    assert client.post(f"/account/tokens/{token_id}/revoke").status_code == 404
    with app_database.read() as session:
        assert session.scalars(select(ApiToken.revoked_at)).one() is None


def test_a_token_does_not_open_the_pages(
    app: Flask, client: FlaskClient, alice: User, app_database: Database
) -> None:
    made = client.post("/account/tokens")
    token = re.search(r"data-token>([\w-]+)<", made.text)
    assert token
    script = app.test_client()
    headers = {"Authorization": f"Bearer {token[1]}"}
    assert script.get("/account", headers=headers).status_code == 302
    assert script.post("/account/tokens", headers=headers).status_code == 401
    assert script.post("/account/tokens", headers=headers, forged=True).status_code == 400


@pytest.mark.parametrize("address", ["/account/password", "/account/tokens"])
def test_changes_need_the_token_of_the_page(
    client: FlaskClient, alice: User, app_database: Database, address: str
) -> None:
    assert client.post(address, data=form(), forged=True).status_code == 400
    assert client.get(address).status_code == 405
    assert actions(app_database) == []
