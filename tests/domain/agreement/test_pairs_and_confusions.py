import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import (
    Confusion,
    Pair,
    Ratings,
    coincidences,
    confusions,
    pair_alphas,
    pairs,
)
from annotator.domain.scales import Scale
from tests.domain.agreement import oracle
from tests.domain.agreement.oracle import SCALES, Row, tables

ANN_BOB_CAT = [
    ("i1", "ann", "a"), ("i1", "bob", "a"), ("i1", "cat", "b"),
    ("i2", "ann", "b"), ("i2", "bob", "c"), ("i2", "cat", "c"),
    ("i3", "ann", "a"), ("i3", "bob", "a"),
    ("i4", "cat", "a"),
]  # fmt: skip


def test_every_two_who_share_an_item_are_listed_once_in_order() -> None:
    found = pairs(Ratings.of(ANN_BOB_CAT, Scale("nominal")))
    assert [(pair.a, pair.b, pair.items) for pair in found] == [
        ("ann", "bob", 3), ("ann", "cat", 2), ("bob", "cat", 2),
    ]  # fmt: skip
    assert [pair.percent for pair in found] == pytest.approx([2 / 3, 0, 1 / 2])


def test_kappa_is_none_where_both_use_one_label_only() -> None:
    rows = [(f"i{n}", who, "a") for n in range(3) for who in ("ann", "bob")]
    assert pairs(Ratings.of(rows, Scale("nominal"))) == [Pair("ann", "bob", 3, 1.0, None)]


def test_kappa_is_zero_where_one_never_varies() -> None:
    rows = [("i1", "ann", "a"), ("i1", "bob", "a"), ("i2", "ann", "a"), ("i2", "bob", "b")]
    [pair] = pairs(Ratings.of(rows, Scale("nominal")))
    assert pair.kappa == pytest.approx(0)


def test_there_is_no_kappa_of_numbers() -> None:
    rows = [("i1", "ann", "1"), ("i1", "bob", "1.0"), ("i2", "ann", "2"), ("i2", "bob", "3")]
    assert pairs(Ratings.of(rows, Scale("interval"))) == [Pair("ann", "bob", 2, 0.5, None)]


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_alpha_of_each_pair_is_that_of_their_rows(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    found = pair_alphas(Ratings.of(rows, SCALES[scale]))
    assert list(found) == [(pair.a, pair.b) for pair in pairs(Ratings.of(rows, SCALES[scale]))]
    for both, alpha in found.items():
        expected = oracle.alpha([row for row in rows if row[1] in both], SCALES[scale])
        assert alpha == pytest.approx(expected, abs=1e-10)


def test_many_pairs_are_computed_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"i{n}", who, "abcab"[(n * len(who)) % 5]) for n in range(9) for who in
            ("a", "bb", "ccc", "dddd")]  # fmt: skip
    ratings = Ratings.of(rows, Scale("nominal"))
    at_once = pair_alphas(ratings)
    monkeypatch.setattr("annotator.domain.intervals._DENSE_CELLS", 8)
    assert pair_alphas(ratings) == at_once


def test_strangers_are_not_paired() -> None:
    strangers = Ratings.of([("i1", "ann", "a"), ("i2", "bob", "a")], Scale("nominal"))
    assert pairs(strangers) == []
    assert pair_alphas(strangers) == {}


@given(tables("nominal"))
def test_coincidences_are_symmetric_and_sum_to_the_labels_that_count(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, SCALES["nominal"])
    matrix = coincidences(ratings)
    assert (matrix == matrix.T).all()
    assert matrix.sum() == pytest.approx(len(ratings))


def test_the_largest_confusion_comes_first_and_ties_go_by_label() -> None:
    assert confusions(Ratings.of(ANN_BOB_CAT, Scale("nominal"))) == [
        Confusion("a", "b", 2),
        Confusion("b", "c", 2),
    ]
    assert confusions(Ratings.of(ANN_BOB_CAT, Scale("nominal")), most=1) == [Confusion("a", "b", 2)]


@given(tables("set"))
def test_confusions_count_every_pair_that_disagrees(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, SCALES["set"])
    disagreeing = sum(pair.items - round(pair.items * pair.percent) for pair in pairs(ratings))
    assert sum(found.times for found in confusions(ratings, most=10_000)) == disagreeing


def test_numbers_and_perfect_tables_have_no_confusions() -> None:
    numbers = [("i1", "ann", "1"), ("i1", "bob", "2")]
    assert confusions(Ratings.of(numbers, Scale("interval"))) == []
    assert confusions(Ratings.of([], Scale("nominal"))) == []
