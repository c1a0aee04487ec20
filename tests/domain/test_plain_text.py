import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.plain_text import invisible_character, strange_character


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


@pytest.mark.parametrize("text", ["", "a b", "é e\u0301 Я 中 🙂", "«Пролив» — 1", "\u00a0"])
def test_what_can_be_seen_is_not_invisible(text: str) -> None:
    assert invisible_character(text) is None


@pytest.mark.parametrize(
    "character",
    ["\n", "\x00", "\xad", "\u200b", "\u200e", "\u202e", "\u2028", "\u2069", "\ue000", "\ufeff"],
)
def test_it_names_the_first_invisible_character(character: str) -> None:
    assert invisible_character(f"a{character}b\x07") == f"U+{ord(character):04X}"


@given(st.text())
def test_what_is_strange_is_invisible_too(text: str) -> None:
    if strange_character(text) is not None:
        assert invisible_character(text) is not None
