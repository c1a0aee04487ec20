import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import password_rules
from annotator.domain.common_passwords import WALKS, WORDS
from annotator.domain.password_rules import (
    CANNOT_BE_TYPED,
    LEAST_EFFORT,
    LONGEST,
    TOO_COMMON,
    TOO_LONG,
    TOO_SHORT,
    effort,
    normalized,
    problem,
)

# The long ones that lists of leaked passwords have among their first, and what people make when a
# site asks for a digit and a sign.
_GUESSED = """
    password1234 password12345 passwordpassword Password123! P@ssw0rd1234 p@$$w0rd!2024
    123456789012 1234567891011 000000000000 111111111111 987654321098 1q2w3e4r5t6y 1qaz2wsx3edc
    qwertyuiop12 qwertyuiopasdf qwerty123456 qwertz123456 azertyuiop12 asdfghjkl123 zaq12wsxcde3
    abcdefghijkl abcabcabcabc abcd1234abcd aaaaaaaaaaaa iloveyou1234 iloveyou2024! trustno1trustno1
    letmein12345 letmeinplease administrator administrator1 welcome12345 Welcome2024!! Summer2024!!
    Winter2023!!! football1234 basketball23 liverpool1234 manchester2008 michael12345
    sunshine1234 princess1234 superman1234 starwars1977 monkeymonkey dragondragon12 changeme1234
    qazwsxedcrfv a1b2c3d4e5f6 motherfucker harrypotter1 jesuschrist1 christopher1 alexander123
    йцукенгшщзхъ пароль123456 любовь123456 147258369147 q1w2e3r4t5y6 mypassword12 thisismypassword
    """
GUESSED_FIRST = _GUESSED.split()

GOOD = [
    "correct horse battery lantern",
    "kestrel wander lamp nine",
    "j8#kd02mVx!q",
    "tschüss-bis-übermorgen",
    "туман у реки молчит",
    "雨の日は本を読みたいですね、ゆっくり",
    "summer river apple horse",
    "g4kX-29sq-PPm1",
]


@pytest.mark.parametrize("password", GUESSED_FIRST)
def test_it_refuses_what_is_guessed_first(password: str) -> None:
    assert problem(normalized(password)) == TOO_COMMON


@pytest.mark.parametrize("password", GUESSED_FIRST)
def test_capitals_and_full_width_letters_change_nothing(password: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in password.swapcase())
    assert problem(normalized(wide)) == TOO_COMMON


@pytest.mark.parametrize("password", GOOD)
def test_it_takes_unrelated_words_and_what_a_manager_makes(password: str) -> None:
    assert problem(normalized(password)) is None


@pytest.mark.parametrize(("length", "answer"), [(11, TOO_SHORT), (12, None), (256, None)])
def test_it_counts_characters(length: int, answer: str | None) -> None:
    mixed = "kV9$xh2!Lq7w" * 30
    # A repeat is easy to guess, so the long ones are made of many different characters.
    various = "".join(chr(0x4E00 + 37 * number) for number in range(length))
    assert problem(various) == answer
    assert (problem(mixed[:length]) == TOO_SHORT) == (answer == TOO_SHORT)


def test_it_refuses_more_than_256_characters() -> None:
    assert problem("".join(chr(0x4E00 + number) for number in range(LONGEST + 1))) == TOO_LONG


def test_it_counts_code_points_and_not_bytes() -> None:
    assert problem("🦊🐢🌵🎈🧭🪁🍇🔧🪕🛶🧵") == TOO_SHORT
    assert problem("🦊🐢🌵🎈🧭🪁🍇🔧🪕🛶🧵🥁") is None


@pytest.mark.parametrize("character", ["\x00", "\n", "\x7f", "\ud800"])
def test_it_refuses_what_cannot_be_typed(character: str) -> None:
    assert problem(f"kestrel wander{character} lamp nine") == CANNOT_BE_TYPED


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("my-annotator-lamp-nine", "annotator"),
        ("Ann0t4tor-lamp-nine-kestrel", "annotator"),
        ("kestrel maria lamp nine", "maria"),
        ("kestrel M4RIA lamp nine", "maria"),
        ("kestrel-russia-china-lamp", "russia-china"),
    ],
)
def test_it_refuses_the_name_the_program_and_the_projects(password: str, word: str) -> None:
    complaint = problem(normalized(password), context=["Maria", "russia-china"])
    assert complaint == password_rules.NAMES_CONTEXT.format(word=word)


def test_a_short_name_may_stand_inside_another_word() -> None:
    assert problem("planned kestrel lamp nine", context=["Ann"]) is None


def test_a_short_name_still_counts_as_a_common_piece() -> None:
    assert problem("zuvzuv1234!!") is None
    assert problem("zuvzuv1234!!", context=["Zuv"]) == TOO_COMMON


def test_words_of_a_project_title_count_as_common_pieces() -> None:
    context = ["Kazlauskas Baltramiejus"]
    assert problem("kazlauskas1 baltramiejus", context=[]) is None
    assert problem("kazlauskas1 baltramiejus", context=context) == TOO_COMMON


def test_only_the_form_that_is_hashed_is_checked() -> None:
    assert normalized("ﬁve") == "five"
    assert normalized("e\u0301") == "é"
    assert normalized(normalized("Å")) == normalized("Å")


@given(st.text(max_size=40))
def test_effort_is_between_nothing_and_the_length(password: str) -> None:
    assert 0 <= effort(password) <= len(password.casefold())


@given(st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(WORDS)))
def test_two_common_words_are_never_enough(one: str, other: str) -> None:
    assert effort(one + other) < LEAST_EFFORT
    assert effort(f"{one}{other}1!") < LEAST_EFFORT


@given(st.sampled_from(WALKS), st.integers(0, 20), st.integers(3, 20), st.booleans())
def test_a_walk_over_the_keyboard_counts_as_one_piece(
    walk: str, start: int, length: int, backwards: bool
) -> None:
    run = walk[start : start + length]
    run = run[::-1] if backwards else run
    assert effort(run) <= 2


@given(st.text(string.ascii_letters, min_size=1, max_size=6), st.integers(2, 30))
def test_repeating_adds_next_to_nothing(text: str, times: int) -> None:
    assert effort(text * times) <= len(text) + times - 1


def test_the_words_are_small_letters_and_long_enough_to_be_a_piece() -> None:
    assert len(WORDS) > 1400
    assert all(word == word.casefold() and len(word) >= 3 for word in WORDS)


def test_the_longest_password_is_checked_quickly() -> None:
    began = time.process_time()
    problem(normalized("aZ9!" * 64))
    assert time.process_time() - began < 1
