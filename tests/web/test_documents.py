import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from annotator.services.documents.importing import import_files
from annotator.store.corpus import Document, DocumentVersion, Project
from annotator.store.database import Database
from annotator.store.people import User
from annotator.store.queries import document_page
from tests.factories import NOW
from tests.labelled import NOISE, Labelled
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


def test_of_the_pages_of_a_long_document_the_nearest_are_named(
    lead_client: FlaskClient, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_page, "ON_A_PAGE", 1)
    with seed() as make:
        project = make.session.scalars(select(Project).where(Project.slug == "strait")).one()
        document = make.document(project, texts=tuple(f"Paragraph {n}." for n in range(20)))
    page = lead_client.get(f"/projects/strait/documents/{document.id}?page=10").text
    shown = re.findall(r"page=(\d+)|aria-current=\"page\">(\d+)|<span>(…)</span>", page)
    names = ["".join(one) for one in shown]
    assert names[:11] == ["1", "…", "7", "8", "9", "10", "11", "12", "13", "…", "20"]


def test_documents_of_another_project_do_not_exist(lead_client: FlaskClient, seed: Seed) -> None:
    with seed() as make:
        theirs = make.document(make.project())
    assert lead_client.get(f"/projects/strait/documents/{theirs.id}").status_code == 404
    assert lead_client.get("/projects/strait/documents/999").status_code == 404


def test_a_withdrawn_document_is_listed_apart_and_its_page_says_so(
    lead_client: FlaskClient, seed: Seed, strait: tuple[Project, User]
) -> None:
    with seed() as make:
        gone = make.document(strait[0], title="Gone", withdrawn_at=NOW)
        make.document(strait[0], title="Here")
    in_use = lead_client.get("/projects/strait/documents").text
    assert "Here" in in_use
    assert "Gone" not in in_use
    withdrawn = lead_client.get("/projects/strait/documents?state=withdrawn").text
    assert "Gone" in withdrawn
    assert "Here" not in withdrawn
    page = lead_client.get(f"/projects/strait/documents/{gone.id}").text
    assert "Withdrawn on 2026-01-05" in page
    assert "Merge with paragraph" not in page


def test_the_list_is_filtered_and_sorted(
    lead_client: FlaskClient, seed: Seed, strait: tuple[Project, User]
) -> None:
    with seed() as make:
        ledger, herald = make.source(strait[0], "Ledger"), make.source(strait[0], "Herald")
        make.document(strait[0], ledger, title="Alpha", lang="ru", texts=("One.",))
        make.document(strait[0], herald, title="Beta", texts=("One.", "Two.", "Three."))
        make.document(strait[0], ledger, title="Gamma", lang=None)

    def titles(query: str) -> list[str]:
        page = lead_client.get(f"/projects/strait/documents?{query}").text
        places = {name: page.find(f">{name}</a>") for name in ("Alpha", "Beta", "Gamma")}
        return sorted((name for name, at in places.items() if at >= 0), key=places.__getitem__)

    assert titles("") == ["Beta", "Alpha", "Gamma"]
    assert titles("sort=title&order=down") == ["Gamma", "Beta", "Alpha"]
    assert titles("sort=paragraphs&order=down") == ["Beta", "Gamma", "Alpha"]
    assert len(titles("sort=progress")) == len(titles("sort=noise")) == 3
    assert titles(f"source={ledger.id}") == ["Alpha", "Gamma"]
    assert titles("lang=ru") == ["Alpha"]
    assert titles("lang=-") == ["Gamma"]
    assert titles("state=done") == []
    assert len(titles("state=unassigned&sort=DROP&page=0&source=nothing&lang=%00")) == 3


