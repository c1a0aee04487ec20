import pytest

from annotator.domain.noise import short
from annotator.domain.noise.finding import Finding
from tests.domain.noise.cases import BODY, MORE, around


@pytest.mark.parametrize(
    "headline",
    [
        "Neighbours keep the border open for the winter",
        "A bridge too many",
        "Winter is open",
        "Will the bridge be ready in time?",
    ],
)
def test_a_headline_above_the_body_is_not_too_short(headline: str) -> None:
    assert short.too_short(around("Menu", headline, BODY), 1) is None


def test_the_first_line_of_a_document_is_not_too_short_if_it_is_the_only_one_above_the_body() -> (
    None
):
    assert short.too_short(around("Thaw", BODY), 0) is None


@pytest.mark.parametrize("line", ["Menu", "You are:", "Print this", "Rate this article"])
def test_a_few_words_beside_the_headline_are_too_short(line: str) -> None:
    found = short.too_short(around(line, "Neighbours keep the border open for the winter", BODY), 0)

    assert found is not None
    assert found.probability == short.ABOVE_THE_BODY
    assert "no sentence" in found.reason


@pytest.mark.parametrize(
    ("line", "said"), [("Photo", "Only 1 word and"), ("putin xi", "Only 2 words and")]
)
def test_one_or_two_words_inside_the_body_are_to_be_looked_at(line: str, said: str) -> None:
    found = short.too_short(around(BODY, line, MORE), 1)

    assert found is not None
    assert said in found.reason
    assert 0.5 <= found.probability < 0.9


@pytest.mark.parametrize(
    "line", ["The view from the river", "He added:", "Why?", "No.", "“Never!”", "（完。）"]
)
def test_a_subheading_a_lead_in_and_a_short_sentence_inside_the_body_are_not_too_short(
    line: str,
) -> None:
    assert short.too_short(around(BODY, line, MORE), 1) is None


@pytest.mark.parametrize(
    "line",
    ["For researchers", "The tanker nobody wants to insure", "Igor Istomin, PhD in Economics"],
)
def test_a_line_below_the_body_is_too_short_up_to_sixteen_words(line: str) -> None:
    found = short.too_short(around(BODY, MORE, line), 2)

    assert found is not None
    assert found.probability == short.BELOW_THE_BODY
    assert found.reason.startswith("Below the last long paragraph, ")


def test_a_line_of_seventeen_words_is_not_short() -> None:
    assert short.too_short(around(BODY, "word " * 16), 1) is not None
    assert short.too_short(around(BODY, "word " * 17), 1) is None
    assert short.too_short(around(BODY, "word" * 300), 1) is None


@pytest.mark.parametrize("line", ["33 (31%)", "—", "* * *", "2024", "🙂"])
def test_a_line_without_a_word_is_no_text(line: str) -> None:
    assert short.too_short(around(BODY, line, MORE), 1) == Finding(
        "metadata", short.NO_LETTER, "There is no word on this line."
    )


def test_a_document_of_short_lines_only_gives_no_place_to_judge_them_by() -> None:
    document = around("Two words", "Three more words", "And")

    assert [short.too_short(document, position) for position in range(3)] == [None] * 3


def test_a_banner_above_the_headline_is_not_taken_for_the_body() -> None:
    document = around("Check the news before you share it! " * 7, "Winter is open for all", BODY)

    assert document.body == range(2, 3)
    assert short.too_short(document, 1) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One two  three", 3),
        ("中国与俄罗斯", 3),
        ("中国", 1),
        ("中", 1),
        ("WTO 与中国", 3),
    ],
)
def test_two_chinese_characters_count_as_a_word(text: str, count: int) -> None:
    assert short.words(text) == count


@pytest.mark.parametrize(
    "text", ["Yes.", "Why?  ", "He said “no.”", "«Да!»", "对。", "And so…\u00a0"]
)
def test_a_sentence_ends_with_its_mark_whatever_closes_after_it(text: str) -> None:
    assert short.ends_a_sentence(text)


@pytest.mark.parametrize("text", ["Photo source:", "Menu", "3.5 Mb", "", "a, b"])
def test_a_line_without_a_mark_at_its_end_is_no_sentence(text: str) -> None:
    assert not short.ends_a_sentence(text)
