"""The one-coin model: each annotator is right with one probability, whatever the true label.

Annotator r gives the true label of an item with probability a_r, and any of the q - 1 others with
(1 - a_r) / (q - 1) each. The share of each true label is estimated, too. It is Dawid-Skene with one
number for each annotator, so it needs far fewer labels.

Dawid & Skene (1979), doi:10.2307/2346806, with confusion matrices that are the same for all labels;
Zhang, Chen, Zhou & Jordan (2016), https://jmlr.org/papers/v17/14-511.html, section 3.2.
"""

from dataclasses import dataclass

import numpy as np

from annotator.domain.certainty.expectation import (
    LEAST_GAIN,
    MOST_STEPS,
    RESTARTS,
    Expected,
    Fit,
    best,
    climb,
    log,
    log_prior,
    normalised,
    starts,
)
from annotator.domain.certainty.patterns import Patterns
from annotator.domain.certainty.votes import vote_shares
from annotator.domain.intervals import FloatArray, IntArray, summed

SMOOTHING = 1.0


@dataclass(frozen=True, slots=True)
class Parameters:
    """`prior`, shape (labels,), and `accuracy`, shape (raters,)."""

    prior: FloatArray
    accuracy: FloatArray


def one_coin(
    patterns: Patterns,
    *,
    seed: int = 0,
    smoothing: float = SMOOTHING,
    begin: FloatArray | None = None,
    restarts: int = RESTARTS,
    most_steps: int = MOST_STEPS,
    least_gain: float = LEAST_GAIN,
) -> Fit:
    """Estimate true labels, label shares and one accuracy for each annotator; at least two labels
    in use.

    `smoothing` is how many labels are made up beforehand for each annotator, half of them right,
    and for each label how many items. The first start is from the vote shares, or from
    `begin`, shape (labels, rows); each of the other `restarts` is from random accuracies above
    chance; the best one is kept.

    Two annotators who agree, and one who differs from them on two items of four:

    >>> items, raters = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    >>> codes = np.array([0, 0, 0,  1, 1, 1,  0, 0, 1,  1, 1, 0])
    >>> found = one_coin(Patterns.of(items, raters, codes, n_items=4, n_raters=3, n_labels=2),
    ...                  smoothing=0)
    >>> found.competence.round(2).tolist()
    [1.0, 1.0, 0.5]
    """
    model = _Model(patterns, smoothing)
    shares = vote_shares(patterns) if begin is None else begin
    climbs = [
        climb(
            start,
            model.step,
            most_steps=most_steps,
            least_gain=least_gain * max(1, model.weights.sum()),
        )
        for start in model.starts(shares, seed, restarts)
    ]
    reached = best(climbs, lambda at: at.accuracy)
    expected = model.expect(reached.parameters)
    accuracy = reached.parameters.accuracy
    return Fit(
        model="one_coin",
        patterns=patterns,
        rows=expected.posterior,
        competence=accuracy,
        confusion=_matrices(accuracy, patterns.n_labels),
        prior=reached.parameters.prior,
        log_likelihood=expected.log_likelihood,
        trace=reached.trace,
        converged=reached.converged,
        seed=seed,
        restarts=tuple(one.trace[-1] for one in climbs),
    )


class _Model:
    """The two steps of EM, with what does not change between them."""

    def __init__(self, patterns: Patterns, smoothing: float) -> None:
        self.patterns = patterns
        self.smoothing = smoothing
        self.labels = patterns.n_labels
        self.weights = patterns.entry_weights()
        self.given = patterns.labels_of_raters()
        self.cell: IntArray = patterns.codes * patterns.n_rows + patterns.rows

    def starts(self, shares: FloatArray, seed: int, count: int) -> list[Parameters]:
        first = self.maximise(shares)
        chance = 1 / self.labels
        numbers = starts(self.patterns, shares, seed=seed, count=max(0, count - 1))
        return [first, *(Parameters(first.prior, chance + (1 - chance) * n) for n in numbers)]

    def step(self, at: Parameters) -> tuple[Parameters, float]:
        expected = self.expect(at)
        return self.maximise(expected.posterior), expected.objective

    def expect(self, at: Parameters) -> Expected:
        patterns = self.patterns
        wrong = log((1 - at.accuracy) / (self.labels - 1))
        better = (log(at.accuracy) - wrong)[patterns.raters]
        joint = summed(self.cell, better, self.labels * patterns.n_rows).reshape(self.labels, -1)
        joint += log(at.prior)[:, None]
        joint += summed(patterns.rows, wrong[patterns.raters], patterns.n_rows)
        posterior, likelihood = normalised(joint, patterns.weights)
        believed = log_prior(self.smoothing, at.prior)
        believed += log_prior(self.smoothing / 2, np.stack([at.accuracy, 1 - at.accuracy]))
        return Expected(posterior, likelihood, likelihood + believed)

    def maximise(self, posterior: FloatArray) -> Parameters:
        patterns = self.patterns
        likely = self.weights * posterior.ravel()[self.cell]
        right = summed(patterns.raters, likely, patterns.n_raters)
        total = self.given + self.smoothing
        accuracy = np.full(patterns.n_raters, 0.5)
        np.divide(right + self.smoothing / 2, total, out=accuracy, where=total > 0)
        prior = (posterior * patterns.weights).sum(axis=1) + self.smoothing
        return Parameters(prior / prior.sum(), np.clip(accuracy, 0.0, 1.0))


def _matrices(accuracy: FloatArray, labels: int) -> FloatArray:
    wrong = (1 - accuracy) / max(1, labels - 1)
    table = np.repeat(wrong, labels * labels).reshape(-1, labels, labels)
    table[:, range(labels), range(labels)] = accuracy[:, None]
    return table
