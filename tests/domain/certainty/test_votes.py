import numpy as np
import pytest
from hypothesis import given

from annotator.domain.certainty.set_votes import member_entropy, set_majority
from annotator.domain.certainty.votes import Votes, entropy, margin, named, vote_shares
from annotator.domain.judgments import item_agreement
from tests.domain.certainty.tables import Row, lines, patterns, tables


def test_the_shares_of_an_item_are_its_votes() -> None:
    shares = vote_shares(patterns(lines("ab", "ac", "bd", "bd"), items=3, labels=4))
    assert shares.T.tolist() == [[0.5, 0.5, 0, 0], [0, 0.25, 0.25, 0.5], [0, 0, 0, 0]]


@given(tables())
def test_the_agreement_of_an_item_is_that_of_the_adjudication_page(rows: list[Row]) -> None:
    table = patterns(rows, items=8)
    agreement = Votes.of(table).agreement()[table.of_item]
    for item in range(8):
        codes = [str(code) for number, _, code in rows if number == item]
        assert agreement[item] == pytest.approx(item_agreement(codes) or 0.0)


def test_a_tie_names_its_labels_by_code_point() -> None:
    assert named(["é", "b", "B"]) == "tie:B|b|é"


def test_entropy_is_one_where_all_labels_are_as_likely_and_zero_where_one_is_sure() -> None:
    shares = np.array([[0.25, 0.5, 1.0], [0.25, 0.5, 0.0], [0.25, 0.0, 0.0], [0.25, 0.0, 0.0]])
    assert entropy(shares).tolist() == pytest.approx([1, 0.5, 0])
    assert margin(shares).tolist() == [0, 0, 1]


def test_one_label_alone_is_certain() -> None:
    assert entropy(np.ones((1, 2))).tolist() == [0, 0]
    assert margin(np.ones((1, 2))).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("votes", "majority"),
    [
        ({"a": 2, "a|b": 1}, "a"),
        ({"a|b": 1, "a|c": 1, "a": 1}, "a"),
        ({"a": 1, "b": 1, "c": 1}, ""),
        ({"": 3}, ""),
        ({"a|b": 2, "c": 1}, "a|b"),
        ({"a": 1, "b": 1}, "tie:||a|b"),
        ({"a|b": 1, "a": 1}, "tie:a||a|b"),
    ],
)
def test_each_member_of_a_set_is_voted_on_by_itself(votes: dict[str, int], majority: str) -> None:
    assert set_majority(votes) == majority


def test_sets_without_a_member_are_certain() -> None:
    assert member_entropy({}) == 0
