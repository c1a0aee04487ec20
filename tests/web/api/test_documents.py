"""Documents brought in by scripts, as JSON and as files."""

import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select

from annotator.store.corpus import Document, Paragraph, Source
from annotator.store.database import Database
from annotator.web.api import shapes
from tests.domain.test_hard_wrapping import filled
from tests.web.api.conftest import Case

PATH = "/projects/news/documents"
TEXT = "The first paragraph of it.\nThe second, with a smile 😀.\n"


def how_many(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(Document.id))) or 0


def a_file(name: str, content: str | bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content if isinstance(content, bytes) else content.encode()), name


def test_documents_come_in_as_json(case: Case, app_database: Database) -> None:
    sent = {
        "source": "The Ledger",
        "documents": [
            {
                "text": TEXT,
                "title": "A title",
                "url": "https://ledger.example/1",
                "byline": "A. Writer",
                "published_on": "2024-05-16",
                "lang": "en",
                "external_id": "1",
            },
            {"text": "Only a text.", "source": "Another"},
        ],
    }
    answer = case.lena.post(PATH, json=sent)
    assert answer.status_code == 201
    shapes.Imported.model_validate(answer.json)
    assert (answer.json["new"], answer.json["refused"]) == (2, 0)
    first, second = answer.json["documents"]
    assert (first["status"], first["source"], first["paragraphs"]) == ("new", "The Ledger", 2)
    assert second["source"] == "Another"
    with app_database.read() as session:
        document = session.get_one(Document, first["document_id"])
        assert (document.key, document.title, document.byline) == ("1", "A title", "A. Writer")
        texts = session.scalars(select(Paragraph.text).order_by(Paragraph.id)).all()
    assert texts[-3:-1] == TEXT.splitlines()[:2]


def test_lines_that_were_wrapped_are_joined_unless_somebody_says_so(case: Case) -> None:
    sent = {"source": "The Ledger", "documents": [{"text": filled(72)}]}
    assert case.lena.post(PATH, json=sent).json["paragraphs"] == 6
    other = {"source": "Another", "documents": sent["documents"], "lines": "paragraphs"}
    assert case.lena.post(PATH, json=other).json["paragraphs"] > 6
    assert case.lena.post(PATH, json=sent | {"lines": "diagonal"}).status_code == 422


def test_an_archive_of_pages_comes_in(case: Case) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("herald/a.html", "<title>T</title><p>One.<p>Two.")
    packed.seek(0)
    answer = case.lena.post(PATH, data={"files": [(packed, "x.zip")]})
    assert answer.status_code == 201
    (document,) = answer.json["documents"]
    assert (document["source"], document["paragraphs"]) == ("herald", 2)


def test_the_same_documents_again_are_unchanged(case: Case, app_database: Database) -> None:
    sent = {"source": "The Ledger", "documents": [{"text": TEXT}]}
    assert case.lena.post(PATH, json=sent).status_code == 201
    before = how_many(app_database)
    answer = case.lena.post(PATH, json=sent)
    assert answer.status_code == 200
    assert (answer.json["new"], answer.json["unchanged"]) == (0, 1)
    assert how_many(app_database) == before


def test_documents_come_in_as_files(case: Case, app_database: Database) -> None:
    sent = {
        "source": "The Ledger",
        "files": [a_file("a.txt", TEXT), a_file("texts/b.csv", "text,id\nA text of it.,7\n")],
    }
    answer = case.lena.post(PATH, data=sent)
    assert answer.status_code == 201
    shapes.Imported.model_validate(answer.json)
    assert [one["where"] for one in answer.json["documents"]] == ["a.txt", "b.csv row 2"]
    with app_database.read() as session:
        names = session.scalars(select(Source.name)).all()
    assert "The Ledger" in names


def test_files_may_say_encoding_and_column(case: Case) -> None:
    sent = {
        "source": "Газета",
        "encoding": "windows-1251",
        "text_column": "body",
        "files": [a_file("a.csv", "body\nПервый абзац текста.\n".encode("windows-1251"))],
    }
    answer = case.lena.post(PATH, data=sent)
    assert answer.status_code == 201, answer.json
    assert answer.json["new"] == 1


