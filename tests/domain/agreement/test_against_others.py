"""One annotator against the others: every item counts once, however many others labelled it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import Ratings, against_others
from annotator.domain.scales import Scale

NOMINAL = Scale("nominal", ("a", "b", "c"))
LABELS = st.sampled_from("abc")
TABLES = st.lists(
    st.dictionaries(st.sampled_from(["ann", "bob", "cat", "dan"]), LABELS), min_size=1, max_size=12
)


def ratings(table: list[dict[str, str]]) -> Ratings:
    rows = [
        (f"item {number:02}", rater, label)
        for number, item in enumerate(table)
        for rater, label in item.items()
    ]
    return Ratings.of(rows, NOMINAL)


def test_it_counts_each_item_once() -> None:
    found = against_others(
        ratings([{"ann": "a", "bob": "a", "cat": "b"}, {"ann": "c", "bob": "a"}]), "ann"
    )
    assert found.labels == ("a", "b", "c")
    assert found.table.tolist() == [[0.5, 0.5, 0], [0, 0, 0], [1, 0, 0]]
    assert (found.items, found.same) == (2, 0.25)
    assert found.largest_confusion() == ("c", "a", 1.0)


def test_someone_who_shares_no_item_has_nothing() -> None:
    found = against_others(ratings([{"ann": "a"}, {"bob": "a", "cat": "b"}]), "ann")
    assert (found.labels, found.items, found.same) == ((), 0, None)
    assert found.largest_confusion() is None
    assert against_others(ratings([{"bob": "a", "cat": "b"}]), "nobody").items == 0


def test_where_all_is_the_same_nothing_is_confused() -> None:
    found = against_others(ratings([{"ann": "a", "bob": "a"}]), "ann")
    assert (found.same, found.largest_confusion()) == (1.0, None)


@given(TABLES)
def test_the_table_holds_every_shared_item(table: list[dict[str, str]]) -> None:
    found = against_others(ratings(table), "ann")
    shared = [item for item in table if "ann" in item and len(item) > 1]
    assert found.items == len(shared)
    assert float(found.table.sum()) == pytest.approx(len(shared))
    if shared:
        shares = [
            sum(label == item["ann"] for rater, label in item.items() if rater != "ann")
            / (len(item) - 1)
            for item in shared
        ]
        assert found.same == pytest.approx(sum(shares) / len(shares))
