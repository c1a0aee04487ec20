import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.near_duplicates.differences import differences
from annotator.domain.near_duplicates.joining import Group, Text, join_all
from annotator.domain.near_duplicates.likeness import (
    can_be_alike,
    form_of,
    likeness,
    says_enough,
)
from annotator.domain.near_duplicates.signatures import candidates, loaded, signature, stored

LINE = "Sign up for the newsletter of this outlet and read it every single morning"
CHANGED = LINE.replace("single", "sunny")
OTHER = "The delegation arrived in the harbour before the talks about grain had begun"


def grouped(*forms: str, noise: frozenset[int] = frozenset()) -> list[list[int]]:
    """The groups of these texts, each compared with all before it, by their ages."""
    texts = [Text(str(age), form, age) for age, form in enumerate(forms)]
    join_all(texts, lambda text: texts[: text.age], welds=lambda text: text.age not in noise)
    found: dict[Group, list[int]] = {}
    for text in texts:
        found.setdefault(text.its_group, []).append(text.age)
    return list(found.values())


def test_numbers_dates_and_times_make_no_difference() -> None:
    assert form_of("Updated: 12.03.2024, 14:05") == form_of("UPDATED:  1.4.2025, 09:30")


@pytest.mark.parametrize("text", ["Share", "Read also", "12 345", "12.03.2024 14:05 7", "—"])
def test_a_line_of_a_word_or_two_or_a_number_says_too_little(text: str) -> None:
    assert not says_enough(form_of(text))


def test_characters_count_for_words_where_nothing_stands_between_words() -> None:
    assert says_enough(form_of("更多精彩内容"))


def test_a_text_too_long_to_compare_is_like_no_other() -> None:
    assert not can_be_alike("a word of it " * 2_000)


def test_short_lines_are_alike_only_if_equal() -> None:
    assert likeness("photo: john smith, reuters", "photo: jane smith, reuters") == 0
    assert likeness("photo: john smith", "photo: john smith") == 1


def test_longer_texts_are_alike_from_nine_tenths_on() -> None:
    assert likeness(LINE, CHANGED) >= 0.9
    assert likeness(LINE, OTHER) == 0


def test_a_signature_is_the_same_in_every_version() -> None:
    # It is stored, so another value would make old texts strangers to new ones.
    assert stored(signature(LINE)).hex()[:16] == "322ae0f7f7ed6322"


def test_what_was_stored_is_loaded_as_it_was() -> None:
    made = np.stack([signature(LINE), signature("a short line of it")])
    assert (loaded([stored(row) for row in made]) == made).all()
    assert loaded([]).shape == (0, made.shape[1])


def test_candidates_are_found_among_old_and_new_and_strangers_are_not() -> None:
    table = np.stack([signature(form) for form in (LINE, OTHER, CHANGED, LINE)])
    assert candidates(table, 2) == {2: [0], 3: [0, 2]}


def test_many_of_one_kind_are_compared_with_a_few_of_them_each() -> None:
    table = np.stack([signature(LINE)] * 200)
    found = candidates(table, 100)
    assert set(found) == set(range(100, 200))
    assert max(map(len, found.values())) <= 12


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_the_same_both_ways_and_whole_for_the_same(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1
    assert signature(one).shape == (32,)


def test_what_is_alike_comes_together_and_the_rest_stays_alone() -> None:
    assert grouped(LINE, OTHER, CHANGED) == [[0, 2], [1]]


def chain(steps: int) -> list[str]:
    """Texts of which each is alike to the one before, and the last not to the first."""
    words = LINE.split()
    found = [LINE]
    for step in range(steps):
        words[step] = "x" * len(words[step])
        found.append(" ".join(words))
    return found


def test_a_chain_of_small_changes_ends() -> None:
    forms = chain(12)
    assert likeness(forms[0], forms[1]) >= 0.9
    groups = grouped(*forms)
    assert len(groups) > 1
    assert 12 not in groups[0]


def between() -> tuple[str, str, str]:
    """Two texts that are not alike and one that is alike to both."""
    words = LINE.split()
    one = " ".join(["subscribe", *words[2:]])
    other = " ".join([*words[:-2], "each", "evening"])
    return one, other, LINE


def test_a_text_alike_to_two_groups_welds_them() -> None:
    one, other, link = between()
    assert likeness(one, other) == 0
    assert grouped(one, other, link) == [[0, 1, 2]]


def test_a_line_that_is_thought_to_be_noise_does_not() -> None:
    one, other, link = between()
    assert len(grouped(one, other, link, noise=frozenset({2}))) == 2


def test_the_cluster_of_the_older_text_stays_and_takes_in_the_other() -> None:
    one, other, link = between()
    first, second, third = Text("a", one, 1), Text("b", other, 2), Text("c", link, 3)
    first.group, second.group = Group(first, cluster_id=7), Group(second, cluster_id=8)
    (group,) = join_all([third], lambda _: [second, first], welds=lambda _: True)
    assert (group.cluster_id, group.absorbed, group.keys) == (7, [8], ["c"])


@given(st.text(max_size=200), st.text(max_size=200))
def test_differences_joined_are_the_text(text: str, other: str) -> None:
    assert "".join(piece for piece, _ in differences(text, other)) == text


def test_equal_texts_do_not_differ() -> None:
    assert differences(LINE, LINE) == [(LINE, False)]
