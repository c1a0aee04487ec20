"""What holds of one-coin, MACE and Dawid-Skene alike, and what of each."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.certainty import Fit, Patterns, dawid_skene, mace, one_coin, vote
from annotator.domain.certainty.expectation import Climb, best, starts
from annotator.domain.certainty.votes import vote_shares
from annotator.domain.intervals import FloatArray
from tests.domain.certainty.tables import Row, coins, drawn, lines, patterns, tables

Model = Callable[..., Fit]
MODELS: dict[str, Model] = {"one_coin": one_coin, "mace": mace, "dawid_skene": dawid_skene}
EVERY_MODEL = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
SAME = 1e-9


def three(rows: list[Row]) -> Patterns:
    return patterns(rows, items=8, raters=4, labels=3)


@EVERY_MODEL
@settings(max_examples=15)
@given(rows=tables(least=1))
def test_every_item_has_probabilities(model: Model, rows: list[Row]) -> None:
    fit = model(three(rows))
    assert fit.posterior.shape == (8, 3)
    assert np.abs(fit.posterior.sum(axis=1) - 1).max() < SAME
    assert fit.posterior.min() >= 0
    assert fit.prior.sum() == pytest.approx(1)
    assert np.abs(fit.confusion.sum(axis=2) - 1).max() < SAME
    assert fit.competence.min() >= 0
    assert fit.competence.max() <= 1 + SAME


@EVERY_MODEL
@settings(max_examples=15)
@given(rows=tables(least=1))
def test_no_step_lowers_the_objective(model: Model, rows: list[Row]) -> None:
    trace = np.array(model(three(rows), least_gain=0, most_steps=60).trace)
    assert np.diff(trace).min() >= -SAME * np.abs(trace).max()


@pytest.mark.parametrize("model", [one_coin, dawid_skene])
@settings(max_examples=15)
@given(rows=tables(least=1))
def test_without_a_prior_no_step_lowers_the_likelihood(model: Model, rows: list[Row]) -> None:
    fit = model(three(rows), smoothing=0, most_steps=60)
    assert np.diff(fit.trace).min() >= -SAME * (1 + np.abs(fit.trace).max())
    assert fit.log_likelihood == pytest.approx(fit.trace[-1])


@EVERY_MODEL
@settings(max_examples=15)
@given(data=st.data())
def test_renaming_changes_nothing(model: Model, data: st.DataObject) -> None:
    rows = data.draw(tables(least=1))
    item, rater, label = (data.draw(st.permutations(range(n))) for n in (8, 4, 3))
    renamed = [(item[i], rater[r], label[c]) for i, r, c in rows]
    one = model(three(rows), restarts=1) if model is not dawid_skene else model(three(rows))
    other = model(three(renamed), restarts=1) if model is not dawid_skene else model(three(renamed))
    assert one.posterior == pytest.approx(other.posterior[np.ix_(item, label)], abs=1e-7)
    assert one.competence == pytest.approx(other.competence[rater], abs=1e-7)


@EVERY_MODEL
def test_renaming_a_real_table_changes_nothing_with_all_restarts(model: Model) -> None:
    table = drawn(coins([0.9, 0.7, 0.6, 0.5], 3), items=100, seed=4)
    turned = [(99 - item, 3 - rater, (code + 1) % 3) for item, rater, code in table.rows]
    one = model(patterns(table.rows, raters=4, labels=3))
    other = model(patterns(turned, raters=4, labels=3))
    assert one.posterior == pytest.approx(np.roll(other.posterior[::-1], -1, axis=1), abs=SAME)
    assert one.competence == pytest.approx(other.competence[::-1], abs=SAME)


@EVERY_MODEL
def test_the_order_of_rows_changes_not_even_the_last_digit(model: Model) -> None:
    rows = drawn(coins([0.9, 0.7, 0.6], 3), items=60, seed=1).rows
    one, other = (model(patterns(table, raters=3, labels=3)) for table in (rows, rows[::-1]))
    assert np.array_equal(one.posterior, other.posterior)
    assert np.array_equal(one.competence, other.competence)


@EVERY_MODEL
def test_like_items_taken_together_weigh_as_much_as_apart(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = drawn(coins([0.9, 0.7, 0.6], 2), items=60, seed=2).rows
    together = patterns(rows, raters=3, labels=2)
    monkeypatch.setattr("annotator.domain.certainty.patterns._WORTH_COLLAPSING", 0)
    apart = patterns(rows, raters=3, labels=2)
    assert (together.n_rows, apart.n_rows) == (8, 60)
    one, other = model(together), model(apart)
    assert one.posterior == pytest.approx(other.posterior, abs=SAME)
    assert one.log_likelihood == pytest.approx(other.log_likelihood)


@EVERY_MODEL
def test_stopping_too_early_is_told(model: Model) -> None:
    table = patterns(drawn(coins([0.9, 0.7, 0.6], 3), items=60, seed=3).rows, raters=3, labels=3)
    stopped, ended = model(table, most_steps=3), model(table)
    assert (stopped.iterations, stopped.converged) == (3, False)
    assert ended.converged
    assert 3 < ended.iterations < 1000
    assert stopped.trace[-1] < ended.trace[-1]


@pytest.mark.parametrize("model", [one_coin, mace])
def test_restarts_are_different_and_the_seed_repeats_them(model: Model) -> None:
    table = patterns(drawn(coins([0.7, 0.6, 0.5], 3), items=30, seed=5).rows, raters=3, labels=3)
    few_steps = {"restarts": 5, "most_steps": 2}
    first, again = model(table, seed=7, **few_steps), model(table, seed=7, **few_steps)
    assert len(set(first.restarts)) == 5
    assert first.restarts == again.restarts
    assert np.array_equal(first.posterior, again.posterior)
    assert model(table, seed=8, **few_steps).restarts[1:] != first.restarts[1:]


@pytest.mark.parametrize("model", [one_coin, mace])
def test_the_best_start_is_kept(model: Model) -> None:
    table = patterns(drawn(coins([0.9, 0.5, 0.5], 3), items=30, seed=6).rows, raters=3, labels=3)
    fit = model(table)
    assert len(fit.restarts) == 10
    assert fit.trace[-1] == pytest.approx(max(fit.restarts), rel=1e-5)


def test_a_later_start_must_be_clearly_better_to_replace_the_first() -> None:
    def at(height: float) -> Climb[float]:
        return Climb(height, (height,), converged=True)

    def nowhere(_: float) -> FloatArray:
        return np.zeros(1)

    assert best([at(-100.0), at(-100.0 + 1e-5)], nowhere).parameters == -100.0
    assert best([at(-100.0), at(-99.9), at(-99.5), at(-100.0)], nowhere).parameters == -99.5


@EVERY_MODEL
def test_of_two_who_always_differ_no_start_decides_who_is_right(model: Model) -> None:
    fit = model(patterns(lines("abab", "baba"), raters=2, labels=2))
    if model is one_coin:  # each of the two is right in a maximum of the same height
        assert max(fit.restarts) > fit.restarts[0] + 0.1
    assert fit.posterior == pytest.approx(0.5)
    assert fit.competence == pytest.approx(fit.competence[::-1])


def test_random_starts_are_dealt_by_what_annotators_did() -> None:
    table = patterns(lines("aabb", "aab.", "ba.."), raters=3, labels=2)
    turned = patterns(lines("ba..", "aabb", "aab."), raters=3, labels=2)
    one, other = (starts(t, vote_shares(t), seed=3, count=2) for t in (table, turned))
    assert one.shape == (2, 3)
    assert one.tolist() == other[:, [1, 2, 0]].tolist()
    assert ((one >= 0) & (one < 1)).all()


def test_one_coin_finds_the_accuracies_and_shares_that_were_drawn_from() -> None:
    accuracies = [0.95, 0.85, 0.75, 0.6, 0.4]
    prior = np.array([0.6, 0.3, 0.1])
    table = drawn(coins(accuracies, 3), items=3000, seed=0, prior=prior)
    fit = one_coin(patterns(table.rows, labels=3))
    assert fit.competence == pytest.approx(accuracies, abs=0.03)
    assert fit.prior == pytest.approx(prior, abs=0.03)
    assert fit.converged


def test_mace_finds_who_spams_and_with_what() -> None:
    trust = np.array([0.9, 0.7, 0.2, 0.6])
    spam = np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1], [1 / 3, 1 / 3, 1 / 3]])
    spamming = np.repeat(((1 - trust)[:, None] * spam)[:, None, :], 3, axis=1)
    table = drawn(spamming + trust[:, None, None] * np.eye(3), items=4000, seed=1)
    fit = mace(patterns(table.rows, raters=4, labels=3))
    assert fit.competence == pytest.approx(trust, abs=0.05)
    assert fit.confusion[2, 0] == pytest.approx([0.28, 0.64, 0.08], abs=0.05)


def test_dawid_skene_finds_the_confusions_that_were_drawn_from() -> None:
    confusion = np.array(
        [
            [[0.9, 0.1, 0.0], [0.1, 0.8, 0.1], [0.0, 0.3, 0.7]],
            [[0.7, 0.2, 0.1], [0.0, 0.9, 0.1], [0.1, 0.1, 0.8]],
            [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.2, 0.0, 0.8]],
            [[0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7]],
        ]
    )
    prior = np.array([0.5, 0.3, 0.2])
    table = drawn(confusion, items=6000, seed=2, prior=prior)
    fit = dawid_skene(patterns(table.rows, raters=4, labels=3))
    assert np.abs(fit.confusion - confusion).max() < 0.06
    assert fit.competence == pytest.approx(
        np.diagonal(confusion, axis1=1, axis2=2) @ prior, abs=0.03
    )


def test_repeated_labels_of_one_annotator_all_count() -> None:
    rows = lines("abab", "abba", "abbb")
    thrice = [row for row in rows for _ in range(3 if row[1] == 0 else 1)]
    once, often = (
        dawid_skene(patterns(table, raters=3, labels=2), smoothing=0) for table in (rows, thrice)
    )
    assert often.patterns.labels_of_raters().tolist() == [12, 4, 4]
    assert often.posterior[2, 0] > once.posterior[2, 0]


def test_mace_without_a_prior_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        mace(patterns(lines("ab", "ab")), smoothing=0)


def test_two_who_copy_from_each_other_look_like_the_two_who_are_right() -> None:
    honest = drawn(coins([0.9, 0.6], 2), items=400, seed=9)
    copied = [(item, 2, code) for item, rater, code in honest.rows if rater == 1]
    fit = one_coin(patterns([*honest.rows, *copied], raters=3, labels=2))
    assert fit.competence[0] < 0.7
    assert fit.competence[1] > 0.95


def test_the_vote_as_a_model_takes_all_annotators_alike() -> None:
    fit = vote(patterns(lines("aabb", "aabb", "abab"), raters=4, labels=2))
    assert fit.posterior[1].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert fit.competence.tolist() == pytest.approx([0.75, 0.75, 0.5, 0])
    assert fit.log_likelihood is None
    assert fit.converged


@EVERY_MODEL
def test_beginning_where_a_model_ended_changes_nothing(model: Model) -> None:
    table = drawn(coins([0.9, 0.75, 0.65, 0.6], 3), items=150, seed=8)
    fit = model(patterns(table.rows, raters=4, labels=3), least_gain=1e-13)
    again = model(fit.patterns, begin=fit.rows, least_gain=1e-13)
    assert again.iterations < fit.iterations
    assert again.posterior == pytest.approx(fit.posterior, abs=1e-4)
    assert again.competence == pytest.approx(fit.competence, abs=1e-4)
