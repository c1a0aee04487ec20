"""Figures that are kept are those of the whole table, whatever was changed in whatever order."""

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.agreement import (
    Confusion,
    PercentAgreement,
    Ratings,
    alpha_of,
    confusions,
    label_alphas,
)
from annotator.domain.agreement.additive import (
    Additive,
    Resampling,
    defined,
    figure,
    outlook,
)
from annotator.domain.agreement.running import Running, kept, running
from annotator.domain.intervals import FloatArray, Sums
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid
from tests.domain.agreement.oracle import LABELS, SCALES

Table = dict[str, list[str]]
EVERY_SCALE = pytest.mark.parametrize("scale", SCALES)
DOCUMENTS = 3


def changes(scale: str) -> st.SearchStrategy[list[tuple[int, list[str]]]]:
    """Saves, changes and deletions: an item, and the labels that it has from then on."""
    labels = st.lists(st.sampled_from(LABELS[scale]), max_size=5)
    return st.lists(st.tuples(st.integers(0, 7), labels), max_size=30)


def document_of(item: str) -> str:
    return f"document {int(item[1:]) % DOCUMENTS}"


def made(scale: Scale, steps: list[tuple[int, list[str]]]) -> tuple[Running, Table]:
    figures, table = running(scale), dict[str, list[str]]()
    for number, labels in steps:
        item = f"i{number}"
        figures.change(item, document_of(item), labels)
        table[item] = labels
    return figures, table


def ratings_of(table: Table, scale: Scale) -> Ratings:
    rows = [
        (item, f"rater {number}", label)
        for item, labels in table.items()
        for number, label in enumerate(labels)
    ]
    return Ratings.of(rows, scale)


def by_document(statistic: Additive, ratings: Ratings) -> FloatArray:
    names = sorted({document_of(item) for item in ratings.item_names})
    unit = np.array([names.index(document_of(item)) for item in ratings.item_names], dtype=np.int64)
    return statistic.sums(ratings).regrouped(unit, len(names)).dense()


def table_value(statistic: Additive, ratings: Ratings) -> float | None:
    return defined(statistic, statistic.sums(ratings).total()) if len(ratings) else None


def assert_the_same_without_each_document(
    ours: tuple[Additive, Sums], theirs: FloatArray, statistic: Additive
) -> None:
    """What a jackknife looks at."""
    assert ours[1].shape[0] == len(theirs)
    found = without_each(ours[0], ours[1].dense())
    assert found == pytest.approx(without_each(statistic, theirs), abs=1e-9)


def without_each(statistic: Additive, table: FloatArray) -> list[float]:
    if len(table) < 2:
        return []
    values = statistic.value(table.sum(axis=0) - table)
    return sorted(np.nan_to_num(values, nan=-9.0).tolist())


@EVERY_SCALE
@settings(max_examples=50)
@given(data=st.data())
def test_they_are_those_of_the_table_after_any_changes(scale: str, data: st.DataObject) -> None:
    figures, table = made(SCALES[scale], data.draw(changes(scale)))
    ratings = ratings_of(table, SCALES[scale])
    assert figures.items == len(ratings.item_names)
    found, expected = figures.labels(), label_alphas(ratings)
    assert [each[:2] for each in found] == [(each, expected[each][0]) for each in expected]
    assert [each[2] for each in found] == [
        pytest.approx(alpha, abs=1e-9) for _, alpha in expected.values()
    ]
    assert figures.confusions() == confusions(ratings)
    for ours, theirs in (
        (figures.percent(), PercentAgreement()),
        (figures.alpha(), alpha_of(ratings)),
    ):
        assert kept(ours)[0].value == pytest.approx(table_value(theirs, ratings), abs=1e-9)
        assert_the_same_without_each_document(ours, by_document(theirs, ratings), theirs)


@EVERY_SCALE
@settings(max_examples=25)
@given(data=st.data())
def test_a_recount_is_the_same_and_nothing_is_left_when_all_is_taken_back(
    scale: str, data: st.DataObject
) -> None:
    figures, table = made(SCALES[scale], data.draw(changes(scale)))
    again, _ = made(SCALES[scale], [(int(item[1:]), table[item]) for item in table])
    for one, other in ((figures.alpha(), again.alpha()), (figures.percent(), again.percent())):
        assert kept(one)[0].value == pytest.approx(kept(other)[0].value, abs=1e-12)
    for item in table:
        figures.change(item, document_of(item), [])
    assert figures.items == 0
    for sums in (figures.alpha()[1], figures.percent()[1]):
        assert sums.shape[0] == 0
    assert kept(figures.alpha())[0].why == "no_pairable_items"
    assert not any(count for _, count, _ in figures.labels())
    assert figures.confusions() == []


def test_many_labels_of_one_item_leave_no_dust() -> None:
    figures = running(Scale("nominal"))
    for number in range(30):
        figures.change("crowd", "d", [*"ab" * (number + 5), "c"])
    figures.change("crowd", "d", [])
    figures.change("i1", "d", ["a", "a"])
    figures.change("i2", "d", ["b", "b"])
    assert kept(figures.alpha())[0].value == 1.0
    assert figures.confusions() == []


