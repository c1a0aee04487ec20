from collections import defaultdict
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import PercentAgreement, Ratings, item_agreement, pairs
from annotator.domain.agreement.additive import defined
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import SCALES, Row, tables


def percent(rows: list[Row], scale: Scale) -> float | None:
    statistic = PercentAgreement()
    return defined(statistic, statistic.sums(Ratings.of(rows, scale)).total())


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_it_is_the_mean_agreement_of_the_items(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    items: dict[str, list[str | None]] = defaultdict(list)
    for item, _, label in rows:
        items[item].append(SCALES[scale].canonical(label))
    by_item = [item_agreement(labels) for labels in items.values()]
    known = [agreement for agreement in by_item if agreement is not None]
    assert percent(rows, SCALES[scale]) == pytest.approx(mean(known) if known else None)


@given(tables("nominal"))
def test_of_two_annotators_it_is_the_percent_of_the_pair(rows: list[Row]) -> None:
    two = [row for row in rows if row[1] in {"r0", "r1"}]
    for pair in pairs(Ratings.of(two, Scale())):
        assert pair.percent == pytest.approx(percent(two, Scale()))


def test_an_item_with_many_annotators_weighs_as_much_as_one_with_two() -> None:
    crowd = [("i1", f"r{n}", "a") for n in range(10)]
    assert percent([*crowd, ("i2", "r0", "a"), ("i2", "r1", "b")], Scale()) == pytest.approx(0.5)


def test_labels_of_one_rank_are_still_different_labels() -> None:
    rows = [("i1", "r0", "neutral"), ("i1", "r1", "both")]
    assert percent(rows, Scale.parse("ordinal:no<neutral=both<yes")) == 0


def test_two_spellings_of_a_number_or_a_set_are_the_same() -> None:
    assert percent([("i1", "r0", "1"), ("i1", "r1", "1.0")], Scale("interval")) == 1
    assert percent([("i1", "r0", "b|a"), ("i1", "r1", "a|b")], Scale("set")) == 1
    assert percent([("i1", "r0", ""), ("i1", "r1", "")], Scale("set")) == 1


def test_one_label_for_everything_is_full_agreement() -> None:
    assert percent([("i1", "r0", "a"), ("i1", "r1", "a")], Scale()) == 1


def test_without_a_shared_item_it_is_undefined() -> None:
    assert percent([("i1", "r0", "a"), ("i2", "r1", "a")], Scale()) is None
    assert percent([], Scale()) is None
