import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.masking.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain", "plain"),
        ("Nоrthern", "Northern"),  # a Cyrillic letter that looks Latin
        ("ёлка", fold("елка").text),
        ("it’s", "it's"),
        ("non‑breaking", "non-breaking"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("a\u0306", "ă"),
        ("ве\u0301стник", fold("вестник").text),
        ("👩\u200d🔬", "👩🔬"),
        ("\u0301", ""),
    ],
)
def test_it_folds_what_looks_the_same(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_it_keeps_case_since_case_tells_a_name_from_a_word() -> None:
    assert fold("Правда").text != fold("правда").text


@given(st.text(alphabet="aé\u0301е\u00ad\u200b😀ё ’\u1100\u1161שׁ", max_size=20))
def test_every_character_knows_its_place(text: str) -> None:
    found = fold(text)
    places = [found.original(at, at + 1) for at in range(len(found.text))]
    assert places == sorted(places)
    for at, (start, end) in enumerate(places):
        assert fold(text[start:end]).text.endswith(found.text[at])
    if found.text:
        first, last = found.original(0, len(found.text))
        assert fold(text[:first]).text == fold(text[last:]).text == ""
