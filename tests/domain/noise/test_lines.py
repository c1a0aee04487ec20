import pytest

from annotator.domain.noise.lines import RUNNING_TEXT_FROM, ends_a_sentence, is_short, words


@pytest.mark.parametrize(
    "text", ["Why?", "No.", "“Never!”", "（完。）", "Wait… ", "यह है।", "了。」"]
)
def test_a_sentence_ends_in_a_full_stop_whatever_closes_after_it(text: str) -> None:
    assert ends_a_sentence(text)
    assert not is_short(text)


@pytest.mark.parametrize("text", ["Menu", "He added:", "1.5 km", "", " "])
def test_other_lines_end_no_sentence(text: str) -> None:
    assert not ends_a_sentence(text)
    assert is_short(text)


def test_a_line_of_running_text_is_not_short() -> None:
    assert is_short("x" * (RUNNING_TEXT_FROM - 1))
    assert not is_short("x" * RUNNING_TEXT_FROM)


@pytest.mark.parametrize(
    ("text", "count"), [("one two  three", 3), ("中俄关系", 2), ("在 NATO 中", 2), ("", 0)]
)
def test_two_east_asian_characters_count_as_a_word(text: str, count: int) -> None:
    assert words(text) == count
