import pytest

from annotator.domain.noise.headings import is_heading, lifted
from tests.domain.noise.cases import BODY, MORE


@pytest.mark.parametrize(
    "text",
    [
        "Related", "Read also:", "More from Europe", "Latest news", "You may also like",
        "Most read",
        "Читайте также:", "По теме", "Последние новости", "Citește și", "Ultimele știri",
        "Skaitykite taip pat", "Czytaj także", "Mehr zum Thema", "À lire aussi", "Διαβάστε επίσης",
        "相关阅读", "» Related articles", "#Related",
    ],
)  # fmt: skip
def test_a_heading_above_links_is_known_in_several_languages(text: str) -> None:
    assert is_heading(text)


@pytest.mark.parametrize(
    "text",
    [
        "Related parties must say what they own.",
        "Latest news from the front worries the traders",
        "More than one bridge", "Popular with the young", "Topics",
        "По теме переговоров не спорили",
    ],
)  # fmt: skip
def test_a_sentence_or_title_that_begins_alike_is_no_such_heading(text: str) -> None:
    assert not is_heading(text)


def test_a_heading_lifts_the_short_lines_up_to_the_text() -> None:
    assert lifted([BODY, "Read also", "A ferry is sold", "Ice on the river", MORE, BODY]) == {
        2: 1,
        3: 1,
    }


def test_a_heading_at_the_end_lifts_titles_and_their_summaries() -> None:
    texts = [BODY, MORE, "Related", "A ferry is sold", BODY, "Source: the port", "Ice", MORE]

    assert lifted(texts) == {3: 2, 4: 2, 5: 2, 6: 2, 7: 2}


def test_text_that_goes_on_below_is_not_lifted() -> None:
    assert lifted([BODY, MORE, "Related", "A ferry is sold", MORE, BODY]) == {3: 2}


def test_above_the_text_no_summary_is_lifted() -> None:
    assert lifted(["Related", "A ferry is sold", BODY]) == {1: 0}


def test_no_more_than_twelve_lines_are_lifted() -> None:
    assert max(lifted([BODY, MORE, "Related", *["A ferry is sold"] * 30])) == 14


def test_nothing_is_lifted_without_a_heading_or_below_the_last_line() -> None:
    assert lifted([]) == lifted([BODY, "A ferry is sold"]) == lifted([BODY, "Related"]) == {}
