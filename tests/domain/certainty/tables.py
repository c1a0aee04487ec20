"""Tables of labels: small ones written out, drawn ones with known truth, and any table at all."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from annotator.domain.certainty import Certainty, Patterns, certainty
from annotator.domain.intervals import FloatArray, IntArray
from annotator.domain.scales import Scale

Row = tuple[int, int, int]
LABELS = ("a", "b", "c", "d", "e")


@dataclass(frozen=True)
class Drawn:
    """Labels of made-up annotators with the true label of each item."""

    rows: list[Row]
    truth: IntArray


def patterns(
    rows: list[Row], *, items: int | None = None, raters: int = 5, labels: int = 5
) -> Patterns:
    """From (item, rater, code) rows; as many items as are named unless said otherwise."""
    item, rater, code = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    n_items = int(item.max(initial=-1)) + 1 if items is None else items
    return Patterns.of(item, rater, code, n_items=n_items, n_raters=raters, n_labels=labels)


def question(
    rows: list[Row],
    *,
    items: int | None = None,
    labels: tuple[str, ...] = LABELS,
    raters: tuple[str, ...] = ("ann", "bob", "cat", "dan", "eve"),
    scale: Scale | None = None,
    units: IntArray | None = None,
    seed: int = 0,
) -> Certainty:
    item, rater, code = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    n_items = int(item.max(initial=-1)) + 1 if items is None else items
    return certainty(
        item, rater, code, n_items, labels, raters, seed=seed, scale=scale, units=units
    )


def lines(*texts: str) -> list[Row]:
    """One line a rater, one sign an item: a, b, c, … or a point for a missing label."""
    return [
        (item, rater, "abcdefgh".index(sign))
        for rater, line in enumerate(texts)
        for item, sign in enumerate(line.replace(" ", ""))
        if sign != "."
    ]


def drawn(
    confusion: FloatArray, *, items: int, seed: int, prior: FloatArray | None = None
) -> Drawn:
    """Every annotator labels every item, by its confusion matrix: (raters, true, given)."""
    chance = np.random.default_rng(seed)
    raters, labels, _ = confusion.shape
    truth = chance.choice(labels, items, p=prior)
    cumulated = confusion.cumsum(axis=2)[:, truth]
    codes = (cumulated < chance.random((raters, items, 1))).sum(axis=2)
    rows = [
        (item, rater, int(min(code, labels - 1)))
        for rater, line in enumerate(codes)
        for item, code in enumerate(line)
    ]
    return Drawn(rows, truth)


def coins(accuracies: list[float], labels: int) -> FloatArray:
    """Confusion matrices of annotators who are right equally often on every label."""
    table = np.stack([np.full((labels, labels), (1 - a) / (labels - 1)) for a in accuracies])
    table[:, range(labels), range(labels)] = np.array(accuracies)[:, None]
    return table


def tables(least: int = 0) -> st.SearchStrategy[list[Row]]:
    """Up to eight items, four raters, three labels; a rater may label an item more than once."""
    row = st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 2))
    return st.lists(row, min_size=least, max_size=30)
