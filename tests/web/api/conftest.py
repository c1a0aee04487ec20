"""A labelled project and callers with bearer tokens."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from annotator.services import api_tokens
from annotator.store.database import Database
from annotator.store.people import User
from tests.labelled import Labelled
from tests.web.conftest import Seed

API = "/api/v1"


@dataclass
class Answer:
    """What came back; `json` is None where it is something else."""

    status_code: int
    json: Any
    text: str
    headers: Headers

    @classmethod
    def of(cls, response: TestResponse) -> "Answer":
        found = response.get_json(silent=True)
        return cls(response.status_code, found, response.get_data(as_text=True), response.headers)


@dataclass
class Caller:
    """A script with a token; it knows neither cookies nor CSRF."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, **given: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} | given.pop("headers", {})
        sent = self.client.open(f"{API}{path}", method=method, headers=headers, **given)
        return Answer.of(sent)

    def get(self, path: str, **given: Any) -> Answer:
        return self.call("GET", path, **given)

    def put(self, path: str, **given: Any) -> Answer:
        return self.call("PUT", path, **given)

    def post(self, path: str, **given: Any) -> Answer:
        return self.call("POST", path, **given)


@dataclass
class Case:
    """The project `work`: alice has six open paragraphs, bob the same, lena leads, max is out."""

    app: Flask
    alice: Caller
    bob: Caller
    lena: Caller
    stranger: Caller
    users: dict[str, User]
    mine: list[int]
    bobs: list[int]
    texts: list[str]


TEXTS = ("A smiling 😀 face.", "Second.", "Third.", "Fourth.", "Fifth.", "Sixth.")


@pytest.fixture
def case(app: Flask, app_database: Database, seed: Seed) -> Case:
    with seed() as make:
        labelled = Labelled.empty(make, slug="news")
        alice, bob = labelled.person("alice"), labelled.person("bob")
        lena = labelled.person("lena", role="lead")
        stranger = make.member(make.project("elsewhere"), make.user("max"), role="lead")
        subjects = labelled.paragraphs(*TEXTS, title="A telling title")
        mine = [labelled.says("alice", each, None).id for each in subjects]
        bobs = [labelled.says("bob", each, None).id for each in subjects]
        users = {"alice": alice, "bob": bob, "lena": lena, "max": stranger}
        tokens = {name: token_of(make.session, user) for name, user in users.items()}
    # Not `app.test_client()`: that one acts like a browser and adds a CSRF token.
    callers = {name: Caller(FlaskClient(app), token) for name, token in tokens.items()}
    return Case(
        app,
        callers["alice"],
        callers["bob"],
        callers["lena"],
        callers["max"],
        users,
        mine,
        bobs,
        list(TEXTS),
    )


def token_of(session: Any, user: User) -> str:
    return api_tokens.make_token(session, user_id=user.id, actor_id=user.id, now=datetime.now(UTC))
