"""The three formats of a release's tables: what is written comes back, and says the same."""

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.dataset import Column, Row, Table
from annotator.errors import DataInvalid, Unavailable
from annotator.formats import table_csv, table_jsonl, table_parquet

TABLE = Table(
    "things",
    "Things.",
    "by name",
    (
        Column("name", "text", "Its name."),
        Column("votes.a", "json", "Votes."),
        Column("place", "integer", "Its place."),
        Column("share", "number", "A share."),
    ),
)
ROWS: list[Row] = [
    ("=1+1", '{"a":1}', -2, 0.333333333333),
    ("", None, None, None),
    (None, "[]", 0, 1.0),
    ("a\rb\r\nc\nd\u2028e\x85f\u00a0 \t", "{}", 2**53, 1e-12),
    ("'=1", "null", 1, 0.5),
    ('Сompilers, «عربي», 你好 😀 "quoted"', None, 7, 0.1),
]
Writer = Callable[[Path, Table], AbstractContextManager[Callable[[Row], None]]]
Reader = Callable[[Path, Table], Iterator[Row]]

# Letters that a database holds: no NUL, no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
STARTS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "'", " ", "\u00a0", "＝", "\ufeff"])


def written(path: Path, rows: list[Row], writer: Writer) -> Path:
    with writer(path, TABLE) as write:
        for row in rows:
            write(row)
    return path


def parquet(folder: Path, rows: list[Row], name: str = "things") -> Path:
    lines = written(folder / f"{name}.jsonl", rows, table_jsonl.writer)
    path = folder / f"{name}.parquet"
    table_parquet.convert(lines, path, TABLE)
    return path


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49 30", "'+49 30"),
        ("@cmd", "'@cmd"),
        ("-a", "'-a"),
        ("- so he said", "'- so he said"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("  =1", "'  =1"),
        ("\u00a0@x", "'\u00a0@x"),
        ("\ufeff=1", "'\ufeff=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'-2", "''-2"),
        ("-2", "-2"),
        ("-2.5e-3", "-2.5e-3"),
        ("+1", "+1"),
        ("'tis", "'tis"),
        ("a=b", "a=b"),
        ("", ""),
        (" plain", " plain"),
    ],
)
def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe(cell: str, shown: str) -> None:
    assert table_csv.safe(cell) == shown
    assert table_csv.restored(shown) == cell


@given(st.lists(STARTS, max_size=4).map("".join), TEXTS)
def test_taking_the_apostrophe_away_gives_back_any_text(start: str, rest: str) -> None:
    cell = start + rest
    assert table_csv.restored(table_csv.safe(cell)) == cell


@given(st.lists(STARTS, max_size=4).map("".join), TEXTS)
def test_no_safe_cell_starts_like_a_formula_unless_it_is_a_number(start: str, rest: str) -> None:
    shown = table_csv.safe(start + rest)
    if shown.lstrip().lstrip("\ufeff\u200b\u2060").startswith(("=", "+", "-", "@")):
        assert float(shown) is not None


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_plain_number_is_never_touched(number: float) -> None:
    assert table_csv.safe(table_csv.text_of(number)) == repr(number)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(TEXTS, STARTS, st.integers(-(2**63), 2**63 - 1)), max_size=5))
def test_any_text_comes_back_from_csv_and_json_lines(
    tmp_path: Path, cells: list[tuple[str, str, int]]
) -> None:
    rows: list[Row] = [(start + text + "x", None, number, None) for text, start, number in cells]
    in_csv = written(tmp_path / "things.csv", rows, table_csv.writer)
    in_lines = written(tmp_path / "things.jsonl", rows, table_jsonl.writer)
    assert list(table_csv.read(in_csv, TABLE)) == rows
    assert list(table_jsonl.read(in_lines, TABLE)) == rows
    assert in_lines.read_text(encoding="utf-8").splitlines() == [
        line for line in in_lines.read_text(encoding="utf-8").split("\n") if line
    ]


