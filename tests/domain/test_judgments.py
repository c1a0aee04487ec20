from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.judgments import (
    EXCLUSIONS,
    Candidate,
    Counting,
    Judgment,
    Scale,
    check_judgments,
    count_clusters_once,
    exclude,
    item_agreement,
    look_alike_warnings,
    mark_single_coded,
    settled,
    unanimous,
)
from annotator.errors import DataInvalid

NOMINAL = {"q": Scale("nominal")}


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


@given(judgments)
def test_marking_the_single_coded_twice_changes_nothing(rows: list[Judgment]) -> None:
    once = mark_single_coded(rows)
    assert mark_single_coded(once) == once


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


def test_a_cluster_counts_by_its_member_with_most_judgments() -> None:
    rows = [judgment("i1", "ann", cluster="c"), judgment("i1", "bob", cluster="c")]
    rows += [judgment("i2", who, cluster="c") for who in ("ann", "bob", "cat")]
    rows += [judgment("i3", who) for who in ("ann", "bob")]
    after = count_clusters_once(rows, seed=1)
    assert codes(after) == ["cluster_duplicate"] * 2 + [""] * 5


def test_judgments_that_do_not_count_lend_no_weight_to_a_copy() -> None:
    rows = [judgment("i1", who, cluster="c") for who in ("ann", "bob")]
    rows += [judgment("i2", who, cluster="c", excluded="gated") for who in ("ann", "bob", "cat")]
    assert codes(count_clusters_once(rows, seed=1)) == ["", "", "gated", "gated", "gated"]


def test_a_tie_is_drawn_by_the_seed_and_each_copy_has_its_chance() -> None:
    rows = [judgment(item, who, cluster="c") for item in ("i1", "i2") for who in ("ann", "bob")]
    drawn = Counter(
        next(row.item for row in count_clusters_once(rows, seed=seed) if not row.excluded)
        for seed in range(200)
    )
    assert 70 < drawn["i1"] < 130


def test_two_copies_of_an_article_leave_the_paragraphs_of_one() -> None:
    rows = [
        judgment(f"{document}-{n}", who, document=document, cluster=f"c{n}")
        for document in ("d1", "d2")
        for n in range(10)
        for who in ("ann", "bob")
    ]
    for seed in range(10):
        after = count_clusters_once(rows, seed=seed)
        assert len({row.document for row in after if not row.excluded}) == 1


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


def test_the_same_person_twice_on_an_item_is_an_error_that_names_the_rows() -> None:
    rows = [judgment("i1", "ann"), judgment("i1", "bob"), judgment("i1", "ann", "b")]
    with pytest.raises(DataInvalid, match=r"ann on item i1, question q, rows 2 and 4\): keep one"):
        check_judgments(rows, NOMINAL, first_row=2)


def test_many_doubled_rows_are_named_by_the_first_few() -> None:
    rows = [judgment(f"i{n}", "ann") for n in range(6) for _ in range(3)]
    with pytest.raises(DataInvalid, match=r"rows 1, 2 and 3; .*rows 7, 8 and 9; and 3 more\)"):
        check_judgments(rows, NOMINAL)


def test_a_repeated_row_that_does_not_count_is_no_error() -> None:
    rows = [judgment("i1", "ann"), judgment("i1", "ann", "b", excluded="retest")]
    check_judgments(rows, NOMINAL)


def test_a_label_outside_the_order_is_named_with_its_row() -> None:
    rows = [judgment("i1", "ann", "low"), judgment("i1", "bob", "hihg")]
    with pytest.raises(
        DataInvalid, match="Row 2, question q: The label “hihg” is not in the order"
    ):
        check_judgments(rows, {"q": Scale.parse("ordinal:low<high")})


def test_a_missing_label_is_never_outside_the_order() -> None:
    rows = [judgment("i1", "ann", None), judgment("i1", "bob", "")]
    check_judgments(rows, {"q": Scale.parse("ordinal:low<high")})


def test_an_item_in_two_documents_is_an_error() -> None:
    rows = [judgment("i1", "ann", document="d1"), judgment("i1", "bob", document="d2")]
    with pytest.raises(DataInvalid, match="two documents, d1 in row 1 and d2 in row 2"):
        check_judgments(rows, NOMINAL)


def test_an_unknown_reason_is_an_error() -> None:
    with pytest.raises(DataInvalid, match="“tired” is not a reason"):
        check_judgments([judgment("i1", "ann", excluded="tired")], NOMINAL)


def test_look_alikes_are_warned_of_by_question_and_spelt_out() -> None:
    rows = [judgment("i1", "ann", "main"), judgment("i1", "bob", "mаin"), judgment("i2", "bob")]
    [warning] = look_alike_warnings(rows, NOMINAL)
    assert "Question q" in warning
    assert "“main”, “mаin” (m\\u0430in)" in warning


def test_look_alikes_are_found_inside_sets_and_among_declared_labels() -> None:
    rows = [judgment("i1", "ann", "economic|Security")]
    assert look_alike_warnings(rows, {"q": Scale("set", ("security",))}) != []
    assert look_alike_warnings(rows, {"q": Scale("set")}) == []


def test_numbers_and_unknown_questions_do_not_look_alike() -> None:
    rows = [judgment("i1", "ann", "1"), judgment("i1", "bob", "１")]
    assert look_alike_warnings(rows, {"q": Scale("interval")}) == []
    assert look_alike_warnings(rows, {}) == []


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
