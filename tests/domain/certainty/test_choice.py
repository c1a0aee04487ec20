import numpy as np
import pytest
from hypothesis import given

from annotator.domain.certainty import Choice, choose
from annotator.domain.certainty.choice import lonely_raters
from annotator.domain.certainty.patterns import presence
from tests.domain.certainty.tables import Row, coins, drawn, patterns, tables


def chosen(rows: list[Row], *, raters: int = 5, labels: int = 2) -> Choice:
    return choose(patterns(rows, raters=raters, labels=labels))


def table(items: int, *, labels: int = 2, raters: int = 3) -> list[Row]:
    """Every annotator gives every label equally often, and all agree."""
    return [(item, rater, item % labels) for item in range(items) for rater in range(raters)]


def test_nothing_is_left_to_the_vote() -> None:
    assert chosen([]) == Choice("vote", "The vote stands because there is no label.")


def test_one_label_is_left_to_the_vote() -> None:
    choice = chosen(table(40, labels=1), labels=1)
    assert choice == Choice("vote", "The vote stands because only one label was used.")


def test_twenty_nine_items_with_two_annotators_are_too_few_for_a_model() -> None:
    assert chosen(table(29)).model == "vote"
    assert "only 29 items have" in chosen(table(29)).reason
    assert "only 1 item has" in chosen([(0, 0, 0), (0, 1, 1)]).reason
    assert chosen(table(30)).model == "mace"


def test_items_that_one_annotator_labelled_alone_or_twice_do_not_count() -> None:
    more = [(item, 0, 0) for item in range(29, 60)] * 2
    assert "only 29 items" in chosen(table(29) + more).reason


def test_two_annotators_alone_are_left_to_the_vote() -> None:
    assert chosen(table(40, raters=2)) == Choice(
        "vote", "The vote stands because 2 annotators share items with fewer than 2 others."
    )


def test_one_annotator_who_shares_items_with_one_other_is_enough_to_stop_a_model() -> None:
    rows = [*table(40), *((item, rater, item % 2) for item in range(40, 60) for rater in (2, 3))]
    assert chosen(rows).reason == (
        "The vote stands because one annotator shares items with fewer than 2 others."
    )


def test_annotators_in_two_groups_are_left_to_the_vote() -> None:
    other = [(item + 40, rater + 3, code) for item, rater, code in table(40)]
    assert chosen(table(40) + other, raters=6) == Choice(
        "vote", "The vote stands because the annotators fall into 2 groups that share no item."
    )


def test_a_chain_of_annotators_is_one_group() -> None:
    rows = [
        (30 * link + item, rater % 6, item % 2)
        for link in range(6)
        for item in range(30)
        for rater in (link, link + 1)
    ]
    assert chosen(rows, raters=6).model == "dawid_skene"


def test_a_label_that_was_met_too_rarely_stops_dawid_skene() -> None:
    rows = [(item, rater, int(item >= 81)) for item in range(100) for rater in range(3)]
    assert chosen(rows) == Choice(
        "mace",
        "MACE is used because some annotator met some label on only 19 items, and Dawid-Skene "
        "needs 20.",
    )


def test_few_labels_for_many_categories_leave_the_one_coin_model() -> None:
    choice = chosen(table(39, labels=4), labels=4)
    assert choice.model == "one_coin"
    assert choice.reason == (
        "The one-coin model is used because some annotator met some label on only 9 items, and "
        "Dawid-Skene needs 20, and MACE needs 40 labels of every annotator where one has 39."
    )


def test_one_annotator_with_few_labels_is_enough_to_stop_dawid_skene() -> None:
    rows = [*table(100), (0, 3, 0), (1, 3, 1)]
    assert chosen(rows).model == "one_coin"


def test_annotators_without_a_label_are_not_asked_for() -> None:
    assert choose(patterns(table(40), items=50, raters=5, labels=2)).model == "dawid_skene"


@given(tables())
def test_lonely_are_those_who_share_items_with_fewer_than_two_others(rows: list[Row]) -> None:
    who = {item: {rater for number, rater, _ in rows if number == item} for item in range(8)}
    lonely = [
        any(rater in people for people in who.values())
        and len({r for people in who.values() if rater in people for r in people} - {rater}) < 2
        for rater in range(5)
    ]
    found = lonely_raters(*presence(patterns(rows, items=8)), 5)
    assert found.tolist() == lonely


@pytest.mark.parametrize("items", [200])
def test_the_number_of_items_counts_each_of_those_that_are_alike(items: int) -> None:
    rows = drawn(coins([0.9, 0.8, 0.7], 2), items=items, seed=0).rows
    assert patterns(rows, raters=3, labels=2).n_rows == 8
    assert chosen(rows, raters=3).model == "dawid_skene"
    assert np.unique([item for item, _, _ in rows]).size == items
