import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.document import ImportRecord
from annotator.domain.segmentation import is_blank
from annotator.errors import DocumentRefused
from annotator.formats import fields, read_file

# What a cell may hold and survive reading: no control characters, no half surrogates.
CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r"), min_size=1
).filter(lambda text: not is_blank(text))


def read(text: str, mapping: dict[str, str] | None = None) -> list[ImportRecord]:
    return read_file("a.csv", text.encode(), mapping=mapping)


def refusal(text: str, mapping: dict[str, str] | None = None) -> str:
    with pytest.raises(DocumentRefused) as refused:
        read(text, mapping)
    return str(refused.value)


def test_one_row_is_one_document_with_its_fields() -> None:
    (record,) = read(
        "id,text,source,title,url,date,language,author\n"
        'n1," One.\nTwo, ""three"". ",Ledger, A  title ,https://ledger.example/1,'
        "2024-05-16,en-GB,I. Tamm\n"
    )

    assert record == ImportRecord(
        where="a.csv row 2",
        key="n1",
        text=' One.\nTwo, "three". ',
        source="Ledger",
        title="A title",
        url="https://ledger.example/1",
        byline="I. Tamm",
        published_on=date(2024, 5, 16),
        lang="en",
    )


def test_an_empty_cell_is_a_missing_value() -> None:
    (record,) = read("text,source,date,lang,url,id\nOne., ,,,,\n")

    assert (record.source, record.published_on, record.lang, record.url) == (None,) * 4


def test_the_key_is_the_id_else_the_url_else_file_and_text() -> None:
    one, two, three = read(
        "id,url,text\n7,https://a.example/1,One.\n,https://a.example/2,Two.\n,,Three.\n"
    )

    assert one.key == "7"
    assert two.key == "https://a.example/2"
    assert three.key.startswith("a.csv#")


def test_a_row_without_id_and_url_is_the_same_document_in_another_place() -> None:
    first = {record.key for record in read("text\nOne.\nTwo.\n")}
    second = {record.key for record in read("text\nTwo.\nZero.\nOne.\n")}

    assert first < second


@given(st.lists(CELL, min_size=1, max_size=5, unique=True))
def test_every_text_comes_back_exactly_as_a_spreadsheet_wrote_it(cells: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["text"], *([cell] for cell in cells)])

    assert [record.text for record in read(file.getvalue())] == cells


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolon"), ("\t", "tab")])
def test_another_delimiter_is_recognised_and_told(delimiter: str, name: str) -> None:
    (record,) = read(f"id{delimiter}text\n1{delimiter}One, two.\n")

    assert record.text == "One, two."
    assert record.told == (f"The cells were taken to be separated by a {name}.",)


def test_what_is_told_of_the_file_is_told_once() -> None:
    one, two = read("text,views,\nOne.,5,\nTwo.,6,\n")

    assert one.told == ("Columns not used: “views”.",)
    assert two.told == ()


def test_empty_lines_between_rows_are_passed_over_and_still_counted() -> None:
    one, two = read("text\nOne.\n\nTwo.\n")

    assert (one.where, two.where) == ("a.csv row 2", "a.csv row 4")


def test_names_of_columns_are_found_in_any_case() -> None:
    (record,) = read("\ufeff Text ,LANG\nOne.,EN\n")

    assert record.lang == "en"


def test_a_missing_text_column_names_the_columns_found_and_what_to_do() -> None:
    assert refusal("id,body\n1,One.\n") == (
        "a.csv: it has no column named “text”; it has “id”, “body”: rename the one with the "
        "text, or say at import which one it is."
    )


def test_a_mapping_says_which_column_holds_what() -> None:
    (record,) = read("nr,text,body\n1,short,Long.\n", {"text": "body", "external_id": "nr"})

    assert (record.text, record.key) == ("Long.", "1")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"text": "corpus"}, "it has no column “corpus” to read text from; it has “id”, “body”"),
        (
            {"text": "body", "mood": "id"},
            "“mood” is not something a document has: choose among text,",
        ),
    ],
)
def test_a_mapping_to_nothing_is_refused(mapping: dict[str, str], said: str) -> None:
    assert said in refusal("id,body\n1,One.\n", mapping)


def test_a_wide_table_does_not_drown_the_sentence() -> None:
    said = refusal(",".join(f"c{n}" for n in range(500)) + "\n")

    assert "“c19” and 480 more" in said
    assert "c20" not in said


def test_a_quote_that_is_never_closed_is_refused_with_its_line() -> None:
    said = refusal('id,text\n1,One.\n2,"Two.\n3,Three.\n')

    assert said.startswith("a.csv: its quotes do not match in the row that begins in line 3")
    assert "close the quote" in said


def test_a_quote_inside_a_quoted_cell_is_refused() -> None:
    assert "in the row that begins in line 2" in refusal('id,text\n1,"He said "no"."\n')


@pytest.mark.parametrize(("row", "cells"), [("1", 1), ("1,One,two.", 3)])
def test_a_row_of_another_width_is_refused(row: str, cells: int) -> None:
    said = refusal(f"id,text\n0,Zero.\n{row}\n")

    assert said.startswith(
        f"a.csv row 3: it has {cells} cells and the header has 2: put a cell that"
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("text\n", "a.csv: it has a header and no rows"),
        ("\n\n", "a.csv: it has no column named “text”; it has nothing"),
        ("text,text\nA,B\n", "two columns are named “text”"),
        ("text,date,published_on\nA,,\n", "“published_on” and “date” both give published_on"),
        ("text,id\n  ,7\n", "a.csv row 2: The text holds no paragraph"),
        ("text,id\nOne.,7\nTwo.,7\n", "a.csv row 3: it has the same identity (“7”) as a.csv row 2"),
        ("text\nOne.\nOne.\n", "a.csv row 3: it is word for word a.csv row 2"),
        ("text,date\nA,16.05.2024\n", "a.csv row 2: “16.05.2024” is not a date that can be read"),
        ("text,lang\nA,English language\n", "“English language” is not a language code"),
        ("text,url\nA,javascript:alert(1)\n", "“javascript:alert(1)” is not a web address"),
        ("text,title\nA,a\x07b\n", "(U+0007) in line 1 of the title, at character 2"),
        ("text,title\nA," + "t" * 2_001 + "\n", "title has 2,001 characters and may have 2,000"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_row(table: str, said: str) -> None:
    assert said in refusal(table)


def test_too_many_documents_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "DOCUMENTS_AT_MOST", 2)

    assert len(read("text\nOne.\nTwo.\n")) == 2
    assert refusal("text\nOne.\nTwo.\nThree.\n") == (
        "a.csv: it has more than 2 documents: split it into several files."
    )


def test_a_monstrous_value_is_cut_in_the_sentence() -> None:
    assert len(refusal("text,date\nOne.," + "2" * 1_000 + "\n")) < 250
    assert len(refusal("a" * 1_000_000 + "\n")) < 250
    assert len(refusal(",".join(["a" * 1_000] * 2) + "\n")) < 250


def test_the_same_id_may_stand_in_two_sources() -> None:
    assert len(read("id,source,text\n1,Ledger,One.\n1,Herald,Two.\n")) == 2


def test_a_document_longer_than_the_csv_modules_own_limit_is_read() -> None:
    lines = "A line of the report.\n" * 20_000

    (record,) = read(f'text\n"{lines}"\n')

    assert record.text == lines
