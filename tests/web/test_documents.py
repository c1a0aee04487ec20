from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from annotator.services.documents.importing import import_files
from annotator.store.corpus import Document, Project
from annotator.store.database import Database
from annotator.store.people import User
from tests.factories import NOW
from tests.web.conftest import Seed, SignIn

TEXT = "A headline of this document\n\nA paragraph that is long enough to be a sentence.\nShare\n"


@pytest.fixture
def strait(seed: Seed) -> tuple[Project, User]:
    with seed() as make:
        project = make.project("strait")
        lead = make.member(project, role="lead")
    return project, lead


@pytest.fixture
def lead_client(client: FlaskClient, sign_in: SignIn, strait: tuple[Project, User]) -> FlaskClient:
    sign_in(client, strait[1])
    return client


def form(*files: tuple[str, bytes], **fields: str) -> dict[str, object]:
    sent: dict[str, object] = {"source_name": "Ledger", "encoding": "utf-8"}
    sent["files"] = [(BytesIO(content), name) for name, content in files]
    return sent | fields


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(Document.id))) or 0


def test_an_empty_project_says_what_to_do(lead_client: FlaskClient) -> None:
    page = lead_client.get("/projects/strait/documents").text
    assert "No documents yet" in page
    assert 'name="files"' in page
    assert "multiple" in page


def test_without_a_file_it_asks_for_one(lead_client: FlaskClient) -> None:
    response = lead_client.post("/projects/strait/documents", data={"encoding": "utf-8"})
    assert response.status_code == 422
    assert "Choose at least one file" in response.text


@pytest.mark.parametrize("fields", [{"encoding": "klingon"}, {"lines": "diagonal"}])
def test_a_wrong_form_brings_in_nothing(
    lead_client: FlaskClient, app_database: Database, fields: dict[str, str]
) -> None:
    response = lead_client.post(
        "/projects/strait/documents", data=form(("a.txt", TEXT.encode()), **fields)
    )
    assert response.status_code == 422
    assert "Not a valid choice" in response.text
    assert count(app_database) == 0


def test_a_document_shows_every_paragraph_and_why_it_may_be_noise(
    lead_client: FlaskClient, app_database: Database, strait: tuple[Project, User]
) -> None:
    twice = "The same long sentence stands twice in this short document.\n" * 2
    script = "<script>alert('noise')</script> is a paragraph, and never markup.\n"
    with app_database.write() as session:
        import_files(
            session,
            project_id=strait[0].id,
            files=[("a.txt", (twice + script).encode()), ("b.txt", twice.encode())],
            source_name="Ledger",
            actor_id=None,
            now=NOW,
        )
    with app_database.read() as session:
        document_id = session.scalars(select(Document.id).where(Document.key == "a.txt")).one()
    page = lead_client.get(f"/projects/strait/documents/{document_id}").text
    assert page.count("The same long sentence stands twice") == 2
    assert "The same text stands in paragraph 1 of this document" in page
    assert "the same in 2 more places" in page
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_many_documents_come_in_pages(lead_client: FlaskClient, seed: Seed) -> None:
    with seed() as make:
        project = make.session.get(Project, 1)
        assert project is not None
        source = make.source(project)
        for number in range(101):
            make.document(project, source, texts=("One.",), title=f"Number {number:03}")
    first = lead_client.get("/projects/strait/documents").text
    second = lead_client.get("/projects/strait/documents?page=2").text
    assert "101 documents" in first
    assert "Number 099" in first
    assert "Number 100" not in first
    assert "Number 100" in second
    assert lead_client.get("/projects/strait/documents?page=none").status_code == 200


def test_documents_of_another_project_do_not_exist(lead_client: FlaskClient, seed: Seed) -> None:
    with seed() as make:
        theirs = make.document(make.project())
    assert lead_client.get(f"/projects/strait/documents/{theirs.id}").status_code == 404
    assert lead_client.get("/projects/strait/documents/999").status_code == 404


def test_a_withdrawn_document_is_not_shown(
    lead_client: FlaskClient, seed: Seed, strait: tuple[Project, User]
) -> None:
    with seed() as make:
        gone = make.document(strait[0], title="Gone", withdrawn_at=strait[0].created_at)
    assert "Gone" not in lead_client.get("/projects/strait/documents").text
    assert lead_client.get(f"/projects/strait/documents/{gone.id}").status_code == 404


def test_an_annotator_never_sees_sources_of_documents(
    client: FlaskClient, sign_in: SignIn, seed: Seed, strait: tuple[Project, User]
) -> None:
    with seed() as make:
        alice = make.member(strait[0], make.user("alice"))
        document = make.document(strait[0])
    sign_in(client, alice)
    assert client.get("/projects/strait/documents").status_code == 403
    assert client.get(f"/projects/strait/documents/{document.id}").status_code == 403
    assert client.post("/projects/strait/documents", data=form()).status_code == 403
