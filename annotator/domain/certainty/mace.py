"""MACE: each annotator either knows the label or fills in something that has nothing to do with it.

Annotator r gives the true label with probability theta_r, and otherwise spams: then the label is c
with probability xi_r[c], whatever is true. So

    P(r says c | k is true) = theta_r [c = k] + (1 - theta_r) xi_r[c]

Someone who always says "no" has a low theta and a xi that is all "no", even where "no" is mostly
right. The paper takes all true labels as equally likely; here their shares are estimated, since
labels of news are far from even.

Hovy, Berg-Kirkpatrick, Vaswani & Hovy (2013) Learning Whom to Trust with MACE,
https://aclanthology.org/N13-1132.
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
_FIRST_TRUST = 0.5


@dataclass(frozen=True, slots=True)
class Parameters:
    """`prior`, shape (labels,), `trust`, shape (raters,), and `spam`, shape (raters, labels)."""

    prior: FloatArray
    trust: FloatArray
    spam: FloatArray


def mace(
    patterns: Patterns,
    *,
    seed: int = 0,
    smoothing: float = SMOOTHING,
    begin: FloatArray | None = None,
    restarts: int = RESTARTS,
    most_steps: int = MOST_STEPS,
    least_gain: float = LEAST_GAIN,
) -> Fit:
    """Estimate true labels, label shares and for each annotator how often they do not spam; at
    least two labels in use.

    `smoothing` must be above 0: for each annotator so many labels are made up beforehand, half of
    them spam and spread evenly over the labels; and so many items for each label. The first start
    is from the vote shares, or from `begin`, shape (labels, rows); each of the other `restarts` is
    from a random trust in each annotator; the best one is kept. Raises `ValueError` for a smoothing
    of 0.

    Two annotators who agree, and one who says the same whatever they see:

    >>> items, raters = np.repeat(np.arange(40), 3), np.tile(np.arange(3), 40)
    >>> codes = np.array([0, 0, 0,  1, 1, 0,  1, 1, 0,  1, 1, 0] * 10)
    >>> found = mace(Patterns.of(items, raters, codes, n_items=40, n_raters=3, n_labels=2))
    >>> (found.competence > 0.5).tolist()
    [True, True, False]
    """
    if smoothing <= 0:
        raise ValueError("the smoothing of MACE must be above 0")
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
    reached = best(climbs, lambda at: at.trust)
    expected = model.expect(reached.parameters)
    at = reached.parameters
    return Fit(
        model="mace",
        patterns=patterns,
        rows=expected.posterior,
        competence=at.trust,
        confusion=_matrices(at),
        prior=at.prior,
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
        self.use: IntArray = patterns.raters * self.labels + patterns.codes
        self.used = self._by_use(self.weights)

    def starts(self, shares: FloatArray, seed: int, count: int) -> list[Parameters]:
        """Spam is at first what the annotator says anyway."""
        spam = self._shares_of(self.used)
        even = Parameters(
            np.full(self.labels, 1 / self.labels),
            np.full(self.patterns.n_raters, _FIRST_TRUST),
            spam,
        )
        first = self.maximise(even, shares)
        numbers = starts(self.patterns, shares, seed=seed, count=max(0, count - 1))
        return [first, *(Parameters(first.prior, 0.05 + 0.9 * n, spam) for n in numbers)]

    def step(self, at: Parameters) -> tuple[Parameters, float]:
        expected = self.expect(at)
        return self.maximise(at, expected.posterior), expected.objective

    def expect(self, at: Parameters) -> Expected:
        patterns = self.patterns
        spamming = (1 - at.trust)[:, None] * at.spam
        wrong = log(spamming).ravel()
        right = log(spamming + at.trust[:, None]).ravel()
        better = (right - wrong)[self.use]
        joint = summed(self.cell, better, self.labels * patterns.n_rows).reshape(self.labels, -1)
        joint += log(at.prior)[:, None]
        joint += summed(patterns.rows, wrong[self.use], patterns.n_rows)
        posterior, likelihood = normalised(joint, patterns.weights)
        believed = log_prior(self.smoothing, at.prior)
        believed += log_prior(self.smoothing / 2, np.stack([at.trust, 1 - at.trust]))
        believed += log_prior(self.smoothing / 2 / self.labels, at.spam)
        return Expected(posterior, likelihood, likelihood + believed)

    def maximise(self, at: Parameters, posterior: FloatArray) -> Parameters:
        patterns = self.patterns
        right = self._by_use(self.weights * posterior.ravel()[self.cell])
        # Of the labels that are right, some were right by luck.
        spamming = (1 - at.trust)[:, None] * at.spam
        known = right * (at.trust[:, None] / (spamming + at.trust[:, None]))
        half = self.smoothing / 2
        trust = (known.sum(axis=1) + half) / (self.given + self.smoothing)
        prior = (posterior * patterns.weights).sum(axis=1) + self.smoothing
        return Parameters(prior / prior.sum(), trust, self._shares_of(self.used - known))

    def _by_use(self, weights: FloatArray) -> FloatArray:
        """Sums by annotator and label given, shape (raters, labels)."""
        cells = self.patterns.n_raters * self.labels
        return summed(self.use, weights, cells).reshape(-1, self.labels)

    def _shares_of(self, counts: FloatArray) -> FloatArray:
        smoothed = np.maximum(counts, 0.0) + self.smoothing / 2 / self.labels
        found: FloatArray = smoothed / smoothed.sum(axis=1, keepdims=True)
        return found


def _matrices(at: Parameters) -> FloatArray:
    labels = at.spam.shape[1]
    spamming = (1 - at.trust)[:, None] * at.spam
    table = np.repeat(spamming[:, None, :], labels, axis=1)
    table[:, range(labels), range(labels)] += at.trust[:, None]
    return table
