import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.noise import characters as chars
from annotator.domain.noise.characters import Lines, clipped, look_at

NO_WEIGHTS = np.zeros((2, 1 << 10), np.float32)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)


def look(*texts: str) -> Lines:
    return look_at(texts, NO_WEIGHTS)


def test_characters_are_counted_by_class() -> None:
    counts = look("Ab 12, „x“ – (é)! 中").counts[0]

    assert counts[chars.UPPER] == 1
    assert counts[chars.LOWER] == 3
    assert counts[chars.DIGIT] == 2
    assert counts[chars.COMMA] == 1
    assert counts[chars.QUOTE] == 2
    assert counts[chars.DASH] == 1
    assert counts[chars.BRACKET] == 2
    assert counts[chars.END] == 1
    assert counts[chars.EAST_ASIAN] == 1
    assert counts[chars.SPACE] == 5


def test_words_capitals_short_words_and_numbers_are_counted() -> None:
    found = look("The two of Us met 15 times in 2024")

    assert found.words[0] == 7
    assert found.capitalised[0] == 2
    assert found.short[0] == 4
    assert found.numbers[0] == 2


def test_the_outermost_characters_are_those_that_are_no_spaces() -> None:
    found = look("  Why? ", "", "   ")

    assert found.first.tolist() == [chars.UPPER, -1, -1]
    assert found.last.tolist() == [chars.END, -1, -1]


def test_words_are_the_same_in_any_case_and_another_paragraph() -> None:
    found = look("Border open", "the BORDER", "borders")

    assert found.word_of.tolist() == [0, 0, 1, 1, 2]
    border = found.word_code[0]
    assert (found.word_code == border).tolist() == [True, False, False, True, False]
    assert found.word_long.tolist() == [True, False, False, True, True]


def test_chinese_characters_make_words_two_by_two() -> None:
    found = look("中俄关系", "俄关")

    assert found.word_of.tolist() == [0, 0, 0, 1]
    assert found.word_code[1] == found.word_code[3]
    assert found.words.tolist() == [0, 0]


def test_letters_are_counted_by_script() -> None:
    latin, cyrillic = chars.SCRIPTS.index("latin"), chars.SCRIPTS.index("cyrillic")
    scripts = look("Сompilers 12").scripts[0]

    assert (scripts[latin], scripts[cyrillic]) == (8, 1)


def test_a_long_paragraph_is_looked_at_only_at_its_ends() -> None:
    text = "  " + "a" * 1_000_000 + "Z  "

    assert len(clipped(text)) == chars.HEAD + chars.TAIL
    assert clipped(text).endswith("aZ")
    assert look(text).length[0] == len(text)


def test_the_score_of_a_text_is_that_of_its_ngrams_whatever_stands_beside_it() -> None:
    weights = np.random.default_rng(0).normal(size=(2, 1 << 10)).astype(np.float32)
    texts = ["Share this article", "", "中俄关系", "Share this article", "x"]
    together = look_at(texts, weights).grams

    np.testing.assert_array_equal(together[0], together[3])
    for text, score in zip(texts, together, strict=True):
        np.testing.assert_allclose(look_at([text], weights).grams[0], score, rtol=1e-5, atol=1e-6)
    assert not np.allclose(together[0], together[4])


def test_digits_and_case_do_not_change_the_score() -> None:
    weights = np.random.default_rng(0).normal(size=(2, 1 << 10)).astype(np.float32)
    scores = look_at(["6 VOTES", "3 votes", "three"], weights).grams

    np.testing.assert_array_equal(scores[0], scores[1])
    assert not np.allclose(scores[0], scores[2])


@given(st.lists(ANYTHING, max_size=6))
def test_no_text_whatever_stops_the_counting(texts: list[str]) -> None:
    found = look(*texts)

    assert len(found.length) == len(texts)
    np.testing.assert_array_equal(found.counts.sum(axis=1), found.seen)


@pytest.mark.parametrize("text", ["\ud800", "\udfff and more", "\U0001f600 \U00020000", "\x00"])
def test_lone_surrogates_and_rare_planes_are_characters_like_others(text: str) -> None:
    assert look(text).seen[0] == len(text)


def test_the_parts_of_a_great_document_are_joined_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["One two", "three", "Four", "", "five six seven"]
    whole = look(*texts)
    monkeypatch.setattr(chars, "_AT_ONCE", 2)
    parts = look(*texts)

    np.testing.assert_array_equal(whole.word_of, parts.word_of)
    np.testing.assert_array_equal(whole.word_code, parts.word_code)
    np.testing.assert_array_equal(whole.counts, parts.counts)
