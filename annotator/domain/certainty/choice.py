"""Which model the data can carry.

No model is best everywhere: with plenty of labels a confusion matrix for each annotator beats the
vote, with few labels it invents certainty. So the data decide, by counting, before any result is
looked at.

- A model of annotators needs overlap: at least 30 items that two annotators labelled, each
  annotator sharing items with at least two others (of two people who differ nobody can say who is
  right), and all annotators linked through shared items. Otherwise the vote stands.
- Dawid-Skene estimates q (q - 1) numbers for each annotator, a row for each of the q labels in use.
  It is chosen where every annotator met every label in use on at least 20 items, by the vote. With
  20 labels the standard error of an entry of .8 is .09; with ten it is .13, and on drawn labels
  (benchmarks/certainty.py) MACE was right more often.
- MACE estimates q numbers for each annotator. It is chosen where every annotator has at least ten
  labels for each of them: ten times the number of labels in use.
- The one-coin model estimates one number for each annotator, and stands otherwise.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from annotator.domain.certainty.patterns import Patterns, presence
from annotator.domain.intervals import IntArray

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]

Chosen = Literal["vote", "median", "one_coin", "mace", "dawid_skene"]

LEAST_ITEMS = 30
LEAST_PARTNERS = 2
LEAST_MET = 20
LEAST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """The model whose probabilities are reported first, and one sentence that says why."""

    model: Chosen
    reason: str


def choose(patterns: Patterns) -> Choice:
    """The richest model that the labels can carry; see the module for the rules.

    The labels of `patterns` are those in use. Three annotators on twenty items are too few:

    >>> items, raters = np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20)
    >>> choose(Patterns.of(items, raters, items % 2, n_items=20, n_raters=3, n_labels=2)).reason
    'The vote stands because only 20 items have labels from two annotators, and a model needs 30.'
    """
    against = _against_any_model(patterns)
    if against:
        return Choice("vote", f"The vote stands because {against}.")
    rarest = _rarest_meeting(patterns)
    if rarest >= LEAST_MET:
        return Choice(
            "dawid_skene",
            "Dawid-Skene is used because every annotator met every label in use on at least "
            f"{LEAST_MET} items.",
        )
    short = (
        f"some annotator met some label on only {_count(rarest)} items, and Dawid-Skene needs "
        f"{LEAST_MET}"
    )
    given = patterns.labels_of_raters()
    fewest = float(given[given > 0].min())
    if fewest >= LEAST_LABELS * patterns.n_labels:
        return Choice("mace", f"MACE is used because {short}.")
    return Choice(
        "one_coin",
        f"The one-coin model is used because {short}, and MACE needs "
        f"{LEAST_LABELS * patterns.n_labels} labels of every annotator where one has "
        f"{_count(fewest)}.",
    )


def _count(number: float) -> str:
    return f"{number:.0f}" if number == int(number) else f"{number:.1f}"


def _against_any_model(patterns: Patterns) -> str | None:
    rows, raters = presence(patterns)
    if not len(rows) or patterns.n_labels < 2:  # noqa: PLR2004 - two different labels
        return "only one label was used" if len(rows) else "there is no label"
    shared = np.bincount(rows, minlength=patterns.n_rows) > 1
    items = int(patterns.weights[shared].sum())
    if items < LEAST_ITEMS:
        have = "item has" if items == 1 else "items have"
        return f"only {items} {have} labels from two annotators, and a model needs {LEAST_ITEMS}"
    return _against_network(rows, raters, patterns.n_raters)


def _against_network(rows: IntArray, raters: IntArray, n_raters: int) -> str | None:
    lonely = int(lonely_raters(rows, raters, n_raters).sum())
    if lonely == 1:
        return f"one annotator shares items with fewer than {LEAST_PARTNERS} others"
    if lonely:
        return f"{lonely} annotators share items with fewer than {LEAST_PARTNERS} others"
    groups = _groups(rows, raters, n_raters)
    if groups > 1:
        return f"the annotators fall into {groups} groups that share no item"
    return None


def lonely_raters(rows: IntArray, raters: IntArray, n_raters: int) -> BoolArray:
    """Who labelled something, but shares items with fewer than two others; shape (raters,).

    Whoever labelled an item that three people labelled shares it with two; so only the pairs of
    items with two people must be looked at, and not all pairs of everybody.
    """
    sizes = np.bincount(rows)[rows]
    enough = np.zeros(n_raters, dtype=np.bool_)
    enough[raters[sizes > LEAST_PARTNERS]] = True
    smaller, larger = raters[sizes == LEAST_PARTNERS].reshape(-1, 2).T
    pairs = np.unique(smaller * n_raters + larger)
    partners = np.bincount(np.concatenate(np.divmod(pairs, n_raters)), minlength=n_raters)
    present = np.bincount(raters, minlength=n_raters) > 0
    lonely: BoolArray = present & ~enough & (partners < LEAST_PARTNERS)
    return lonely


def _groups(rows: IntArray, raters: IntArray, n_raters: int) -> int:
    """How many groups of annotators are not linked to each other. Each is linked to the next one of
    the same item, which links them all.
    """
    beside = np.flatnonzero(rows[:-1] == rows[1:])
    links = np.unique(raters[beside] * n_raters + raters[beside + 1])
    left, right = np.divmod(links, n_raters)
    group = np.arange(n_raters)
    while True:
        before = group.copy()
        np.minimum.at(group, left, group[right])
        np.minimum.at(group, right, group[left])
        if np.array_equal(before, group):
            return len(np.unique(group[raters]))


def _rarest_meeting(patterns: Patterns) -> float:
    """Over annotators and labels in use, the fewest items of one label that one annotator met.

    An item is of the label that leads its vote, in parts where several do. Votes that lead nowhere
    are mostly slips; counting them would make every label look common enough.
    """
    votes = np.bincount(
        patterns.rows * patterns.n_labels + patterns.codes,
        minlength=patterns.n_rows * patterns.n_labels,
    ).reshape(patterns.n_rows, -1)
    leads = votes == votes.max(axis=1, keepdims=True)
    shares = leads / leads.sum(axis=1, keepdims=True)
    rows, raters = presence(patterns)
    present = np.unique(raters)
    fewest = np.inf
    for label in range(patterns.n_labels):
        met = np.bincount(
            raters, weights=(shares[:, label] * patterns.weights)[rows], minlength=patterns.n_raters
        )
        fewest = min(fewest, float(met[present].min()))
    return round(fewest, 6)
