from dataclasses import replace

from annotator.domain.judgments import Judgment, settled
from annotator.domain.long_table import LongTable
from annotator.domain.scales import Scale
from annotator.domain.scoring.offered import Offered

PAIR = [Judgment("i1", "ann", "q", "a", "d1"), Judgment("i1", "bob", "q", "b", "d1")]
ALONE = Judgment("i2", "cat", "q", "c", "d2")


def offered(rows: list[Judgment], scale: str = "nominal") -> Offered:
    return Offered.of(LongTable.of(rows), Scale.parse(scale), seed=1)


def test_a_label_alone_on_its_item_is_kept_beside_the_ratings_and_counted_as_single_coded() -> None:
    found = offered([*PAIR, ALONE])
    assert found.ratings.item_names == ("i1",)
    assert found.ratings.alone.item_names == ("i2",)
    assert found.ratings.alone.more_labels == ("c",)
    assert found.excluded() == {"single_coded": 1}


def test_one_that_came_marked_is_left_out_altogether() -> None:
    found = offered(settled([*PAIR, ALONE], seed=1))
    assert len(found.ratings.alone) == 0
    assert found.ratings.rater_names == ("ann", "bob")
    assert found.excluded() == {"single_coded": 1}


def test_a_copy_that_is_not_counted_is_not_among_those_alone() -> None:
    rows = [replace(row, cluster="c") for row in (*PAIR, ALONE)]
    found = offered(rows)
    assert len(found.ratings.alone) == 0
    assert found.excluded() == {"cluster_duplicate": 1}


def test_spellings_of_one_set_or_number_are_one_label() -> None:
    sets = [replace(PAIR[0], label="b|a"), replace(PAIR[1], label="a|b|a")]
    assert offered(sets, "set").ratings.labels == ("a|b",)
    numbers = [replace(PAIR[0], label="1.0"), replace(PAIR[1], label="1")]
    assert offered(numbers, "interval").ratings.labels == ("1",)


def test_labels_stand_in_the_declared_order() -> None:
    assert offered(PAIR, "ordinal:b<x<a").ratings.labels == ("b", "x", "a")
