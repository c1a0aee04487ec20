"""Intra-annotator alpha: two occasions as two raters of what one person labelled twice."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import Ratings, krippendorff_alpha
from annotator.domain.agreement.intra_annotator import Repeated, intra_annotator
from annotator.domain.scales import Scale

TWICE = st.lists(
    st.builds(
        Repeated,
        annotator=st.sampled_from("abc"),
        item=st.integers(0, 99).map(str),
        first=st.sampled_from("xyz"),
        second=st.sampled_from("xyz"),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda one: (one.annotator, one.item),
)


@given(TWICE, st.randoms())
def test_pooled_is_alpha_of_two_raters_in_any_order_of_rows(
    twice: list[Repeated], chance: Random
) -> None:
    rows = [
        (one.annotator + one.item, name, label)
        for one in twice
        for name, label in (("then", one.first), ("now", one.second))
    ]
    expected = krippendorff_alpha(Ratings.of(rows, Scale()))
    pooled, each = intra_annotator(twice, Scale(), seed=1, replicates=0)
    assert pooled.alpha.value == pytest.approx(expected, abs=1e-12)
    assert sum(one.items for one in each.values()) == pooled.items == len(twice)
    chance.shuffle(twice)
    assert intra_annotator(twice, Scale(), seed=1, replicates=0) == (pooled, each)


@given(TWICE)
def test_the_two_occasions_are_alike(twice: list[Repeated]) -> None:
    turned = [replace(one, first=one.second, second=one.first) for one in twice]
    there, back = (intra_annotator(one, Scale(), seed=1, replicates=0) for one in (twice, turned))
    assert there[0].alpha.value == pytest.approx(back[0].alpha.value, abs=1e-12)


def test_who_always_says_the_same_of_an_item_has_alpha_1() -> None:
    twice = [Repeated("ann", str(n), "xy"[n % 2], "xy"[n % 2]) for n in range(6)]
    pooled, _ = intra_annotator(twice, Scale(), seed=1, replicates=0)
    assert (pooled.alpha.value, pooled.percent.value) == (1.0, 1.0)


def test_documents_are_drawn_and_too_few_of_them_have_no_interval() -> None:
    twice = [
        Repeated("ann", str(n), "xy"[n % 2], "x" if n % 5 == 0 else "xy"[n % 2], f"d{n // 2}")
        for n in range(60)
    ]
    pooled, _ = intra_annotator(twice, Scale(), seed=1, replicates=100)
    assert pooled.alpha.low is not None
    assert "documents" in str(pooled.alpha.method)
    few, _ = intra_annotator(twice[:30], Scale(), seed=1, replicates=100)
    assert (few.alpha.low, few.alpha.why) == (None, "too_few_documents")


def test_nothing_and_one_label_alone_have_no_figure() -> None:
    pooled, each = intra_annotator([], Scale(), seed=1, replicates=0)
    assert (pooled.items, pooled.alpha.why, each) == (0, "no_labels", {})
    same = [Repeated("ann", str(n), "x", "x") for n in range(3)]
    assert intra_annotator(same, Scale(), seed=1, replicates=0)[0].alpha.why == "single_category"
