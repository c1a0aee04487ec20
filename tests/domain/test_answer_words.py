from annotator.domain import codebook_file
from annotator.domain.answer_words import in_words
from tests.small_codebook import SMALL

BOOK = codebook_file.parse(SMALL, name="small.yaml")


def test_it_names_questions_and_labels_in_the_codebooks_order() -> None:
    answers = {"stance.russia": ["-1"], "targets": ["russia"], "content": ["main"]}
    assert in_words(BOOK, answers, "en") == (
        ("What is it?", "Main text"),
        ("Targets", "Russia"),
        ("Stance on Russia", "Against"),
    )


def test_the_empty_set_is_an_answer_too() -> None:
    assert in_words(BOOK, {"frames": []}, "en") == (("Frames", "None of these"),)


def test_a_text_stands_as_it_was_written() -> None:
    assert in_words(BOOK, {"remark": ["An odd one."]}, "en") == (("Remark", "An odd one."),)


def test_what_the_codebook_does_not_ask_is_left_out() -> None:
    assert in_words(BOOK, {"weather": ["fine"]}, "en") == ()
