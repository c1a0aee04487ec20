import time

from annotator.domain.noise.quotations import held_by
from tests.domain.noise.cases import BODY, MORE

QUOTE = "We shall keep the border open whatever it costs"
SPEECH = f"The minister was asked about it twice. “{QUOTE},” she said, and nobody believed her."


def test_a_paragraph_that_another_one_quotes_is_held_by_it() -> None:
    assert held_by([BODY, QUOTE, SPEECH]) == {1: 2}
    assert held_by([SPEECH, BODY, f"“{QUOTE}”"]) == {2: 0}


def test_case_spaces_and_quotation_marks_do_not_matter() -> None:
    assert held_by([SPEECH, f"« {QUOTE.upper().replace(' ', chr(0xA0))} »"]) == {1: 0}


def test_copies_hold_each_other_not() -> None:
    assert held_by([BODY, BODY]) == {}


def test_the_first_words_alone_are_not_enough() -> None:
    assert held_by([SPEECH, f"{QUOTE[:30]} until the spring has come at last"]) == {}


def test_short_lines_are_held_by_nothing() -> None:
    assert held_by([SPEECH, "she said"]) == {}
    assert held_by([]) == held_by(["One"]) == {}


def test_many_paragraphs_that_begin_alike_take_no_longer() -> None:
    alike = [f"{QUOTE} {number}: {MORE}" for number in range(3_000)]
    began = time.process_time()

    held_by([*alike, *(text[:90] for text in alike)])

    assert time.process_time() - began < 2
