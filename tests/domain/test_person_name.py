import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import person_name
from annotator.domain.person_name import NAME_INVISIBLE, NAME_MISSING, NAME_TOO_LONG
from annotator.errors import DataInvalid


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("maria", "maria"),
        ("  Ana   Maria ", "Ana Maria"),
        ("Žygimantas", "Žygimantas"),
        ("Z\u030cygimantas", "Žygimantas"),
        ("Ｍａｒｉａ", "Maria"),
        ("Мария Иванова", "Мария Иванова"),
        ("O'Neill-Smith", "O'Neill-Smith"),
        ("x" * 64, "x" * 64),
    ],
)
def test_it_keeps_one_spelling(typed: str, kept: str) -> None:
    assert person_name.cleaned(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", NAME_MISSING),
        ("   ", NAME_MISSING),
        ("x" * 65, NAME_TOO_LONG),
        ("ﬃ" * 22, NAME_TOO_LONG),
        ("ma\x00ria", NAME_INVISIBLE),
        ("ma\nria", NAME_INVISIBLE),
        ("ma\u200bria", NAME_INVISIBLE),
        ("\u202eairam", NAME_INVISIBLE),
        ("ma\ud800ria", NAME_INVISIBLE),
        ("ma\u2028ria", NAME_INVISIBLE),
    ],
)
def test_it_says_why_a_name_cannot_be(typed: str, sentence: str) -> None:
    with pytest.raises(DataInvalid) as caught:
        person_name.cleaned(typed)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria", "mARIA"),
        ("Straße", "STRASSE"),
        ("Žygimantas", "z\u030cygimantas"),
        ("Ana  Maria", " ana maria"),
        ("МАРИЯ", "мария"),
    ],
)
def test_two_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert person_name.key(one) == person_name.key(other)


def test_two_names_have_two_keys() -> None:
    assert person_name.key("maria") != person_name.key("marija")


@given(st.text(max_size=80))
def test_any_text_has_a_key_and_the_key_has_itself(typed: str) -> None:
    assert person_name.key(person_name.key(typed)) == person_name.key(typed)


@given(st.text(max_size=80))
def test_what_is_kept_stays_as_it_is_and_has_the_key_of_what_was_typed(typed: str) -> None:
    try:
        kept = person_name.cleaned(typed)
    except DataInvalid:
        return
    assert person_name.cleaned(kept) == kept
    assert person_name.key(kept) == person_name.key(typed)
