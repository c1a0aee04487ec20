"""Dawid-Skene: each annotator has a confusion matrix of their own.

If k is the true label of an item, annotator r says c with probability pi_r[k, c], whatever the
others say. With the share p_k of each true label,

    P(k | labels of the item) is in proportion to p_k times the product of pi_r[k, c]

over the labels c that annotators r gave. EM goes from the vote shares to a maximum.

Dawid & Skene (1979) Maximum likelihood estimation of observer error-rates using the EM algorithm,
doi:10.2307/2346806.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotator.domain.certainty.expectation import (
    LEAST_GAIN,
    MOST_STEPS,
    Fit,
    climb,
    log,
    log_prior,
    normalised,
)
from annotator.domain.certainty.layers import Block, blocks
from annotator.domain.certainty.patterns import Patterns
from annotator.domain.certainty.votes import vote_shares
from annotator.domain.intervals import FloatArray

SMOOTHING = 4.0


@dataclass(frozen=True, slots=True)
class Parameters:
    """`prior`, shape (labels,), and `confusion`, shape (true label, rater x label given)."""

    prior: FloatArray
    confusion: FloatArray


def dawid_skene(
    patterns: Patterns,
    *,
    seed: int = 0,
    smoothing: float = SMOOTHING,
    begin: FloatArray | None = None,
    most_steps: int = MOST_STEPS,
    least_gain: float = LEAST_GAIN,
) -> Fit:
    """Estimate true labels, label shares and confusion matrices; at least two labels in use.

    `smoothing` is how many labels are made up beforehand for each row of each confusion matrix,
    half of them right, half spread evenly over the other labels, and how many items for each label.
    It stands in where an annotator met a label rarely. 0 is the estimate of the paper. `begin`,
    shape (labels, rows), takes the place of the vote shares. Nothing is drawn: `seed` is only
    passed on.

    The 45 patients of the paper, whom observer 1 saw three times; the shares of the four classes
    are printed there as .40, .42, .11 and .07:

    >>> patients = '''
    ... 111 1 1 1 1/333 4 3 3 4/112 2 1 2 2/222 3 1 2 1/222 3 2 2 2/222 3 3 2 2/122 2 1 1 1/
    ... 333 3 4 3 3/222 2 2 2 3/232 2 2 2 3/444 4 4 4 4/222 3 3 4 3/111 1 1 1 1/222 3 2 1 2/
    ... 121 1 1 1 1/111 2 1 1 1/111 1 1 1 1/111 1 1 1 1/222 2 2 2 1/222 1 3 2 2/222 2 2 2 2/
    ... 222 2 2 2 1/222 3 2 2 2/221 2 2 2 2/111 1 1 1 1/111 1 1 1 1/232 2 2 2 2/111 1 1 1 1/
    ... 111 1 1 1 1/112 1 1 2 1/111 1 1 1 1/333 3 2 3 3/111 1 1 1 1/222 2 2 2 2/222 3 2 3 2/
    ... 433 4 3 4 3/221 2 2 3 2/232 3 2 3 3/333 3 4 3 2/111 1 1 1 1/111 1 1 1 1/121 2 1 1 1/
    ... 232 2 2 2 2/121 1 1 1 1/222 2 2 2 2'''.replace(chr(10), "").split("/")
    >>> rows = [(item, rater, int(label) - 1) for item, line in enumerate(patients)
    ...         for rater, labels in enumerate(line.split()) for label in labels]
    >>> items, raters, codes = np.array(rows).T
    >>> found = dawid_skene(Patterns.of(items, raters, codes, n_items=45, n_raters=5, n_labels=4),
    ...                     smoothing=0)
    >>> found.prior.round(2).tolist(), found.converged
    ([0.4, 0.42, 0.11, 0.07], True)
    """
    model = _Model(patterns, smoothing)
    reached = climb(
        model.start(vote_shares(patterns) if begin is None else begin),
        model.step,
        most_steps=most_steps,
        least_gain=least_gain * max(1, patterns.entry_weights().sum()),
    )
    posterior, likelihood = model.posterior(reached.parameters)
    confusion = model.matrices(reached.parameters)
    diagonal = np.diagonal(confusion, axis1=1, axis2=2)
    return Fit(
        model="dawid_skene",
        patterns=patterns,
        rows=posterior,
        competence=(diagonal * reached.parameters.prior).sum(axis=1),
        confusion=confusion,
        prior=reached.parameters.prior,
        log_likelihood=likelihood,
        trace=reached.trace,
        converged=reached.converged,
        seed=seed,
        restarts=(reached.trace[-1],),
    )


class _Model:
    """The two steps of EM, with what does not change between them."""

    def __init__(self, patterns: Patterns, smoothing: float) -> None:
        self.patterns = patterns
        self.labels = patterns.n_labels
        self.blocks = list(blocks(patterns, patterns.raters * self.labels + patterns.codes))
        self.made_up = made_up_labels(self.labels, smoothing)
        self.smoothing = smoothing

    def start(self, shares: FloatArray) -> Parameters:
        counts = _Counts(self.labels, self.patterns.n_raters * self.labels)
        for block in self.blocks:
            counts.add(block, shares[:, block.rows] * self.patterns.weights[block.rows])
        return self._maximised(counts)

    def step(self, at: Parameters) -> tuple[Parameters, float]:
        """Both steps of EM block by block: the next parameters, and the objective at these."""
        counts = _Counts(self.labels, self.patterns.n_raters * self.labels)
        likelihood = 0.0
        for block, posterior, part in self._expected(at):
            likelihood += part
            counts.add(block, posterior * self.patterns.weights[block.rows])
        believed = log_prior(self.made_up[:, None, :], self._shaped(at.confusion))
        believed += log_prior(self.smoothing, at.prior)
        return self._maximised(counts), likelihood + believed

    def posterior(self, at: Parameters) -> tuple[FloatArray, float]:
        """The posterior, shape (labels, rows), and the log-likelihood."""
        rows = np.empty((self.labels, self.patterns.n_rows))
        likelihood = 0.0
        for block, posterior, part in self._expected(at):
            rows[:, block.rows] = posterior
            likelihood += part
        return rows, likelihood

    def matrices(self, at: Parameters) -> FloatArray:
        """Shape (raters, true label, label given)."""
        return np.ascontiguousarray(self._shaped(at.confusion).transpose(1, 0, 2))

    def _expected(self, at: Parameters) -> Iterator[tuple[Block, FloatArray, float]]:
        """Each block with its posterior and its part of the log-likelihood."""
        logs, priors = log(at.confusion), log(at.prior)
        for block in self.blocks:
            joint = np.repeat(priors, len(block.rows)).reshape(self.labels, -1)
            for label, line in enumerate(logs):
                block.add_to_rows(line, joint[label])
            yield block, *normalised(joint, self.patterns.weights[block.rows])

    def _maximised(self, counts: "_Counts") -> Parameters:
        shaped = self._shaped(counts.said) + self.made_up[:, None, :]
        totals = shaped.sum(axis=2, keepdims=True)
        confusion = np.full_like(shaped, 1 / self.labels)
        np.divide(shaped, totals, out=confusion, where=totals > 0)
        prior = counts.items + self.smoothing
        return Parameters(prior / prior.sum(), confusion.reshape(self.labels, -1))

    def _shaped(self, flat: FloatArray) -> FloatArray:
        return flat.reshape(self.labels, self.patterns.n_raters, self.labels)


class _Counts:
    """The expected numbers that parameters are shares of: `said`, shape (true label, rater x label
    given), and `items` of each true label.
    """

    def __init__(self, labels: int, cells: int) -> None:
        self.said = np.zeros((labels, cells))
        self.items = np.zeros(labels)

    def add(self, block: Block, weighted: FloatArray) -> None:
        for said, line in zip(self.said, weighted, strict=True):
            block.add_to_keys(line, said)
        self.items += weighted.sum(axis=1)


def made_up_labels(labels: int, smoothing: float) -> FloatArray:
    """The labels that one annotator is taken to have given beforehand, shape (true, given): half
    of `smoothing` right, the other half spread over the wrong labels.

    >>> made_up_labels(3, 1.0).tolist()
    [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]]
    """
    wrong = smoothing / 2 / max(1, labels - 1)
    table: FloatArray = np.full((labels, labels), wrong)
    np.fill_diagonal(table, smoothing / 2)
    return table