def test_one_bad_file_refuses_all(case: Case, app_database: Database) -> None:
    before = how_many(app_database)
    sent = {"source": "S", "files": [a_file("a.txt", TEXT), a_file("b.txt", b"caf\xe9 noir")]}
    answer = case.lena.post(PATH, data=sent)
    assert answer.status_code == 422
    shapes.Refused.model_validate(answer.json)
    assert len(answer.json["refusals"]) == 1
    assert "b.txt" in answer.json["refusals"][0]
    assert how_many(app_database) == before


def test_the_good_ones_are_taken_if_asked_for(case: Case) -> None:
    sent = {
        "source": "S",
        "keep_going": "true",
        "files": [a_file("a.txt", TEXT), a_file("b.txt", b"caf\xe9 noir")],
    }
    answer = case.lena.post(PATH, data=sent)
    assert answer.status_code == 201
    shapes.Imported.model_validate(answer.json)
    assert (answer.json["new"], answer.json["refused"]) == (1, 1)
    assert "offset" in answer.json["documents"][1]["reason"]


@pytest.mark.parametrize(
    "document",
    [
        {"text": ""},
        {"text": "  \n "},
        {"text": "a\x00b"},
        {"text": "A text.", "title": "bell \x07"},
        {"text": "A text.", "published_on": "16 May"},
        {"text": "A text.", "lang": "English please"},
        {"text": "A text.", "url": "javascript:alert(1)"},
        {"text": "A text.", "source": "S" * 201},
    ],
)
def test_a_document_that_cannot_be_is_refused_with_its_place(
    case: Case, app_database: Database, document: dict[str, Any]
) -> None:
    before = how_many(app_database)
    good = {"text": "A good one."}
    answer = case.lena.post(PATH, json={"source": "S", "documents": [good, document]})
    assert answer.status_code == 422
    shapes.Refused.model_validate(answer.json)
    assert "documents.jsonl line 2" in answer.json["refusals"][0]
    assert how_many(app_database) == before


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({}, "documents"),
        ({"documents": []}, "documents"),
        ({"documents": [{}]}, "documents[0].text"),
        ({"documents": [{"text": 1}]}, "documents[0].text"),
        ({"documents": [{"text": "a", "txet": "b"}]}, "documents[0].txet"),
        ({"documents": [{"text": "a"}], "keep_going": "yes"}, "keep_going"),
        ({"documents": [{"text": "a", "title": "x" * 2001}]}, "documents[0].title"),
    ],
)
def test_json_of_another_shape_gets_a_sentence_at_its_field(
    case: Case, sent: Any, place: str
) -> None:
    answer = case.lena.post(PATH, json=sent)
    assert answer.status_code == 422
    shapes.Refused.model_validate(answer.json)
    assert list(answer.json["problems"]) == [place]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"encoding": "utf-7"}, "encoding"),
        ({"keep_going": "yes"}, "keep_going"),
        ({"surprise": "1"}, "surprise"),
        ({"source": "S" * 201}, "source"),
        ({"file": (io.BytesIO(b"A text."), "a.txt")}, "file"),
    ],
)
def test_fields_of_another_shape_get_a_sentence(
    case: Case, fields: dict[str, Any], place: str
) -> None:
    answer = case.lena.post(PATH, data={"files": [a_file("a.txt", TEXT)]} | fields)
    assert answer.status_code == 422
    assert list(answer.json["problems"]) == [place]


def test_an_import_without_files_says_so(case: Case) -> None:
    answer = case.lena.post(PATH, data={}, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert answer.json["refusals"] == ["No file was given: name at least one."]


def test_a_document_without_a_source_is_refused(case: Case) -> None:
    answer = case.lena.post(PATH, json={"documents": [{"text": "A text."}]})
    assert answer.status_code == 422
    assert "source" in answer.json["error"]


def test_a_body_that_is_neither_is_refused(case: Case) -> None:
    answer = case.lena.post(PATH, data="text", content_type="text/plain")
    assert answer.status_code == 415


def test_only_leads_bring_documents_in(case: Case, app_database: Database) -> None:
    before = how_many(app_database)
    sent = {"source": "S", "documents": [{"text": "A text."}]}
    assert case.alice.post(PATH, json=sent).status_code == 403
    assert case.stranger.post(PATH, json=sent).status_code == 404
    assert how_many(app_database) == before
