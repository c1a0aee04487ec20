"""What goes wrong in real folders: a sentence for each file, and the others come in unharmed."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.errors import ImportRefused
from annotator.services.documents.importing import import_files
from annotator.services.documents.reading import Reading
from annotator.store.corpus import Document, Paragraph
from annotator.store.queries.documents import document_text
from tests.factories import NOW, Factory
from tests.formats.test_excel import book
from tests.services.documents.test_importing import count

MIXED = "naïve café\n".encode() + "naïve café\n".encode("windows-1252")


def packed(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "line.txt": (b"a" * 10_000_000, "paragraph 1 has 10,000,000 characters on one line"),
    "blank.txt": (b"\n" * 1_000_000, "every line is blank"),
    "mixed.txt": (MIXED, "not UTF-8: byte 0xEF in line 2, at offset 15"),
    "binary.txt": (b"\x7fELF\x02\x01\x01\x00", "it is not text but a program"),
    "unknown.txt": (b"text\x00\x01\x02", "a NUL byte in line 1, at offset 4"),
    "empty.txt": (b"", "the file is empty"),
    "bomb.zip": (packed("a.txt", b"0" * 5_000_000), "times its size"),
    "out.zip": (packed("../a.txt", b"One."), "would lie outside"),
    "quote.csv": (b'text,id\n"never closed,1\n', "its quotes do not match"),
    "deep.json": (b"[" * 10_000, "nested more than 20 levels deep"),
    "deep.jsonl": (b'{"a":' * 10_000 + b"\n", "nested more than 20 levels deep"),
    "sheet.xlsx": (book([["text"], ["=1+1"]]), "a formula whose value was not stored"),
    "year.csv": (b"text,date\nOne.,20240-01-01\n", "“20240-01-01” is not a date"),
    "half.jsonl": (b'{"text": "\\ud83d"}\n', "half of a surrogate pair (U+D83D)"),
    "script.html": (b"<script>only()</script>", "no text that a reader would see"),
    "nested.html": (b"<div>" * 10_000 + b"text", "nested more than 2,000 deep"),
}
WIDE = b"text," + b",".join(b"c%d" % n for n in range(9_999)) + b"\nOne." + b"," * 9_999 + b"\n"
SIGNS = "\u202e\u0645\u0631\u062d\u0628\u0627\u202c e\u0301\u0323 \U0001f1f7\U0001f1f4 \u200f"
TAKEN: dict[str, tuple[bytes, str]] = {
    "word.txt": (b"Word", "Word"),
    "wide.csv": (WIDE, "One."),
    "signs.txt": (SIGNS.encode(), SIGNS),
    "cut.html": (b"<html><p>One.</p><p>Tw", "One.\nTw\n"),
    "year.html": (b'<meta name="date" content="20240-01-01"><p>One.', "One.\n"),
    "good.jsonl": (json.dumps({"text": " \ud83d\ude00 "}).encode(), " \U0001f600 "),
}


def bring_in(session: Session, make: Factory, *, keep_going: bool) -> list[tuple[str, str]]:
    """Import all of these files; gives the name and the reason of each that was refused."""
    report = import_files(
        session,
        project_id=make.project().id,
        files=[(name, content) for name, (content, _) in (REFUSED | TAKEN).items()],
        source_name="Ledger",
        actor_id=None,
        now=NOW,
        keep_going=keep_going,
    )
    return [(one.where, one.reason) for one in report.documents if one.reason is not None]


def test_each_bad_file_gets_one_sentence_and_the_good_ones_come_in(
    session: Session, make: Factory
) -> None:
    refused = bring_in(session, make, keep_going=True)
    assert [where.partition(" ")[0] for where, _ in refused] == list(REFUSED)
    for (where, reason), (name, (_, sentence)) in zip(refused, REFUSED.items(), strict=True):
        assert where.startswith(name)
        assert sentence in reason
        assert reason.endswith(".")
        assert "\n" not in reason
    assert len(reason) < 400
    stored = [
        document_text(session, document.versions[0].id)
        for document in session.scalars(select(Document).order_by(Document.id))
    ]
    assert stored == [text for _, text in TAKEN.values()]


def test_without_leave_to_go_on_nothing_is_stored(session: Session, make: Factory) -> None:
    with pytest.raises(ImportRefused) as caught:
        bring_in(session, make, keep_going=False)
    assert len(caught.value.refusals) == len(REFUSED)
    assert count(session, Paragraph) == 0


def test_a_document_of_fifty_thousand_paragraphs_is_read() -> None:
    text = "".join(f"Paragraph {number}.\n\n" for number in range(50_000))
    (found,) = Reading(source_name="Ledger").documents([("long.txt", text.encode())])
    assert found.record is not None
    assert found.record.text == text
