"""Bringing documents in by form: looked at first, then stored; at once, or in the background."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from annotator.config import Settings
from annotator.services import working
from annotator.services.documents.uploads import FOLDER
from annotator.store.corpus import Document, DocumentVersion, Paragraph, Project
from annotator.store.database import Database
from annotator.store.people import User
from tests.domain.test_hard_wrapping import filled
from tests.web.conftest import Seed, SignIn
from tests.web.test_documents import TEXT, count, form, lead_client, strait

__all__ = ["lead_client", "strait"]

PAGE = "/projects/strait/documents"


class Import:
    """One import of a lead at a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    def look(self, *files: tuple[str, bytes], **fields: str) -> str:
        """Send files; gives the page that says what was understood."""
        return self._follow(PAGE, form(*files, **fields))

    def again(self, **fields: str) -> str:
        """Read the same files in another way."""
        return self._follow(self.page, {"source_name": "Ledger", "encoding": "utf-8"} | fields)

    def store(self, **fields: str) -> str:
        return self._follow(f"{self.page}/store", fields)

    def shown(self) -> str:
        return squeezed(self.client.get(self.page).text)

    def _follow(self, address: str, data: dict[str, object] | dict[str, str]) -> str:
        response = self.client.post(address, data=data)
        assert response.status_code == 303, response.text
        self.page = str(response.location)
        return self.shown()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("_", "."), content)
    return file.getvalue()


@pytest.fixture
def importing(lead_client: FlaskClient) -> Import:
    return Import(lead_client)


@pytest.fixture
def work(app_database: Database, tmp_path: Path) -> Callable[[], bool]:
    """Do one waiting job, as the worker process would."""
    settings = Settings(home=tmp_path / "home")
    return lambda: working.run_next(
        app_database, settings, worker="test", clock=lambda: datetime.now(UTC)
    )


def test_what_was_understood_is_shown_before_anything_is_stored(
    importing: Import, app_database: Database
) -> None:
    table = b"text,title,date,source\nSome text of a row.,Row title,2025-02-03,Herald\n"
    page = importing.look(("a.txt", TEXT.encode()), ("b.csv", table))

    assert "2 documents with 4 paragraphs: 2 new, 0 changed, 0 unchanged." in page
    assert "Nothing is stored yet." in page
    assert "Ledger (1), Herald (1)" in page
    assert "published_on = date" in page
    assert "Row title" in page
    assert "A headline of this document" in page
    assert count(app_database) == 0

    page = importing.store()
    assert "2 new, 0 changed" in page
    assert "follow.js" not in page
    assert count(app_database) == 2
    listed = importing.client.get(PAGE).text
    assert "Row title" in listed
    assert "2025-02-03" in listed


def test_the_same_again_has_nothing_to_store(importing: Import, app_database: Database) -> None:
    importing.look(("a.txt", TEXT.encode()))
    importing.store()
    page = importing.look(("a.txt", TEXT.encode()))
    assert "0 new, 0 changed, 1 unchanged" in page
    assert ">Import" not in page
    assert count(app_database) == 1


def test_a_changed_document_is_told_before_and_after(
    importing: Import, app_database: Database
) -> None:
    importing.look(("a.txt", TEXT.encode()))
    importing.store()
    page = importing.look(("a.txt", TEXT.encode() + b"One more paragraph.\n"))
    assert "0 new, 1 changed" in page
    assert "keep their labels" in page
    assert "3 paragraphs stand as they were and keep their labels, 1 are new" in importing.store()
    assert count(app_database) == 1


def test_what_cannot_be_taken_is_listed_and_the_rest_can_be_stored(
    importing: Import, app_database: Database
) -> None:
    page = importing.look(("good.txt", TEXT.encode()), ("bad.txt", b"caf\xe9\n"))
    assert "1 cannot be taken" in page
    assert "bad.txt: not UTF-8: byte 0xE9 in line 1" in page
    assert "Import 1, leave out 1" in page

    refused = importing.client.post(f"{importing.page}/store")
    assert refused.status_code == 422
    assert "bad.txt: not UTF-8" in refused.text
    assert count(app_database) == 0

    assert "1 new, 0 changed, 0 unchanged, 1 refused" in importing.store(skip_refused="y")
    assert count(app_database) == 1


def test_the_same_files_can_be_read_in_another_way(
    importing: Import, app_database: Database
) -> None:
    table = "body;id\nПривет, это текст.;1\n".encode("windows-1251")
    assert "not UTF-8" in importing.look(("a.csv", table))
    assert "has no column named “text”" in importing.again(encoding="windows-1251")
    page = importing.again(encoding="windows-1251", text_column="body")
    assert "Read as windows-1251, as chosen." in page
    assert "text = body" in page
    importing.store()
    with app_database.read() as session:
        assert session.scalars(select(Paragraph.text)).all() == ["Привет, это текст."]


