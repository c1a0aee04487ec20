"""What items says of settled labels must be possible by the votes, early or late."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.dataset import GOLD_METHODS, Cell
from annotator.services.releases.verifying_gold import (
    NEVER_VOTING,
    NO_GOLD,
    NOBODY_VOTED,
    NOT_ONE,
    NOT_VOTED,
    TOO_FEW,
    Heard,
    doubts,
)

LABELS = st.sampled_from(["main", "mixed", "boilerplate", ""])


def vote(name: str, label: str | None, **changes: Any) -> dict[str, Cell]:
    row = {"annotator_id": name, "label": label, "state": "answered", "excluded": ""}
    return row | changes


def heard(*rows: dict[str, Cell]) -> Heard:
    found = Heard()
    for row in rows:
        found.hear(row)
    return found


def templates(
    gold: Cell, *rows: dict[str, Cell], method: str = "unanimous", none_is_empty: bool = False
) -> list[str]:
    return [
        template
        for template, facts in doubts(method, gold, heard(*rows), none_is_empty=none_is_empty)
        if template.format(row=1, question="content", **facts)
    ]


BOTH = (vote("ana", "main"), vote("bo", "main"))


def test_the_one_answer_of_all_votes_is_not_doubted() -> None:
    assert templates("main", *BOTH) == []


@pytest.mark.parametrize("gold", ["mixed", "", "main|mixed"])
def test_an_answer_that_nobody_gave_is_doubted_where_all_said_the_same(gold: str) -> None:
    assert templates(gold, *BOTH) == [NOT_VOTED]
    ((_, facts),) = doubts("unanimous", "mixed", heard(*BOTH), none_is_empty=False)
    assert facts == {"found": "“mixed”", "wanted": "“main”"}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), LABELS), min_size=2),
    st.lists(st.tuples(st.sampled_from("defg"), LABELS)),
    LABELS,
)
def test_votes_that_came_after_it_never_make_it_doubtful(
    before: list[tuple[str, str]], after: list[tuple[str, str]], gold: str
) -> None:
    """Two at least said so; whatever others said later, or elsewhere, the release is honest."""
    agreed = [vote("first", gold), vote("second", gold)]
    others = [vote(name, label) for name, label in before + after]
    assert templates(gold, *agreed, *others) == []


@pytest.mark.parametrize(
    "reason",
    ["cleanup_round", "after_feedback", "other_codebook_version", "missing_label", "single_coded",
     "disabled_annotator", "withdrawn", "adaptive", "recode", "cluster_duplicate"],
)  # fmt: skip
def test_a_vote_that_does_not_count_in_agreement_may_have_settled_it(reason: str) -> None:
    settled = [vote(name, "mixed", excluded=reason) for name in ("ana", "bo")]
    assert templates("mixed", *settled) == []
    assert templates("mixed", *settled, vote("ced", "main")) == []


@pytest.mark.parametrize("reason", sorted(NEVER_VOTING))
def test_what_never_votes_settles_nothing(reason: str) -> None:
    assert templates("mixed", *BOTH, vote("ced", "mixed", excluded=reason)) == [NOT_VOTED]
    assert templates("mixed", *(vote(n, "mixed", excluded=reason) for n in "ab")) == [TOO_FEW]


def test_one_person_is_never_unanimous() -> None:
    assert templates("main", vote("ana", "main")) == [TOO_FEW]
    assert templates("main", vote("ana", "main"), vote("ana", "main")) == [TOO_FEW]
    assert templates("main") == [TOO_FEW]
    for state in ("open", "skipped"):
        assert templates("main", vote("ana", "main"), vote("bo", None, state=state)) == [TOO_FEW]


@pytest.mark.parametrize("state", ["left_blank", "not_applicable"])
def test_who_gave_no_answer_at_first_may_have_given_one_later(state: str) -> None:
    assert templates("main", vote("ana", "main"), vote("bo", None, state=state)) == []


def test_an_answer_where_nobody_answered_is_doubted() -> None:
    blank = [vote(name, None, state="left_blank") for name in ("ana", "bo")]
    assert templates("main", *blank) == [NOBODY_VOTED]


def test_several_right_answers_are_never_unanimous() -> None:
    assert templates("main / mixed", *BOTH, vote("ced", "mixed")) == [NOT_ONE]


@pytest.mark.parametrize("label", ["", None])
def test_the_empty_set_is_an_answer_like_any_other(label: str | None) -> None:
    rows = [vote(name, label) for name in ("ana", "bo")]
    assert templates("", *rows) == []
    assert templates("economic", *rows) == [NOT_VOTED]
    assert templates(None, *rows, none_is_empty=True) == []
    assert templates(None, *BOTH, none_is_empty=True) == [NOT_VOTED]


@pytest.mark.parametrize("method", GOLD_METHODS)
def test_a_method_without_a_label_is_named_whatever_it_is(method: str) -> None:
    assert templates(None, *BOTH, method=method) == [NO_GOLD]


@pytest.mark.parametrize("method", sorted({*GOLD_METHODS} - {"unanimous"}))
def test_what_people_or_rules_decided_needs_no_votes(method: str) -> None:
    assert templates("mixed", *BOTH, method=method) == []
    assert templates("mixed / main", method=method) == []
