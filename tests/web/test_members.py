import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.people import Membership, User
from tests.web.conftest import Seed, SignIn


@pytest.fixture
def people(seed: Seed) -> tuple[Project, User, User, User]:
    """A project, its lead, alice who annotates there, and bob who does not."""
    with seed() as make:
        project = make.project("strait")
        lead = make.member(project, make.user("lena"), role="lead")
        alice = make.member(project, make.user("alice"))
        bob = make.user("bob")
    return project, lead, alice, bob


@pytest.fixture
def lead_client(
    client: FlaskClient, sign_in: SignIn, people: tuple[Project, User, User, User]
) -> FlaskClient:
    sign_in(client, people[1])
    return client


def roles(database: Database) -> dict[str, str]:
    with database.read() as session:
        rows = session.execute(
            select(User.name, Membership.role).join(Membership, Membership.user_id == User.id)
        )
        return dict(rows.all())


def test_a_lead_sees_the_members(lead_client: FlaskClient) -> None:
    page = lead_client.get("/projects/strait/members").text
    assert "alice" in page
    assert "bob" not in page


def test_a_lead_adds_someone(lead_client: FlaskClient, app_database: Database) -> None:
    response = lead_client.post(
        "/projects/strait/members", data={"name": " Bob ", "role": "annotator"}
    )
    assert response.status_code == 303
    assert "Bob is in the project now" in lead_client.get(response.location).text
    assert roles(app_database)["bob"] == "annotator"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "role": "annotator"}, "Type the name"),
        ({"name": "carol", "role": "annotator"}, "There is nobody named “carol”"),
        ({"name": "alice", "role": "lead"}, "alice is already in this project, as annotator"),
        ({"name": "bob", "role": "admin"}, "Not a valid choice"),
    ],
)
def test_whoever_cannot_be_added_is_told_why(
    lead_client: FlaskClient, app_database: Database, form: dict[str, str], sentence: str
) -> None:
    response = lead_client.post("/projects/strait/members", data=form)
    assert response.status_code == 422
    assert sentence in response.text
    assert roles(app_database) == {"lena": "lead", "alice": "annotator"}


def test_a_lead_changes_a_role(
    lead_client: FlaskClient, people: tuple[Project, User, User, User], app_database: Database
) -> None:
    alice = people[2]
    response = lead_client.post(f"/projects/strait/members/{alice.id}/role", data={"role": "lead"})
    assert response.status_code == 303
    assert roles(app_database)["alice"] == "lead"


def test_a_role_that_there_is_not_is_refused(
    lead_client: FlaskClient, people: tuple[Project, User, User, User], app_database: Database
) -> None:
    response = lead_client.post(
        f"/projects/strait/members/{people[2].id}/role", data={"role": "king"}
    )
    assert response.status_code == 422
    assert "“king” is not a role" in response.text
    assert roles(app_database)["alice"] == "annotator"


def test_a_lead_removes_someone(
    lead_client: FlaskClient, people: tuple[Project, User, User, User], app_database: Database
) -> None:
    response = lead_client.post(f"/projects/strait/members/{people[2].id}/remove")
    assert response.status_code == 303
    assert roles(app_database) == {"lena": "lead"}


@pytest.mark.parametrize("what", ["role", "remove"])
def test_whoever_gets_another_role_or_none_signs_in_anew(
    lead_client: FlaskClient, sign_in: SignIn, people: tuple[Project, User, User, User], what: str
) -> None:
    theirs = lead_client.application.test_client()
    sign_in(theirs, people[2])
    assert theirs.get("/projects").status_code == 200
    form = {"role": "lead"}
    response = lead_client.post(f"/projects/strait/members/{people[2].id}/{what}", data=form)
    assert response.status_code == 303
    turned_away = theirs.get("/projects")
    assert (turned_away.status_code, turned_away.location[:6]) == (302, "/login")
    assert lead_client.get("/projects").status_code == 200


@pytest.mark.parametrize("what", ["role", "remove"])
def test_nobody_touches_their_own_membership(
    lead_client: FlaskClient,
    people: tuple[Project, User, User, User],
    app_database: Database,
    what: str,
) -> None:
    response = lead_client.post(
        f"/projects/strait/members/{people[1].id}/{what}", data={"role": "annotator"}
    )
    assert response.status_code == 403
    assert roles(app_database)["lena"] == "lead"


@pytest.mark.parametrize("what", ["role", "remove"])
def test_someone_outside_the_project_cannot_be_touched(
    lead_client: FlaskClient, people: tuple[Project, User, User, User], what: str
) -> None:
    response = lead_client.post(
        f"/projects/strait/members/{people[3].id}/{what}", data={"role": "lead"}
    )
    assert response.status_code == 404


def test_an_annotator_sees_no_members(
    client: FlaskClient, sign_in: SignIn, people: tuple[Project, User, User, User]
) -> None:
    sign_in(client, people[2])
    assert client.get("/projects/strait/members").status_code == 403
    form = {"name": "bob", "role": "lead"}
    assert client.post("/projects/strait/members", data=form).status_code == 403


def test_a_forged_request_changes_nothing(lead_client: FlaskClient, app_database: Database) -> None:
    response = lead_client.post(
        "/projects/strait/members", data={"name": "bob", "role": "lead"}, forged=True
    )
    assert response.status_code == 400
    assert "bob" not in roles(app_database)
