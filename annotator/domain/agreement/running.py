"""Figures that are kept: one item that changes moves a few sums, whatever the size of the project.

`Running` holds what `Ratings` hold, item by item, and beside it the sums of each document that
every figure is a function of. `change` takes one item off those sums and puts it back as it is now;
nothing else is looked at. Values and intervals are computed when someone asks, from the sums of the
documents and by the very statistics that score a whole table, so that there is one definition of
each figure.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from annotator.domain.agreement.additive import (
    Additive,
    Figure,
    Outlook,
    defined,
    more_documents,
)
from annotator.domain.agreement.alpha import alpha_of
from annotator.domain.agreement.confusion import MOST_NAMED, Confusion
from annotator.domain.agreement.distances import SetDistances, memberships
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.agreement.ratings import Ratings
from annotator.domain.intervals import FloatArray, IntArray, Sums
from annotator.domain.jackknife import jackknife
from annotator.domain.scales import Scale

# The least common multiple of 1 to 17. What an item of up to 17 labels adds is a whole number of
# parts of this size, so that taking it off again leaves exactly what was there before.
PARTS: Final = 12_252_240
EXACT_UP_TO: Final = 17
# Patterns of labels that are remembered; only large sets know more of them.
_PATTERNS_AT_MOST: Final = 10_000
_AGREEMENT, _ITEMS = 0, 1
_COLUMN_BITS: Final = 32

Labelled = tuple[str, int, float | None]
# The labels, what they add to the sums, and which of them met how often.
_Pattern = tuple[
    tuple[int, ...], tuple[tuple[int, float], ...], tuple[tuple[tuple[int, int], int], ...]
]


class Running(Protocol):
    """The figures of one question. `version` counts the changes."""

    version: int

    def change(self, item: str, document: str, labels: Sequence[str]) -> None:
        """The item has these labels now: all that count, one for each annotator, in any order.

        With fewer than two the item enters no figure, as in a table. `document` names the unit
        that is left out or drawn for an interval; an item stays in its document. The work is that
        of the item's labels, and does not grow with the number of items.

        Raises:
            DataInvalid: a label that the scale refuses; then nothing has changed.
        """

    @property
    def items(self) -> int:
        """How many items have two labels or more."""

    def documents(self) -> list[str]:
        """Those that have such an item."""

    def alpha(self) -> tuple[Additive, Sums]:
        """Krippendorff's alpha by the metric of the scale, and its sums, a row for each of
        `documents`.
        """

    def percent(self) -> tuple[Additive, Sums]:
        """Percent agreement and its sums."""

    def labels(self) -> list[Labelled]:
        """What `label_alphas` gives: each label, how often it was given, and its own alpha."""

    def confusions(self) -> list[Confusion]:
        """What `confusions` gives."""


def running(scale: Scale) -> Running:
    """No items yet.

    >>> figures = running(Scale("nominal"))
    >>> for item, labels in {"a": "xx", "b": "xy", "c": "yy"}.items():
    ...     figures.change(item, item, list(labels))
    >>> figures.items, kept(figures.percent())[0].value
    (3, 0.6666666666666666)
    >>> figures.change("b", "b", ["y", "y"])
    >>> kept(figures.alpha())[0].value
    1.0
    """
    return RunningNumbers(scale) if scale.kind == "interval" else RunningLabels(scale)


def kept(
    figure: tuple[Additive, Sums],
    noun: str = "documents",
    *,
    threshold: float | None = None,
    joined: Sequence[str] | None = None,
) -> tuple[Figure, Outlook]:
    """The value of a statistic with its jackknife interval, and what a lead plans by.

    `noun` names what is left out, `threshold` is the one of `outlook`. `joined` names for each row
    of the sums what it belongs to, where several documents are to be left out as one.
    """
    statistic, sums = figure
    nothing = Outlook(None, None)
    if not sums.shape[0]:
        return Figure(None, why="no_pairable_items"), nothing
    value = defined(statistic, sums.total())
    if value is None:
        return Figure(None, why="single_category"), nothing
    if joined is not None:
        names, unit = np.unique(np.array(joined, dtype=object), return_inverse=True)
        sums = sums.regrouped(unit.astype(np.int64), len(names))
    found = jackknife(sums, statistic.value, noun, threshold=threshold)
    what = Figure(value, found.low, found.high, found.method, found.why)
    if found.low is None:
        return what, nothing
    return what, Outlook(found.below, more_documents(sums.shape[0], times_narrower=2))


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


class RunningLabels:
    """Nominal, ordinal and set scales.

    Columns of the sums: the agreement of the items and their number, then, as they come up, the
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
        vocabulary = _vocabulary(self._scale, self._names)
        metric = _Metric.of(vocabulary)
        place, factor = metric.places(np.array(self._pairs, dtype=np.int64))
        table = self._by_document()
        cells = np.flatnonzero(factor[table.columns] > 0)
        columns = table.columns[cells]
        sums = table.values[cells] * factor[columns]
        shape = (len(table.documents), metric.width)
        return alpha_of(vocabulary), Sums(table.rows[cells], place[columns], sums, shape)

    def percent(self) -> tuple[Additive, Sums]:
        table = self._by_document()
        mine = np.flatnonzero(table.columns <= _ITEMS)
        columns, values = table.columns[mine], table.values[mine]
        shares = np.where(columns == _AGREEMENT, values / PARTS, values)
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
            name: (int(count), _one_against_the_rest(count, between, totals[same].sum()))
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
        yield _AGREEMENT, _share(_agreeing(counts.values()), m * (m - 1), m)
        yield _ITEMS, 1.0
        for code, count in counts.items():
            yield self._column(code, code), float(count)
        for (one, other), times in _meetings(codes):
            yield self._column(one, other), _share(times, m - 1, m)


