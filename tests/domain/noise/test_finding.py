import pytest

from annotator.domain.noise.finding import SHORT_LINE, Surroundings
from annotator.domain.noise.lines import RUNNING_TEXT_FROM
from annotator.domain.segmentation import segment
from tests.domain.noise.cases import BODY, MORE, around


def test_the_body_goes_from_the_first_long_paragraph_to_the_last() -> None:
    document = around("Menu", "A headline of some words", BODY, "A subheading", MORE, "Share")

    assert document.body == range(2, 5)


@pytest.mark.parametrize(
    ("length", "long"), [(RUNNING_TEXT_FROM - 1, False), (RUNNING_TEXT_FROM, True)]
)
def test_running_text_is_told_by_its_length(length: int, long: bool) -> None:
    assert bool(around("x" * length).body) is long


def test_a_document_of_short_lines_has_no_body_and_nothing_above_it() -> None:
    document = around("One", "Two")

    assert not document.body
    assert document.longest_above is None


def test_a_long_banner_is_no_body() -> None:
    assert not around("Check the news before you share it! " * 7).body


def test_the_longest_line_above_the_body_is_found_and_of_two_the_first() -> None:
    assert around("ab", "abcd", "abc", "dcba", BODY).longest_above == 1
    assert around(BODY, "abcd").longest_above is None


def test_the_scripts_are_those_of_the_language() -> None:
    assert around(BODY, lang="ru").scripts == ("cyrillic",)
    assert around(BODY, lang="ja").scripts == ("kana", "han")


def test_without_a_language_the_script_of_most_text_counts() -> None:
    assert around(BODY, "Читать на русском", lang=None).scripts == ("latin",)
    assert around("1", "2", lang=None).scripts == ()


def test_copies_are_found_by_their_normalised_text() -> None:
    assert around(BODY, MORE, BODY.upper()).first_copies == {2: 0}


def test_a_document_of_one_hundred_thousand_paragraphs_is_worked_through_once() -> None:
    pieces = segment("\n".join([*(["Menu"] * 100_000), BODY])).pieces
    document = Surroundings(pieces, "en", ("en",), {}, 1)

    assert document.body == range(100_000, 100_001)
    assert len(document.first_copies) == 99_999
    assert document.body is document.body


def test_a_short_line_is_read_without_the_marks_it_begins_with() -> None:
    assert around("  » Menu ").short_line(0) == "Menu"
    assert around("x" * (SHORT_LINE + 1)).short_line(0) is None
