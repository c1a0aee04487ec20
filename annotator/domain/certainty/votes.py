"""The plain vote: how many gave each label, which label leads, and by how much. Ties stay ties."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.ratings import cells
from annotator.domain.certainty.patterns import Patterns
from annotator.domain.intervals import FloatArray, IntArray, summed

TIE = "tie:"


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The row x label table without its zeros, sorted by row, then label.

    `rows`, `codes`, `counts` have one length; `sizes[row]` is the number of labels of a row.
    """

    rows: IntArray
    codes: IntArray
    counts: FloatArray
    sizes: IntArray

    @classmethod
    def of(cls, patterns: Patterns) -> "Votes":
        found = cells(patterns.rows, patterns.codes, max(1, patterns.n_labels))
        return cls(found.items, found.codes, found.counts, patterns.sizes())

    def starts(self) -> IntArray:
        """Where each row begins in the table, and its end: shape (rows + 1,)."""
        return np.searchsorted(self.rows, np.arange(len(self.sizes) + 1))

    def agreement(self) -> FloatArray:
        """The share of pairs of votes that are the same, shape (rows,), 0 to 1; 0 below two votes.

        This is P_i of Fleiss (1971), doi:10.1037/h0031619: sum of n_c (n_c - 1) over n (n - 1).
        """
        same = summed(self.rows, self.counts * (self.counts - 1), len(self.sizes))
        pairs = self.sizes * (self.sizes - 1)
        found: FloatArray = same / np.maximum(pairs, 1)
        return found


def vote_shares(patterns: Patterns) -> FloatArray:
    """The share of each label among the votes, shape (labels, rows), 0 to 1; a row without a label
    holds zeros.
    """
    keys = patterns.codes * patterns.n_rows + patterns.rows
    counts = np.bincount(keys, minlength=patterns.n_labels * patterns.n_rows)
    table: FloatArray = counts.reshape(patterns.n_labels, patterns.n_rows) / np.maximum(
        patterns.sizes(), 1
    )
    return table


def named(leading: list[str]) -> str:
    """One label as it is, several as a tie that is never broken.

    >>> named(["economic"]), named(["security", "economic"])
    ('economic', 'tie:economic|security')
    """
    return leading[0] if len(leading) == 1 else TIE + "|".join(sorted(leading))


def entropy(shares: FloatArray) -> FloatArray:
    """The Shannon entropy of each column of shape (labels, rows), divided by its largest possible
    value, the logarithm of the number of labels: 0 is certain, 1 says that all are as likely.

    Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x. With one label it is 0.

    >>> entropy(np.array([[0.5, 1.0], [0.5, 0.0]])).tolist()
    [1.0, 0.0]
    """
    if len(shares) < 2:  # noqa: PLR2004 - two different labels
        return np.zeros(shares.shape[1])
    logs = np.log(np.where(shares > 0, shares, 1.0))
    found: FloatArray = np.abs((shares * logs).sum(axis=0)) / np.log(len(shares))
    return np.minimum(found, 1.0)


def margin(shares: FloatArray) -> FloatArray:
    """How far the largest share of each column is above the second: 0 is a tie, 1 certain.

    >>> margin(np.array([[0.5, 0.75], [0.5, 0.25]])).tolist()
    [0.0, 0.5]
    """
    if len(shares) < 2:  # noqa: PLR2004 - two different labels
        return np.ones(shares.shape[1])
    top = np.partition(shares, len(shares) - 2, axis=0)[-2:]
    found: FloatArray = top[1] - top[0]
    return found
