"""A row that is written as a line comes back as the same row."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, MetaData, Table
from sqlalchemy.types import Date

from annotator.services.backups.rows import (
    LEFT_OUT,
    RowReader,
    RowWriter,
    kept_tables,
    own_references,
)
from annotator.store.base import CodePointText, Moment
from annotator.store.models import Base

KINDS = Table(
    "kinds",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("day", Date),
    Column("data", LargeBinary),
    Column("flag", Boolean),
    Column("share", Float),
    Column("name", CodePointText),
    Column("tree", JSON),
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
rows = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**63), 2**63 - 1),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "day": st.none() | st.dates(),
        "data": st.none() | st.binary(max_size=40),
        "flag": st.none() | st.booleans(),
        "share": st.none() | st.floats(allow_nan=False),
        "name": st.none() | st.text(),
        "tree": st.none()
        | st.lists(trees, max_size=3)
        | st.dictionaries(st.text(), trees, max_size=3),
    }
)
ROW: dict[str, Any] = {
    "id": 1,
    "at": "2026-01-05T09:00:00.000007+00:00",
    "day": "2026-01-05",
    "data": "AP8=",
    "flag": True,
    "share": 0.5,
    "name": "Žemė\u2028",
    "tree": {"b": 1, "a": [None]},
}


def line(**changed: Any) -> bytes:
    return json.dumps(ROW | changed).encode()


@given(rows)
def test_any_row_comes_back_from_its_line(row: dict[str, Any]) -> None:
    written = RowWriter(KINDS).line([row[column.name] for column in KINDS.columns])
    assert written.endswith(b"\n")
    assert written.count(b"\n") == 1
    assert RowReader(KINDS).values(written) == row


def test_a_line_is_the_same_however_the_keys_were_ordered() -> None:
    writer = RowWriter(KINDS)
    rest = [None] * 6
    assert writer.line([1, *rest, {"b": 1, "a": 2}]) == writer.line([1, *rest, {"a": 2, "b": 1}])


def test_a_moment_is_written_in_utc_with_microseconds() -> None:
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    values = json.loads(
        RowWriter(KINDS).line([1, moment, date(2026, 1, 5), b"\x00\xff", *[None] * 4])
    )
    assert values["at"] == "2026-01-05T09:00:00.000000+00:00"
    assert (values["day"], values["data"]) == ("2026-01-05", "AP8=")


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    read = RowReader(KINDS).values(line(at="2026-01-05T11:00:00+02:00"))
    assert read["at"] == datetime(2026, 1, 5, 11, tzinfo=timezone(timedelta(hours=2)))


def test_half_a_character_in_a_tree_does_not_stop_a_backup() -> None:
    row = [1, *[None] * 6, {"note": "\ud83d"}]
    assert RowReader(KINDS).values(RowWriter(KINDS).line(row))["tree"] == {"note": "\ud83d"}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"id": True},
        {"id": "1"},
        {"id": 1.0},
        {"id": 2**63},
        {"at": "yesterday"},
        {"at": "2026-01-05T09:00:00"},
        {"at": 7},
        {"day": "2026-13-01"},
        {"data": "not base64!"},
        {"data": "é"},
        {"flag": 1},
        {"share": "0.5"},
        {"share": True},
        {"name": 5},
        {"name": "\ud83d"},
        {"tree": "text"},
        {"tree": 3},
        {"unknown": 1},
    ],
)
def test_it_refuses_what_is_not_of_the_columns_type(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is not of its type|is empty|columns are not"):
        RowReader(KINDS).values(line(**changed))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"7", b"{}", b"\xff\xfe", b"[" * 200_000, line()[:-1]]
)
def test_it_refuses_a_line_that_is_no_row(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        RowReader(KINDS).values(text)


def test_every_table_is_kept_or_left_out_on_purpose() -> None:
    kept = [table.name for table in kept_tables()]
    assert {*kept, *LEFT_OUT} == set(Base.metadata.tables)
    assert not LEFT_OUT.intersection(kept)


def test_a_table_comes_after_those_it_points_to() -> None:
    seen: set[str] = set()
    for table in kept_tables():
        pointed_to = {key.column.table.name for key in table.foreign_keys}
        assert pointed_to <= seen | {table.name}
        seen.add(table.name)


def test_every_kind_of_column_has_a_reader() -> None:
    for table in kept_tables():
        assert RowReader(table)._turns.keys() == set(table.columns.keys())


def test_it_knows_which_tables_point_to_themselves() -> None:
    found = {table.name: own_references(table) for table in kept_tables()}
    assert {name: columns for name, columns in found.items() if columns} == {
        "paragraphs": ["superseded_by_id"],
        "sources": ["merged_into_id"],
    }
