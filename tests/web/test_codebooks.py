from io import BytesIO

import pytest
from flask.testing import FlaskClient

from annotator.services import codebooks, projects
from annotator.store.database import Database
from annotator.store.people import User
from tests.factories import NOW
from tests.small_codebook import SMALL
from tests.web.conftest import Seed, SignIn

CHANGED = SMALL.replace("Main text", "Text of the article")


@pytest.fixture
def lead(seed: Seed) -> User:
    """The lead of the project `strait`, whose codebook is a small one."""
    with seed() as make:
        lead = make.user("lena", role="lead")
        projects.create_project(
            make.session,
            slug="strait",
            title="Strait",
            codebook_yaml=SMALL,
            languages=["en"],
            source_blind=True,
            actor_id=lead.id,
            now=NOW,
        )
    return lead


@pytest.fixture
def lead_client(client: FlaskClient, sign_in: SignIn, lead: User) -> FlaskClient:
    sign_in(client, lead)
    return client


@pytest.fixture
def member_client(client: FlaskClient, sign_in: SignIn, seed: Seed, lead: User) -> FlaskClient:
    with seed() as make:
        project = projects.project_named(make.session, slug="strait")
        alice = make.member(project)
    sign_in(client, alice)
    return client


def newest(database: Database) -> int:
    with database.read() as session:
        return codebooks.latest(session, 1).number


def test_a_member_reads_the_codebook(member_client: FlaskClient) -> None:
    page = member_client.get("/projects/strait/codebook").text
    assert "What is it?" in page
    assert "Main text" in page
    assert "stance.russia" in page
    assert "New version" not in page


def test_the_codebook_that_ships_can_be_read_in_both_languages(
    client: FlaskClient, sign_in: SignIn, seed: Seed
) -> None:
    with seed() as make:
        lead = make.user(role="lead")
        projects.create_project(
            make.session,
            slug="full",
            title="Full",
            languages=["en"],
            source_blind=True,
            actor_id=lead.id,
            now=NOW,
        )
    sign_in(client, lead)
    assert "Framing, stance and boilerplate noise" in client.get("/projects/full/codebook").text
    russian = client.get("/projects/full/codebook/1?lang=ru").text
    assert "Фреймы, позиция и посторонний текст" in russian
    assert "Framing" in client.get("/projects/full/codebook/1?lang=xx").text


def test_a_member_downloads_it_as_it_was_written(member_client: FlaskClient) -> None:
    response = member_client.get("/projects/strait/codebook/1/codebook.yaml")
    assert response.text == SMALL
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="codebook-strait-1.yaml"'
    )
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["codebook/7", "codebook/7/codebook.yaml", "codebook/x"])
def test_a_version_that_there_is_not_is_not_found(member_client: FlaskClient, address: str) -> None:
    assert member_client.get(f"/projects/strait/{address}").status_code == 404


def test_a_lead_adds_a_version_from_a_file(
    lead_client: FlaskClient, app_database: Database
) -> None:
    file = (BytesIO(CHANGED.encode("utf-8-sig")), "new.yaml")
    response = lead_client.post("/projects/strait/codebook", data={"file": file, "editorial": "y"})
    assert (response.status_code, response.location) == (303, "/projects/strait/codebook/2")
    page = lead_client.get(response.location).text
    assert "Text of the article" in page
    assert "wording only" in page
    assert newest(app_database) == 2


def test_a_lead_edits_it_on_the_page(lead_client: FlaskClient, app_database: Database) -> None:
    page = lead_client.get("/projects/strait/codebook/new").text
    assert "What is it?" in page
    assert 'wrap="off"' in page
    sent = CHANGED.replace("\n", "\r\n")
    response = lead_client.post("/projects/strait/codebook", data={"yaml": sent})
    assert response.status_code == 303
    with app_database.read() as session:
        assert codebooks.latest(session, 1).yaml == CHANGED


def test_the_same_again_is_told_and_not_doubled(
    lead_client: FlaskClient, app_database: Database
) -> None:
    response = lead_client.post("/projects/strait/codebook", data={"yaml": SMALL})
    assert response.status_code == 303
    assert "version 1 already" in lead_client.get(response.location).text
    assert newest(app_database) == 1


def test_a_wrong_file_comes_back_with_complaints_by_line(
    lead_client: FlaskClient, app_database: Database
) -> None:
    wrong = SMALL.replace("scale: nominal", "scale: nominally").replace("cleanup:", "clean_up:")
    file = (BytesIO(wrong.encode()), "new.yaml")
    response = lead_client.post("/projects/strait/codebook", data={"file": file})
    assert response.status_code == 422
    assert "Nothing was added" in response.text
    assert "new.yaml, line 12, questions[0].scale" in response.text
    assert "there is no such key" in response.text
    assert "nominally" in response.text.split("<textarea")[1]
    assert newest(app_database) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"code: caf\xe9", "not UTF-8 (byte 9)"), (b"a: [", "new.yaml"), (b"", "new.yaml")],
)
def test_a_file_that_is_no_codebook_is_refused(
    lead_client: FlaskClient, app_database: Database, content: bytes, sentence: str
) -> None:
    file = (BytesIO(content), "new.yaml")
    response = lead_client.post("/projects/strait/codebook", data={"file": file})
    assert response.status_code == 422
    assert sentence in response.text
    assert newest(app_database) == 1


def test_an_annotator_cannot_change_it(member_client: FlaskClient, app_database: Database) -> None:
    assert member_client.get("/projects/strait/codebook/new").status_code == 403
    response = member_client.post("/projects/strait/codebook", data={"yaml": CHANGED})
    assert response.status_code == 403
    assert newest(app_database) == 1
