import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.certainty import Certainty, Choice, aggregation, certainty, dawid_skene
from annotator.domain.certainty.set_votes import member_shares
from annotator.domain.scales import Scale
from tests.domain.certainty.tables import Row, coins, drawn, lines, question, tables

MANY = drawn(coins([0.9, 0.8, 0.7, 0.6], 3), items=200, seed=0)


def every_number(found: Certainty) -> list[float]:
    """Every number that is handed out, wherever it stands."""

    def within(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [number for inner in value.values() for number in within(inner)]
        if isinstance(value, (list, tuple)):
            return [number for inner in value for number in within(inner)]
        return [value] if isinstance(value, float) else []

    fits = [
        number
        for fit in found.models.values()
        for array in (fit.posterior, fit.competence, fit.confusion, fit.prior)
        for number in array.ravel().tolist()
    ]
    gold = asdict(found.against([(0, "a"), (1, "b")] if len(found.items) > 1 else []))
    items, people = map(asdict, found.items), map(asdict, found.competence)
    return fits + within([gold, list(items), list(people), asdict(found.choice)])


@settings(max_examples=12)
@given(rows=tables(), scale=st.sampled_from(["nominal", "set"]))
def test_whatever_the_table_every_figure_is_a_number_or_none(rows: list[Row], scale: str) -> None:
    labels = ("a", "b", "c") if scale == "nominal" else ("", "a", "a|b")
    found = question(rows, items=8, labels=labels, scale=Scale.parse(scale))
    assert all(math.isfinite(number) for number in every_number(found))
    assert found.choice.reason.endswith(".")
    labelled = {item for item, _, _ in rows}
    assert [item.majority is None for item in found.items] == [i not in labelled for i in range(8)]


@pytest.mark.parametrize(
    ("rows", "items", "labels"),
    [
        ([], 0, ()),
        ([], 3, ()),
        ([], 3, ("a", "b")),
        (lines("a"), 1, ("a",)),
        (lines("ab"), 2, ("a", "b")),
        (lines("aaa", "aaa"), 3, ("a", "b")),
        (lines("ab", "ba"), 2, ("a", "b")),
        (lines("ab..", "..ab"), 4, ("a", "b")),
    ],
)
def test_too_little_to_say_anything_is_no_error(
    rows: list[Row], items: int, labels: tuple[str, ...]
) -> None:
    found = question(rows, items=items, labels=labels)
    assert all(math.isfinite(number) for number in every_number(found))
    assert found.choice.model == "vote"
    assert found.converged
    assert len(found.items) == items


def test_all_models_stand_side_by_side() -> None:
    found = question(MANY.rows, labels=("a", "b", "c"))
    assert list(found.models) == ["vote", "one_coin", "mace", "dawid_skene"]
    assert found.missing == {}
    assert found.choice.model == "dawid_skene"
    assert found.version == aggregation.VERSION
    assert {fit.seed for fit in found.models.values()} == {0}


def test_an_item_has_its_votes_the_answer_of_each_model_and_how_sure_it_is() -> None:
    item = question(MANY.rows, labels=("a", "b", "c")).items[3]
    truth = "abc"[MANY.truth[3]]
    assert sum(item.votes.values()) == item.n == 4
    assert item.one_coin == item.mace == item.dawid_skene == truth
    assert sum(item.posterior.values()) == pytest.approx(1, abs=1e-5)
    assert max(item.posterior, key=lambda label: item.posterior[label]) == truth
    assert item.model == "dawid_skene"
    ranked = sorted([*item.posterior.values(), 0.0], reverse=True)
    assert item.margin == pytest.approx(ranked[0] - ranked[1], abs=2e-6)
    bits = -sum(p * math.log(p) for p in item.posterior.values()) / math.log(3)
    assert item.entropy == pytest.approx(bits, abs=1e-4)


def test_a_tie_of_votes_and_a_tie_of_a_model_stay_ties() -> None:
    item = question(lines("ab", "ba"), labels=("a", "b")).items[0]
    assert item.majority == "tie:a|b"
    assert item.one_coin == item.mace == "tie:a|b"
    assert (item.posterior, item.entropy, item.margin) == ({"a": 0.5, "b": 0.5}, 1, 0)
    assert item.agreement == 0
    assert item.share == 0.5


def test_a_tie_of_three_of_four_names_the_three() -> None:
    assert question(lines("a", "c", "b")).items[0].majority == "tie:a|b|c"


def test_an_item_without_a_label_has_nothing() -> None:
    item = question(MANY.rows, items=201, labels=("a", "b", "c")).items[200]
    assert (item.n, item.votes, item.posterior) == (0, {}, {})
    assert (item.majority, item.dawid_skene, item.entropy, item.share) == (None,) * 4


def test_a_label_that_nobody_used_has_probability_zero_but_counts_for_the_entropy() -> None:
    three = question(MANY.rows, labels=("a", "b", "c"))
    four = question(MANY.rows, labels=("a", "b", "c", "d"))
    assert four.models["mace"].posterior[:, :3].tolist() == three.models["mace"].posterior.tolist()
    assert four.models["mace"].confusion[:, 3].max() == 0
    assert "d" not in four.items[0].posterior
    tied = question(lines("a", "b"), labels=("a", "b", "c", "d")).items[0]
    assert tied.entropy == 0.5


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = (question(MANY.rows, labels=("a", "b", "c"), seed=3) for _ in range(2))
    assert one.items == other.items
    assert one.competence == other.competence


@settings(max_examples=5)
@given(order=st.permutations([0, 1, 2]), people=st.permutations(range(4)))
def test_renaming_labels_and_annotators_changes_nothing(
    order: list[int], people: list[int]
) -> None:
    one = question(MANY.rows, labels=("a", "b", "c"))
    rows = [(item, people[rater], order[code]) for item, rater, code in MANY.rows]
    labels = tuple("abc"[order.index(code)] for code in range(3))
    other = question(rows, labels=labels)
    assert [item.dawid_skene for item in one.items] == [item.dawid_skene for item in other.items]
    for item, turned in zip(one.items, other.items, strict=True):
        assert item.majority == turned.majority
        assert item.votes == turned.votes
        assert item.entropy == pytest.approx(turned.entropy, abs=2e-6)
    for model in one.models:
        assert one.models[model].competence == pytest.approx(
            other.models[model].competence[[*people, 4]], abs=1e-9
        )


def test_a_chosen_model_that_was_stopped_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: Any, **options: Any) -> Any:
        return dawid_skene(*args, most_steps=2, **options)

    monkeypatch.setitem(aggregation.MODELS, "dawid_skene", stopped)
    found = question(MANY.rows, labels=("a", "b", "c"))
    assert not found.converged
    assert found.choice.reason.endswith("It was stopped after 2 steps before it had converged.")


