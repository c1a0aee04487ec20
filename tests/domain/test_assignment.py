"""Planning is checked for all inputs: overlap, balance, order and independence of input order."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.assignment import (
    DocumentWork,
    Planned,
    chosen_share,
    in_random_order,
    plan,
)
from annotator.errors import DataInvalid


def documents(*sizes: int, with_document: bool = True) -> list[DocumentWork]:
    """Documents 1, 2, … with so many paragraphs; subject 1003 is the third of document 10."""
    return [
        DocumentWork(
            document_id=n,
            paragraphs=tuple(n * 100 + position for position in range(size)),
            document_subject=n * 100 + 99 if with_document else None,
        )
        for n, size in enumerate(sizes, start=1)
    ]


sizes = st.lists(st.integers(0, 30), min_size=1, max_size=25)
people = st.integers(1, 6)
seeds = st.integers(-(2**40), 2**40)


def takers(planned: list[Planned]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in planned:
        found[row.subject_id].append(row.annotator)
    return found


@given(sizes, people, st.data(), seeds)
def test_it_gives_each_paragraph_to_exactly_k_different_annotators(
    sizes: list[int], people: int, data: st.DataObject, seed: int
) -> None:
    overlap = data.draw(st.integers(1, people))
    work = documents(*sizes)
    found = takers(plan(work, range(people), overlap=overlap, seed=seed))
    expected = {s for d in work if d.paragraphs for s in (*d.paragraphs, d.document_subject)}
    assert set(found) == expected
    for annotators in found.values():
        assert len(annotators) == len(set(annotators)) == overlap


@given(sizes, people, st.data(), st.floats(0.01, 1.0), seeds)
def test_it_balances_paragraphs_up_to_the_largest_document(
    sizes: list[int], people: int, data: st.DataObject, share: float, seed: int
) -> None:
    overlap = data.draw(st.integers(1, people))
    planned = plan(documents(*sizes), range(people), overlap=overlap, sample_share=share, seed=seed)
    load = Counter(dict.fromkeys(range(people), 0))
    load.update(row.annotator for row in planned if row.scope == "paragraph")
    assert max(load.values()) - min(load.values()) <= max(sizes)


@given(sizes, people, seeds, st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_its_input(
    sizes: list[int], people: int, seed: int, random: object
) -> None:
    work, annotators = documents(*sizes), list(range(people))
    expected = plan(work, annotators, overlap=1, sample_share=0.5, seed=seed)
    shuffle = random.shuffle  # type: ignore[attr-defined]
    shuffle(work)
    shuffle(annotators)
    assert plan(work, annotators, overlap=1, sample_share=0.5, seed=seed) == expected


@given(sizes, people, seeds)
def test_it_keeps_documents_together_and_paragraphs_in_reading_order(
    sizes: list[int], people: int, seed: int
) -> None:
    work = {d.document_id: d for d in documents(*sizes)}
    planned = plan(list(work.values()), range(people), overlap=people, seed=seed)
    for annotator in range(people):
        mine = [row for row in planned if row.annotator == annotator]
        assert [row.rank for row in mine] == list(range(1, len(mine) + 1))
        order = [subject.subject_id // 100 for subject in mine]
        changes = sum(before != after for before, after in pairwise(order))
        assert changes == max(len(set(order)) - 1, 0)
        for document_id in set(order):
            subjects = [row.subject_id for row in mine if row.subject_id // 100 == document_id]
            document = work[document_id]
            assert subjects == [*document.paragraphs, document.document_subject]


@given(st.integers(1, 60), st.floats(0.01, 1.0), seeds)
def test_it_overlaps_only_the_sample_and_says_how_likely_that_was(
    count: int, share: float, seed: int
) -> None:
    planned = plan(documents(*[3] * count), [1, 2, 3], overlap=2, sample_share=share, seed=seed)
    found = takers(planned)
    sampled = {row.subject_id // 100 for row in planned if row.overlapping}
    assert share * count - 1e-6 <= len(sampled) < share * count + 1
    for row in planned:
        assert row.inclusion_probability == pytest.approx(len(sampled) / count)
        in_sample = row.subject_id // 100 in sampled
        assert row.overlapping is in_sample
        assert len(found[row.subject_id]) == (2 if in_sample else 1)


def test_it_draws_every_document_equally_often_into_the_sample() -> None:
    drawn = Counter(
        document for seed in range(600) for document in chosen_share(range(10), 0.3, seed=seed)
    )
    assert sum(drawn.values()) == 600 * 3
    # Three standard deviations of a binomial count of 600 draws at 0.3 are 34.
    assert all(abs(count - 180) < 40 for count in drawn.values())


def test_it_rounds_a_share_up_to_whole_documents_but_not_past_an_exact_one() -> None:
    assert len(chosen_share(range(10), 0.01, seed=1)) == 1
    assert len(chosen_share(range(10), 0.3, seed=1)) == 3
    assert len(chosen_share(range(100), 0.07, seed=1)) == 7
    assert len(chosen_share(range(3), 1.0, seed=1)) == 3


def test_it_gives_every_annotator_documents_in_an_order_of_their_own() -> None:
    orders = {
        tuple(in_random_order(range(8), annotator=annotator, seed=5)) for annotator in range(6)
    }
    assert len(orders) == 6
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(8))}


def test_another_seed_gives_another_plan() -> None:
    plans = {tuple(plan(documents(*range(1, 9)), [1, 2], overlap=1, seed=s)) for s in range(5)}
    assert len(plans) == 5


def test_it_mixes_the_pairs_of_people_who_share_documents() -> None:
    planned = plan(documents(*[5] * 40), [1, 2, 3, 4], overlap=2, seed=3)
    pairs = {frozenset(people) for people in takers(planned).values()}
    assert len(pairs) == 6


def test_it_shares_the_overlap_sample_fairly_among_all() -> None:
    planned = plan(documents(*[4] * 30), [1, 2, 3], overlap=2, sample_share=0.3, seed=9)
    load = Counter(r.annotator for r in planned if r.overlapping and r.scope == "paragraph")
    assert max(load.values()) - min(load.values()) <= 4


def test_it_fills_up_who_has_less_already() -> None:
    planned = plan(documents(4, 4, 4), [1, 2], overlap=1, seed=1, loads={1: 12})
    assert {row.annotator for row in planned} == {2}


def test_it_leaves_out_a_document_without_paragraphs() -> None:
    planned = plan(documents(0, 2), [1], overlap=1, seed=1)
    assert {row.subject_id // 100 for row in planned} == {2}


def test_it_asks_nothing_of_the_document_where_there_is_no_such_question() -> None:
    planned = plan(documents(2, 3, with_document=False), [1], overlap=1, seed=1)
    assert {row.scope for row in planned} == {"paragraph"}


def test_a_single_labelling_has_no_overlap_sample() -> None:
    planned = plan(documents(2, 2), [1, 2], overlap=1, sample_share=0.5, seed=1)
    assert not any(row.overlapping for row in planned)
    assert {row.inclusion_probability for row in planned} == {1.0}


def test_nothing_to_do_is_an_empty_plan() -> None:
    assert plan([], [1, 2], overlap=2, seed=1) == []


@pytest.mark.parametrize(
    ("people", "overlap", "share", "sentence"),
    [
        ([1, 2], 3, 1.0, "An overlap of 3 needs 3 annotators, and the project has 2"),
        ([1, 1, 1], 2, 1.0, "the project has 1"),
        ([], 1, 1.0, "the project has 0"),
        ([1], 0, 1.0, "whole number of 1 or more"),
        ([1], 1, 0.0, "above 0 and up to 1"),
        ([1], 1, 1.5, "The sample share is 1.5"),
        ([1], 1, float("nan"), "above 0 and up to 1"),
    ],
)
def test_it_refuses_what_cannot_be_planned(
    people: list[int], overlap: int, share: float, sentence: str
) -> None:
    with pytest.raises(DataInvalid, match=sentence):
        plan(documents(2), people, overlap=overlap, sample_share=share, seed=1)
