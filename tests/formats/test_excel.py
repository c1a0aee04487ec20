import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from annotator.errors import DocumentRefused
from annotator.formats import Asked, read_file, understand

TEXT = "One.\nTwo."


def book(*sheets: Sequence[Sequence[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = made.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    return saved(made)


def saved(made: Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, change: Any) -> bytes:
    """The workbook with one of its parts rewritten."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return file.getvalue()


def test_a_row_is_a_document_and_dates_are_dates() -> None:
    rows: list[list[Any]] = [
        ["id", "text", "date", None, "more"],
        [7, TEXT, date(2024, 5, 16), None, 1],
        [],
        [8.0, 2024, datetime(2024, 5, 17, 8, 30), None, None],  # noqa: DTZ001 - as Excel has them
    ]
    found = understand("a.xlsx", book(rows), Asked())

    first, second = found.records
    assert (first.where, first.key, first.text) == ("a.xlsx row 2", "7", TEXT)
    assert str(first.published_on) == "2024-05-16"
    assert (second.where, second.key, second.text) == ("a.xlsx row 4", "8", "2024")
    assert str(second.published_on) == "2024-05-17"
    assert first.told == ("Columns not used: “more”.",)
    assert (found.kind, found.columns) == ("Excel", ("id", "text", "date", "more"))


def test_the_first_sheet_with_a_text_column_is_read_and_the_others_are_told() -> None:
    data = book([["notes"], ["x"]], [["text"], ["One."]], [["text"], ["Two."]])
    (record,) = read_file("a.xlsx", data)

    assert record.text == "One."
    assert record.told[0] == "Read from the sheet “Sheet 2”; not read: “Sheet 1”, “Sheet 3”."


def test_a_formula_gives_the_value_that_was_stored_with_it() -> None:
    made = book([["id", "text"], [1, '="One"&"."']])
    sheet = "xl/worksheets/sheet1.xml"
    stored = with_part(
        made,
        sheet,
        lambda xml: re.sub(
            rb'<c r="B2"[^>]*><f>(.*?)</f><v ?/?>(</v>)?',
            rb'<c r="B2" t="str"><f>\1</f><v>One.</v>',
            xml,
        ),
    )

    assert read_file("a.xlsx", stored)[0].text == "One."


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["text"], ['="One"&"."']], "row 2: “text” holds a formula whose value was not stored"),
        ([["text"], ["#REF!"]], "row 2: “text” holds the error #REF!: mend"),
        ([["text", "date"], ["One.", "20240-01-01"]], "row 2: “20240-01-01” is not a date"),
        ([["body"], ["One."]], "it has no column named “text”; it has “body”"),
        ([["text", "text"], ["One.", "Two."]], "two columns are named “text”"),
        ([["text"], [True]], "row 2: the column “text” holds true or false"),
        ([["text"]], "it has a header and no rows"),
        ([[]], "it has no sheet with cells"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(rows: Any, sentence: str) -> None:
    with pytest.raises(DocumentRefused, match=r"^a\.xlsx( row \d+)?: ") as refused:
        read_file("a.xlsx", book(rows))
    assert sentence in str(refused.value)


def test_a_formula_in_a_column_that_is_not_read_matters_to_nobody() -> None:
    assert read_file("a.xlsx", book([["text", "n"], ["One.", "=1+1"]]))[0].text == "One."


def test_a_cell_in_the_last_corner_of_the_sheet_takes_no_room() -> None:
    made = Workbook()
    made.active.append(["text"])
    made.active.append(["One."])
    made.active["XFD5000"] = "far"

    assert [record.text for record in read_file("a.xlsx", saved(made))] == ["One."]


def test_what_is_no_workbook_is_refused() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    for data, sentence in (
        (b"text\nOne.", "it is not a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "protected by a password"),
        (other.getvalue(), "cannot be read as an Excel workbook"),
    ):
        with pytest.raises(DocumentRefused, match=sentence):
            read_file("a.xlsx", data)


def test_entities_of_its_own_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'
    data = with_part(book([["text"], ["One."]]), "xl/workbook.xml", lambda xml: laughs + xml)
    with pytest.raises(DocumentRefused, match="declares entities"):
        read_file("a.xlsx", data)
