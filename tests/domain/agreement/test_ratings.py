from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given

from annotator.domain.agreement import Ratings
from annotator.domain.agreement.ratings import Cells, cells
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid
from tests.domain.agreement.oracle import SCALES, Row, tables


def named(ratings: Ratings) -> list[Row]:
    return [
        (ratings.item_names[item], ratings.rater_names[rater], ratings.labels[code])
        for item, rater, code in zip(ratings.items, ratings.raters, ratings.codes, strict=True)
    ]


def counted(found: Cells) -> dict[tuple[int, int], float]:
    keys = zip(found.items.tolist(), found.codes.tolist(), strict=True)
    return dict(zip(keys, found.counts.tolist(), strict=True))


@given(tables("nominal"))
def test_it_keeps_every_label_of_an_item_that_two_people_labelled(rows: list[Row]) -> None:
    votes = Counter(item for item, _, _ in rows)
    assert named(Ratings.of(rows, Scale())) == sorted(row for row in rows if votes[row[0]] > 1)


@given(tables("set"))
def test_every_name_it_keeps_is_in_use(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, SCALES["set"])
    for names, numbers in (
        (ratings.item_names, ratings.items),
        (ratings.rater_names, np.concatenate([ratings.raters, ratings.alone.raters])),
        (ratings.labels, ratings.codes),
    ):
        assert set(numbers.tolist()) == set(range(len(names)))


@given(tables("nominal"))
def test_a_label_alone_on_its_item_stands_aside(rows: list[Row]) -> None:
    votes = Counter(item for item, _, _ in rows)
    ratings = Ratings.of(rows, Scale())
    alone = ratings.alone
    labels = (*ratings.labels, *alone.more_labels)
    entries = zip(alone.item_names, alone.raters, alone.codes, strict=True)
    assert [
        (item, ratings.rater_names[rater], labels[code]) for item, rater, code in entries
    ] == sorted(row for row in rows if votes[row[0]] == 1)


def pair_of(*labels: str) -> list[Row]:
    return [(f"i{n}", rater, label) for n, label in enumerate(labels) for rater in ("ann", "bob")]


@pytest.mark.parametrize(
    ("scale", "labels", "expected"),
    [
        (Scale(), ("b", "a", "C"), ("C", "a", "b")),
        (Scale("nominal", ("z", "b")), ("b", "a"), ("z", "b", "a")),
        (Scale.parse("ordinal:low<mid<high"), ("high", "low"), ("low", "mid", "high")),
        (Scale("interval"), ("10", "9", "-1", "9.0"), ("-1", "9", "10")),
        (Scale("set", ("z", "a")), ("b|a", "", "a|b"), ("", "a|b")),
    ],
)
def test_labels_stand_in_the_order_of_the_scale(
    scale: Scale, labels: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert Ratings.of(pair_of(*labels), scale).labels == expected


def test_a_label_outside_the_scale_is_refused() -> None:
    with pytest.raises(DataInvalid, match="“mid” is not in the order"):
        Ratings.of(pair_of("mid"), Scale.parse("ordinal:low<high"))
    with pytest.raises(DataInvalid, match="“mid” is not a number"):
        Ratings.of(pair_of("mid"), Scale("interval"))


def test_no_rows_make_no_ratings() -> None:
    ratings = Ratings.of([], Scale("nominal", ("a",)))
    assert len(ratings) == 0
    assert (ratings.item_names, ratings.rater_names, ratings.labels) == ((), (), ("a",))
    assert len(ratings.cells().items) == 0


@given(tables("nominal"))
def test_cells_are_the_item_by_label_table(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, Scale())
    found = ratings.cells()
    expected = Counter((int(i), int(c)) for i, c in zip(ratings.items, ratings.codes, strict=True))
    assert counted(found) == expected
    assert found.sizes.tolist() == ratings.sizes()[found.items].tolist()


@given(tables("nominal"))
def test_a_table_with_room_and_one_without_count_the_same(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, Scale())
    tight = cells(ratings.items, ratings.codes, 4)
    # A width of a thousand labels leaves the full table too empty to be used.
    roomy = cells(ratings.items, ratings.codes, 1000)
    assert counted(tight) == counted(roomy)
    assert list(counted(tight)) == sorted(counted(tight))


@given(tables("set"))
def test_neighbours_are_all_pairs_of_labels_that_met_each_once(rows: list[Row]) -> None:
    found = Ratings.of(rows, SCALES["set"]).cells()
    met = [
        (int(left), int(right))
        for lefts, rights in found.neighbours()
        for left, right in zip(lefts, rights, strict=True)
    ]
    expected = [
        (a, b)
        for a, b in combinations(range(len(found.items)), 2)
        if found.items[a] == found.items[b]
    ]
    assert sorted(met) == expected


def test_a_subset_keeps_the_numbers_of_items_and_raters() -> None:
    ratings = Ratings.of(pair_of("a", "b"), Scale())
    some = ratings.subset(ratings.raters == 1)
    assert named(some) == [("i0", "bob", "a"), ("i1", "bob", "b")]
    assert some.sizes().tolist() == [1, 1]
    assert np.array_equal(ratings.sizes(), [2, 2])
