from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import settling
from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable
from tests.domain import rules_row_by_row

RULES = ["settled", "count_clusters_once", "mark_single_coded"]
CODES = ("", *EXCLUSIONS)


def judgment(item: str, annotator: str, label: str | None = "a", **facts: str) -> Judgment:
    return replace(Judgment(item, annotator, "q", label), **facts)


cells = st.builds(
    Judgment,
    item=st.sampled_from(["i1", "i2", "i3", "i4"]),
    annotator=st.sampled_from(["ann", "bob", "cat"]),
    question=st.sampled_from(["p", "q"]),
    label=st.sampled_from(["a", "b", "", None]),
    document=st.sampled_from([None, "d1", "d2"]),
    cluster=st.sampled_from([None, "c1", "c2"]),
    excluded=st.sampled_from(["", "", "", "gated", "skipped"]),
)
tables = st.lists(cells, max_size=24)


def codes(rows: list[Judgment]) -> list[str]:
    return [row.excluded for row in rows]


def ruled(rule: str, rows: list[Judgment], seed: int) -> list[Judgment]:
    options = {} if rule == "mark_single_coded" else {"seed": seed}
    table = getattr(settling, rule)(LongTable.of(rows), **options)
    return [
        replace(row, excluded=CODES[code])
        for row, code in zip(rows, table.excluded.tolist(), strict=True)
    ]


def count_clusters_once(rows: list[Judgment], *, seed: int) -> list[Judgment]:
    return ruled("count_clusters_once", rows, seed)


@pytest.mark.parametrize("rule", RULES)
@given(tables, st.integers(0, 5))
def test_each_rule_says_of_any_table_what_it_says_row_by_row(
    rule: str, rows: list[Judgment], seed: int
) -> None:
    options = {} if rule == "mark_single_coded" else {"seed": seed}
    assert ruled(rule, rows, seed) == getattr(rules_row_by_row, rule)(rows, **options)


@pytest.mark.parametrize("rule", RULES)
@given(tables, st.integers(0, 5))
def test_each_rule_done_twice_changes_nothing(rule: str, rows: list[Judgment], seed: int) -> None:
    once = ruled(rule, rows, seed)
    assert ruled(rule, once, seed) == once


def test_a_cluster_counts_by_its_member_with_most_judgments() -> None:
    rows = [judgment("i1", "ann", cluster="c"), judgment("i1", "bob", cluster="c")]
    rows += [judgment("i2", who, cluster="c") for who in ("ann", "bob", "cat")]
    rows += [judgment("i3", who) for who in ("ann", "bob")]
    after = count_clusters_once(rows, seed=1)
    assert codes(after) == ["cluster_duplicate"] * 2 + [""] * 5


def test_judgments_that_do_not_count_lend_no_weight_to_a_copy() -> None:
    rows = [judgment("i1", who, cluster="c") for who in ("ann", "bob")]
    rows += [judgment("i2", who, cluster="c", excluded="gated") for who in ("ann", "bob", "cat")]
    assert codes(count_clusters_once(rows, seed=1)) == ["", "", "gated", "gated", "gated"]


def test_a_tie_is_drawn_by_the_seed_and_each_copy_has_its_chance() -> None:
    rows = [judgment(item, who, cluster="c") for item in ("i1", "i2") for who in ("ann", "bob")]
    drawn = Counter(
        next(row.item for row in count_clusters_once(rows, seed=seed) if not row.excluded)
        for seed in range(200)
    )
    assert 70 < drawn["i1"] < 130


def test_two_copies_of_an_article_leave_the_paragraphs_of_one() -> None:
    rows = [
        judgment(f"{document}-{n}", who, document=document, cluster=f"c{n}")
        for document in ("d1", "d2")
        for n in range(10)
        for who in ("ann", "bob")
    ]
    for seed in range(10):
        after = count_clusters_once(rows, seed=seed)
        assert len({row.document for row in after if not row.excluded}) == 1
