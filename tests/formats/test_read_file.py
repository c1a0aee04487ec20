import json
from typing import Any

import jsonschema_rs
import pytest

from annotator.errors import DocumentRefused
from annotator.formats import READERS, SUFFIXES, read_file
from annotator.formats.fields import COLUMNS
from annotator.paths import schema


def written_schema() -> dict[str, Any]:
    path = schema() / "import-record.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


# Each with one document, whose text is the word.
TEXTS = {
    ".txt": "{}", ".html": "<p>{}</p>", ".htm": "<p>{}</p>", ".xhtml": "<p>{}</p>",
    ".csv": "text\n{}\n", ".tsv": "text\n{}\n", ".jsonl": '{{"text": "{}"}}',
    ".ndjson": '{{"text": "{}"}}', ".json": '[{{"data": {{"text": "{}"}}}}]',
}  # fmt: skip
BINARY = {".parquet", ".xlsx"}


def test_there_is_a_reader_for_each_kind_named_here() -> None:
    assert set(READERS) == set(TEXTS) | BINARY


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.CSV.gz", "a"])
def test_another_kind_of_file_is_refused_with_the_kinds_that_are_read(name: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_file(name, b"Text")

    assert refused.value.where == name
    assert f"bring {', '.join(SUFFIXES)}." in refused.value.reason


def test_the_suffix_counts_in_any_case() -> None:
    assert read_file("A.TXT", b"Text")[0].key == "A.TXT"


@pytest.mark.parametrize("suffix", TEXTS)
def test_every_reader_refuses_what_is_not_utf8(suffix: str) -> None:
    with pytest.raises(
        DocumentRefused, match=f"^a{suffix}: not UTF-8: byte 0xFF in line 2, at offset 5"
    ):
        read_file(f"a{suffix}", b"text\n\xff")


@pytest.mark.parametrize("suffix", TEXTS)
def test_every_reader_tells_of_a_byte_order_mark(suffix: str) -> None:
    body = TEXTS[suffix].format("One.")

    (record,) = read_file(f"a{suffix}", b"\xef\xbb\xbf" + body.encode())

    assert record.text.rstrip("\n") == "One."
    assert record.told[0] == "A byte order mark at the start was taken off."


@pytest.mark.parametrize("suffix", TEXTS)
@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16"])
def test_every_reader_reads_another_encoding_if_it_is_named(suffix: str, encoding: str) -> None:
    body = TEXTS[suffix].format("Да.")

    (record,) = read_file(f"a{suffix}", body.encode(encoding), encoding=encoding)

    assert record.text.rstrip("\n") == "Да."


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"%PDF-1.7 ", "a PDF"), (b"\x89PNG\r\n\x1a\n", "a picture"), (b"\x7fELF\x02", "a program")],
)
def test_what_is_no_text_is_named_whatever_its_suffix(suffix: str, start: bytes, kind: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_file(f"a{suffix}", start + b"\x00\x01" * 20)

    assert refused.value.where == f"a{suffix}"
    if suffix not in BINARY:
        assert kind in refused.value.reason


def test_the_schema_has_the_names_that_the_readers_know() -> None:
    known = {name for names in COLUMNS.values() for name in names}

    assert set(written_schema()["properties"]) == known


@pytest.mark.parametrize(
    "record",
    [
        {"text": "One."},
        {"text": "One.", "id": 7, "date": "2024-05-16", "language": "en-GB", "author": "I. Tamm"},
        {"text": "One.", "published_on": "2024-05-16 10:00", "url": "https://a.example/1"},
        {"text": "One.", "source": None, "title": None, "url": None, "lang": None, "views": [1]},
    ],
)
def test_the_schema_allows_what_is_read(record: dict[str, Any]) -> None:
    jsonschema_rs.validate(written_schema(), record)
    (read,) = read_file("a.jsonl", json.dumps(record).encode())
    assert read.text == record["text"]


@pytest.mark.parametrize(
    "record",
    [
        {"title": "No text"},
        {"text": 5},
        {"text": "One.", "id": 1.5},
        {"text": "One.", "date": "16.05.2024"},
        {"text": "One.", "published_on": "0999-01-01"},
        {"text": "One.", "published_on": "3000-01-01"},
        {"text": "One.", "url": "javascript:alert(1)"},
        {"text": "One.", "lang": "the English language"},
        {"text": "One.", "title": "t" * 2_001},
        {"text": "One.", "author": "A", "byline": "B"},
        {"text": "One.", "id": "1", "external_id": "2"},
    ],
)
def test_the_schema_and_the_readers_refuse_the_same(record: dict[str, Any]) -> None:
    assert not jsonschema_rs.is_valid(written_schema(), record)
    with pytest.raises(DocumentRefused):
        read_file("a.jsonl", json.dumps(record).encode())
