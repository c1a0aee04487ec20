"""The plain vote in the shape of a model, so that it stands beside the others."""

import numpy as np

from annotator.domain.certainty.expectation import Fit
from annotator.domain.certainty.patterns import Patterns, presence
from annotator.domain.certainty.votes import vote_shares
from annotator.domain.intervals import FloatArray, summed

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


def vote(patterns: Patterns, *, seed: int = 0) -> Fit:
    """Vote shares as probabilities; every annotator counts alike.

    The competence is how often the others say the same on the items that others labelled, too; row
    k of a confusion matrix is what the annotator says where the vote, their own included, says k.
    Nothing is estimated, so there is no likelihood.
    """
    shares = vote_shares(patterns)
    labels, weights = patterns.n_labels, patterns.entry_weights()
    cell = patterns.raters * labels + patterns.codes
    counts = np.stack(
        [summed(cell, weights * line[patterns.rows], patterns.n_raters * labels) for line in shares]
    ).reshape(labels, patterns.n_raters, labels)
    totals = counts.sum(axis=2, keepdims=True)
    confusion = np.full_like(counts, 1 / labels)
    np.divide(counts, totals, out=confusion, where=totals > 0)
    items = patterns.weights.sum()
    prior = (
        (shares * patterns.weights).sum(axis=1) / items if items else np.full(labels, 1 / labels)
    )
    shares[:, patterns.sizes() == 0] = prior[:, None]
    return Fit(
        model="vote",
        patterns=patterns,
        rows=shares,
        competence=_agreement_with_others(patterns),
        confusion=np.ascontiguousarray(confusion.transpose(1, 0, 2)),
        prior=prior,
        log_likelihood=None,
        trace=(),
        converged=True,
        seed=seed,
        restarts=(),
    )


def _agreement_with_others(patterns: Patterns) -> FloatArray:
    """The mean of `agreeing` for each annotator, shape (raters,); 0 for one who shares no item."""
    weights = np.where(alone(patterns), 0.0, patterns.weights)[patterns.rows]
    shared = summed(patterns.raters, weights, patterns.n_raters)
    same = summed(patterns.raters, weights * agreeing(patterns), patterns.n_raters)
    return same / np.maximum(shared, 1)


def alone(patterns: Patterns) -> BoolArray:
    """Whether fewer than two annotators labelled the items of each row, shape (rows,)."""
    rows, _ = presence(patterns)
    return np.bincount(rows, minlength=patterns.n_rows) < 2  # noqa: PLR2004 - somebody else


def agreeing(patterns: Patterns) -> FloatArray:
    """For each entry the share of the labels of others on its item that are the same, 0 if there
    are none.
    """
    cell = patterns.rows * patterns.n_labels + patterns.codes
    own = patterns.rows * patterns.n_raters + patterns.raters
    _, both, times = np.unique(
        own * patterns.n_labels + patterns.codes, return_inverse=True, return_counts=True
    )
    _, mine, own_times = np.unique(own, return_inverse=True, return_counts=True)
    _, which, votes = np.unique(cell, return_inverse=True, return_counts=True)
    same = votes[which] - times[both]
    others = patterns.sizes()[patterns.rows] - own_times[mine]
    found: FloatArray = same / np.maximum(others, 1)
    return found
