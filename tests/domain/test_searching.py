import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.searching import excerpt, folded, holds


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        ("Вчера в МОСКВЕ шёл снег.", "москве", "МОСКВЕ"),
        ("Die STRASSE am Fluss", "straße am", "STRASSE am"),
        ("Große Straße, groß", "STRASSE", "Straße"),
        ("İstanbul and 😀 Ankara", "ankara", "Ankara"),
    ],
)
def test_words_are_found_in_any_case_and_marked_as_they_stand(
    text: str, wanted: str, marked: str
) -> None:
    assert holds(text, folded(wanted))
    assert excerpt(text, wanted).words == marked


@given(st.text("aAßİя ", max_size=30), st.text("aAßİя ", min_size=1, max_size=3))
def test_an_excerpt_marks_what_holds_the_words(text: str, wanted: str) -> None:
    found = excerpt(text, wanted)
    assert found.before + found.words + found.after == text
    assert bool(found.words) == holds(text, folded(wanted))
    if found.words:
        assert holds(found.words, folded(wanted))


def test_a_long_text_is_cut_around_the_words() -> None:
    found = excerpt("a" * 500 + "needle" + "b" * 500, "NEEDLE")
    assert (found.words, found.cut_before, found.cut_after) == ("needle", True, True)
    assert len(found.before) == len(found.after) == 90


def test_a_cut_falls_between_words_where_the_text_has_spaces() -> None:
    found = excerpt("before " * 50 + "needle" + " after" * 50, "needle")
    assert set(found.before.split()) == {"before"}
    assert set(found.after.split()) == {"after"}
    assert 70 <= len(found.before) <= 90
    assert 70 <= len(found.after) <= 90
