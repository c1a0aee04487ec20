"""Lines that were read with a wrong encoding before: offered, and repaired where that is asked."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.document import ImportRecord, Misread
from annotator.formats import Asked, understand

CZECH = "Příliš žluťoučký kůň úpěl."
RUSSIAN = "Две страны подписали соглашение."
MISREAD = CZECH.encode().decode("latin-1")


def read(text: str, *, repair: bool, name: str = "a.txt") -> ImportRecord:
    return understand(name, text.encode(), Asked(repair=repair)).records[0]


def test_it_is_offered_and_the_text_stays() -> None:
    found = read(f"First.\r\n\r\n{MISREAD}\r\nLast.", repair=False)

    assert found.text == f"First.\r\n\r\n{MISREAD}\r\nLast."
    assert found.misread == (Misread(3, MISREAD, CZECH),)
    assert found.told[0].startswith("1 line looks as if read with a wrong encoding before: in line")
    assert "would be “Příliš" in found.told[0]
    assert len(found.told) == 1


def test_it_is_repaired_where_asked_and_told() -> None:
    found = read(f"First.\r\n\r\n{MISREAD}\r\nLast.", repair=True)

    assert found.text == f"First.\r\n\r\n{CZECH}\r\nLast."
    (told,) = found.told
    assert told.startswith("Repaired, as asked, in 1 line read with a wrong encoding before: in")
    assert "became “Příliš" in told


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", CZECH),
        ("cp1252", "It isn’t “fine”, she said – not yet."),
        ("cp1251", RUSSIAN),
        ("cp1250", "Der Präsident sagte, die Brücke müsse größer werden."),
        ("mac-roman", "The minister’s office said “no”."),
    ],
)
def test_what_was_read_in_another_encoding_is_found_without_being_asked(
    encoding: str, text: str
) -> None:
    misread = text.encode().decode(encoding, "replace")
    if "\ufffd" in misread:
        misread = text.encode().decode("latin-1")

    (line,) = read(misread, repair=False).misread

    assert line.after == text


@pytest.mark.parametrize(
    "text",
    [
        CZECH, RUSSIAN, "L’été à la plage, déjà vu — “fine”…", "“Ça va” et «Là»", "e\u0301te\u0301",
        "خبر من الميناء", "שלום עולם", "Сompilers", "SÃO PAULO", "ÂME", "🚢 ½ … Ａ",
    ],
)  # fmt: skip
def test_what_is_right_is_never_touched(text: str) -> None:
    found = read(text, repair=True)

    assert (found.text, found.told, found.misread) == (text, (), ())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_repair_makes_no_line_more_and_none_less(text: str) -> None:
    lines = f"A\n{text}\nB"

    found = read(lines, repair=True).text

    assert len(found.splitlines()) == len(lines.splitlines())
    assert found.startswith("A\n")
    assert found.endswith("\nB")


def test_titles_and_rows_of_tables_are_repaired_too() -> None:
    table = io.StringIO()
    table.write(f"id,title,text\n1,{MISREAD},{MISREAD}\n2,Fine,Fine.\n")

    found = understand("a.csv", table.getvalue().encode(), Asked(repair=True)).records

    assert (found[0].title, found[0].text) == (CZECH, CZECH)
    assert (found[1].text, found[1].told) == ("Fine.", ())


def test_the_identity_of_a_row_is_that_of_what_was_read() -> None:
    table = f"text\n{MISREAD}\n".encode()

    kept, repaired = (
        understand("a.csv", table, Asked(repair=repair)).records[0] for repair in (False, True)
    )

    assert kept.key == repaired.key
    assert kept.text != repaired.text


def test_of_a_page_nothing_odd_is_told_that_is_mended() -> None:
    page = f"<html lang=cs><body><p>{MISREAD}</p></body></html>"

    (told,) = read(page, repair=True, name="a.html").told

    assert told.startswith("Repaired, as asked")
