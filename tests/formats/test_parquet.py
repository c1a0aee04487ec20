from pathlib import Path

import duckdb
import pytest

from annotator.errors import DocumentRefused
from annotator.formats import Asked, parquet, read_file, understand


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "made.parquet"


def made(place: Path, columns: str) -> bytes:
    """The bytes of a file with the rows that a SELECT of DuckDB gives."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {columns}) TO '{place}' (FORMAT parquet)")
    return place.read_bytes()


def test_a_row_is_a_document(place: Path) -> None:
    data = made(
        place, "'One.' AS text, 7 AS id, DATE '2024-05-16' AS date, [1] AS \"odd \"\"name\""
    )
    found = understand("ä [x]*.parquet", data, Asked())

    (record,) = found.records
    assert (record.text, record.key, str(record.published_on)) == ("One.", "7", "2024-05-16")
    assert record.where == "ä [x]*.parquet row 1"
    assert record.told == ('Columns not used: “odd "name”.',)
    assert found.kind == "Parquet"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ("'One.' AS body", r"a\.parquet: it has no column named “text”; it has “body”"),
        ("[1] AS text", r"a\.parquet row 1: the column “text” holds values of the type list"),
        ("true AS text", r"a\.parquet row 1: the column “text” holds true or false"),
        ("NULL::VARCHAR AS text", r"a\.parquet: it has a header and no rows"),
        ("'a' AS text, '20240-01-01' AS date", "is not a date that can be read"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(
    place: Path, columns: str, sentence: str
) -> None:
    with pytest.raises(DocumentRefused, match=sentence):
        read_file("a.parquet", made(place, columns))


@pytest.mark.parametrize("data", [b"text\nOne.", b"PAR1", b"PAR1" + b"\x00" * 40 + b"PAR1"])
def test_what_is_no_parquet_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentRefused, match=r"^a\.parquet: it cannot be read as Parquet \("):
        read_file("a.parquet", data)


def test_texts_that_unpack_to_too_much_are_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "CHARACTERS_AT_MOST", 100)
    data = made(place, "repeat('word ', 30) AS text")
    with pytest.raises(DocumentRefused, match="more than 100 characters together"):
        read_file("a.parquet", data)
