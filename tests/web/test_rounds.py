"""The lead's page of rounds: give out, watch, close, move."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from annotator.services import annotating
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round
from annotator.store.people import User
from tests.default_codebook import with_default_codebook
from tests.factories import NOW
from tests.web.conftest import Seed, SignIn


@dataclass
class Case:
    client: FlaskClient
    database: Database
    project: Project
    alice: User
    bob: User
    sign_in: SignIn

    @property
    def address(self) -> str:
        return f"/projects/{self.project.slug}/rounds"

    def send(self, **given: Any) -> TestResponse:
        fields = {"name": "main", "kind": "main", "overlap": "2", "percent": "100", "blind": ""}
        return self.client.post(self.address, data=fields | given)

    def rounds(self) -> list[Round]:
        with self.database.read() as session:
            return list(session.scalars(select(Round).order_by(Round.id)))

    def assignments(self) -> list[Assignment]:
        with self.database.read() as session:
            return list(session.scalars(select(Assignment).order_by(Assignment.id)))


@pytest.fixture
def case(client: FlaskClient, seed: Seed, sign_in: SignIn, app_database: Database) -> Case:
    with seed() as make:
        project = make.project("strait")
        lead = make.member(project, make.user("lena"), role="lead")
        alice = make.member(project, make.user("alice"))
        bob = make.member(project, make.user("bob"))
        for _ in range(3):
            make.document(project)
        with_default_codebook(make, project)
    sign_in(client, lead)
    return Case(client, app_database, project, alice, bob, sign_in)


class TestGivingOut:
    def test_an_empty_project_says_what_to_do(self, case: Case) -> None:
        page = case.client.get(case.address).text
        assert "No round has begun yet" in page
        assert "2 annotators in this project" in page

    def test_a_lead_begins_a_round(self, case: Case) -> None:
        response = case.send(
            name="pilot", kind="pilot", seed="5", blind="no", thresholds="content 0.8\nframes: 0,6"
        )
        assert (response.status_code, response.location) == (303, case.address)
        (stored,) = case.rounds()
        assert (stored.name, stored.kind, stored.seed, stored.blind) == ("pilot", "pilot", 5, False)
        assert stored.thresholds == {"content": 0.8, "frames": 0.6}
        page = case.client.get(case.address).text
        assert "The round “pilot” has begun: 6 paragraphs, 18 tasks with the documents." in page
        assert "Paragraphs by person: alice (6), bob (6)" in page
        assert "content ≥ 0.8" in page
        assert "2 people on each paragraph" in page

    def test_suggestions_are_hidden_unless_the_lead_chooses(self, case: Case) -> None:
        case.send()
        case.send(name="after", suggestions="after_choice")
        case.send(name="share", suggestions="random_share")
        stored = [each.suggestions for each in case.rounds()]
        assert stored == ["hidden", "after_choice", "random_share"]
        page = case.client.get(case.address).text
        assert "Machine suggestions anchor people" in page
        assert "suggestions after the own choice" in page
        assert "suggestions beforehand on a random share" in page

    def test_a_share_is_given_in_percent(self, case: Case) -> None:
        case.send(percent="34")
        assert case.rounds()[0].sample_share == pytest.approx(0.34)
        assert "2 people on 34 % of the documents" in case.client.get(case.address).text

    def test_the_same_name_extends_the_round(self, case: Case, seed: Seed) -> None:
        case.send()
        with seed() as make:
            source = make.source(case.project, "Another source")
            make.document(case.project, source, key="another.txt")
        assert case.send().status_code == 303
        assert "has 2 more paragraphs" in case.client.get(case.address).text
        assert len(case.rounds()) == 1

    @pytest.mark.parametrize(
        ("given", "status", "sentence"),
        [
            ({"overlap": "3"}, 422, "An overlap of 3 needs 3 annotators"),
            ({"overlap": "x"}, 422, "Not a valid integer value"),
            ({"overlap": ""}, 422, "Give the number of people"),
            ({"percent": "0"}, 422, "from 1 to 100 percent"),
            ({"percent": "nan"}, 422, "from 1 to 100 percent"),
            ({"name": ""}, 422, "Give the round a name"),
            ({"kind": "guess"}, 422, "Not a valid choice"),
            ({"suggestions": "always"}, 422, "Not a valid choice"),
            ({"seed": "-1"}, 422, "whole number from 0"),
            ({"thresholds": "content"}, 422, "is not a threshold"),
            ({"thresholds": "mood 0.5"}, 422, "asks no “mood”"),
            ({"kind": "retest"}, 422, "Nothing has been labelled"),
        ],
    )
    def test_what_cannot_be_given_out_comes_back_with_a_sentence(
        self, case: Case, given: dict[str, str], status: int, sentence: str
    ) -> None:
        response = case.send(**given)
        assert response.status_code == status
        assert sentence in response.text
        assert case.rounds() == []

    def test_other_settings_for_a_round_that_stands_are_a_conflict(self, case: Case) -> None:
        case.send()
        response = case.send(overlap="1")
        assert response.status_code == 409
        assert "was begun with overlap 2, not 1" in response.text

    def test_a_project_without_a_codebook_is_told_so(self, case: Case, seed: Seed) -> None:
        with seed() as make:
            empty = make.project("empty")
            make.member(empty, case.alice)
            make.member(empty, make.user("lina"), role="lead")
            admin = make.user("root", role="admin")
        browser = case.client.application.test_client()
        case.sign_in(browser, admin)
        fields = {"name": "main", "kind": "main", "overlap": "1", "percent": "100", "blind": ""}
        response = browser.post("/projects/empty/rounds", data=fields)
        assert response.status_code == 404
        assert "The project has no codebook" in response.text


class TestWatching:
    def test_the_page_counts_what_each_person_did(self, case: Case) -> None:
        case.send()
        mine = [row for row in case.assignments() if row.user_id == case.alice.id]
        with case.database.write() as session:
            annotating.skip(
                session,
                assignment_id=mine[0].id,
                user_id=case.alice.id,
                reason="Cut <off>",
                now=NOW,
            )
        page = case.client.get(case.address).text
        assert "1 of 18" in page
        assert "Cut &lt;off&gt;" in page
        assert "source-blind" in page

    def test_annotators_do_not_see_it(self, case: Case) -> None:
        browser = case.client.application.test_client()
        case.sign_in(browser, case.alice)
        assert browser.get(case.address).status_code == 403
        assert browser.post(case.address, data={}).status_code == 403


class TestClosing:
    def test_a_lead_closes_a_round(self, case: Case) -> None:
        case.send()
        address = f"{case.address}/{case.rounds()[0].id}/close"
        response = case.client.post(address)
        assert response.status_code == 303
        page = case.client.get(case.address).text
        assert "18 open tasks were taken back" in page
        assert "There are no sources to rate" in page
        assert case.rounds()[0].closed_at is not None
        assert case.client.post(address).status_code == 409

    def test_it_is_only_done_by_post(self, case: Case) -> None:
        case.send()
        address = f"{case.address}/{case.rounds()[0].id}/close"
        assert case.client.get(address).status_code == 405
        assert case.client.post(address, forged=True).status_code == 400
        assert case.rounds()[0].closed_at is None

    def test_a_round_of_another_project_is_not_found(self, case: Case, seed: Seed) -> None:
        with seed() as make:
            other = make.project("other")
            codebook = make.codebook(other, "code: x")
            theirs = make.round(other, codebook)
        assert case.client.post(f"{case.address}/{theirs.id}/close").status_code == 404


class TestMoving:
    def test_open_work_goes_to_another(self, case: Case) -> None:
        case.send(overlap="1")
        round_id = case.rounds()[0].id
        fields = {"from_user": str(case.alice.id), "to_user": str(case.bob.id)}
        response = case.client.post(f"{case.address}/{round_id}/move", data=fields)
        assert response.status_code == 303
        assert {row.user_id for row in case.assignments()} == {case.bob.id}
        assert "open tasks were moved" in case.client.get(case.address).text

    @pytest.mark.parametrize("to_user", ["", "x", "0", "999", "²"])
    def test_a_forged_person_is_refused(self, case: Case, to_user: str) -> None:
        case.send(overlap="1")
        address = f"{case.address}/{case.rounds()[0].id}/move"
        fields = {"from_user": str(case.alice.id), "to_user": to_user}
        response = case.client.post(address, data=fields)
        assert response.status_code == 422
        assert "active annotator" in response.text

    def test_what_the_other_has_already_stays(self, case: Case) -> None:
        case.send(overlap="2")
        fields = {"from_user": str(case.alice.id), "to_user": str(case.bob.id)}
        case.client.post(f"{case.address}/{case.rounds()[0].id}/move", data=fields)
        page = case.client.get(case.address).text
        assert "0 open tasks were moved. 9 stayed" in page
