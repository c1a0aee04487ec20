import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import (
    Figure,
    PercentAgreement,
    Ratings,
    Resampling,
    alpha_of,
    figure,
    krippendorff_alpha,
)
from annotator.domain.agreement.additive import (
    IntervalKind,
    Outlook,
    defined,
    more_documents,
    outlook,
)
from annotator.domain.intervals import FloatArray, Sums
from annotator.domain.jackknife import left_out, standard_error
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import SCALES, Row, tables


def own_documents(ratings: Ratings, replicates: int = 200) -> Resampling:
    items = len(ratings.item_names)
    return Resampling(np.arange(items), items, "items", seed=1, replicates=replicates)


def test_a_figure_of_nothing_says_why() -> None:
    ratings = Ratings.of([], Scale())
    found = figure(PercentAgreement(), ratings, own_documents(ratings))
    assert found == Figure(None, why="no_pairable_items")


def test_a_figure_that_chance_leaves_undefined_says_why() -> None:
    ratings = Ratings.of([("i", "ann", "a"), ("i", "bob", "a")], Scale())
    found = figure(alpha_of(ratings), ratings, own_documents(ratings))
    assert found == Figure(None, why="single_category")


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_taking_an_item_off_the_sums_leaves_the_figure_of_the_rest(
    scale: str, data: st.DataObject
) -> None:
    # This is what a live figure and a jackknife rest on.
    rows = data.draw(tables(scale))
    ratings = Ratings.of(rows, SCALES[scale])
    statistic = alpha_of(ratings)
    sums = statistic.sums(ratings)
    for item, name in enumerate(ratings.item_names):
        keep = np.ones((1, len(ratings.item_names)))
        keep[0, item] = 0
        rest = [row for row in rows if row[0] != name]
        expected = krippendorff_alpha(Ratings.of(rest, SCALES[scale]))
        assert defined(statistic, sums.weighted(keep)[0]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("scale", SCALES)
@given(data=st.data())
def test_leaving_out_a_document_is_leaving_out_its_rows(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    ratings = Ratings.of(rows, SCALES[scale])
    if not len(ratings):
        return
    statistic = alpha_of(ratings)
    document = {item: f"d{int(item[1:]) % 3}" for item, _, _ in rows}
    drawn = Resampling.of(ratings, document, noun="documents", seed=0, replicates=0)
    unit = drawn.unit[: len(ratings.item_names)]
    found = left_out(statistic.sums(ratings).regrouped(unit, drawn.units), statistic.value)
    names = sorted({document[item] for item in ratings.item_names})
    for name, value in zip(names, found, strict=True):
        rest = [row for row in rows if document[row[0]] != name]
        expected = krippendorff_alpha(Ratings.of(rest, SCALES[scale]))
        assert value == pytest.approx(
            np.nan if expected is None else expected, abs=1e-9, nan_ok=True
        )


def alike_within_documents(documents: int, each: int) -> tuple[list[Row], list[int]]:
    """Some documents are hard and some are easy, which is why paragraphs are not independent."""
    rng = random.Random(4)
    rows: list[Row] = []
    for document in range(documents):
        skill = rng.choice([0.2, 1.0])
        for number in range(each):
            truth = rng.choice("abcd")
            for rater in ("ann", "bob"):
                label = truth if rng.random() < skill else rng.choice("abcd")
                rows.append((f"d{document:03}-{number:02}", rater, label))
    return rows, [item // each for item in range(documents * each)]


@pytest.mark.parametrize("scale", ["nominal", "ordinal:a<b<c<d", "set"])
def test_drawing_documents_is_honest_where_drawing_items_is_too_sure(scale: str) -> None:
    rows, document = alike_within_documents(40, 11)
    ratings = Ratings.of(rows, Scale.parse(scale))
    statistic = alpha_of(ratings)
    by_item = figure(statistic, ratings, own_documents(ratings))
    unit = np.array(document, dtype=np.int64)
    by_document = figure(statistic, ratings, Resampling(unit, 40, "documents", 1, 200))
    assert by_item.value == by_document.value
    assert width(by_document) > 1.5 * width(by_item)


def width(found: Figure) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


KINDS: list[IntervalKind] = ["percentile", "BCa", "jackknife"]


def forty(kind: IntervalKind) -> tuple[Ratings, Resampling]:
    rows, document = alike_within_documents(40, 11)
    unit = np.array(document, dtype=np.int64)
    return Ratings.of(rows, Scale()), Resampling(unit, 40, "documents", 1, 300, kind)


def test_the_three_kinds_of_interval_nearly_agree_on_many_documents() -> None:
    found = [figure(alpha_of(forty(kind)[0]), *forty(kind)) for kind in KINDS]
    assert [one.method and one.method.split(" over")[0] for one in found] == [
        "percentile bootstrap",
        "BCa bootstrap",
        "jackknife",
    ]
    for one in found[1:]:
        assert (one.low, one.high) == pytest.approx((found[0].low, found[0].high), abs=0.03)


@pytest.mark.parametrize("kind", KINDS)
def test_the_outlook_goes_by_the_same_interval(kind: IntervalKind) -> None:
    ratings, drawn = forty(kind)
    found = figure(alpha_of(ratings), ratings, drawn)
    assert found.low is not None
    assert found.high is not None
    below = [
        outlook(alpha_of(ratings), ratings, drawn, threshold).below
        for threshold in (found.low, found.high)
    ]
    assert below == pytest.approx([0.025, 0.975], abs=0.01)
    assert outlook(alpha_of(ratings), ratings, drawn, 0.5).more_documents == 120


def sums_and_value(documents: int) -> tuple[Sums, Callable[[FloatArray], FloatArray]]:
    ratings = Ratings.of(alike_within_documents(documents, 11)[0], Scale())
    statistic = alpha_of(ratings)
    return statistic.sums(ratings), statistic.value


def test_three_times_as_many_more_documents_halve_the_interval() -> None:
    assert more_documents(40, times_narrower=2) == 120
    assert more_documents(25, times_narrower=1.5) == 32
    few, many = (
        standard_error(left_out(sums.regrouped(np.arange(11 * n) // 11, n), value))
        for n, (sums, value) in ((n, sums_and_value(n)) for n in (60, 240))
    )
    assert few / 2 == pytest.approx(many, rel=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_interval_there_is_no_outlook(kind: IntervalKind) -> None:
    rows, document = alike_within_documents(19, 3)
    ratings = Ratings.of(rows, Scale())
    drawn = Resampling(np.array(document, dtype=np.int64), 19, "documents", 1, 300, kind)
    assert figure(alpha_of(ratings), ratings, drawn).why == "too_few_documents"
    assert outlook(alpha_of(ratings), ratings, drawn, 0.5) == Outlook(None, None)
    empty = Ratings.of([], Scale())
    assert outlook(alpha_of(empty), empty, own_documents(empty), 0.5) == Outlook(None, None)


def test_no_interval_goes_above_perfect_agreement() -> None:
    # All agree but on three of two hundred items, which leaves alpha just below 1.
    rows = [
        (f"i{item:03}", rater, "abcd"[(item + (rater == "bob" and item in {0, 70, 140})) % 4])
        for item in range(200)
        for rater in ("ann", "bob")
    ]
    ratings = Ratings.of(rows, Scale())
    unit = np.arange(200) // 10
    found = figure(
        alpha_of(ratings), ratings, Resampling(unit, 20, "documents", 1, 300, "jackknife")
    )
    assert found.value is not None
    assert found.low is not None
    assert found.high == 1.0
    assert found.value - found.low > found.high - found.value


class ShareOfA:
    """A figure that also looks at labels that stand alone: how many of all are the first one."""

    def sums(self, ratings: Ratings) -> Sums:
        lone = len(ratings.item_names) + np.arange(len(ratings.alone))
        rows = np.concatenate([ratings.items, lone])
        codes = np.concatenate([ratings.codes, ratings.alone.codes])
        width = len(ratings.labels) + len(ratings.alone.more_labels)
        shape = (len(ratings.item_names) + len(lone), width)
        return Sums(rows, codes, np.ones(len(rows)), shape)

    def value(self, totals: FloatArray) -> FloatArray:
        shares: FloatArray = totals[:, 0] / totals.sum(axis=1)
        return shares


def lone_and_paired(documents: int) -> tuple[Ratings, Resampling]:
    """Some documents have an item with two labels, and as many others an item with one."""
    rows = [(f"p{n:02}", rater, "ab"[n % 3 == 0]) for n in range(documents) for rater in "xy"]
    rows += [(f"l{n:02}", "x", "ab"[n % 4 == 0]) for n in range(documents)]
    ratings = Ratings.of(rows, Scale())
    document = {f"p{n:02}": f"z{n:02}" for n in range(documents)}
    document |= {f"l{n:02}": f"a{n:02}" for n in range(documents)}
    return ratings, Resampling.of(ratings, document, noun="documents", seed=1, replicates=200)


def test_documents_with_pairs_are_numbered_first_and_the_others_after_them() -> None:
    _, drawn = lone_and_paired(4)
    assert drawn.unit.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert drawn.units == 4
    # A document may have items of either sort.
    ratings = Ratings.of(
        [("i", "x", "a"), ("i", "y", "b"), ("j", "x", "a"), ("k", "x", "a")], Scale()
    )
    mixed = Resampling.of(
        ratings, {"i": "d2", "j": "d1", "k": "d2"}, noun="documents", seed=0, replicates=0
    )
    assert (mixed.unit.tolist(), mixed.units) == ([0, 1, 0], 1)


def test_labels_that_stand_alone_are_drawn_where_a_figure_looks_at_them() -> None:
    ratings, drawn = lone_and_paired(30)
    seen = figure(ShareOfA(), ratings, drawn)
    unseen = figure(PercentAgreement(), ratings, drawn)
    assert seen.value == pytest.approx((20 * 2 + 22) / 90)
    assert seen.method == "percentile bootstrap over 60 documents, 200 replicates, 0 undefined"
    assert unseen.method == "percentile bootstrap over 30 documents, 200 replicates, 0 undefined"
    left = figure(ShareOfA(), ratings, replace(drawn, kind="jackknife"))
    assert left.method == "jackknife over 60 documents, t with 29 degrees of freedom"


def test_documents_of_single_labels_do_not_make_up_for_documents_with_pairs() -> None:
    ratings, drawn = lone_and_paired(19)
    assert len(set(drawn.unit.tolist())) == 38
    assert figure(ShareOfA(), ratings, drawn).why == "too_few_documents"


def test_labels_that_stand_alone_change_nothing_for_a_figure_of_pairs() -> None:
    ratings, drawn = lone_and_paired(30)
    pairs_only = replace(drawn, unit=drawn.unit[:30])
    statistic = PercentAgreement()
    assert figure(statistic, ratings, drawn) == figure(statistic, ratings, pairs_only)
