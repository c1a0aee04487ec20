"""Splits: no text on two sides, shares as asked, and nothing moves when documents are added."""

import doctest
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import splits
from annotator.domain.splits import Plan, SplitDocument, drawn, placed, taken_for_noise

CLUSTERS = st.frozensets(st.sampled_from("abcdefgh"), max_size=2)
DAYS = st.one_of(st.none(), st.dates().map(str))


@st.composite
def corpora(draw: st.DrawFn) -> list[SplitDocument]:
    rows = draw(st.lists(st.tuples(st.sampled_from("xyz"), DAYS, CLUSTERS), max_size=12))
    return [SplitDocument(f"d{n}", *row) for n, row in enumerate(rows)]


PLANS = st.sampled_from(
    [
        Plan("group", "k", (50, 25, 25)),
        Plan("source", "k", (50, 25, 25)),
        Plan("date", "k", starts=("1900-01-01", "2000-01-01")),
    ]
)


def test_the_examples_are_true() -> None:
    assert doctest.testmod(splits).failed == 0


@given(corpora(), PLANS)
def test_no_cluster_is_on_two_sides(documents: list[SplitDocument], plan: Plan) -> None:
    made = placed(documents, plan)
    for cluster in "abcdefgh":
        holders = [each.id for each in documents if cluster in each.clusters]
        assert len({made.split[name] for name in holders}) <= 1
        assert len({made.group[name] for name in holders}) <= 1


@given(corpora(), corpora())
def test_what_is_added_moves_no_group_unless_it_joins_two(
    documents: list[SplitDocument], more: list[SplitDocument]
) -> None:
    plan = Plan("group", "k", (40, 30, 30))
    added = [SplitDocument(f"m{each.id}", each.source, None, each.clusters) for each in more]
    before, after = placed(documents, plan), placed([*documents, *added], plan)
    merged = Counter(
        after.group[name] for name, group in before.group.items() if name == group
    )  # how many groups of before are in one of after
    for name, group in before.group.items():
        if merged[after.group[name]] == 1:
            assert after.group[name] == group
            assert after.split[name] == before.split[name]
        else:
            # The earliest of those that were joined stays where it was.
            assert after.group[name] == after.group[group]
            assert before.split[after.group[name]] == after.split[name]


@given(corpora())
def test_every_source_is_on_one_side_and_groups_that_cross_are_on_none(
    documents: list[SplitDocument],
) -> None:
    made = placed(documents, Plan("source", "k", (40, 30, 30)))
    for source in "xyz":
        sides = {made.split[each.id] for each in documents if each.source == source}
        assert len(sides - {None}) <= 1
    for document in documents:
        assert (made.split[document.id] is None) == (made.group[document.id] in made.crossing)


def test_documents_go_by_the_day_they_were_published() -> None:
    days = {"a": "2024-01-31", "b": "2024-02-01", "c": "2024-03-01", "d": None}
    documents = [SplitDocument(name, "s", day) for name, day in days.items()]
    made = placed(documents, Plan("date", "k", starts=("2024-02-01", "2024-03-01")))
    assert made.split == {"a": "train", "b": "validation", "c": "test", "d": None}
    assert made.left_out() == 1


def test_the_shares_are_those_asked_for() -> None:
    found = Counter(drawn(f"d-{n}", "key", (80, 10, 10)) for n in range(20_000))
    assert found["train"] / 20_000 == pytest.approx(0.8, abs=0.01)
    assert found["test"] / 20_000 == pytest.approx(0.1, abs=0.01)


def test_another_key_draws_anew() -> None:
    sides = {key: [drawn(f"d-{n}", key, (50, 25, 25)) for n in range(50)] for key in "ab"}
    assert sides["a"] != sides["b"]


def test_a_banner_on_every_page_welds_nothing_together_once_it_is_known_as_noise() -> None:
    pages = [SplitDocument(f"d{n}", "s", clusters=frozenset({"banner"})) for n in range(9)]
    assert placed(pages, Plan()).largest() == ("d0", 9)
    clean = [SplitDocument(f"d{n}", "s") for n in range(9)]
    assert placed(clean, Plan()).largest() == ("d0", 1)


@pytest.mark.parametrize(
    ("gold", "votes", "probability", "by"),
    [
        ([["boilerplate"]], ["main", "main"], 0.1, "gold"),
        ([["main"], ["boilerplate"]], ["boilerplate"], 0.9, ""),
        ([["main"]], ["boilerplate"] * 3, 0.9, ""),
        (None, ["boilerplate", "boilerplate", "main"], 0.1, "votes"),
        (None, ["boilerplate", "main"], 0.9, ""),
        (None, [], 0.5, "machine"),
        (None, [], 0.49, ""),
        (None, [], None, ""),
    ],
)
def test_people_are_believed_before_the_machine(
    gold: list[list[str]] | None, votes: list[str], probability: float | None, by: str
) -> None:
    assert taken_for_noise(gold, votes, probability) == by


def test_nothing_to_split_is_nothing() -> None:
    made = placed([], Plan())
    assert (made.largest(), made.left_out()) == (None, 0)
    assert placed([SplitDocument("a", "s")], Plan("none")).split == {"a": None}
