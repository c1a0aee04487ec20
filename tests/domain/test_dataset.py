import doctest
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import dataset
from annotator.domain.dataset import agreement_cell, gold_answers, gold_cell, tables, votes_cell
from annotator.domain.exclusions import EXCLUSIONS
from annotator.store import settling

CODES = st.from_regex(r"\A-?[a-z0-9_.]{1,8}\Z")


def test_the_examples_are_true() -> None:
    assert doctest.testmod(dataset).failed == 0


def test_annotations_have_the_columns_that_scripts_rely_on() -> None:
    assert tables()["annotations"].names == (
        "item_id", "annotator_id", "question", "label", "document_id", "cluster_id", "state",
        "round", "codebook_version", "revision", "reason", "origin", "excluded", "seconds",
        "saved_at", "spans",
    )  # fmt: skip


def test_items_have_four_columns_for_each_question() -> None:
    assert tables(["content", "stance.russia"])["items"].names == (
        "item_id", "scope", "document_id", "source_id", "cluster_id", "position", "lang", "text",
        "start", "end", "text_sha256", "url", "published_on", "noise", "split", "split_group",
        "gold.content", "gold_method.content", "votes.content", "agreement.content",
        "gold.stance.russia", "gold_method.stance.russia", "votes.stance.russia",
        "agreement.stance.russia",
    )  # fmt: skip


def test_the_ways_to_gold_are_those_of_the_database() -> None:
    assert dataset.GOLD_METHODS == settling.GOLD_METHODS
    assert {"decided", *dataset.NO_GOLD_STATES} == set(settling.GOLD_STATES)


def test_what_votes_all_the_same_is_known_to_the_exclusions() -> None:
    assert dataset.VOTING - {""} <= EXCLUSIONS.keys()


@given(st.lists(st.lists(CODES, unique=True, max_size=3), min_size=1, max_size=3))
def test_settled_answers_come_back_from_their_cell(answers: list[list[str]]) -> None:
    assert gold_answers(gold_cell(answers)) == [sorted(answer) for answer in answers]


@given(st.lists(CODES, min_size=1, max_size=6))
def test_votes_do_not_depend_on_the_order_of_annotators(labels: list[str]) -> None:
    cell = votes_cell(labels)
    assert cell == votes_cell(labels[::-1])
    assert sum(json.loads(cell or "").values()) == len(labels)


@pytest.mark.parametrize(
    ("labels", "share"),
    [
        ([], None),
        (["a"], None),
        (["a", "a"], 1.0),
        (["a", "b"], 0.0),
        (["a", "a", "b"], 0.333333333333),
    ],
)
def test_agreement_is_the_share_of_agreeing_pairs(labels: list[str], share: float | None) -> None:
    assert agreement_cell(labels) == share


def test_nobodys_votes_are_nothing() -> None:
    assert votes_cell([]) is None
    assert votes_cell(["", "a"]) == '{"":1,"a":1}'
