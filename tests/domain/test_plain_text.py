import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.plain_text import strange_character


@pytest.mark.parametrize(
    "text", ["", "a\r\n\tb", "é e\u0301 Я 中 🙂", "\u00a0\u200b\u202e\u2028\ufeff"]
)
def test_it_lets_through_what_people_write(text: str) -> None:
    assert strange_character(text) is None


def test_it_names_the_first_strange_character() -> None:
    assert strange_character("ab\x07\x00") == "U+0007"
    assert strange_character("\udfff") == "U+DFFF"


@given(st.text())
def test_what_is_clean_can_be_stored_as_utf_8_without_nul(text: str) -> None:
    if strange_character(text) is None:
        assert b"\0" not in text.encode("utf-8")
