"""The long table of labels from each kind of file, and the sentence for each that is none."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from annotator.domain.long_table import LongTable
from annotator.errors import DataInvalid
from annotator.formats.labels import read_gold, read_labels

HEADER = "item_id,annotator_id,question,label"
ROWS: list[dict[str, Any]] = [
    {"item_id": "i1", "annotator_id": "ann", "question": "q", "label": "a", "document_id": "d1",
     "cluster_id": None, "excluded": None},
    {"item_id": "i1", "annotator_id": "bob", "question": "q", "label": "b", "document_id": "d1",
     "cluster_id": "c", "excluded": None},
    {"item_id": "i2", "annotator_id": "ann", "question": "p", "label": "", "document_id": None,
     "cluster_id": None, "excluded": "skipped"},
]  # fmt: skip
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str | bytes, name: str = "labels.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def delimited(delimiter: str) -> str:
    lines = [list(ROWS[0]), *([row[key] or "" for key in row] for row in ROWS)]
    return "".join(delimiter.join(line) + "\n" for line in lines)


def json_lines() -> str:
    return "".join(json.dumps(row) + "\n" for row in ROWS)


def parquet(path: Path, select: str | None = None) -> Path:
    source = path.with_suffix(".jsonl")
    source.write_text(json_lines(), encoding="utf-8")
    query = select or f"FROM read_json('{source}', format = 'newline_delimited')"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def cells(table: LongTable) -> list[tuple[Any, ...]]:
    columns = (
        (table.items, table.names.items),
        (table.annotators, table.names.annotators),
        (table.questions, table.names.questions),
        (table.labels, table.names.labels),
        (table.documents, table.names.documents),
        (table.clusters, table.names.clusters),
    )
    named = [
        [None if code < 0 else names[code] for code in codes.tolist()] for codes, names in columns
    ]
    return list(zip(*named, table.counted.tolist(), strict=True))


EXPECTED = [
    ("i1", "ann", "q", "a", "d1", None, True),
    ("i1", "bob", "q", "b", "d1", "c", True),
    ("i2", "ann", "p", "", None, None, False),
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.csv", delimited(",")),
        ("labels.csv", delimited(";")),
        ("labels.tsv", delimited("\t")),
        ("labels.csv", "\ufeff" + delimited(",")),
        ("labels.csv", delimited(",").replace("\n", "\r\n")),
        ("labels", delimited(",")),
        ("labels", json_lines()),
        ("labels.jsonl", json_lines()),
        ("labels.ndjson", "\n" + json_lines()),
        ("labels.json", json_lines()),
        ("labels.csv.gz", gzip.compress(delimited(",").encode())),
        ("labels.jsonl.gz", gzip.compress(json_lines().encode())),
        ("labels.csv", gzip.compress(delimited(",").encode())),
    ],
)
def test_every_format_gives_the_same_table(write: Write, name: str, text: str | bytes) -> None:
    assert cells(read_labels(write(text, name))) == EXPECTED


@pytest.mark.parametrize("name", ["labels.parquet", "labels.csv", "odd [*] name"])
def test_parquet_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    path = parquet(tmp_path / "made.parquet").rename(tmp_path / name)
    assert cells(read_labels(path)) == EXPECTED


def test_what_the_table_has_beside_is_passed_over_and_the_rest_may_be_absent(write: Write) -> None:
    table = read_labels(write("note,label,question,annotator_id,item_id\nx,a,q,ann,i1\n"))
    assert cells(table) == [("i1", "ann", "q", "a", None, None, True)]


def test_numbers_true_and_lists_are_read_as_labels(write: Write, tmp_path: Path) -> None:
    rows = [1, 1.0, 0.5, True, ["b", "a"], [], None]
    lines = "".join(
        json.dumps({"item_id": n, "annotator_id": "ann", "question": "q", "label": label}) + "\n"
        for n, label in enumerate(rows)
    )
    labels = [row[3] for row in cells(read_labels(write(lines, "labels.jsonl")))]
    assert labels == ["1", "1", "0.5", "true", "b|a", "", None]
    select = "SELECT 'i' item_id, 'ann' annotator_id, 'q' question, unnest([1.0, 0.5, NULL]) label"
    numbers = parquet(tmp_path / "n.parquet", select.replace("1.0, 0.5", "1.0::DOUBLE, 0.5"))
    assert [row[3] for row in cells(read_labels(numbers))] == ["1", "0.5", None]
    select = select.replace("[1.0, 0.5, NULL]", "[['b', 'a'], [], NULL]")
    sets = parquet(tmp_path / "s.parquet", select)
    assert [row[3] for row in cells(read_labels(sets))] == ["b|a", "", None]


def test_a_large_file_is_read_in_portions_and_told_of(write: Write) -> None:
    rows = "".join(f"item {n},ann,q,{n % 3}\n" for n in range(100_000))
    told: list[float] = []
    table = read_labels(write(f"{HEADER}\n{rows}"), progress=told.append)
    assert len(table) == 100_000
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == 1
    assert table.places.of(99_999) == 100_001


def test_rows_are_named_by_the_line_in_which_they_begin(write: Write) -> None:
    path = write(f'{HEADER}\n\ni1,ann,q,"two\nlines"\ni2,ann,q,a\n\n\ni3,ann,q,a\n')
    assert [read_labels(path).places.of(row) for row in range(3)] == [3, 5, 8]


def test_spans_are_whole_numbers_or_empty(write: Write) -> None:
    table = read_labels(write(f"{HEADER},start,end,length\ni1,ann,q,a,0,4,9\ni1,bob,q,,,,9\n"))
    assert table.spans is not None
    assert table.spans.starts.tolist() == [0, -1]
    assert table.spans.ends.tolist() == [4, -1]
    assert table.spans.lengths.tolist() == [9, 9]
    assert read_labels(write(json_lines(), "labels.jsonl")).spans is None


def test_gold_needs_no_annotator(write: Write) -> None:
    table = read_gold(write("item_id,question,label\ni1,q,a\n"))
    assert cells(table) == [("i1", "gold", "q", "a", None, None, True)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "labels.csv: the file is empty"),
        (b"\n\n", "columns item_id, annotator_id, question and label are missing; there is none"),
        (f"{HEADER}\n", "it has a header and no rows"),
        (
            "item_id,coder,question,label\ni1,ann,q,a\n",
            "labels.csv: the column annotator_id is missing; there are item_id, coder, question, l",
        ),
        ("item_id,label,question,label,annotator_id\n", "two columns are named “label”"),
        (
            f'{HEADER}\ni1,ann,q,a\ni1,bob,q,"b\n',
            "its quotes do not match in the row that begins in line 3 (",
        ),
        (
            f'{HEADER}\ni1,ann,q,"a"b\n',
            "its quotes do not match in the row that begins in line 2 (",
        ),
        (f"{HEADER}\ni1,ann,q,a\ni1,bob,q,a,b\n", "line 3: it has 5 cells and the header has 4"),
        (f"{HEADER}\ni1,ann,q\n", "line 2: it has 3 cells and the header has 4"),
        (
            f"{HEADER}\ni1,ann,q,a\n".encode() + b"i1,bob,q,caf\xe9 ferm\xe9\n",
            "labels.csv line 3: not UTF-8 (byte 0xE9); it looks like windows-1252",
        ),
        (HEADER.encode("utf-16"), "labels.csv: it is UTF-16"),
        (b"PK\x03\x04rest", "it is a spreadsheet or a ZIP archive: save the sheet as CSV"),
        (b"\x1f\x8bgarbage", "it cannot be unpacked"),
        (gzip.compress(b"x" * 99_999)[:-20], "it cannot be unpacked"),
        (f"{HEADER}\ni1,ann,q,a\n,bob,q,a\n", "labels.csv line 3: the item_id is empty"),
        (f"{HEADER}\ni1,,q,a\n", "labels.csv line 2: the annotator_id is empty"),
        (f"{HEADER}\ni1,ann,,a\n", "labels.csv line 2: the question is empty"),
        (f"{HEADER}\ni1,ann,q,a\0\n", "line 2: the label 'a\\x00' holds a NUL character"),
        (
            f"{HEADER},excluded\ni1,ann,q,a,\ni1,bob,q,a,tired\n",
            "labels.csv line 3: “tired” is not a reason to exclude a judgment",
        ),
        (f"{HEADER},start,end\ni1,ann,q,a,1.5,4\n", "line 2: the start “1.5” is not a whole"),
        (f"{HEADER},start,end\ni1,ann,q,a,1,\n", "line 2: a span needs both start and end"),
        (f"{HEADER},start,end\ni1,ann,q,a,4,4\n", "line 2: the span ends before it begins"),
        (f"{HEADER},start,end,length\ni1,ann,q,a,0,4,3\n", "line 2: the span ends after the"),
    ],
)
def test_a_bad_csv_is_refused_in_one_sentence(
    write: Write, text: str | bytes, sentence: str
) -> None:
    with pytest.raises(DataInvalid) as refused:
        read_labels(write(text))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


GOOD = '{"item_id": "i1", "annotator_id": "ann", "question": "q", "label": "a"}\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n \n", "it holds only blank lines"),
        (GOOD + "[1]\n", "labels.jsonl line 2: a list where an object is needed"),
        (GOOD + "\n" + GOOD[:-3] + "\n", "labels.jsonl line 3: not JSON"),
        ('{"item_id": 1}\n', "fields annotator_id, question and label are missing; there is item"),
        (GOOD + '{"item_id": 1}\n', "line 2: the field annotator_id is missing; the line has item"),
        (GOOD.replace('"a"', "NaN"), "line 1: NaN is not a JSON number"),
        (GOOD.replace('"a"', '{"x": 1}'), "line 1: the field label holds an object"),
        (GOOD.replace('"a"', '[["x"]]'), "line 1: the field label holds a list"),
        (GOOD.replace('"a"', '["x|y"]'), "line 1: the field label holds a label with “|”"),
        (GOOD.replace('"a"', '"\\ud800"'), "line 1: the label '\\ud800' holds half of a surrogate"),
        (GOOD.replace('"a"', '"a", "label": "b"'), "line 1: the field “label” stands twice"),
        (GOOD.replace('"a"', "[" * 9_999 + "]" * 9_999), "line 1: nested too deep"),
        (GOOD.replace('"a"', "1" * 5_000), "labels.jsonl line 1: "),
        (GOOD.replace('"i1"', "null"), "line 1: the item_id is empty"),
        (GOOD.encode() + b'{"item_id": "\xff"}', "line 2: not UTF-8 (byte 0xFF)"),
    ],
)
def test_bad_json_lines_are_refused_in_one_sentence(
    write: Write, text: str | bytes, sentence: str
) -> None:
    with pytest.raises(DataInvalid) as refused:
        read_labels(write(text, "labels.jsonl"))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_json_array_is_told_apart(write: Write) -> None:
    with pytest.raises(DataInvalid, match="it is one JSON array: write one JSON object on each"):
        read_labels(write(f"[{GOOD.strip()}]", "labels.json"))


def test_bad_parquet_is_refused_in_one_sentence(write: Write, tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match=r"labels.parquet: it cannot be read as Parquet \("):
        read_labels(write(b"PAR1 and no more", "labels.parquet"))
    with pytest.raises(DataInvalid, match=r"it cannot be read as Parquet"):
        read_labels(write("text", "labels.parquet"))
    short = parquet(tmp_path / "a.parquet", "SELECT 1 item_id, 2 question")
    with pytest.raises(DataInvalid, match="columns annotator_id and label are missing; there are"):
        read_labels(short)
    select = "SELECT 'i' item_id, 'ann' annotator_id, 'q' question, "
    nan = parquet(tmp_path / "b.parquet", select + "unnest([1.5, 'nan'::DOUBLE]) AS label")
    with pytest.raises(DataInvalid, match=r"b.parquet row 2: the column label holds NaN"):
        read_labels(nan)
    odd = parquet(tmp_path / "c.parquet", select + "{'a': 1} AS label")
    with pytest.raises(DataInvalid, match=r"c.parquet row 1: the column label holds an object"):
        read_labels(odd)


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match="there is no such file"):
        read_labels(tmp_path / "absent.csv")
    with pytest.raises(DataInvalid, match="it is a folder"):
        read_labels(tmp_path)


def test_a_line_without_an_end_does_not_fill_the_memory(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.formats.labels.opening.LINE_AT_MOST", 1_000)
    path = write(f"{HEADER}\n".encode() + b"x" * 2_000_000)
    with pytest.raises(DataInvalid, match="line 2: the line has more than 1,000 bytes"):
        read_labels(path)
