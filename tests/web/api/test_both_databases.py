"""The way of a label through the API, on SQLite and on PostgreSQL."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from annotator.config import Settings
from annotator.services import api_tokens
from annotator.store.database import Database
from annotator.web import create_app
from tests.factories import Factory
from tests.labelled import Labelled
from tests.web.api.conftest import Caller

NOISE = {"content": ["boilerplate"]}


@pytest.fixture
def callers(database: Database, tmp_path: Path) -> dict[str, Caller]:
    """Alice with two open paragraphs, and lena, who leads."""
    with database.write() as session:
        labelled = Labelled.empty(Factory(session), slug="news")
        for subject in labelled.paragraphs("First.", "Second."):
            labelled.says("alice", subject, None)
        labelled.person("lena", role="lead")
        tokens = {
            name: api_tokens.make_token(
                session, user_id=user.id, actor_id=user.id, now=datetime.now(UTC)
            )
            for name, user in labelled.people.items()
        }
    app = create_app(Settings(home=tmp_path / "home"), database)
    return {name: Caller(FlaskClient(app), token) for name, token in tokens.items()}


def a_body(**given: Any) -> dict[str, Any]:
    defaults = {"save_id": str(uuid.uuid4()), "seen_revision": 0, "answers": NOISE}
    return defaults | given


def test_a_label_goes_from_next_to_the_lines_of_the_lead(callers: dict[str, Caller]) -> None:
    alice, lena = callers["alice"], callers["lena"]
    first = alice.get("/projects/news/next").json["assignments"][0]
    path = f"/assignments/{first['id']}/annotation"
    sent = a_body(note="noted")
    assert alice.put(path, json=sent).status_code == 201
    assert alice.put(path, json=sent).json == {"revision": 1}
    stale = alice.put(path, json=a_body())
    assert (stale.status_code, stale.json["annotation"]["note"]) == (409, "noted")
    assert alice.get("/projects/news/next").json["remaining"] == 1
    lines = lena.get("/projects/news/annotations").text.splitlines()
    assert sum('"boilerplate"' in line for line in lines) == 1


def test_documents_come_in_on_either(callers: dict[str, Caller]) -> None:
    sent = {"source": "S", "documents": [{"text": "A text of it."}]}
    assert callers["lena"].post("/projects/news/documents", json=sent).status_code == 201
    assert callers["lena"].post("/projects/news/documents", json=sent).status_code == 200


@pytest.mark.parametrize(
    "address", ["/projects/a%00b/next", "/projects/news/codebook?round=%00", "/assignments/0/skip"]
)
def test_what_a_database_cannot_hold_is_not_there(callers: dict[str, Caller], address: str) -> None:
    method = "POST" if address.endswith("skip") else "GET"
    answer = callers["alice"].call(method, address, json={"reason": "why"})
    assert answer.status_code == 404


@pytest.mark.parametrize("token", ["a%00b", "ü", "x" * 5000])
def test_a_strange_token_is_nobodys(callers: dict[str, Caller], token: str) -> None:
    answer = callers["alice"].get(
        "/projects/news/next", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
