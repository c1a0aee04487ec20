import pytest

from annotator.domain.certainty import wilson
from tests.domain.certainty.tables import coins, drawn, lines, question

ROWS = lines("aabb.", "abbb.", "abaa.", "bbb..")


def test_each_aggregate_is_compared_with_gold_and_ties_are_wrong() -> None:
    found = question(lines("aab", "aab", "abb", "bba"), labels=("a", "b"))
    report = found.against([(0, "a"), (1, "a"), (2, "b")])
    vote = report.aggregates["vote"]
    assert [item.majority for item in found.items] == ["a", "tie:a|b", "b"]
    assert (vote.n, vote.right, vote.ties, vote.value) == (3, 2, 1, 2 / 3)
    assert (vote.low, vote.high) == wilson(2 / 3, 3)
    assert list(report.aggregates) == ["vote", "one_coin", "mace", "dawid_skene"]


def test_each_annotator_is_compared_with_gold() -> None:
    report = question(ROWS, labels=("a", "b")).against([(0, "a"), (1, "b"), (3, "b")])
    assert [(one.name, one.n, one.right) for one in report.annotators] == [
        ("ann", 3, 2),
        ("bob", 3, 3),
        ("cat", 3, 2),
        ("dan", 2, 1),
        ("eve", 0, 0),
    ]
    assert (report.annotators[4].value, report.annotators[4].why) == (None, "no_labels")


def test_items_without_gold_are_passed_over_and_gold_without_a_label_is_told() -> None:
    report = question(ROWS, labels=("a", "b"), items=6).against([(0, "a"), (5, "a")])
    assert (report.items, report.unlabelled) == (1, 1)
    assert report.aggregates["vote"].n == 1


def test_a_gold_label_that_nobody_knows_is_told_and_makes_every_answer_wrong() -> None:
    report = question(ROWS, labels=("a", "b")).against([(0, "z"), (1, "Z"), (2, "b")])
    assert report.unknown == ("Z", "z")
    assert report.aggregates["vote"].n == 3


def test_where_several_labels_are_gold_each_is_right() -> None:
    report = question(lines("a", "b", "c"), labels=("a", "b", "c")).against([(0, "a"), (0, "b")])
    assert [one.right for one in report.annotators] == [1, 1, 0, 0, 0]
    assert report.items == 1


def test_without_gold_there_is_no_accuracy() -> None:
    vote = question(ROWS, labels=("a", "b")).against([]).aggregates["vote"]
    assert (vote.n, vote.value, vote.low, vote.why) == (0, None, None, "no_labels")


def test_a_gold_item_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 4"):
        question(ROWS, items=5).against([(5, "a")])


def test_gold_shows_two_who_copy_from_each_other_and_fool_every_model() -> None:
    honest = drawn(coins([0.9, 0.6], 2), items=300, seed=9)
    copied = [(item, 2, code) for item, rater, code in honest.rows if rater == 1]
    found = question([*honest.rows, *copied], labels=("a", "b"), raters=("ann", "bob", "copy"))
    report = found.against([(item, "ab"[truth]) for item, truth in enumerate(honest.truth)])
    best = max(found.competence, key=lambda one: one.value or 0)
    assert best.annotator != "ann"
    assert max(report.annotators, key=lambda one: one.value or 0).name == "ann"
