import pytest

from annotator.errors import DocumentRefused
from annotator.formats import Asked, read_file, understand


def test_cells_are_apart_by_tabs_whatever_else_the_header_holds() -> None:
    found = understand("a.tsv", b"text\tid, as given;\nOne, two; three.\t7\n", Asked())

    assert found.records[0].text == "One, two; three."
    assert (found.kind, found.encoding, found.used) == ("TSV", "utf-8", {"text": "text"})
    assert found.columns == ("text", "id, as given;")


def test_a_quoted_cell_may_hold_tabs_and_line_breaks() -> None:
    (record,) = read_file("a.tsv", b'text\tid\n"One\ttwo\nthree ""four"""\t7\n')

    assert record.text == 'One\ttwo\nthree "four"'


def test_quotes_that_enclose_nothing_are_taken_as_they_stand_and_told() -> None:
    first, second = read_file("a.tsv", b'id\ttext\n1\t"Yes," he said.\n2\tHe said "no".\n')

    assert (first.text, second.text) == ('"Yes," he said.', 'He said "no".')
    assert first.told == (
        "Quotes were taken as they stand: they do not enclose cells in this file.",
    )


def test_a_row_that_is_too_long_is_refused_with_its_number() -> None:
    with pytest.raises(DocumentRefused, match=r"a\.tsv row 3: it has 3 cells and the header has 2"):
        read_file("a.tsv", b"id\ttext\n1\tOne.\n2\tTwo.\tmore\n")
