"""Running figures of the nominal, ordinal and set scales."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from annotator.domain.agreement.additive import Additive
from annotator.domain.agreement.alpha import alpha_of
from annotator.domain.agreement.confusion import MOST_NAMED, Confusion
from annotator.domain.agreement.distances import SetDistances, memberships
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.agreement.running_parts import (
    PARTS,
    Labelled,
    differing,
    one_against_the_rest,
    share,
    vocabulary_of,
)
from annotator.domain.intervals import FloatArray, IntArray, Sums
from annotator.domain.scales import Scale

# Patterns of labels that are remembered; only large sets know more of them.
_PATTERNS_AT_MOST: Final = 10_000
_DISAGREEMENT, _ITEMS = 0, 1
_COLUMN_BITS: Final = 32

# The labels, what they add to the sums, and which of them met how often.
_Pattern = tuple[
    tuple[int, ...], tuple[tuple[int, float], ...], tuple[tuple[tuple[int, int], int], ...]
]


@dataclass(slots=True)
class _Cells:
    """Sums by document and column, one look-up for each; a column is a number below 2 ** 32."""

    documents: dict[str, int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    columns: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, document: str, added: Iterable[tuple[int, float]]) -> None:
        row = self.documents.setdefault(document, len(self.documents))
        base = row << _COLUMN_BITS
        places, values = self.places, self.values
        for column, value in added:
            place = places.get(base | column)
            if place is None:
                place = places[base | column] = len(values)
                self.rows.append(row)
                self.columns.append(column)
                values.append(value)
            else:
                values[place] += value

    def take(self, document: str, taken: Iterable[tuple[int, float]]) -> None:
        """Take off what was added before."""
        base = self.documents[document] << _COLUMN_BITS
        places, values = self.places, self.values
        for column, value in taken:
            values[places[base | column]] -= value

    def used(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Rows, columns and values of the cells that hold something, as copies."""
        values = np.array(self.values, dtype=np.float64)
        # Less than one part is dust, which items of more than 17 labels leave.
        cells = np.flatnonzero(np.abs(values) >= 1)
        rows = np.array(self.rows, dtype=np.int64)[cells]
        return rows, np.array(self.columns, dtype=np.int64)[cells], values[cells]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The cells at a version; `rows` number `documents`, which are rows of `_Cells`."""

    version: int
    documents: IntArray
    rows: IntArray
    columns: IntArray
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Metric:
    """The statistic of a scale for the labels there are, and what goes into its sums.

    For each column of the cells: `place` is the column of the statistic, `factor` what a sum is
    multiplied with for it; 0 for what it has no use for, which is two labels of one rank. Sums
    have `width` columns.
    """

    statistic: Additive
    place: IntArray
    factor: FloatArray
    width: int

    @classmethod
    def of(cls, vocabulary: Ratings, pairs: IntArray) -> "_Metric":
        """`pairs` has two labels for each column, shape (columns, 2): a label with itself is its
        count, -1 is no label.
        """
        level, levels = _levels(vocabulary)
        one, other = pairs.T
        count, apart = (one == other) & (one >= 0), level[one] != level[other]
        ordinal = vocabulary.scale.ranks is not None
        # The ordinal metric needs each two levels apart, the others only their sum.
        before_counts = levels * (levels - 1) // 2 if ordinal else 1
        low, high = np.sort(np.stack([level[one], level[other]]), axis=0)
        pair = low * levels - low * (low + 1) // 2 + high - low - 1 if ordinal else 0 * low
        factor = np.zeros(len(pairs))
        factor[count] = 1.0
        factor[apart] = 2 / PARTS * _distance(vocabulary, one[apart], other[apart])
        place = np.where(count, before_counts + level[one], pair)
        return cls(alpha_of(vocabulary), place, factor, before_counts + levels)


def _levels(vocabulary: Ratings) -> tuple[IntArray, int]:
    """What is compared, by number: the ranks in use on an ordinal scale, else the labels; and how
    many. The last entry, found at -1, is of no label.
    """
    labels, ranks = vocabulary.labels, vocabulary.scale.ranks
    if ranks is None:
        return np.append(np.arange(len(labels)), -1), len(labels)
    distinct, level = np.unique([ranks[label] for label in labels], return_inverse=True)
    return np.append(level.astype(np.int64), -1), len(distinct)


def _distance(vocabulary: Ratings, one: IntArray, other: IntArray) -> FloatArray:
    """1 where the statistic itself knows how far two labels are apart."""
    scale = vocabulary.scale
    if scale.kind != "set":
        return np.ones(len(one))
    members = memberships(vocabulary.labels)[1]
    return SetDistances(members, scale.distance).between(one, other)


class RunningLabels:
    """Nominal, ordinal and set scales.

    Columns of the sums: the disagreement of the items and their number, then, as they come up, the
    count of each label and the coincidences of each two labels. Alpha with any metric follows from
    these, so that a label that is used for the first time needs no second look at the items.
    """

    def __init__(self, scale: Scale) -> None:
        self.version = 0
        self._scale = scale
        self._names: list[str] = []
        self._codes: dict[str, int] = {}
        self._items: dict[str, tuple[int, ...]] = {}
        self._cells = _Cells()
        self._columns: dict[tuple[int, int], int] = {}
        self._pairs: list[tuple[int, int]] = [(-1, -1), (-1, -1)]
        self._met: Counter[tuple[int, int]] = Counter()
        self._patterns: dict[tuple[int, ...], _Pattern] = {}
        self._table: _Table | None = None
        self._metric: _Metric | None = None
        if scale.kind != "set":
            for label in scale.labels:
                self._code(label)

    @property
    def items(self) -> int:
        return len(self._items)

    def change(self, item: str, document: str, labels: Sequence[str]) -> None:
        codes = self._codes
        after = tuple(
            sorted([codes[label] if label in codes else self._code(label) for label in labels])
        )
        if len(after) < 2:  # noqa: PLR2004 - a pair
            after = ()
        before = self._items.get(item, ())
        if before == after:
            return
        self.version += 1
        if before:
            _, sums, met = self._patterns.get(before) or self._pattern(before)
            self._cells.take(document, sums)
            for pair, times in met:
                self._met[pair] -= times
        if after:
            # Equal labels are kept once for all items.
            after, sums, met = self._patterns.get(after) or self._pattern(after)
            self._cells.add(document, sums)
            for pair, times in met:
                self._met[pair] += times
            self._items[item] = after
        else:
            del self._items[item]

    def documents(self) -> list[str]:
        names = list(self._cells.documents)
        return [names[row] for row in self._by_document().documents]

    def alpha(self) -> tuple[Additive, Sums]:
        table, metric = self._by_document(), self._metric_now()
        cells = np.flatnonzero(metric.factor[table.columns] > 0)
        columns = table.columns[cells]
        sums = table.values[cells] * metric.factor[columns]
        shape = (len(table.documents), metric.width)
        return metric.statistic, Sums(table.rows[cells], metric.place[columns], sums, shape)

    def percent(self) -> tuple[Additive, Sums]:
        table = self._by_document()
        mine = np.flatnonzero(table.columns <= _ITEMS)
        columns, values = table.columns[mine], table.values[mine]
        shares = np.where(columns == _DISAGREEMENT, values / PARTS, values)
        return PercentAgreement(), Sums(
            table.rows[mine], columns, shares, (len(table.documents), 2)
        )

    def labels(self) -> list[Labelled]:
        table = self._by_document()
        totals = np.bincount(table.columns, weights=table.values, minlength=len(self._pairs))[2:]
        pairs = np.array(self._pairs[2:], dtype=np.int64).reshape(-1, 2)
        names, members = _members(self._scale, self._names)
        same = pairs[:, 0] == pairs[:, 1]
        counts = totals[same] @ members[pairs[same, 0]]
        apart = members[pairs[~same, 0]] != members[pairs[~same, 1]]
        within = 2 * (totals[~same] / PARTS) @ apart.astype(np.float64)
        found = {
            name: (int(count), one_against_the_rest(count, between, totals[same].sum()))
            for name, count, between in zip(names, counts, within, strict=True)
        }
        return _declared_first(self._scale, found)

    def confusions(self) -> list[Confusion]:
        order = _place(self._scale, self._names)
        named = []
        for codes, times in self._met.items():
            one, other = sorted((self._names[code] for code in codes), key=order)
            if times:
                named.append(Confusion(one, other, times))
        named.sort(key=lambda each: (-each.times, order(each.a), order(each.b)))
        return named[:MOST_NAMED]

    def _by_document(self) -> _Table:
        """The cells of documents that have an item, with these numbered anew."""
        if self._table is None or self._table.version != self.version:
            rows, columns, values = self._cells.used()
            found, number = np.unique(rows, return_inverse=True)
            self._table = _Table(self.version, found, number.astype(np.int64), columns, values)
        return self._table

    def _metric_now(self) -> _Metric:
        """The metric of the labels that have come up; made anew only when another one does."""
        if self._metric is None or len(self._metric.place) != len(self._pairs):
            pairs = np.array(self._pairs, dtype=np.int64)
            self._metric = _Metric.of(vocabulary_of(self._scale, self._names), pairs)
        return self._metric

    def _code(self, label: str) -> int:
        name = self._scale.canonical(label)
        code = self._codes.get(name)
        if code is None:
            code = self._codes[name] = len(self._names)
            self._names.append(name)
        self._codes[label] = code
        return code

    def _column(self, one: int, other: int) -> int:
        column = self._columns.setdefault((one, other), len(self._pairs))
        if column == len(self._pairs):
            self._pairs.append((one, other))
        return column

    def _pattern(self, codes: tuple[int, ...]) -> _Pattern:
        """What an item with these labels adds; the same few patterns come again and again."""
        if len(self._patterns) >= _PATTERNS_AT_MOST:
            self._patterns.clear()
        self._patterns[codes] = codes, tuple(self._sums(codes)), tuple(_meetings(codes))
        return self._patterns[codes]

    def _sums(self, codes: tuple[int, ...]) -> Iterator[tuple[int, float]]:
        m, counts = len(codes), Counter(codes)
        yield _DISAGREEMENT, share(differing(counts.values()), m * (m - 1), m)
        yield _ITEMS, 1.0
        for code, count in counts.items():
            yield self._column(code, code), float(count)
        for (one, other), times in _meetings(codes):
            yield self._column(one, other), share(times, m - 1, m)


def _meetings(codes: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], int]]:
    """Each two different labels of an item, given in order, and how many pairs of annotators gave
    them.
    """
    counts = list(Counter(codes).items())
    for place, (one, times) in enumerate(counts):
        for other, also in counts[place + 1 :]:
            yield (one, other), times * also


def _members(scale: Scale, names: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    """Which labels each name stands for: itself, or what the set holds."""
    return memberships(names) if scale.kind == "set" else (names, np.eye(len(names)))


def _declared_first(scale: Scale, found: dict[str, tuple[int, float | None]]) -> list[Labelled]:
    order = _place(scale, found)
    used = {name: found[name] for name in sorted(found, key=order) if found[name][0]}
    declared = dict.fromkeys(scale.labels, (0, None))
    return [(name, *each) for name, each in {**declared, **used}.items()]


def _place(scale: Scale, names: Iterable[str]) -> Callable[[str], tuple[int, str]]:
    """Where a label stands: in the declared order, then by code point; sets by code point only."""
    declared = {} if scale.kind == "set" else {name: n for n, name in enumerate(scale.labels)}
    last = len(declared)
    places = {name: (declared.get(name, last), name) for name in names}
    return places.__getitem__