def test_a_search_finds_words_in_any_case_and_marks_them(
    lead_client: FlaskClient, seed: Seed, strait: tuple[Project, User]
) -> None:
    with seed() as make:
        texts = ("Nothing.", "Вчера в МОСКВЕ шёл <b>снег</b>.")
        document = make.document(strait[0], texts=texts, title="Погода в Москве")
        make.document(strait[0], texts=texts, withdrawn_at=NOW)
    page = lead_client.get("/projects/strait/documents/search?q=в москве").text
    assert "<mark>в МОСКВЕ</mark>" in page
    assert "<mark>в Москве</mark>" in page
    assert page.count("<mark>") == 2
    assert f"/documents/{document.id}#p2" in page
    assert "&lt;b&gt;" in page
    assert (
        "No document in use holds"
        in lead_client.get("/projects/strait/documents/search?q=100% sure").text
    )
    for wrong in ("a", "", "%00%00%00", "x" * 201):
        assert lead_client.get(f"/projects/strait/documents/search?q={wrong}").status_code == 422


def test_the_cut_is_corrected_on_the_page_and_not_twice(
    lead_client: FlaskClient, app_database: Database, strait: tuple[Project, User]
) -> None:
    with app_database.write() as session:
        import_files(
            session,
            project_id=strait[0].id,
            files=[("a.txt", b"First half. Second half.\nThe next one.\n")],
            source_name="Ledger",
            actor_id=None,
            now=NOW,
        )
        document_id = session.scalars(select(Document.id)).one()
        version_id = session.scalars(select(DocumentVersion.id)).one()
    address = f"/projects/strait/documents/{document_id}"
    sent = {"paragraph": "1", "seen_version": str(version_id), "seen_cut": "1"}
    wrong = lead_client.post(f"{address}/split", data=sent | {"words": "nowhere"})
    assert wrong.status_code == 422
    assert "does not stand in paragraph 1" in wrong.text
    done = lead_client.post(f"{address}/split", data=sent | {"words": "Second"})
    assert done.location.endswith(f"/documents/{document_id}#p1")
    again = lead_client.post(f"{address}/merge", data=sent)
    assert again.status_code == 409
    assert "changed meanwhile" in again.text
    assert "3 paragraphs" in lead_client.get(address).text
    assert lead_client.post(f"{address}/merge", data=sent | {"seen_cut": "2"}).status_code == 303
    assert "2 paragraphs" in lead_client.get(address).text
    assert lead_client.post(f"{address}/split", data={"words": "\x07"}).status_code == 422


def test_a_lead_edits_withdraws_and_restores_a_document(
    lead_client: FlaskClient, seed: Seed, strait: tuple[Project, User]
) -> None:
    with seed() as make:
        document = make.document(strait[0])
        herald = make.source(strait[0], "Herald")
    address = f"/projects/strait/documents/{document.id}"
    said = {"title": "Told anew", "key": "x", "published_on": "2024-05-16"}
    said |= {"lang": "ru", "source_id": str(herald.id), "url": "https://example.org/x"}
    bad = lead_client.post(f"{address}/edit", data=said | {"published_on": "16 May"})
    assert bad.status_code == 422
    assert "is not a date" in bad.text
    assert lead_client.post(f"{address}/edit", data=said).status_code == 303
    page = lead_client.get(address).text
    assert "Told anew" in page
    assert "Herald" in page
    assert "Told anew" in lead_client.get(f"{address}/edit").text
    assert lead_client.post(f"{address}/withdraw").status_code == 303
    assert "Withdrawn on" in lead_client.get(address).text
    assert lead_client.post(f"{address}/restore").status_code == 303
    assert "Withdrawn on" not in lead_client.get(address).text


def test_gold_is_not_shown_to_who_still_has_the_paragraph_to_label(
    client: FlaskClient, sign_in: SignIn, seed: Seed
) -> None:
    with seed() as make:
        world = Labelled.empty(make)
        make.member(world.project, lead := make.user("lena", role="lead"), role="lead")
        first, second = world.paragraphs("First.", "Second.")
        for subject in (first, second):
            make.gold(subject.id, "content", [["boilerplate"]])
        world.says("ana", second, NOISE)
        make.assignment(world.round, first, lead)
    sign_in(client, lead)
    page = client.get(f"/projects/{world.project.slug}/documents/{first.document_id}").text
    assert "You have it to label" in page
    assert page.count("<strong>boilerplate</strong>") == 1
    assert page.count("Correct the cut") == 0
    figures = client.get(f"/projects/{world.project.slug}/documents/figures").text
    assert "By language" in figures


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
