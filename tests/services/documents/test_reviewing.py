"""What a lead is shown before anything is stored."""

import io
import json
import zipfile
from typing import Any

from sqlalchemy.orm import Session

from annotator.formats.asking import Asked, Lines
from annotator.services.documents import reviewing
from annotator.services.documents.importing import import_files
from annotator.services.documents.reading import Reading
from annotator.store.corpus import Document, Project, Source
from tests.domain.test_hard_wrapping import filled
from tests.factories import NOW, Factory
from tests.services.documents.test_importing import bring_in, count

ENGLISH = "This sentence of the article is long enough to be taken for running text by anyone.\n"
RUSSIAN = "Второй мост через пролив открыли в понедельник в присутствии тысяч жителей.\n"


def review(
    session: Session,
    project: Project,
    *files: tuple[str, str | bytes],
    source: str | None = "Ledger",
    lines: Lines = "auto",
) -> dict[str, Any]:
    contents = [(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    reading = Reading(Asked(lines=lines), source)
    found = reviewing.review(session, project_id=project.id, files=contents, reading=reading)
    assert json.loads(json.dumps(found))["counts"] == found["counts"]
    return found


def test_it_says_what_was_understood_of_each_file(session: Session, make: Factory) -> None:
    project = make.project(languages=["en", "ru"])
    table = f'body,text,date\nx,"{RUSSIAN}",2024-05-16\n'
    found = review(session, project, ("a.txt", ENGLISH * 2), ("b.csv", table))

    text, rows = found["files"]
    assert (text["name"], text["kind"], text["encoding"]) == ("a.txt", "text", "utf-8")
    assert (text["documents"], text["paragraphs"]) == (1, 2)
    assert rows["columns"] == ["body", "text", "date"]
    assert rows["used"] == {"text": "text", "published_on": "date"}
    assert rows["told"] == ["Columns not used: “body”."]
    assert found["languages"] == [("en", 1), ("ru", 1)]
    assert found["sources"] == [("Ledger", 2)]
    assert found["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert found["paragraphs"] == 3
    assert [one["where"] for one in found["samples"]] == ["a.txt", "b.csv row 2"]
    assert found["samples"][1]["published_on"] == "2024-05-16"
    assert found["samples"][0]["first"] == [ENGLISH.strip()] * 2


def test_nothing_is_stored(session: Session, make: Factory) -> None:
    review(session, make.project(), ("a.txt", ENGLISH))
    assert (count(session, Document), count(session, Source)) == (0, 0)


def test_it_says_what_an_import_would_do(session: Session, make: Factory) -> None:
    project = make.project()
    files = [("a.txt", "One.\n"), ("b.txt", "Two.\n"), ("c.txt", "Three.\n")]
    bring_in(session, project, *files[:2])
    make.document(
        project, session.query(Source).one(), key="gone.txt", withdrawn_at=NOW, texts=("x",)
    )
    found = review(
        session, project, files[0], ("b.txt", "Changed.\n"), files[2], ("gone.txt", "One.\n")
    )
    assert found["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "refused": 1}
    assert found["refusals"] == [
        "gone.txt: it was withdrawn from the project, so it was not brought in again."
    ]


def test_the_counts_are_those_of_the_import(session: Session, make: Factory) -> None:
    project = make.project()
    files = [("a.txt", b"One.\n"), ("bad.txt", b"\xff"), ("a.txt", b"One.\n"), ("b.txt", b"Two.\n")]
    found = review(session, project, *files)
    report = import_files(
        session,
        project_id=project.id,
        files=files,
        source_name="Ledger",
        actor_id=None,
        now=NOW,
        keep_going=True,
    )
    assert found["counts"] == report.counts
    assert found["refusals"] == [one.refusal for one in report.documents if one.reason]


def test_wrapped_documents_are_counted_unless_somebody_chose(
    session: Session, make: Factory
) -> None:
    project = make.project()
    found = review(session, project, ("a.txt", filled(72)))
    assert (found["wrapped"], found["paragraphs"]) == (1, 6)
    found = review(session, project, ("a.txt", filled(72)), lines="paragraphs")
    assert found["wrapped"] == 0
    assert found["paragraphs"] > 6


def test_the_files_of_an_archive_come_one_by_one_with_their_folders(
    session: Session, make: Factory
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("herald/a.txt", ENGLISH)
        archive.writestr("ledger/bad.txt", b"\xff")
    found = review(session, make.project(), ("x.zip", file.getvalue()), source=None)

    assert [one["name"] for one in found["files"]] == ["herald/a.txt", "ledger/bad.txt"]
    assert found["sources"] == [("herald", 1)]
    assert found["files"][1]["refused"] == found["refusals"]


def test_a_page_names_its_source_where_nobody_else_does(session: Session, make: Factory) -> None:
    page = '<meta property="og:site_name" content="The Herald"><p>One.'
    found = review(session, make.project(), ("a.html", page), source=None)
    assert found["sources"] == [("The Herald", 1)]
    assert review(session, make.project(), ("a.html", page))["sources"] == [("Ledger", 1)]


def test_of_many_files_the_first_and_the_refused_are_shown(
    session: Session, make: Factory, monkeypatch: Any
) -> None:
    monkeypatch.setattr(reviewing, "FILES_AT_MOST", 2)
    files = [(f"{n}.txt", "One.\n") for n in range(4)]
    found = review(session, make.project(), *files, ("bad.txt", b""))
    assert [one["name"] for one in found["files"]] == ["0.txt", "1.txt", "bad.txt"]
    assert found["hidden_files"] == 2
    assert found["counts"]["new"] == 4


def test_lines_that_were_read_with_a_wrong_encoding_are_shown_as_they_would_be(
    session: Session, make: Factory
) -> None:
    files = ("a.txt", f"{ENGLISH}ZprÃ¡va.\n"), ("b.txt", "ZprÃ¡va.\n" * 120)
    found = review(session, make.project(), *files)

    assert found["repaired"] is False
    assert found["misread_lines"] == 121
    assert len(found["misread"]) == reviewing.MISREAD_SHOWN
    assert found["misread"][0] == {
        "where": "a.txt", "line": 2, "before": "ZprÃ¡va.", "after": "Zpráva.",
    }  # fmt: skip
    assert found["samples"][0]["first"][1] == "ZprÃ¡va."


def test_what_of_an_archive_cannot_be_read_is_told_with_its_first_document(
    session: Session, make: Factory
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("a/bad.txt", "a/good.txt", "a/last.txt", "a/x.docx", "a/.y.docx"):
            file.writestr(name, b"\xff" if "bad" in name else ENGLISH)
    found = review(session, make.project(), ("all.zip", archive.getvalue()))

    told = "Passed over in all.zip, since it cannot be read here: .docx (1)."
    assert [file["told"] for file in found["files"]] == [[], [told], []]
