"""Ids that any machine makes alike, and pseudonyms that nobody can turn back."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.identity import (
    cluster_id,
    document_id,
    item_id,
    item_ids,
    pseudonym,
    source_id,
)

KEY = b"k" * 32
TEXTS = st.lists(st.text(max_size=5), max_size=12)


def test_it_gives_the_ids_it_always_gave() -> None:
    document = document_id("The Ledger", "https://ledger.example/1")
    assert source_id("The Ledger") == "s-06a04ce744770e01"
    assert document == "d-6f547555393b8331"
    assert item_id(document, "One paragraph.", 1) == "p-13b34f684b47efc2"
    assert cluster_id("exact", "one paragraph.") == "c-17788fced80b43ba"
    assert pseudonym(KEY, "alice") == "annotator-6664a420"


def test_it_tells_kinds_apart_that_have_the_same_name() -> None:
    made = [source_id("a"), document_id("a", ""), cluster_id("a", "")]
    assert len({name[2:] for name in made}) == 3


def test_it_tells_parts_apart_that_run_into_each_other() -> None:
    assert document_id("ab", "c") != document_id("a", "bc")
    assert document_id("ab", "") != document_id("a", "b")


def test_it_numbers_the_copies_of_a_text_in_reading_order() -> None:
    document = document_id("s", "k")
    assert list(item_ids(document, ["x", "y", "x"])) == [
        item_id(document, "x", 1),
        item_id(document, "y", 1),
        item_id(document, "x", 2),
    ]


def test_it_keeps_the_id_of_a_paragraph_when_another_is_put_before_it() -> None:
    before = list(item_ids("d-1", ["b", "c"]))
    after = list(item_ids("d-1", ["a", "b", "c"]))
    assert after[1:] == before


@given(TEXTS)
def test_it_never_gives_two_paragraphs_of_a_document_one_id(texts: list[str]) -> None:
    made = list(item_ids("d-1", texts))
    assert len(set(made)) == len(texts)
    assert all(re.fullmatch(r"p-[0-9a-f]{16}", name) for name in made)


@given(st.text(), st.text())
def test_it_takes_any_text_even_one_that_utf_8_cannot_hold(name: str, key: str) -> None:
    assert re.fullmatch(r"d-[0-9a-f]{16}", document_id(name, key + "\ud800"))


def test_a_pseudonym_is_readable_and_differs_by_person_and_project() -> None:
    names = [
        pseudonym(KEY, "alice"),
        pseudonym(KEY, "bob"),
        pseudonym(b"another key of the next project", "alice"),
    ]
    assert all(re.fullmatch(r"annotator-[0-9a-f]{8}", name) for name in names)
    assert all(one != other for one, other in pairwise(names))
    assert names[0] != names[2]


def test_a_pseudonym_stays_the_same() -> None:
    assert pseudonym(KEY, "Łucja") == pseudonym(KEY, "Łucja")
