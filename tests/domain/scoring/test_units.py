from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.intervals import joined_units
from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable
from annotator.domain.scoring.units import units

Facts = dict[str, tuple[str | None, str | None]]


def judgments(facts: Facts) -> list[Judgment]:
    return [
        Judgment(item, "ann", "q", "a", document, cluster)
        for item, (document, cluster) in facts.items()
    ]


def grouped(facts: Facts) -> set[frozenset[str]]:
    table = LongTable.of(judgments(facts))
    members: dict[int, set[str]] = {}
    for item, unit in zip(table.names.items, units(table).tolist(), strict=True):
        members.setdefault(unit, set()).add(item)
    return {frozenset(group) for group in members.values()}


some_facts = st.dictionaries(
    st.sampled_from([f"i{number}" for number in range(9)]),
    st.tuples(
        st.sampled_from([None, "d1", "d2", "d3", "d4"]), st.sampled_from([None, "c1", "c2", "c3"])
    ),
)


@given(some_facts)
def test_items_are_joined_as_one_would_join_them_one_by_one(facts: Facts) -> None:
    table = LongTable.of(judgments(facts))
    named = joined_units((item, *both) for item, both in facts.items())
    found = dict(zip(table.names.items, units(table).tolist(), strict=True))
    # Numbers compare as the names of the units do, so that a seed draws the same ones.
    order = sorted(facts, key=lambda item: (named[item], item))
    assert order == sorted(facts, key=lambda item: (found[item], item))
    assert len(set(found.values())) == len(set(named.values()))


def test_a_long_chain_of_documents_that_share_copies_is_one_unit() -> None:
    # Document n and n + 1 share a copy, through two items of each document.
    facts: Facts = {}
    for number in range(300):
        facts[f"{number:03}-first"] = (f"d{number:03}", f"c{number:03}")
        facts[f"{number:03}-last"] = (f"d{number:03}", f"c{number + 1:03}")
    assert len(grouped(facts)) == 1


def test_without_copies_each_document_is_a_unit_and_so_is_an_item_without_one() -> None:
    facts: Facts = {"i1": ("d1", None), "i2": ("d1", None), "i3": (None, None), "i4": (None, None)}
    assert grouped(facts) == {frozenset({"i1", "i2"}), frozenset({"i3"}), frozenset({"i4"})}