def test_what_was_read_with_a_wrong_encoding_is_shown_and_repaired_where_asked(
    importing: Import, app_database: Database
) -> None:
    page = importing.look(("a.txt", "Fine.\nZprÃ¡va.\n".encode()))
    assert "1 line may have been read with a wrong encoding before" in page
    assert '<del dir="auto">ZprÃ¡va.</del> <ins dir="auto">Zpráva.</ins>' in page
    assert count(app_database) == 0

    assert "1 line will be repaired" in importing.again(repair="y")
    assert "Repaired, as asked, in 1 line" in importing.store()
    with app_database.read() as session:
        assert session.scalars(select(Paragraph.text)).all() == ["Fine.", "Zpráva."]
        (told,) = session.scalars(select(DocumentVersion.told)).one()
    assert told.startswith("Repaired, as asked")


def test_wrapped_lines_are_told_and_can_be_taken_for_paragraphs(importing: Import) -> None:
    page = importing.look(("a.txt", filled(72).encode()))
    assert "1 document with 6 paragraphs" in page
    assert "the lines break within sentences" in page
    page = importing.again(lines="paragraphs")
    assert "the lines break within sentences" not in page
    assert "1 document with 6 paragraphs" not in page


def test_a_wrong_choice_is_shown_at_its_field(importing: Import) -> None:
    importing.look(("a.txt", TEXT.encode()))
    response = importing.client.post(importing.page, data={"encoding": "klingon"})
    assert response.status_code == 422
    assert "Not a valid choice" in response.text


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "it does not say which source it is from"),
        ("x" * 201, "the name of its source is too long"),
    ],
)
def test_a_document_without_a_proper_source_cannot_be_taken(
    importing: Import, source: str, sentence: str
) -> None:
    page = importing.look(("a.txt", TEXT.encode()), source_name=source)
    assert sentence in page
    assert ">Import" not in page


def test_markup_of_a_document_is_shown_as_text(importing: Import) -> None:
    page = importing.look(
        ("a.txt", b"<script>alert(1)</script>\n"), ("b.html", b"<p>&lt;img src=x&gt; is no picture")
    )
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;img src=x&gt; is no picture" in page
    assert "<script>alert" not in page
    assert "<img" not in page


def test_discarded_files_leave_nothing(
    importing: Import, app_database: Database, tmp_path: Path
) -> None:
    importing.look(("a.txt", TEXT.encode()))
    response = importing.client.post(f"{importing.page}/discard")
    assert response.status_code == 303
    assert list((tmp_path / "home" / FOLDER).iterdir()) == []
    assert "nothing was imported" in importing.client.get(PAGE).text
    again = importing.client.post(f"{importing.page}/store")
    assert again.status_code == 409
    assert "bring them again" in again.text
    assert count(app_database) == 0


def test_a_large_import_is_left_to_the_background(
    importing: Import, app_database: Database, work: Callable[[], bool]
) -> None:
    packed = archive(a_txt=TEXT.encode(), bad_txt=b"\xff")
    page = importing.look(("x.zip", packed))
    assert "Waiting for its turn" in page
    assert "follow.js" in page
    assert "An import is under way" in importing.client.get(PAGE).text
    assert work()
    assert "1 document with 3 paragraphs: 1 new" in importing.shown()
    assert count(app_database) == 0

    page = importing.store(skip_refused="y")
    assert "Waiting for its turn" in page
    assert work()
    assert "1 new, 0 changed, 0 unchanged, 1 refused" in importing.shown()
    assert count(app_database) == 1
    assert "An import is under way" not in importing.client.get(PAGE).text


def test_two_imports_of_a_project_are_not_stored_at_once(
    importing: Import, work: Callable[[], bool]
) -> None:
    importing.look(("x.zip", archive(a_txt=TEXT.encode())))
    work()
    review = importing.page
    importing.store()
    second = importing.client.post(f"{review}/store")
    assert second.status_code == 409


def test_an_import_in_the_background_that_fails_says_why(
    importing: Import, app_database: Database, work: Callable[[], bool]
) -> None:
    importing.look(("x.zip", archive(a_txt=TEXT.encode(), bad_txt=b"\xff")))
    work()
    importing.store()
    assert work()
    page = importing.shown()
    assert "bad.txt: not UTF-8" in page
    assert count(app_database) == 0


def test_another_projects_import_is_not_found(
    importing: Import, client: FlaskClient, sign_in: SignIn, seed: Seed
) -> None:
    importing.look(("a.txt", TEXT.encode()))
    number = importing.page.rpartition("/")[2]
    with seed() as make:
        other = make.project("other")
        lead = make.member(other, make.user("other lead"), role="lead")
    sign_in(client, lead)
    for address in (f"/projects/other/documents/imports/{number}", importing.page):
        assert client.get(address).status_code == 404


def test_every_kind_of_file_is_offered(
    lead_client: FlaskClient, strait: tuple[Project, User]
) -> None:
    page = lead_client.get(f"/projects/{strait[0].slug}/documents").text
    assert (
        'accept=".txt,.html,.htm,.xhtml,.csv,.tsv,.jsonl,.ndjson,.json,.parquet,.xlsx,.zip"' in page
    )


def test_the_html_is_kept_and_no_page_serves_it(importing: Import, app_database: Database) -> None:
    importing.look(("a.html", b"<p>One.<script>secret()</script>"))
    importing.store()
    with app_database.read() as session:
        document = session.scalars(select(Document)).one()
        assert document.versions[0].markup
        shown = importing.client.get(f"{PAGE}/{document.id}").text
    assert "secret" not in shown
