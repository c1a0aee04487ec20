import json
from typing import Any

import jsonschema_rs
import pytest

from annotator.errors import DocumentRefused
from annotator.formats import READERS, read_file
from annotator.formats.fields import COLUMNS
from annotator.paths import schema


def written_schema() -> dict[str, Any]:
    path = schema() / "import-record.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ["a.docx", "a.html", "a.CSV.gz", "a"])
def test_another_kind_of_file_is_refused_with_the_kinds_that_are_read(name: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_file(name, b"Text")

    assert refused.value.where == name
    assert "bring .txt, .csv, .jsonl, .ndjson." in refused.value.reason


def test_the_suffix_counts_in_any_case() -> None:
    assert read_file("A.TXT", b"Text")[0].key == "A.TXT"


@pytest.mark.parametrize("suffix", READERS)
def test_every_reader_refuses_what_is_not_utf8(suffix: str) -> None:
    with pytest.raises(
        DocumentRefused, match=f"^a{suffix}: not UTF-8: byte 0xFF in line 2, at offset 5"
    ):
        read_file(f"a{suffix}", b"text\n\xff")


@pytest.mark.parametrize("suffix", READERS)
def test_every_reader_tells_of_a_byte_order_mark(suffix: str) -> None:
    body = {".txt": "One.", ".csv": "text\nOne.\n"}.get(suffix, '{"text": "One."}')

    (record,) = read_file(f"a{suffix}", b"\xef\xbb\xbf" + body.encode())

    assert record.text == "One."
    assert record.told[0] == "A byte order mark at the start was taken off."


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16"])
def test_every_reader_reads_another_encoding_if_it_is_named(suffix: str, encoding: str) -> None:
    body = {".txt": "Да.", ".csv": "text\nДа.\n"}.get(suffix, '{"text": "Да."}')

    assert read_file(f"a{suffix}", body.encode(encoding), encoding=encoding)[0].text == "Да."


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
