from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.people import Membership
from annotator.store.queries.projects import Overview, RoundProgress
from annotator.web.next_step import steps
from tests.small_codebook import SMALL
from tests.web.conftest import Seed, SignIn

EMPTY = Overview(
    documents=0,
    paragraphs=0,
    sources=0,
    codebook_number=1,
    annotators=0,
    leads=1,
    rounds=(),
    compared=0,
    settled=0,
    releases=0,
)
FORM = {"title": "Russia and China", "slug": "russia-china", "languages": "en, ru"}


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient) -> None:
    response = client.get("/projects")
    assert response.status_code == 302
    assert "/login" in response.location


def test_an_annotator_without_project_is_told_what_to_do(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        alice = make.user("alice")
    sign_in(client, alice)
    page = client.get("/projects").text
    assert "You are in no project yet" in page
    assert "Tell a lead your name" in page
    assert "New project" not in page


def test_a_lead_without_project_is_offered_to_make_one(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        lead = make.user(role="lead")
    sign_in(client, lead)
    assert "Make the first project" in client.get("/projects").text


def test_people_see_their_own_projects_and_no_others(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        mine, _other = make.project(title="Mine"), make.project(title="Theirs")
        alice = make.member(mine)
        project_round = make.round(mine, make.codebook(mine, SMALL))
        document = make.document(mine)
        subject = make._subject(mine, "source", source_id=document.source_id)
        make.assignment(project_round, subject, alice)
    sign_in(client, alice)
    page = client.get("/projects").text
    assert "Mine" in page
    assert "1 document," in page
    assert "1 left" in page
    assert "Theirs" not in page


def test_an_administrator_sees_every_project(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        make.project(title="First")
        make.project(title="Second")
        admin = make.user(role="admin")
    sign_in(client, admin)
    page = client.get("/projects").text
    assert "First" in page
    assert "Second" in page


def test_a_lead_makes_a_project_and_leads_it(
    client: FlaskClient, seed: Seed, sign_in: SignIn, app_database: Database
) -> None:
    with seed() as make:
        lead = make.user(role="lead")
    sign_in(client, lead)
    assert "Short name" in client.get("/projects/new").text
    response = client.post("/projects", data=FORM | {"source_blind": "y"})
    assert (response.status_code, response.location) == (303, "/projects/russia-china")
    page = client.get(response.location).text
    assert "The project is ready" in page
    assert "bring in documents" in page
    with app_database.read() as session:
        made = session.scalars(select(Project)).one()
        assert (made.title, made.languages, made.source_blind) == (
            "Russia and China",
            ["en", "ru"],
            True,
        )
        assert session.scalars(select(Membership.role)).all() == ["lead"]


def test_an_annotator_cannot_make_a_project(
    client: FlaskClient, seed: Seed, sign_in: SignIn, app_database: Database
) -> None:
    with seed() as make:
        alice = make.user("alice")
    sign_in(client, alice)
    assert client.get("/projects/new").status_code == 403
    assert client.post("/projects", data=FORM).status_code == 403
    with app_database.read() as session:
        assert session.scalars(select(Project)).all() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": ""}, "Give the project a short name"),
        ({"title": ""}, "Give the project a title"),
        ({"languages": ""}, "Say which languages"),
        ({"slug": "Russia China"}, "cannot be the short name"),
        ({"slug": "new"}, "is a page of this program"),
        ({"slug": "taken"}, "There is already a project “taken”"),
        ({"languages": "english"}, "“english” is not a language code"),
    ],
)
def test_a_wrong_project_comes_back_with_what_was_typed(
    client: FlaskClient, seed: Seed, sign_in: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    with seed() as make:
        make.project("taken")
        lead = make.user(role="lead")
    sign_in(client, lead)
    response = client.post("/projects", data=FORM | wrong)
    assert response.status_code == 422
    assert sentence in response.text
    assert ("Russia and China" in response.text) is ("title" not in wrong)


def test_a_lead_sees_where_the_project_stands(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project(title="Strait")
        lead = make.member(project, role="lead")
        alice, bob = make.member(project), make.member(project)
        labelling = make.round(project, make.codebook(project, SMALL), name="pilot one")
        subject = make._subject(project, "source", source_id=make.document(project).source_id)
        make.annotation(make.assignment(labelling, subject, alice), {})
        make.annotation(make.assignment(labelling, subject, bob), {})
    sign_in(client, lead)
    page = client.get(f"/projects/{project.slug}").text
    assert "1 document, 2 paragraphs, 1 source" in page
    assert "2 annotators, 1 lead" in page
    assert "pilot one" in page
    assert "1 item labelled by two people or more" in page
    assert "Next: " in page
    assert "settle disagreement" in page


def test_an_annotator_sees_their_own_progress_only(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project()
        alice = make.member(project)
        labelling = make.round(project, make.codebook(project, SMALL))
        document = make.document(project)
        subject = make._subject(project, "source", source_id=document.source_id)
        make.assignment(labelling, subject, alice)
    sign_in(client, alice)
    page = client.get(f"/projects/{project.slug}").text
    assert "1 task is waiting for you" in page
    assert "0 of 1 done" in page
    assert "The way to a release" not in page


def test_an_annotator_without_work_reads_why(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project()
        alice = make.member(project)
    sign_in(client, alice)
    assert "Nothing is assigned to you yet" in client.get(f"/projects/{project.slug}").text


def test_a_project_of_others_does_not_exist(
    client: FlaskClient, seed: Seed, sign_in: SignIn
) -> None:
    with seed() as make:
        project = make.project()
        lead = make.member(make.project(), role="lead")
    sign_in(client, lead)
    assert client.get(f"/projects/{project.slug}").status_code == 404
    assert client.get("/projects/nowhere").status_code == 404


ROUND = RoundProgress("main", "main", done=4, total=4, is_closed=True)


@pytest.mark.parametrize(
    ("state", "following"),
    [
        (EMPTY, "Bring in documents"),
        (replace(EMPTY, documents=2), "Add annotators"),
        (replace(EMPTY, documents=2, annotators=2), "Give out the work"),
        (
            replace(EMPTY, documents=2, annotators=2, rounds=(replace(ROUND, done=3),)),
            "Label",
        ),
        (
            replace(EMPTY, documents=2, annotators=2, rounds=(ROUND,), compared=2, settled=1),
            "Settle disagreement",
        ),
        (
            replace(EMPTY, documents=2, annotators=2, rounds=(ROUND,), compared=2, settled=2),
            "Make a release",
        ),
    ],
)
def test_it_names_one_next_step(state: Overview, following: str) -> None:
    assert [step.title for step in steps(state, disputed=0, agreed=0) if step.is_next] == [
        following
    ]


def test_it_names_no_next_step_when_all_is_done() -> None:
    state = replace(
        EMPTY, documents=1, annotators=1, rounds=(ROUND,), compared=1, settled=1, releases=1
    )
    listed = steps(state, disputed=0, agreed=0)
    assert not [step for step in listed if step.is_next or not step.is_done]


def test_a_subject_in_dispute_is_next_to_settle_though_others_have_gold() -> None:
    state = replace(EMPTY, documents=1, annotators=1, rounds=(ROUND,), compared=2, settled=2)
    (following,) = [step for step in steps(state, disputed=1, agreed=0) if step.is_next]
    assert following.title == "Settle disagreement"
    assert following.says == "1 in dispute, 0 unanimous answers to close, 2 with gold"


def test_what_is_unanimous_is_closed_before_a_release() -> None:
    state = replace(EMPTY, documents=1, annotators=1, rounds=(ROUND,), compared=2, settled=2)
    (following,) = [step for step in steps(state, disputed=0, agreed=34) if step.is_next]
    assert following.title == "Settle disagreement"
