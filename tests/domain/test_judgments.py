from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.exclusions import EXCLUSIONS, Candidate, Counting
from annotator.domain.judgments import Judgment, exclude, item_agreement, settled, unanimous


def judgment(item: str, annotator: str, label: str | None = "a", **facts: str) -> Judgment:
    return replace(Judgment(item, annotator, "q", label), **facts)


judgments = st.lists(
    st.builds(
        Judgment,
        item=st.sampled_from(["i1", "i2", "i3", "i4"]),
        annotator=st.sampled_from(["ann", "bob", "cat"]),
        question=st.sampled_from(["p", "q"]),
        label=st.sampled_from(["a", "b", None]),
        cluster=st.sampled_from([None, "c1", "c2"]),
        excluded=st.sampled_from(["", "", "", "gated", "skipped"]),
    ),
    unique_by=lambda row: (row.item, row.annotator, row.question),
    max_size=24,
)


def codes(rows: list[Judgment]) -> list[str]:
    return [row.excluded for row in rows]


@given(judgments, st.integers(0, 5))
def test_settling_twice_changes_nothing(rows: list[Judgment], seed: int) -> None:
    once = settled(rows, seed=seed)
    assert settled(once, seed=seed) == once


@given(judgments, st.integers(0, 5))
def test_every_judgment_counts_on_a_shared_item_or_has_one_reason(
    rows: list[Judgment], seed: int
) -> None:
    after = settled(rows, seed=seed)
    counted = Counter((row.question, row.item) for row in after if not row.excluded)
    assert all(count > 1 for count in counted.values())
    assert counted.total() + sum(row.excluded in EXCLUSIONS for row in after) == len(rows)


@given(judgments, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_what_counts(
    rows: list[Judgment], seed: int, random: Random
) -> None:
    turned = random.sample(rows, len(rows))
    assert set(settled(turned, seed=seed)) == set(settled(rows, seed=seed))


def test_a_reason_that_is_given_stays() -> None:
    rows = [judgment("i1", "ann", excluded="adaptive"), judgment("i1", "bob")]
    assert codes(settled(rows, seed=1)) == ["adaptive", "single_coded"]


def test_a_missing_label_is_excluded_and_leaves_the_other_alone() -> None:
    rows = [judgment("i1", "ann", None), judgment("i1", "bob"), judgment("i2", "bob", "")]
    assert codes(settled(rows, seed=1)) == ["missing_label", "single_coded", "single_coded"]


def test_single_coded_is_said_by_question() -> None:
    rows = [judgment("i1", "ann"), judgment("i1", "bob"), Judgment("i1", "ann", "p", "x")]
    assert codes(settled(rows, seed=1)) == ["", "", "single_coded"]


def candidate(item: str, annotator: str, label: str | None = "a") -> Candidate:
    return Candidate(item, annotator, "q", label)


def test_it_turns_candidates_into_judgments_in_order() -> None:
    rows = [
        replace(candidate("i1", "ann"), document="d", cluster="c"),
        replace(candidate("i1", "bob"), state="skipped"),
        candidate("i1", "cat"),
        candidate("i2", "cat"),
    ]
    assert exclude(rows, seed=1) == [
        Judgment("i1", "ann", "q", "a", "d", "c"),
        Judgment("i1", "bob", "q", "a", excluded="skipped"),
        Judgment("i1", "cat", "q", "a"),
        Judgment("i2", "cat", "q", "a", excluded="single_coded"),
    ]


def test_the_same_person_counts_once_with_the_first_judgment() -> None:
    rows = [
        replace(candidate("i1", "ann", "later"), occasion=2, round="main-2"),
        replace(candidate("i1", "ann", "first"), occasion=1, round="main-1"),
        candidate("i1", "bob"),
    ]
    assert codes(exclude(rows, seed=1)) == ["labelled_before", "", ""]


def test_a_first_judgment_that_does_not_count_gives_way_to_the_next() -> None:
    rows = [
        replace(candidate("i1", "ann"), round_kind="training"),
        replace(candidate("i1", "ann"), occasion=2),
        candidate("i1", "bob"),
    ]
    assert codes(exclude(rows, seed=1)) == ["training_round", "", ""]


def test_the_counting_rules_are_passed_on() -> None:
    rows = [replace(candidate("i1", who), codebook_version=2) for who in ("ann", "bob")]
    old = exclude(rows, Counting(codebook_versions=frozenset({1})), seed=1)
    assert codes(old) == ["other_codebook_version"] * 2
    assert codes(exclude(rows, seed=1)) == ["", ""]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], False),
        (["a"], False),
        (["a", None], False),
        (["a", "a"], True),
        (["a", None, "a"], True),
        (["a", "a", "b"], False),
        (["", ""], True),
        (["é", "e\u0301"], True),
    ],
)
def test_unanimous_needs_two_labels_that_are_the_same(
    labels: list[str | None], expected: bool
) -> None:
    assert unanimous(labels) is expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], None),
        (["a", None], None),
        (["a", "a"], 1),
        (["a", "b", None], 0),
        (["a", "a", "b", "b"], 1 / 3),
    ],
)
def test_item_agreement_is_the_share_of_equal_pairs(
    labels: list[str | None], expected: float | None
) -> None:
    assert item_agreement(labels) == pytest.approx(expected)