class RunningNumbers:
    """The interval scale, by moments.

    The sums of a document are made anew from its items, since numbers that were added and taken off
    again leave dust, which could pass for a disagreement where all labels are the same.
    """

    def __init__(self, scale: Scale) -> None:
        self.version = 0
        self._scale = scale
        self._zero: float | None = None
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
            self._sums[document] = [sum(column) for column in zip(*items.values(), strict=True)]
        else:
            del self._sums[document], self._documents[document]

    def documents(self) -> list[str]:
        return list(self._sums)

    def alpha(self) -> tuple[Additive, Sums]:
        return alpha_of(_vocabulary(self._scale, [])), self._table(slice(2, 6))

    def percent(self) -> tuple[Additive, Sums]:
        return PercentAgreement(), self._table(slice(0, 2))

    def labels(self) -> list[Labelled]:
        total = self._given.total()
        return [
            (label, count, _one_against_the_rest(count, self._apart[label] / PARTS, total))
            for label, count in sorted(self._given.items(), key=lambda each: float(each[0]))
            if count
        ]

    def confusions(self) -> list[Confusion]:
        """Numbers are near or far, not taken for one another."""
        return []

    def _moments(self, labels: tuple[str, ...]) -> tuple[float, ...]:
        """The agreement of an item, 1, and the sums of `IntervalAlpha`, in the order of both."""
        numbers = [float(label) for label in labels]
        if self._zero is None:
            # As in `IntervalAlpha.of`: large numbers would lose the digits that differ.
            self._zero = numbers[0]
        x = [number - self._zero for number in numbers]
        m, first, second = len(x), sum(x), sum(value * value for value in x)
        agreement = _agreeing(Counter(labels).values()) / (m * (m - 1))
        within = 2 * (m * second - first * first) / (m - 1)
        return agreement, 1.0, within, float(m), first, second

    def _tally(self, labels: tuple[str, ...], sign: int) -> None:
        m = len(labels)
        for label, count in Counter(labels).items():
            self._given[label] += sign * count
            # A Counter of whole numbers by its type, but any number will do.
            apart = _share(2 * count * (m - count), m - 1, m)
            self._apart[label] += sign * apart  # type: ignore[assignment]

    def _table(self, columns: slice) -> Sums:
        table = np.array(list(self._sums.values()), dtype=np.float64).reshape(-1, 6)[:, columns]
        rows, cells = np.nonzero(table)
        return Sums(rows, cells, table[rows, cells], table.shape)


