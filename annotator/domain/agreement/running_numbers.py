"""Running figures of the interval scale."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from annotator.domain.agreement.additive import Additive
from annotator.domain.agreement.alpha import alpha_of
from annotator.domain.agreement.confusion import Confusion
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.running_parts import (
    PARTS,
    Labelled,
    differing,
    one_against_the_rest,
    share,
    vocabulary_of,
)
from annotator.domain.intervals import Sums
from annotator.domain.scales import Scale

# The square of a larger number is soon no number any more.
_FAR: Final = 1e90


class RunningNumbers:
    """The interval scale, by moments.

    The sums of a document are made anew from its items, since numbers that were added and taken off
    again leave dust, which could pass for a disagreement where all labels are the same.
    Very large numbers are divided by a power of two, which changes neither their digits nor alpha.
    """

    def __init__(self, scale: Scale) -> None:
        self.version = 0
        self._scale = scale
        self._zero: float | None = None
        self._exponent = 0
        self._items: dict[str, tuple[str, ...]] = {}
        self._documents: dict[str, dict[str, tuple[float, ...]]] = {}
        self._sums: dict[str, list[float]] = {}
        self._given: Counter[str] = Counter()
        self._apart: Counter[str] = Counter()

    @property
    def items(self) -> int:
        return len(self._items)

    def change(self, item: str, document: str, labels: Sequence[str]) -> None:
        after = tuple(sorted(self._scale.canonical(label) for label in labels))
        if len(after) < 2:  # noqa: PLR2004 - a pair
            after = ()
        before = self._items.get(item, ())
        if before == after:
            return
        self.version += 1
        self._tally(before, -1)
        self._tally(after, 1)
        items = self._documents.setdefault(document, {})
        if after:
            self._items[item], items[item] = after, self._moments(after)
        else:
            del self._items[item], items[item]
        if items:
            self._sums[document] = _added(items)
        else:
            del self._documents[document]
            self._sums.pop(document, None)
        self._scale_to(after)

    def documents(self) -> list[str]:
        return list(self._sums)

    def alpha(self) -> tuple[Additive, Sums]:
        return alpha_of(vocabulary_of(self._scale, [])), self._table(slice(2, 6))

    def percent(self) -> tuple[Additive, Sums]:
        return PercentAgreement(), self._table(slice(0, 2))

    def labels(self) -> list[Labelled]:
        total = self._given.total()
        return [
            (label, count, one_against_the_rest(count, self._apart[label] / PARTS, total))
            for label, count in sorted(self._given.items(), key=lambda each: float(each[0]))
            if count
        ]

    def confusions(self) -> list[Confusion]:
        """Numbers are near or far, not taken for one another."""
        return []

    def _scale_to(self, labels: tuple[str, ...]) -> None:
        """Make all sums anew where the largest number of all asks for another power of two."""
        if not self._exponent and all(abs(float(label)) <= _FAR for label in labels):
            return
        largest = max((abs(float(each)) for each, n in self._given.items() if n), default=0.0)
        exponent = math.frexp(largest)[1] + 1 if largest > _FAR else 0
        if exponent == self._exponent:
            return
        self._exponent, self._zero = exponent, None
        for document, items in self._documents.items():
            for item in items:
                items[item] = self._moments(self._items[item])
            self._sums[document] = _added(items)

    def _moments(self, labels: tuple[str, ...]) -> tuple[float, ...]:
        """The disagreement of an item, 1, and the sums of `IntervalAlpha`, in the order of both."""
        numbers = [math.ldexp(float(label), -self._exponent) for label in labels]
        if self._zero is None:
            # As in `IntervalAlpha.of`: large numbers would lose the digits that differ.
            self._zero = numbers[0]
        x = [number - self._zero for number in numbers]
        m, first, second = len(x), sum(x), sum(value * value for value in x)
        apart = differing(Counter(labels).values()) / (m * (m - 1))
        within = 2 * (m * second - first * first) / (m - 1)
        return apart, 1.0, within, float(m), first, second

    def _tally(self, labels: tuple[str, ...], sign: int) -> None:
        m = len(labels)
        for label, count in Counter(labels).items():
            self._given[label] += sign * count
            # A Counter of whole numbers by its type, but any number will do.
            apart = share(2 * count * (m - count), m - 1, m)
            self._apart[label] += sign * apart  # type: ignore[assignment]

    def _table(self, columns: slice) -> Sums:
        table = np.array(list(self._sums.values()), dtype=np.float64).reshape(-1, 6)[:, columns]
        rows, cells = np.nonzero(table)
        return Sums(rows, cells, table[rows, cells], table.shape)


def _added(items: dict[str, tuple[float, ...]]) -> list[float]:
    return [sum(column) for column in zip(*items.values(), strict=True)]
