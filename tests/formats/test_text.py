from pathlib import Path

import pytest

from annotator.errors import DocumentRefused
from annotator.formats import read_file
from annotator.formats.fields import PARAGRAPH_AT_MOST


def test_one_file_is_one_document_known_by_its_name() -> None:
    (record,) = read_file("border.txt", b" Title \r\n\r\nBody.\n")

    assert record.where == record.key == "border.txt"
    assert record.text == " Title \r\n\r\nBody.\n"
    assert record.source is None
    assert record.title is None
    assert record.told == ()


def test_what_was_taken_off_is_told() -> None:
    (record,) = read_file("a.txt", b"\xef\xbb\xbfText")

    assert record.text == "Text"
    assert record.told == ("A byte order mark at the start was taken off.",)


@pytest.mark.parametrize("text", ["\n\n", "  \u00a0\n", "\u200b", "\ufeff"], ids=ascii)
def test_a_file_of_blanks_is_refused(text: str) -> None:
    with pytest.raises(DocumentRefused, match=r"^a.txt: The text holds no paragraph"):
        read_file("a.txt", text.encode())


def test_a_line_of_twenty_megabytes_is_refused() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        read_file("a.txt", b"Title\n" + b"a" * 19_999_994)

    assert str(refusal.value) == (
        "a.txt: paragraph 2 has 19,999,994 characters on one line, and may have 100,000: put line "
        "breaks between the paragraphs."
    )


def test_a_paragraph_may_be_as_long_as_the_limit() -> None:
    (record,) = read_file("a.txt", ("я" * PARAGRAPH_AT_MOST).encode())

    assert len(record.text) == PARAGRAPH_AT_MOST


def test_a_file_of_ten_million_lines_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"^a.txt: The text has more than 200,000 paragraphs"):
        read_file("a.txt", b"a\n" * 10_000_000)


def test_a_control_character_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"a control character \(U\+001B\) in line 2"):
        read_file("a.txt", b"One\n\x1b[31mTwo")


def test_a_choice_of_columns_is_refused_where_there_are_none() -> None:
    with pytest.raises(DocumentRefused, match="a text file has no columns"):
        read_file("a.txt", b"Text", mapping={"text": "body"})


def test_the_seeds_come_through_character_for_character(shared: Path) -> None:
    for path in sorted((shared / "seeds").glob("*.txt")):
        (record,) = read_file(path.name, path.read_bytes())

        assert record.text.encode() == path.read_bytes()
        assert record.told == ()
