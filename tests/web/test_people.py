"""Administrators add people, send links, give roles, disable and enable."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from annotator.store.audit import AuditEvent
from annotator.store.database import Database
from annotator.store.people import User
from tests.web.conftest import Seed, SignIn

BETTER = "lantern otter mug seven"


@pytest.fixture
def admin(client: FlaskClient, seed: Seed, sign_in: SignIn) -> User:
    """Signed in with `client`."""
    with seed() as make:
        user = make.user("anna", role="admin", password_hash="a hash")
    sign_in(client, user)
    return user


@pytest.fixture
def bob(seed: Seed) -> User:
    with seed() as make:
        return make.user("bob", password_hash="a hash")


def user_named(database: Database, name: str) -> User | None:
    with database.read() as session:
        return session.scalars(select(User).where(User.name == name)).one_or_none()


def again(database: Database, user: User) -> User:
    with database.read() as session:
        return session.get_one(User, user.id)


def link_in(page: TestResponse) -> str:
    found = re.search(r"<code data-invite>http://localhost(/invite/[\w-]{43})</code>", page.text)
    assert found
    return found[1]


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_page_shows_everybody_with_role_and_state(
    client: FlaskClient, admin: User, seed: Seed
) -> None:
    with seed() as make:
        make.user("carla", role="lead")
        make.member(make.project(), make.user("dora", password_hash="a hash", disabled_at=None))
    client.post("/people", data={"name": "emil", "role": "annotator"})
    rows = re.findall(r"<tr>.*?</tr>", client.get("/people").text, re.DOTALL)
    states = {
        name[1]: state[1]
        for row in rows
        if (name := re.search(r'scope="row">(\w+)', row))
        and (state := re.search(r'"badge (?:good|warn|bad)">([a-z ]+)', row))
    }
    assert states == {
        "anna": "active",
        "carla": "needs a new link",
        "dora": "active",
        "emil": "invited until ",
    }


def test_adding_a_person_shows_a_link_once(
    app: Flask, client: FlaskClient, admin: User, app_database: Database
) -> None:
    response = client.post("/people", data={"name": "Maria", "role": "lead"})
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    link = link_in(response)
    assert link not in client.get("/people").text
    maria = user_named(app_database, "Maria")
    assert maria is not None
    assert (maria.role, maria.password_hash) == ("lead", None)
    browser = app.test_client()
    assert browser.post(link, data={"password": BETTER, "again": BETTER}).status_code == 303
    assert "Role: lead" in browser.get("/account").text
    assert actions(app_database) == [
        "user.added",
        "user.invited",
        "password.chosen",
        "session.begun",
    ]


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"name": "BOB", "role": "lead"}, 409, "bob exists already"),
        ({"name": "", "role": "lead"}, 422, "Type the name"),
        ({"name": "   ", "role": "lead"}, 422, "at least one character"),
        ({"name": "x" * 65, "role": "lead"}, 422, "at most 64 characters"),
        ({"name": "ma\u200bria", "role": "lead"}, 422, "no control characters"),
        ({"name": "maria", "role": "king"}, 422, "Not a valid choice"),
        ({"name": "maria"}, 422, "role"),
        ({}, 422, "Type the name"),
    ],
)
def test_what_is_wrong_is_said_and_adds_nobody(
    client: FlaskClient,
    admin: User,
    bob: User,
    app_database: Database,
    data: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    response = client.post("/people", data=data)
    assert response.status_code == status
    assert sentence in response.text
    assert "data-invite" not in response.text
    with app_database.read() as session:
        assert session.scalars(select(User.name).order_by(User.id)).all() == ["anna", "bob"]


def test_a_name_is_text_and_never_markup(client: FlaskClient, admin: User) -> None:
    response = client.post("/people", data={"name": "<b>eve</b>", "role": "lead"})
    assert "&lt;b&gt;eve" in response.text
    assert "<b>eve" not in response.text


def test_a_new_link_for_someone_who_forgot_the_password(
    app: Flask, client: FlaskClient, admin: User, bob: User, sign_in: SignIn
) -> None:
    browser = app.test_client()
    sign_in(browser, bob)
    first = link_in(client.post(f"/people/{bob.id}/invite"))
    second = link_in(client.post(f"/people/{bob.id}/invite"))
    assert browser.get(first).status_code == 404
    # Until the link is used, the password of before and the open browsers stay as they are.
    assert browser.get("/account").status_code == 200
    stranger = app.test_client()
    assert stranger.post(second, data={"password": BETTER, "again": BETTER}).status_code == 303
    assert browser.get("/account").status_code == 302


def test_disabling_shuts_out_at_once(
    app: Flask, client: FlaskClient, admin: User, bob: User, sign_in: SignIn, app_database: Database
) -> None:
    browser = app.test_client()
    sign_in(browser, bob)
    response = client.post(f"/people/{bob.id}/disable")
    assert (response.status_code, response.location) == (303, "/people")
    assert "bob can no longer sign in" in client.get("/people").text
    assert again(app_database, bob).disabled_at is not None
    assert browser.get("/account").status_code == 302
    assert client.post(f"/people/{bob.id}/invite").status_code == 409


def test_enabling_lets_in_again(
    client: FlaskClient, admin: User, bob: User, app_database: Database
) -> None:
    client.post(f"/people/{bob.id}/disable")
    assert "Enable" in client.get("/people").text
    assert client.post(f"/people/{bob.id}/enable").status_code == 303
    assert again(app_database, bob).disabled_at is None
    assert actions(app_database) == ["user.disabled", "user.enabled"]


def test_another_role_counts_at_once(
    app: Flask, client: FlaskClient, admin: User, bob: User, sign_in: SignIn, app_database: Database
) -> None:
    browser = app.test_client()
    sign_in(browser, bob)
    assert client.post(f"/people/{bob.id}/role", data={"role": "admin"}).status_code == 303
    assert again(app_database, bob).role == "admin"
    assert browser.get("/account").status_code == 302
    sign_in(browser, bob)
    assert browser.get("/people").status_code == 200


@pytest.mark.parametrize("role", ["", "king", "Admin"])
def test_a_role_that_is_none_is_refused(
    client: FlaskClient, admin: User, bob: User, app_database: Database, role: str
) -> None:
    response = client.post(f"/people/{bob.id}/role", data={"role": role})
    assert response.status_code == 422
    assert "one of admin, lead, annotator" in response.text
    assert again(app_database, bob).role == "annotator"


@pytest.mark.parametrize(
    ("act", "data"),
    [("disable", {}), ("enable", {}), ("role", {"role": "lead"}), ("role", {"role": "admin"})],
)
def test_nobody_does_it_to_themselves(
    client: FlaskClient, admin: User, app_database: Database, act: str, data: dict[str, str]
) -> None:
    response = client.post(f"/people/{admin.id}/{act}", data=data)
    assert response.status_code == 403
    assert "ask another administrator" in response.text
    mine = again(app_database, admin)
    assert (mine.role, mine.disabled_at) == ("admin", None)
    assert actions(app_database) == []


def test_the_page_offers_nobody_to_change_themselves(client: FlaskClient, admin: User) -> None:
    page = client.get("/people").text
    assert f"/people/{admin.id}/disable" not in page
    assert f"/people/{admin.id}/role" not in page


@pytest.mark.parametrize("act", ["invite", "disable", "enable", "role"])
def test_an_account_that_is_not_there_is_404(client: FlaskClient, admin: User, act: str) -> None:
    assert client.post(f"/people/12345/{act}", data={"role": "lead"}).status_code == 404
    assert client.post(f"/people/{2**70}/{act}", data={"role": "lead"}).status_code == 404


@pytest.mark.parametrize("role", ["lead", "annotator"])
def test_only_administrators_may(
    app: Flask, admin: User, seed: Seed, sign_in: SignIn, role: str
) -> None:
    with seed() as make:
        user = make.user(role=role)
    browser = app.test_client()
    sign_in(browser, user)
    assert browser.get("/people").status_code == 403
    assert browser.post("/people", data={"name": "x", "role": "admin"}).status_code == 403
    assert browser.post(f"/people/{user.id}/role", data={"role": "admin"}).status_code == 403
    assert "People</a>" not in browser.get("/account").text


@pytest.mark.parametrize("act", ["invite", "disable", "enable", "role"])
def test_changes_need_the_token_of_the_page(
    client: FlaskClient, admin: User, bob: User, app_database: Database, act: str
) -> None:
    address = f"/people/{bob.id}/{act}"
    assert client.post(address, data={"role": "lead"}, forged=True).status_code == 400
    assert client.get(address).status_code == 405
    assert actions(app_database) == []
