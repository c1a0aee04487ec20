"""Expectation maximisation, and what every model estimated by it hands over.

A model gives two steps. From its parameters it finds how likely each label is to be the true one
of each row, and from these probabilities the parameters again. The objective is the log-likelihood
of the labels plus the log of the prior on the parameters; no step can lower it.

Dempster, Laird & Rubin (1977), doi:10.1111/j.2517-6161.1977.tb01600.x.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np

from annotator.domain.certainty.patterns import Patterns
from annotator.domain.intervals import FloatArray, summed

ModelName = Literal["vote", "one_coin", "mace", "dawid_skene"]
P = TypeVar("P")

MOST_STEPS = 1_000
# EM has arrived when a step gains less than this, a label.
LEAST_GAIN = 1e-9
RESTARTS = 10
# A later start replaces the first only if it is better by more than EM leaves undone; otherwise
# two runs at the same maximum would be told apart by their last digits.
_BETTER = 1e-6
_APART = 0.05
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Expected:
    """`posterior`, shape (labels, rows), each column summing to 1; the log-likelihood of all
    labels; and the objective, which is the log-likelihood plus the log prior.
    """

    posterior: FloatArray
    log_likelihood: float
    objective: float


@dataclass(frozen=True, slots=True)
class Climb(Generic[P]):
    """Where EM ended: `trace` is the objective at each step."""

    parameters: P
    trace: tuple[float, ...]
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A model estimated from labels.

    `rows` is the posterior by row of `patterns`, shape (labels, rows). `competence`, shape
    (raters,), 0 to 1, is what the model calls competence: the accuracy of one-coin, the
    probability of not spamming of MACE, the accuracy of Dawid-Skene over the estimated label prior.
    `confusion`, shape (raters, labels, labels), is the probability that an annotator says the
    second label where the first is true. `prior`, shape (labels,), is the estimated share of each
    label. `trace` holds the objective at each step of the best start, `restarts` the last
    objective of every start. `converged` is False where EM was stopped before it had arrived.
    """

    model: ModelName
    patterns: Patterns
    rows: FloatArray
    competence: FloatArray
    confusion: FloatArray
    prior: FloatArray
    log_likelihood: float | None
    trace: tuple[float, ...]
    converged: bool
    seed: int
    restarts: tuple[float, ...]

    @property
    def iterations(self) -> int:
        return len(self.trace)

    @property
    def posterior(self) -> FloatArray:
        """How likely each label is the true one of each item, shape (items, labels), rows summing
        to 1; an item without a label has the label prior.
        """
        found: FloatArray = self.rows.T[self.patterns.of_item]
        return found


def climb(
    start: P,
    step: Callable[[P], tuple[P, float]],
    *,
    most_steps: int,
    least_gain: float,
) -> Climb[P]:
    """Take steps from `start` until one gains no more than `least_gain`, or there were
    `most_steps`.

    A step takes parameters and gives the next ones, with the objective at those it took.
    """
    at = start
    following, objective = step(at)
    trace = [objective]
    while len(trace) < most_steps:
        at = following
        following, objective = step(at)
        trace.append(objective)
        if trace[-1] - trace[-2] <= least_gain:
            return Climb(at, tuple(trace), converged=True)
    return Climb(at, tuple(trace), converged=False)


def best(climbs: list[Climb[P]], trust: Callable[[P], FloatArray]) -> Climb[P]:
    """The first climb, unless a later one reached clearly higher.

    Where others reached the same height at another place, by their `trust` in annotators, nothing
    in the labels prefers one of the two: then the first climb stays, which starts from the votes.
    Of two people who always differ, for instance, either may be the one who is right.
    """
    highest = max(climbs, key=lambda one: one.trace[-1])
    near = highest.trace[-1] - _BETTER * max(1.0, abs(highest.trace[-1]))
    if climbs[0].trace[-1] >= near:
        return climbs[0]
    as_high = [one for one in climbs if one.trace[-1] >= near]
    apart = max(
        float(np.abs(trust(one.parameters) - trust(highest.parameters)).max()) for one in as_high
    )
    return climbs[0] if apart > _APART else as_high[0]


def normalised(log_joint: FloatArray, weights: FloatArray) -> tuple[FloatArray, float]:
    """From log p(labels of the row, true label), shape (labels, rows), the posterior and the
    weighted log-likelihood. The array given is used up.
    """
    largest = log_joint.max(axis=0)
    log_joint -= largest
    posterior = np.exp(log_joint, out=log_joint)
    total = posterior.sum(axis=0)
    posterior /= total
    largest += np.log(total)
    # Not a dot product: that one goes to several threads, which may add up in any order.
    return posterior, float((weights * largest).sum())


def log(probability: FloatArray) -> FloatArray:
    """The logarithm, where 0 gives a very large negative number that can still be summed."""
    found: FloatArray = np.log(np.maximum(probability, _TINY))
    return found


def log_prior(pseudo: FloatArray | float, probability: FloatArray) -> float:
    """The log density of a Dirichlet prior with `pseudo` labels made up beforehand, up to a
    constant.
    """
    return float((pseudo * log(probability)).sum())


def starts(patterns: Patterns, vote_shares: FloatArray, *, seed: int, count: int) -> FloatArray:
    """A random number between 0 and 1 for each start and annotator, shape (count, raters).

    The numbers are dealt by what annotators did (how many labels, and how often these agree with
    the others), not by their names, so that renaming changes nothing. They are raw bits of PCG64,
    whose stream is promised to stay the same.
    """
    weights = patterns.entry_weights()
    given = patterns.labels_of_raters()
    agreeing = summed(
        patterns.raters, weights * vote_shares[patterns.codes, patterns.rows], patterns.n_raters
    )
    order = np.lexsort((np.round(agreeing, 6), given))
    place = np.empty(patterns.n_raters, dtype=np.int64)
    place[order] = np.arange(patterns.n_raters)
    bits = np.random.PCG64(seed).random_raw(max(1, count * patterns.n_raters)) >> np.uint64(11)
    numbers = (bits.astype(np.float64) * 2.0**-53)[: count * patterns.n_raters].reshape(
        count, patterns.n_raters
    )
    dealt: FloatArray = numbers[:, place]
    return dealt
