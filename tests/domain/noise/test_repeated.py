import pytest

from annotator.domain.noise import repeated
from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.repetition import duplicate_key
from annotator.domain.segmentation import segment
from tests.domain.noise.cases import BODY, MORE, around


def in_source(*lines: str, seen: dict[str, int], documents: int) -> Surroundings:
    keys = {duplicate_key(line): others for line, others in seen.items()}
    return Surroundings(segment("\n".join(lines)).pieces, "en", ("en",), keys, documents)


def test_a_banner_seven_times_on_a_line_is_a_banner() -> None:
    found = repeated.phrase_in_line(around("Check the news before you share it! " * 7, BODY), 0)

    assert found == Finding(
        "banner", repeated.PHRASE_OFTEN, "The same phrase stands 7 times in a row on this line."
    )


def test_one_word_three_times_is_less_certain_and_a_phrase_twice_less_still() -> None:
    word = repeated.phrase_in_line(around("Share! Share! Share!"), 0)
    twice = repeated.phrase_in_line(around("Read the report. Read the report."), 0)

    assert word is not None
    assert twice is not None
    assert repeated.PHRASE_OFTEN > word.probability > twice.probability >= 0.5
    assert word.reason == "The same word stands 3 times in a row on this line."
    assert twice.reason == "This line is one phrase, twice."


def test_prose_is_no_repeated_phrase() -> None:
    assert repeated.phrase_in_line(around(BODY), 0) is None


def test_a_second_copy_of_a_paragraph_is_a_repeat_of_the_first() -> None:
    document = around("Title", BODY, MORE, BODY)

    assert repeated.copy_in_document(document, 1) is None
    assert repeated.copy_in_document(document, 3) == Finding(
        "repeat",
        repeated.COPY,
        "The same text stands in paragraph 2 of this document, and the first copy stays.",
        repeat_of=1,
        spares_headlines=True,
    )


@pytest.mark.parametrize("copy", [BODY.upper(), f"  {BODY} ", BODY.replace(" ", "\u00a0")])
def test_case_and_spaces_do_not_hide_a_copy(copy: str) -> None:
    found = repeated.copy_in_document(around(BODY, copy), 1)

    assert found is not None
    assert found.repeat_of == 0


def test_a_headline_that_stands_there_again_at_once_is_a_repeat() -> None:
    title = "Neighbours keep the border open"
    found = repeated.copy_in_document(around("Menu", title, "By Irina Voss", title, BODY), 3)

    assert found is not None
    assert 0.5 <= found.probability < repeated.COPY


@pytest.mark.parametrize("line", ["Rest", "What may come of it", "It was late."])
def test_a_cell_a_heading_and_a_short_sentence_further_on_are_left_to_the_model(line: str) -> None:
    """A heading stands in the table of contents first, and the later one is the text."""
    found = repeated.copy_in_document(around(line, BODY, MORE, BODY, line), 4)

    assert found is not None
    assert found.probability < 0.5
    assert found.repeat_of == 0


def test_a_line_in_most_documents_of_the_source_belongs_to_the_page() -> None:
    document = in_source(
        BODY, "Follow us everywhere", seen={"Follow us everywhere": 3}, documents=6
    )

    assert repeated.seen_in_source(document, 1) == Finding(
        "navigation",
        repeated.SEEN_OFTEN,
        "The same text stands in 4 of 6 documents of this source.",
    )


@pytest.mark.parametrize(("others", "documents"), [(1, 2), (1, 6), (3, 40)])
def test_a_line_in_few_documents_of_the_source_is_only_to_be_looked_at(
    others: int, documents: int
) -> None:
    found = repeated.seen_in_source(in_source(BODY, seen={BODY: others}, documents=documents), 0)

    assert found is not None
    assert repeated.SEEN_OFTEN > found.probability == repeated.SEEN_AGAIN


def test_what_may_be_the_title_of_another_document_is_left_to_the_model() -> None:
    document = in_source(
        BODY, MORE, "A ferry is sold again", seen={"A ferry is sold again": 1}, documents=6
    )
    found = repeated.seen_in_source(document, 2)

    assert found is not None
    assert found.probability < 0.5


def test_a_headline_that_stands_as_a_teaser_in_another_document_stays_a_headline() -> None:
    headline = "Border traders wait for a bridge"
    document = in_source(headline, BODY, seen={headline: 1}, documents=6)

    assert repeated.seen_in_source(document, 0) is None


def test_a_line_of_this_document_alone_is_not_seen_in_the_source() -> None:
    assert repeated.seen_in_source(in_source(BODY, MORE, seen={MORE: 2}, documents=6), 0) is None


def test_a_count_of_documents_that_is_too_low_never_gives_five_of_three() -> None:
    found = repeated.seen_in_source(in_source(BODY, seen={BODY: 4}, documents=3), 0)

    assert found is not None
    assert found.reason == "The same text stands in 5 of 5 documents of this source."


def test_a_headline_is_a_line_of_some_words_above_the_body_or_the_longest_there() -> None:
    document = around("Menu", "Neighbours keep the border open", BODY, "What comes next", MORE)

    assert [repeated.may_be_headline(document, position) for position in range(5)] == [
        False, True, False, False, False
    ]  # fmt: skip
    assert repeated.may_be_headline(around("Thaw", BODY), 0)