def _share(times: int, out_of: int, labels: int) -> float:
    """So many parts of `PARTS`; a whole number unless the item has very many labels."""
    return float(PARTS * times // out_of) if labels <= EXACT_UP_TO else PARTS * times / out_of


def _agreeing(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) for count in counts)


def _meetings(codes: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], int]]:
    """Each two different labels of an item, given in order, and how many pairs of annotators gave
    them.
    """
    counts = list(Counter(codes).items())
    for place, (one, times) in enumerate(counts):
        for other, also in counts[place + 1 :]:
            yield (one, other), times * also


def _vocabulary(scale: Scale, labels: Sequence[str]) -> Ratings:
    """Ratings without an item that know these labels: what a statistic needs beside its sums."""
    return replace(Ratings.of([], scale), labels=tuple(labels))


@dataclass(frozen=True, slots=True, eq=False)
class _Metric:
    """Where the statistic of a scale has its sums, and how far two labels are apart there.

    `level` numbers what is compared: the ranks in use on an ordinal scale, else the labels. Its
    last entry, found at -1, is of no label.
    """

    vocabulary: Ratings
    level: IntArray
    levels: int

    @classmethod
    def of(cls, vocabulary: Ratings) -> "_Metric":
        labels, ranks = vocabulary.labels, vocabulary.scale.ranks
        if ranks is None:
            return cls(vocabulary, np.append(np.arange(len(labels)), -1), len(labels))
        values = np.array([ranks[label] for label in labels])
        distinct, level = np.unique(values, return_inverse=True)
        return cls(vocabulary, np.append(level.astype(np.int64), -1), len(distinct))

    @property
    def before_counts(self) -> int:
        """The ordinal metric needs each two levels apart, the others only their sum."""
        return 1 if self.vocabulary.scale.ranks is None else self.levels * (self.levels - 1) // 2

    @property
    def width(self) -> int:
        return self.before_counts + self.levels

    def places(self, pairs: IntArray) -> tuple[IntArray, FloatArray]:
        """For each two labels, shape (columns, 2), the column of the statistic and what a sum is
        multiplied with for it: 0 for two of one level and for what is no label.

        A label with itself is its count.
        """
        one, other = pairs.T
        label, count = one >= 0, one == other
        apart = label & (self.level[one] != self.level[other])
        place = np.where(count, self.before_counts + self.level[one], self._pair(one, other))
        factor = np.zeros(len(pairs))
        factor[label & count] = 1.0
        factor[apart] = 2 / PARTS * self._distance(one[apart], other[apart])
        return place, factor

    def _pair(self, one: IntArray, other: IntArray) -> IntArray:
        if self.vocabulary.scale.ranks is None:
            return np.zeros(len(one), dtype=np.int64)
        low, high = np.sort(np.stack([self.level[one], self.level[other]]), axis=0)
        place: IntArray = low * self.levels - low * (low + 1) // 2 + high - low - 1
        return place

    def _distance(self, one: IntArray, other: IntArray) -> FloatArray:
        """1 where the statistic itself knows how far two labels are apart."""
        scale = self.vocabulary.scale
        if scale.kind != "set":
            return np.ones(len(one))
        members = memberships(self.vocabulary.labels)[1]
        return SetDistances(members, scale.distance).between(one, other)


def _members(scale: Scale, names: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    """Which labels each name stands for: itself, or what the set holds."""
    return memberships(names) if scale.kind == "set" else (names, np.eye(len(names)))


def _one_against_the_rest(count: float, within: float, n: float) -> float | None:
    """Nominal alpha of one label, from the disagreement about it; see `label_alphas`."""
    expected = 2 * count * (n - count)
    return float(1 - (n - 1) * within / expected) if expected > 0 else None


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
