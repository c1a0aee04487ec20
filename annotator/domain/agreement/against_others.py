"""One annotator against all others who labelled the same items."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class AgainstOthers:
    """How often the annotator said one label and another said the other, on the same item.

    `table[i, k]` is for label i of the annotator and label k of others, both numbering `labels`,
    which are those that either side used. An item counts the same however many others labelled it:
    each of m others adds 1 / m. `items` are those shared with at least one other, `same` the share
    of them, between 0 and 1, on which the others said the same; None without a shared item.
    """

    labels: tuple[str, ...]
    table: FloatArray
    items: int
    same: float | None

    def largest_confusion(self) -> tuple[str, str, float] | None:
        """The own label, the label of others and how many items, where these differ most often."""
        apart = self.table.copy()
        np.fill_diagonal(apart, 0)
        if not apart.any():
            return None
        mine, theirs = np.unravel_index(int(apart.argmax()), apart.shape)
        return self.labels[mine], self.labels[theirs], float(apart[mine, theirs])


def against_others(ratings: Ratings, annotator: str) -> AgainstOthers:
    """The labels of one annotator beside those that others gave to the same items.

    Labels are the same only if they are spelt the same; sets are compared whole.

    >>> from annotator.domain.scales import Scale
    >>> rows = [("p1", "ann", "main"), ("p1", "bob", "main"), ("p1", "cat", "noise"),
    ...         ("p2", "ann", "noise"), ("p2", "bob", "main"), ("p3", "ann", "main")]
    >>> found = against_others(Ratings.of(rows, Scale("nominal", ("main", "noise"))), "ann")
    >>> found.table.tolist(), found.items, found.same
    ([[0.5, 0.5], [1.0, 0.0]], 2, 0.25)
    >>> found.largest_confusion()
    ('noise', 'main', 1.0)
    """
    own = np.full(len(ratings.item_names), -1, dtype=np.int64)
    number = {name: at for at, name in enumerate(ratings.rater_names)}
    mine = ratings.raters == number.get(annotator, -1)
    own[ratings.items[mine]] = ratings.codes[mine]
    others = ~mine & (own[ratings.items] >= 0)
    at = ratings.items[others]
    used, code = np.unique(np.concatenate([own[at], ratings.codes[others]]), return_inverse=True)
    said, heard = code[: len(at)], code[len(at) :]
    weights = 1.0 / (ratings.sizes()[at] - 1)
    flat = np.bincount(said * len(used) + heard, weights, minlength=len(used) ** 2)
    table = flat.astype(np.float64).reshape(len(used), len(used))
    items = int(mine.sum())
    return AgainstOthers(
        labels=tuple(ratings.labels[each] for each in used),
        table=table,
        items=items,
        same=float(np.trace(table)) / items if items else None,
    )
