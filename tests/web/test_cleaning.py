"""The clean-up page as a plain form, and what the pages around it say of clean-up rounds."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from annotator.services import assigning, codebooks
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.labelling import AnnotationRevision, Assignment
from annotator.store.people import User
from tests.factories import NOW
from tests.web.conftest import Seed, SignIn
from tests.web.test_labelling import value_of

TEXTS = ("A caption <b>", "The Harbour Gazette reports.", "Third.")


@dataclass
class Case:
    """Alice has two documents of three paragraphs in a clean-up round; the client is hers."""

    client: FlaskClient
    database: Database
    project: Project
    lead: User
    ids: list[int]

    def page(self, assignment_id: int) -> str:
        response = self.client.get(f"/projects/strait/clean/{assignment_id}")
        assert response.status_code == 200
        return response.text

    def send(self, answers: dict[int, str], *, page: str | None = None) -> TestResponse:
        """`answers` by place in the queue: a label of `content`, with `/` and a kind of noise."""
        shown = page or self.page(self.ids[min(answers, default=0)])
        fields = {"save_id": value_of(shown, "save_id"), "save": "1"}
        fields |= dict(re.findall(r'name="(\d+:seen_revision)"\s+value="(\d+)"', shown))
        for place, answer in answers.items():
            content, _, kind = answer.partition("/")
            fields[f"{self.ids[place]}:content"] = content
            fields[f"{self.ids[place]}:noise_type"] = kind
        address = f"/projects/strait/clean/{self.ids[min(answers, default=0)]}"
        return self.client.post(address, data=fields)

    def stored(self) -> list[dict[str, Any]]:
        with self.database.read() as session:
            return list(
                session.scalars(select(AnnotationRevision.answers).order_by(AnnotationRevision.id))
            )


@pytest.fixture
def case(client: FlaskClient, seed: Seed, sign_in: SignIn, app_database: Database) -> Case:
    with seed() as make:
        project = make.project("strait")
        lead = make.member(project, role="lead")
        alice = make.member(project, make.user("alice"))
        source = make.source(project, "Harbour Gazette")
        for n in range(2):
            make.document(project, source, texts=TEXTS, title=f"A telling title {n}")
        codebooks.add_version(
            make.session,
            project_id=project.id,
            yaml=codebooks.default_yaml(),
            name="codebook.yaml",
            editorial=False,
            actor_id=None,
            now=NOW,
        )
        assigning.assign(
            make.session,
            project_id=project.id,
            overlap=1,
            kind="cleanup",
            round_name="cleanup",
            seed=1,
            actor_id=None,
            now=NOW,
        )
        ids = list(make.session.scalars(select(Assignment.id).order_by(Assignment.rank)))
    sign_in(client, alice)
    return Case(client, app_database, project, lead, ids)


def test_what_comes_next_is_a_whole_document_on_one_page(case: Case) -> None:
    answer = case.client.get("/projects/strait/label")
    assert (answer.status_code, answer.location) == (303, f"/projects/strait/clean/{case.ids[0]}")
    page = case.page(case.ids[0])
    assert page.count('<li class="line') == 3
    assert "A caption &lt;b&gt;" in page
    assert "[source] reports" in page
    assert "Harbour" not in page
    assert "telling title" not in page


def test_a_part_is_saved_and_the_next_document_comes(case: Case) -> None:
    answer = case.send({0: "boilerplate/caption", 1: "main"})
    assert (answer.status_code, answer.location) == (303, f"/projects/strait/clean/{case.ids[3]}")
    assert case.stored() == [
        {"content": ["boilerplate"], "noise_type": ["caption"]},
        {"content": ["main"]},
    ]
    assert "2 of 3 lines were saved." in case.page(case.ids[3])


def test_only_what_was_changed_is_saved_again(case: Case) -> None:
    case.send({0: "main", 1: "main", 2: "main"})
    case.send({0: "main", 1: "mixed/caption", 2: "main"})
    assert len(case.stored()) == 4


def test_the_same_page_sent_twice_is_stored_once(case: Case) -> None:
    page = case.page(case.ids[0])
    for _ in range(2):
        assert case.send({0: "main"}, page=page).status_code == 303
    assert case.stored() == [{"content": ["main"]}]


def test_a_line_that_is_refused_says_why_and_nothing_is_saved(case: Case) -> None:
    answer = case.send({0: "main", 1: "boilerplate"})
    assert answer.status_code == 422
    assert case.stored() == []
    assert "1 of the lines cannot be saved" in answer.text
    assert "Answer this question: it is required." in answer.text
    # What was chosen is still there.
    chosen = re.findall(r'value="(\w+)"\s+checked', answer.text)
    assert chosen == ["main", "boilerplate"]


def test_a_line_that_was_saved_elsewhere_is_told_and_may_be_saved_again(case: Case) -> None:
    page = case.page(case.ids[0])
    case.send({0: "main"})
    answer = case.send({0: "boilerplate/caption"}, page=page)
    assert answer.status_code == 422
    assert "saved elsewhere meanwhile" in answer.text
    assert "<strong>Main text</strong>" in answer.text
    assert case.send({0: "boilerplate/caption"}, page=answer.text).status_code == 303
    assert [answers["content"] for answers in case.stored()] == [["main"], ["boilerplate"]]


@pytest.mark.parametrize("damage", [{"save_id": "x"}, {"seen": "-1"}, {"seen": "9" * 12}])
def test_a_page_that_is_damaged_saves_nothing(case: Case, damage: dict[str, str]) -> None:
    first = case.ids[0]
    fields = {
        "save_id": damage.get("save_id", "00000000-0000-4000-8000-00000000abcd"),
        f"{first}:content": "main",
        f"{first}:seen_revision": damage.get("seen", "0"),
    }
    answer = case.client.post(f"/projects/strait/clean/{first}", data=fields)
    assert answer.status_code == 422
    assert "did not come through whole" in answer.text
    assert case.stored() == []


def test_at_the_end_it_says_so(case: Case) -> None:
    case.send(dict.fromkeys((0, 1, 2), "main"))
    answer = case.send(dict.fromkeys((3, 4, 5), "main"))
    assert answer.location == "/projects/strait/label"
    assert "All done" in case.client.get("/projects/strait/label").text


def test_in_a_closed_round_one_can_look_only(case: Case) -> None:
    with case.database.write() as session:
        case_round = session.scalars(select(Assignment.round_id)).first() or 0
        session.execute(update(Assignment).values(state="done"))
        assigning.close_round(
            session, project_id=case.project.id, round_id=case_round, actor_id=None, now=NOW
        )
    page = case.page(case.ids[0])
    assert "is closed" in page
    assert 'name="save"' not in page


def test_the_pages_around_it_count_documents_and_what_is_left_out(
    case: Case, sign_in: SignIn
) -> None:
    case.send({0: "boilerplate/caption", 1: "main", 2: "main"})
    assert "1 of 2 documents cleaned" in case.client.get("/projects/strait/mine").text
    sign_in(case.client, case.lead)
    rounds = case.client.get("/projects/strait/rounds").text
    assert "1 of 2</td>" in rounds
    assert "1 of 6 paragraphs is left out: settled as noise in round “cleanup”." in rounds
    overview = case.client.get("/projects/strait").text
    assert "Clean up" in overview
    assert "3 of 6 lines done" in overview
    fields = {"name": "frames", "kind": "main", "overlap": "1", "percent": "100"}
    case.client.post("/projects/strait/rounds", data=fields | {"blind": "", "suggestions": ""})
    told = case.client.get("/projects/strait/rounds").text
    assert "has begun: 5 paragraphs" in told
    assert "1 of 6 paragraphs is left out" in told