def test_json_lines_and_parquet_keep_every_cell(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    assert list(table_parquet.read(path, TABLE)) == ROWS
    assert list(table_jsonl.read(tmp_path / "things.jsonl", TABLE)) == ROWS


def test_csv_keeps_every_cell_but_the_empty_text(tmp_path: Path) -> None:
    path = written(tmp_path / "things.csv", ROWS, table_csv.writer)
    restored = [tuple(None if cell == "" else cell for cell in row) for row in ROWS]
    assert list(table_csv.read(path, TABLE)) == restored


def test_csv_is_read_alike_by_pandas(tmp_path: Path) -> None:
    import pandas as pd  # noqa: PLC0415 - slow to load, and one test needs it

    path = written(tmp_path / "things.csv", ROWS, table_csv.writer)
    frame = pd.read_csv(path, keep_default_na=False, dtype=str)
    assert list(frame.columns) == list(TABLE.names)
    assert [table_csv.restored(cell) for cell in frame["name"]] == [row[0] or "" for row in ROWS]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = ROWS * 500
    first, second = parquet(tmp_path, rows, "first"), parquet(tmp_path, rows, "second")
    assert (
        hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
    )


@pytest.mark.parametrize("folder", ["a[1] b*", "it's", "50% {x}", "ünï ко"])
def test_any_name_of_a_folder_will_do(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir()
    (tmp_path / "a1 b").mkdir()
    assert list(table_parquet.read(parquet(place, ROWS), TABLE)) == ROWS


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    path = parquet(tmp_path, [])
    assert list(table_parquet.read(path, TABLE)) == []
    in_csv = written(tmp_path / "things.csv", [], table_csv.writer)
    assert in_csv.read_bytes() == b"name,votes.a,place,share\r\n"
    assert list(table_csv.read(in_csv, TABLE)) == []


def test_a_very_long_text_is_not_cut(tmp_path: Path) -> None:
    rows: list[Row] = [("д" * 3_000_000, None, 1, None)]
    in_csv = written(tmp_path / "things.csv", rows, table_csv.writer)
    assert list(table_csv.read(in_csv, TABLE)) == rows
    assert list(table_parquet.read(parquet(tmp_path, rows), TABLE)) == rows


def test_the_memory_for_parquet_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_parquet, "MEMORY", 60_000_000)
    monkeypatch.setattr(table_parquet, "LEAST_BUFFER", 100_000)
    rows: list[Row] = [(f"{n:040d}" * 8, None, n, n / 7) for n in range(150_000)]
    path = parquet(tmp_path, rows)
    assert (tmp_path / "things.jsonl").stat().st_size > 50_000_000
    assert sum(1 for _ in table_parquet.read(path, TABLE)) == len(rows)


def test_parquet_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    lines = written(tmp_path / "things.jsonl", ROWS, table_jsonl.writer)
    with pytest.raises(Unavailable, match=r"things\.parquet could not be written"):
        table_parquet.convert(lines, tmp_path / "nowhere" / "things.parquet", TABLE)


def test_parquet_in_a_folder_whose_name_is_not_utf8_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    with pytest.raises(Unavailable, match="no path that is not UTF-8: choose another folder"):
        parquet(folder, ROWS)
    assert [path.name for path in folder.iterdir()] == ["things.jsonl"]


def test_a_writer_that_fails_passes_the_error_on(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as failed:
        written(tmp_path / "nowhere" / "things.csv", ROWS, table_csv.writer)
    assert failed.value.errno == errno.ENOENT


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "begins with nothing"),
        (b"name,place\r\n", "should begin with the columns"),
        (b"name,votes.a,place,share\r\na,b\r\n", "row 1: it has 2 cells"),
        (b"name,votes.a,place,share\r\na,,x,\r\n", "place: “x” is not a whole number"),
        (b"name,votes.a,place,share\r\na,,,nan\r\n", "share: “nan” is not a number"),
        (b"name,votes.a,place,share\r\na,,1,1e999\r\n", "is not a number"),
        (b'name,votes.a,place,share\r\n"a,,,\r\n', "cannot be read as CSV"),
        (b"name,votes.a,place,share\r\n\xff,,,\r\n", "is not UTF-8"),
    ],
)
def test_csv_that_is_none_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "things.csv"
    path.write_bytes(content)
    with pytest.raises(DataInvalid, match=r"things\.csv.*") as refused:
        list(table_csv.read(path, TABLE))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"\xff", "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b"1" * 5_000, "not a JSON object"),
        (b'{"name": "a"}', "its fields are not the columns"),
        (b'{"name": 1, "votes.a": null, "place": null, "share": null}', "int where a text"),
        (b'{"name": "", "votes.a": {}, "place": null, "share": null}', "dict where a text"),
        (b'{"name": "", "votes.a": null, "place": true, "share": null}', "bool where a whole"),
        (b'{"name": "", "votes.a": null, "place": 1.0, "share": null}', "float where a whole"),
        (b'{"name": "", "votes.a": null, "place": 1, "share": NaN}', "float where a number"),
    ],
)
def test_json_lines_that_are_none_are_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "things.jsonl"
    path.write_bytes(content + b"\n")
    with pytest.raises(DataInvalid) as refused:
        list(table_jsonl.read(path, TABLE))
    assert "things.jsonl, row 1" in str(refused.value)
    assert sentence in str(refused.value)


def test_a_line_longer_than_any_row_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_jsonl, "LINE_AT_MOST", 50)
    path = written(tmp_path / "things.jsonl", ROWS, table_jsonl.writer)
    with pytest.raises(DataInvalid, match="longer than any row"):
        list(table_jsonl.read(path, TABLE))


def test_parquet_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "things.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(DataInvalid, match="cannot be read as Parquet"):
        list(table_parquet.read(path, TABLE))


def test_parquet_of_another_table_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    other = Table("things", "", "", TABLE.columns[:2])
    with pytest.raises(DataInvalid, match="does not have the columns"):
        list(table_parquet.read(path, other))
