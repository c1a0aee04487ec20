import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.repetition import (
    Repeat,
    duplicate_key,
    first_copies,
    normalised,
    phrase_repeats,
)

BANNER = "Verifică știrea înainte de a o trimite!"
PROSE = (
    "Russia and China signed the treaty, and China said that Russia and the West had read the "
    "treaty in a different way: the West as a threat, China as a contract, Russia as a promise."
)
WORDS = st.lists(
    st.sampled_from(["russia", "china", "says", "the", "gas", "договор"]), min_size=2, max_size=6
)


def test_case_spacing_and_compatibility_forms_do_not_tell_texts_apart() -> None:
    assert normalised("  The\u00a0TREATY \t of ﬁve\u200b ") == "the treaty of five"
    assert normalised("Straße") == normalised("STRASSE")


def test_a_composed_and_a_decomposed_accent_are_the_same() -> None:
    assert duplicate_key("cafe\u0301") == duplicate_key("caf\u00e9")


@pytest.mark.parametrize(
    ("one", "other"), [("3 votes", "4 votes"), ("Yes.", "Yes!"), ("Compilers", "Сompilers")]
)
def test_digits_marks_and_look_alikes_do_tell_texts_apart(one: str, other: str) -> None:
    assert duplicate_key(one) != duplicate_key(other)


@given(st.text())
def test_normalised_text_has_single_spaces_and_none_at_the_edges(text: str) -> None:
    assert normalised(text).split() == [word for word in normalised(text).split(" ") if word]
    assert normalised(text) == normalised(text).strip()


@given(st.text())
def test_the_key_is_the_same_whatever_stands_around_the_text(text: str) -> None:
    assert duplicate_key(text) == duplicate_key(f" \u00a0{text}\n")


def test_a_lone_surrogate_has_a_key_too() -> None:
    assert len(duplicate_key("\ud800")) == 64


def test_the_first_copy_stays_and_the_later_ones_point_to_it() -> None:
    assert first_copies(["a", "b", "a", "c", "b", "a"]) == {2: 0, 4: 1, 5: 0}


@given(st.lists(st.sampled_from("abcd")))
def test_a_copy_points_to_an_earlier_one_that_is_no_copy(keys: list[str]) -> None:
    copies = first_copies(keys)

    assert len(keys) - len(copies) == len(set(keys))
    for position, kept in copies.items():
        assert kept < position
        assert keys[kept] == keys[position]
        assert kept not in copies


def test_a_banner_seven_times_on_one_line_is_found() -> None:
    line = " ".join([BANNER] * 7)

    assert phrase_repeats(line) == Repeat("Verifică știrea înainte de a o trimite", 7)


def test_marks_and_case_between_the_copies_do_not_hide_them() -> None:
    found = phrase_repeats("Subscribe now — subscribe now! SUBSCRIBE NOW")

    assert found == Repeat("Subscribe now", 3)


def test_a_run_with_something_before_and_after_it_is_found() -> None:
    found = phrase_repeats("Menu: click here, click here, click here, click here. Thanks")

    assert found is not None
    assert found.times == 4


def test_a_run_that_is_the_smaller_part_of_the_line_is_not_the_line() -> None:
    assert phrase_repeats(f"No, no, no. {PROSE}") is None


def test_a_phrase_that_is_the_whole_line_twice_is_found() -> None:
    assert phrase_repeats("Read the report. Read the report.") == Repeat("Read the report", 2)


@pytest.mark.parametrize(
    "line",
    [PROSE, "", "-----", "12", "Baden-Baden", "Bye bye", "a b a b a", "One two three one two"],
)
def test_what_is_not_repeated_is_not_found(line: str) -> None:
    assert phrase_repeats(line) is None


@given(WORDS, st.integers(min_value=3, max_value=9))
def test_a_phrase_said_three_times_or_more_is_always_found(words: list[str], times: int) -> None:
    found = phrase_repeats(" ".join(words * times))

    assert found is not None
    assert found.times >= times
    assert len(found.phrase.split()) * found.times <= len(words) * times


@given(st.lists(st.integers(), unique=True))
def test_words_that_all_differ_are_never_a_repeat(numbers: list[int]) -> None:
    assert phrase_repeats(" ".join(f"w{abs(number)}{number < 0}" for number in numbers)) is None


@pytest.mark.parametrize("line", ["a" * 20_000_000, "a " * 10_000_000, "ab ba " * 3_000_000])
def test_twenty_million_characters_take_no_time_to_speak_of(line: str) -> None:
    found = phrase_repeats(line)

    # Only the first 20,000 characters are counted: a slow search would never end here.
    assert found is None or found.times <= 10_000
