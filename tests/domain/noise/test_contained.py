from annotator.domain.noise import contained
from annotator.domain.noise.finding import Finding
from tests.domain.noise.cases import BODY, MORE, around
from tests.domain.noise.test_quotations import QUOTE, SPEECH


def test_what_an_earlier_paragraph_holds_is_a_repeat_of_it() -> None:
    assert contained.quoted(around(BODY, SPEECH, MORE, QUOTE), 3) == Finding(
        "repeat",
        contained.QUOTED_BEFORE,
        "Paragraph 2 holds the same words already.",
        repeat_of=1,
        spares_headlines=True,
    )


def test_a_quotation_pulled_out_of_a_later_paragraph_is_only_one_more_reason() -> None:
    found = contained.quoted(around(BODY, MORE, QUOTE, SPEECH), 2)

    assert found is not None
    assert found.noise_type == "repeat"
    assert found.repeat_of is None
    assert found.probability < 0.5 <= contained.QUOTED_BEFORE


def test_a_standfirst_whose_sentence_the_body_repeats_is_main_text() -> None:
    assert contained.quoted(around("A title", QUOTE, BODY, SPEECH), 1) is None


def test_other_paragraphs_are_not_quoted() -> None:
    document = around(BODY, MORE, SPEECH)

    assert [contained.quoted(document, position) for position in range(3)] == [None] * 3