def test_sets_are_voted_on_member_by_member() -> None:
    labels = ("", "a", "a|b", "b|c")
    found = question(lines("bac", "cbd", "bca"), labels=labels, scale=Scale("set"))
    assert [item.majority for item in found.items] == ["a", "a", "b"]
    assert found.items[0].votes == {"a": 2, "a|b": 1}
    assert found.items[0].posterior == {"a": 1.0, "b": 0.333333}
    assert found.items[2].posterior == {"a": 0.333333, "b": 0.666667, "c": 0.333333}
    assert found.items[2].margin == pytest.approx(1 / 3, abs=1e-6)
    assert member_shares({"a": 1, "": 1}) == {"a": 0.5}


def test_few_different_sets_are_labels_to_the_models() -> None:
    rows = drawn(coins([0.9, 0.8, 0.8], 3), items=200, seed=1).rows
    found = question(rows, labels=("", "a", "a|b"), raters=("x", "y", "z"), scale=Scale("set"))
    assert found.choice.model == "dawid_skene"
    assert set(found.items[0].posterior) <= {"", "a", "a|b"}


def test_many_different_sets_have_the_vote_and_a_reason() -> None:
    labels = tuple(sorted(f"a{number:02}|z" for number in range(17)))
    rows = [(item, rater, item % 17) for item in range(51) for rater in range(3)]
    found = question(rows, labels=labels, raters=("x", "y", "z"), scale=Scale("set"))
    assert list(found.models) == ["vote"]
    assert found.choice.model == "vote"
    assert "17 different sets" in found.choice.reason
    assert set(found.missing.values()) == {found.choice.reason}
    assert found.items[0].majority == "a00|z"


def test_numbers_have_a_median_and_no_model() -> None:
    labels = ("-1", "0", "0.5", "3")
    found = question(lines("aab.", "bcd.", "db.."), labels=labels, scale=Scale("interval"))
    assert [item.majority for item in found.items] == ["0", "0", "1.5"]
    assert (found.choice.model, found.models) == ("median", {})
    assert found.items[0].votes == {"-1": 1, "0": 1, "3": 1}
    assert (found.items[0].posterior, found.items[0].entropy) == ({}, None)
    assert [(one.value, one.why) for one in found.competence[:2]] == [(None, "no_model")] * 2
    assert found.competence[4].why == "no_labels"
    assert found.against([(0, "0"), (2, "3")]).aggregates["vote"].right == 1


def test_too_many_labels_for_memory_have_the_vote_and_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aggregation, "MOST_CELLS", 100)
    found = question(MANY.rows, labels=("a", "b", "c"))
    assert (found.models, found.choice.model) == ({}, "vote")
    assert "3 different labels" in found.choice.reason
    monkeypatch.undo()
    full = question(MANY.rows, labels=("a", "b", "c"))
    monkeypatch.setattr(aggregation, "choose", lambda _: Choice("vote", "Asked for."))
    for item, same in zip(found.items, full.items, strict=True):
        assert (item.entropy, item.margin) == (same.entropy, same.margin)
    shares = full.models["vote"].posterior
    for item, line in zip(found.items, shares.tolist(), strict=True):
        assert item.posterior == {
            label: share for label, share in zip("abc", line, strict=True) if share
        }
    assert [one.why for one in found.competence] == ["no_model"] * 4 + ["no_labels"]


def test_ordinal_labels_are_taken_as_they_are() -> None:
    scale = Scale.parse("ordinal:a<b<c")
    ordinal, nominal = (
        question(MANY.rows, labels=("a", "b", "c"), scale=one) for one in (scale, None)
    )
    assert ordinal.items == nominal.items


def test_nothing_is_computed_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: Any, **_options: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(aggregation, "MODELS", dict.fromkeys(aggregation.MODELS, never))
    found = question(MANY.rows, labels=("a", "b", "c"))
    assert found.labels == ("a", "b", "c")
    with pytest.raises(AssertionError):
        found.models  # noqa: B018 - now they are asked for


def test_columns_that_do_not_fit_are_refused() -> None:
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(ValueError, match="codes must lie between 0 and -1"):
        certainty(one, one, one, 1, (), ("ann",))


def test_documents_that_are_not_one_for_each_item_are_refused() -> None:
    with pytest.raises(ValueError, match="one number for each item"):
        question(MANY.rows, labels=("a", "b", "c"), units=np.zeros(7, dtype=np.int64))
