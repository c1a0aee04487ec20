import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.scripts import NAMES, letters_by_script, script_of, scripts_of_language


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Read in English", "latin"),
        ("Mîndruțescu", "latin"),
        ("Читать на русском", "cyrillic"),
        ("Διαβάστε", "greek"),
        ("اقرأ", "arabic"),
        ("קרא", "hebrew"),
        ("中国与俄罗斯", "han"),
        ("読みます", "kana"),
        ("읽기", "hangul"),
        ("კითხვა", "georgian"),
    ],
)
def test_a_text_is_in_the_script_of_its_letters(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize("text", ["", "  ", "33 (31%)", "—…🙂", "\u0301"])
def test_a_text_without_letters_is_in_no_script(text: str) -> None:
    assert script_of(text) is None


def test_most_letters_decide() -> None:
    assert script_of("НАТО и WTO") == "cyrillic"
    assert dict(letters_by_script("НАТО и WTO")) == {"cyrillic": 5, "latin": 3}


def test_of_two_scripts_with_as_many_letters_the_first_in_the_text_is_named() -> None:
    assert script_of("ab яю") == "latin"
    assert script_of("яю ab") == "cyrillic"


def test_a_look_alike_letter_is_counted_for_its_own_script() -> None:
    assert letters_by_script("Сompilers")["cyrillic"] == 1


def test_languages_know_their_scripts_and_latin_is_the_rest() -> None:
    assert scripts_of_language("ru") == ("cyrillic",)
    assert scripts_of_language("sr") == ("cyrillic", "latin")
    assert scripts_of_language("ro") == ("latin",)


@given(st.text())
def test_no_letter_is_counted_twice_and_every_script_has_a_name(text: str) -> None:
    letters = letters_by_script(text)

    assert letters.total() <= len(text)
    assert set(letters) <= set(NAMES)
