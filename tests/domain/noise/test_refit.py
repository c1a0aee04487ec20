from typing import Any

import numpy as np
import pytest

from annotator.domain.noise import SURE, assess, suggest_all
from annotator.domain.noise.model import CERTAIN
from annotator.domain.noise.refit import EVIDENCE, Refit, Refitted, evidence, fitted, refitted
from annotator.errors import DataInvalid
from tests.domain.noise.cases import BODY, MORE, around

Array = np.ndarray[Any, np.dtype[Any]]
SOURCES = ("Ledger", "Herald", "Courier")


def gold(seed: int = 0, count: int = 300) -> tuple[Array, Array, list[str]]:
    """Log odds that are too timid by 2, rules that say nothing, and a feature that does not."""
    chance = np.random.default_rng(seed)
    noise = chance.random(count) < 0.5
    timid = np.where(noise, 0.0, -4.0) + chance.normal(size=count) - 0.5
    return (
        np.column_stack([timid, np.zeros(count), chance.normal(size=count)]),
        noise,
        [SOURCES[i % 3] for i in range(count)],
    )


def test_a_refit_finds_the_noise_that_the_model_was_too_timid_for() -> None:
    found = refitted(*gold())

    assert [one.source for one in found.sources] == sorted(SOURCES)
    assert sum(one.paragraphs for one in found.sources) == 300
    assert (found.whole.source, found.whole.paragraphs) == (None, 300)
    for one in (found.whole, *found.sources):
        assert one.before.recall is not None
        assert one.after.recall is not None
        assert one.after.precision is not None
        assert one.after.recall > 0.9
        assert one.before.recall < 0.5
        assert one.after.precision > 0.9


def test_a_feature_that_says_nothing_gets_hardly_any_weight() -> None:
    seen, noise, _ = gold(count=3_000)
    weights = fitted(seen, noise).weights

    assert weights[0] > 10 * abs(weights[2])


def test_the_fit_is_where_the_slope_of_the_loss_is_zero() -> None:
    seen, noise, _ = gold()
    fit = fitted(seen, noise)
    error = fit.probabilities(seen) - noise

    assert abs(float(error.sum())) < 1e-3
    slope = ((seen - fit.mean) / fit.spread).T @ error + fit.weights
    assert np.abs(slope).max() < 1e-6


def test_the_order_of_the_gold_does_not_matter() -> None:
    seen, noise, sources = gold()
    order = np.random.default_rng(1).permutation(len(noise))
    shuffled = refitted(seen[order], noise[order], [sources[i] for i in order])

    assert shuffled.sources == refitted(seen, noise, sources).sources
    np.testing.assert_allclose(shuffled.fit.weights, fitted(seen, noise).weights, atol=1e-8)


def test_figures_of_a_source_do_not_come_from_its_own_gold() -> None:
    """The third source has the opposite convention: only a fit that saw it could get it right."""
    seen, noise, sources = gold()
    contrary = np.array([source == "Courier" for source in sources])
    found = refitted(seen, noise ^ contrary, sources)

    assert recalls(found)["Courier"] < 0.2


def recalls(found: Refitted) -> dict[str, float]:
    return {
        one.source: one.after.recall
        for one in found.sources
        if one.source is not None and one.after.recall is not None
    }


def test_noise_that_is_told_apart_completely_still_gives_finite_weights() -> None:
    noise = np.arange(100) % 2 == 0
    fit = fitted(np.where(noise, 3.0, -3.0)[:, None], noise)

    assert np.isfinite(fit.weights).all()
    assert (fit.probabilities(np.array([[3.0]])) > 0.9).all()


def test_a_feature_that_never_changes_does_no_harm() -> None:
    seen, noise, sources = gold()
    constant = np.column_stack([seen, np.ones(len(noise))])

    assert np.isfinite(refitted(constant, noise, sources).fit.weights).all()


@pytest.mark.parametrize(
    ("noise", "said"),
    [(19, "19 paragraphs of noise and 81 of text"), (90, "90 paragraphs of noise and 10 of text")],
)
def test_too_little_gold_is_refused(noise: int, said: str) -> None:
    with pytest.raises(DataInvalid, match=said):
        refitted(np.zeros((100, 3)), np.arange(100) < noise, ["a", "b"] * 50)


def test_gold_of_one_source_is_refused() -> None:
    with pytest.raises(DataInvalid, match="from one source"):
        refitted(np.zeros((100, 3)), np.arange(100) < 50, ["a"] * 100)


def test_a_source_without_noise_has_no_recall() -> None:
    seen, noise, _ = gold()
    sources = ["Quiet" if not one else "Loud" for one in noise]
    quiet = next(one for one in refitted(seen, noise, sources).sources if one.source == "Quiet")

    assert quiet.after.recall is None


def test_the_evidence_has_a_row_for_each_paragraph_and_is_finite() -> None:
    seen = evidence([around("Menu", BODY, MORE), around(BODY)])

    assert seen.shape == (4, len(EVIDENCE))
    assert np.isfinite(seen).all()
    assert seen[0, 0] > seen[1, 0]


def test_rules_that_the_project_disagrees_with_lose_their_say() -> None:
    """Half of the main text is what a rule takes for noise."""
    seen, noise, sources = gold()
    seen[:, 1] = np.where(~noise & (np.arange(len(noise)) % 2 == 0), 0.93, 0.0)
    found = refitted(seen, noise, sources)

    assert found.whole.before.sure_precision == 0.0
    assert found.whole.after.precision is not None
    assert found.whole.after.precision > 0.9


def always(margin: float) -> Refit:
    """A refit that says the same of every paragraph."""
    zeros = np.zeros(len(EVIDENCE))
    return Refit(zeros, zeros + 1, zeros, margin)


def test_with_a_refit_its_probability_stands_and_the_reasons_stay() -> None:
    document = around("Share this article", BODY, MORE)
    (shipped,), (never,), (ever,) = (
        suggest_all([document], refit) for refit in (None, always(-5.0), always(5.0))
    )

    assert [one.position for one in shipped] == [0]
    assert never == []
    assert [one.position for one in ever] == [0, 1, 2]
    assert all(one.probability > SURE for one in ever)
    assert ever[0].noise_type == shipped[0].noise_type
    assert ever[0].reasons == shipped[0].reasons
    assert ever[1].reasons == ("Paragraphs like it were settled as noise in this project.",)


def test_a_refit_survives_being_written() -> None:
    seen = evidence([around("Menu", BODY, MORE, "Share")])
    fit = fitted(seen, np.array([True, False, False, True]))
    again = Refit.from_json(fit.to_json())

    np.testing.assert_array_equal(again.probabilities(seen), fit.probabilities(seen))
    (document,) = assess([around("Menu", BODY, MORE, "Share")], refit=again)
    expected = fit.probabilities(seen).clip(max=CERTAIN)
    np.testing.assert_allclose([one.probability for one in document], expected)


def test_a_refit_to_other_evidence_is_not_read() -> None:
    with pytest.raises(ValueError, match="another version"):
        Refit.from_json(always(0.0).to_json() | {"evidence": ["model"]})