def test_large_numbers_that_were_taken_back_leave_no_dust() -> None:
    figures = running(Scale("interval"))
    figures.change("far", "d", ["1e9", "-3.3e8"])
    for item in ("i1", "i2"):
        figures.change(item, "d", ["0.1", "0.1"])
    figures.change("far", "d", [])
    assert kept(figures.alpha())[0].why == "single_category"


def test_labels_of_one_rank_are_no_disagreement_of_alpha_but_one_of_percent() -> None:
    figures = running(Scale.parse("ordinal:a<b=c<d"))
    figures.change("i1", "d", ["b", "c"])
    figures.change("i2", "d", ["a", "a"])
    assert kept(figures.alpha())[0].value == 1.0
    assert kept(figures.percent())[0].value == 0.5
    assert figures.confusions() == [Confusion("b", "c", 1)]


def test_one_label_alone_has_no_alpha() -> None:
    figures = running(Scale("nominal"))
    figures.change("i1", "d", ["a", "a"])
    found, _ = kept(figures.alpha())
    assert (found.value, found.why) == (None, "single_category")


def test_the_interval_is_the_jackknife_over_the_documents_that_have_items() -> None:
    figures, table = running(Scale("nominal")), dict[str, list[str]]()
    for number in range(60):
        item = f"i{number}"
        table[item] = ["a", "b" if number % 3 else "a", "ab"[number % 2]]
        figures.change(item, f"d{number // 2}", table[item])
    figures.change("i90", "d90", ["a", "b"])
    figures.change("i90", "d90", [])
    ratings = ratings_of(table, Scale("nominal"))
    unit = np.array([int(item[1:]) // 2 for item in ratings.item_names], dtype=np.int64)
    resampling = Resampling(unit, 30, "documents", 0, 0, "jackknife")
    for ours, theirs in (
        (figures.percent(), PercentAgreement()),
        (figures.alpha(), alpha_of(ratings)),
    ):
        found, plan = kept(ours, threshold=0.1)
        expected = figure(theirs, ratings, resampling)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
        assert found.method == expected.method
        assert plan.more_documents == 90
        assert plan.below == pytest.approx(outlook(theirs, ratings, resampling, 0.1).below)


def test_documents_may_be_left_out_together() -> None:
    figures = running(Scale("nominal"))
    for number in range(60):
        figures.change(f"i{number}", f"d{number}", ["a", "ab"[number % 2]])
    joined = [f"unit {int(name[1:]) // 2}" for name in figures.documents()]
    assert kept(figures.percent(), "items")[0].method == (
        "jackknife over 60 items, t with 59 degrees of freedom"
    )
    assert kept(figures.percent(), joined=joined)[0].method == (
        "jackknife over 30 documents, t with 29 degrees of freedom"
    )


def test_a_refused_label_changes_nothing() -> None:
    figures = running(Scale.parse("ordinal:low<high"))
    figures.change("i1", "d", ["low", "high"])
    with pytest.raises(DataInvalid, match="middle"):
        figures.change("i1", "d", ["low", "middle"])
    assert figures.confusions() == [Confusion("low", "high", 1)]
    assert figures.version == 1


def test_a_change_is_counted_and_the_same_again_is_none() -> None:
    figures = running(Scale("nominal"))
    figures.change("i1", "d", ["a", "b"])
    figures.change("i1", "d", ["b", "a"])
    assert figures.version == 1


@EVERY_SCALE
def test_the_work_of_a_change_does_not_grow_with_the_number_of_items(scale: str) -> None:
    """A factor of ten in the number of items; what grew with it would take ten times as long."""
    few, many = (filled(scale, items) for items in (1_000, 10_000))
    ratio = min(seconds(many, scale) / seconds(few, scale) for _ in range(5))
    assert ratio < 4


def filled(scale: str, items: int) -> Running:
    figures, labels = running(SCALES[scale]), LABELS[scale]
    for number in range(items):
        figures.change(f"i{number}", f"d{number // 11}", [labels[number % 4], labels[number % 3]])
    return figures


def seconds(figures: Running, scale: str) -> float:
    labels = LABELS[scale]
    began = process_time()
    for number in range(300):
        for label in labels[:2]:
            figures.change(f"i{number}", f"d{number // 11}", [labels[0], labels[1], label])
    return process_time() - began


HUGE = ("1", "2", "3", "1e200", "2e200", "-1e200", "3e150", "1.5e308", "-1.5e308")


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.lists(st.sampled_from(HUGE), max_size=4)), max_size=20)
)
def test_numbers_near_the_largest_have_the_figures_of_the_whole_table(
    steps: list[tuple[int, list[str]]],
) -> None:
    scale = Scale("interval")
    figures, table = made(scale, steps)
    ratings = ratings_of(table, scale)
    statistic, sums = figures.alpha()
    expected = table_value(alpha_of(ratings), ratings)
    found = defined(statistic, sums.total()) if figures.items else None
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))
