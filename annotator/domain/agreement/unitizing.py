"""Agreement on spans: Krippendorff's unitizing alpha, overall, for boundaries only, and for labels.

Annotators mark spans of a text and label them; what they leave unmarked are gaps. Every annotator
thus cuts the text, the *continuum*, into units with a label and gaps (φ). For all pairs of
different annotators of a text, of which there are m, the lengths on which a unit or gap labelled c
of one meets one labelled k of the other add up to

    l_ck = sum of the lengths of the intersections / (m - 1)

so that l_c, the sum of a row, is the length of everything labelled c, and l the length of all texts
times their annotators. By chance, any stretch may meet any other, but a unit, being one piece, not
itself, and of a gap no character itself:

    e_ck = l_c l_k - [c = k] C_c,  C_c = sum of squared lengths of the units c;  C_φ = l_φ

Several texts are one long continuum: their sums add up, whatever their annotators. Texts that fewer
than two annotators read do not enter; who read a text and marked nothing counts.

Krippendorff, Mathet, Bouvry & Widlöcher (2016) On the reliability of unitizing textual continua:
Further developments, doi:10.1007/s11135-015-0266-1; Krippendorff (2019) Content Analysis, 4th ed.,
section 12.6.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from annotator.domain.agreement.additive import Figure, Resampling, defined, figure_of
from annotator.domain.agreement.ratings import cells
from annotator.domain.agreement.shares import corrected
from annotator.domain.agreement.weights import without_dust
from annotator.domain.intervals import FloatArray, IntArray, Sums, summed
from annotator.errors import DataInvalid


class Span(NamedTuple):
    """One marked stretch; `start` and `end` are code points from the start of the text, `end`
    excluded.
    """

    item: str
    annotator: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text that annotators read: its length in code points, and who read it."""

    length: int
    annotators: Collection[str]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Marked stretches as numbers of their text, annotator and label, and as places; all of one
    length.
    """

    items: IntArray
    raters: IntArray
    codes: IntArray
    starts: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.items)

    def merged(self) -> "Units":
        """Those of one text, annotator and label that overlap made one; those that only touch stay
        apart.
        """
        order = np.lexsort((self.starts, self.codes, self.raters, self.items))
        items, raters, codes, starts, ends = (
            column[order]
            for column in (self.items, self.raters, self.codes, self.starts, self.ends)
        )
        _, group = np.unique(np.stack([items, raters, codes]), axis=1, return_inverse=True)
        offset = group.ravel() * (int(ends.max(initial=0)) + 1)
        reach = np.maximum.accumulate(ends + offset)
        new = np.flatnonzero(
            np.concatenate([[True], (starts + offset)[1:] >= reach[:-1]])[: len(starts)]
        )
        last = np.concatenate([new[1:], [len(starts)]])[: len(new)] - 1
        return Units(items[new], raters[new], codes[new], starts[new], (reach - offset)[last])

    def unlabelled(self) -> "Units":
        """The same stretches as if there were one label."""
        one = np.zeros_like(self.codes)
        return Units(self.items, self.raters, one, self.starts, self.ends).merged()


@dataclass(frozen=True, slots=True, eq=False)
class Continua:
    """The texts that two annotators or more read, with the units marked on them.

    `lengths` and `readers` (how many annotators) are of `item_names`; the units' numbers are of
    `item_names` and `labels`. `overlapping` says whether an annotator gave two labels to one
    character.
    """

    item_names: tuple[str, ...]
    labels: tuple[str, ...]
    lengths: IntArray
    readers: IntArray
    units: Units
    overlapping: bool

    @classmethod
    def of(cls, spans: Iterable[Span], texts: Mapping[str, Text]) -> "Continua":
        """From the spans of all annotators and the texts by name.

        Spans of one annotator and label that overlap are taken as one; the other annotators cannot
        know where it was begun anew. Raises `DataInvalid` for a span of an unknown text, of an
        annotator who did not read it, or outside it.
        """
        given = [_checked(span, texts) for span in spans]
        names = tuple(sorted(name for name, text in texts.items() if len(set(text.annotators)) > 1))
        number = {name: place for place, name in enumerate(names)}
        given = [span for span in given if span.item in number]
        labels = tuple(sorted({span.label for span in given}))
        raters = {name: n for n, name in enumerate(sorted({span.annotator for span in given}))}
        code = {label: place for place, label in enumerate(labels)}
        rows = [
            (number[span.item], raters[span.annotator], code[span.label], span.start, span.end)
            for span in given
        ]
        units = Units(*np.array(rows, dtype=np.int64).reshape(-1, 5).T).merged()
        return cls(
            names,
            labels,
            np.array([texts[name].length for name in names], dtype=np.int64),
            np.array([len(set(texts[name].annotators)) for name in names], dtype=np.int64),
            units,
            overlapping=len(units.unlabelled()) < len(units),
        )


def _checked(span: Span, texts: Mapping[str, Text]) -> Span:
    text = texts.get(span.item)
    where = f"The span {span.start} to {span.end} of “{span.annotator}” on “{span.item}”"
    if text is None:
        raise DataInvalid(f"{where} is of a text that is not there: add the text or its length.")
    if span.annotator not in text.annotators:
        raise DataInvalid(f"{where} is of somebody who did not read it: add them to its readers.")
    if not 0 <= span.start < span.end <= text.length:
        raise DataInvalid(
            f"{where} does not lie within its {text.length} characters: correct its offsets."
        )
    return span


@dataclass(frozen=True, slots=True, eq=False)
class UAlpha:
    """Agreement on boundaries and labels together (uα); up to 1.

        alpha = 1 - (l - sum over c of l_cc) / (e - sum over c of e_cc) e / l

    over all labels and gaps. Undefined where everything is one label, or one gap, and where an
    annotator gave two labels to one character: such a text is not cut into pieces.

    Columns: gaps that meet gaps, the length of gaps, then for each label what meets itself (l_cc),
    its length (l_c), and the squared lengths of its units (C_c).

    The example of Krippendorff (2019), figure 12.11, which is that of the paper of 2016, with 60
    characters and three annotators:

    >>> marked = {"Alex": "1 0 7, 2 7 13, 5 30 32, 6 32 37, 6 37 44, 7 44 60",
    ...           "Paul": "1 0 7, 3 7 13, 5 13 21, 6 32 44",
    ...           "Suzan": "1 0 7, 4 7 13, 5 13 21, 6 32 37, 6 37 41, 6 41 44"}
    >>> spans = [Span("text", who, label, int(start), int(end)) for who, line in marked.items()
    ...          for label, start, end in (span.split() for span in line.split(", "))]
    >>> continua = Continua.of(spans, {"text": Text(60, set(marked))})
    >>> for statistic in (UAlpha(), BinaryUAlpha(), CuAlpha()):
    ...     print(type(statistic).__name__, round(alpha_of_spans(statistic, continua), 3))
    UAlpha 0.51
    BinaryUAlpha 0.414
    CuAlpha 0.724
    """

    def sums(self, continua: Continua) -> Sums:
        return _sums(continua, continua.units)

    def value(self, totals: FloatArray) -> FloatArray:
        both, gaps, same, lengths, squares = _split(totals)
        everything = gaps + lengths.sum(axis=1)
        apart = everything - both - same.sum(axis=1)
        expected = everything**2 - gaps**2 - (lengths**2).sum(axis=1)
        possible = everything**2 - gaps - squares.sum(axis=1)
        return corrected(apart * possible, expected * everything)


@dataclass(frozen=True, slots=True, eq=False)
class BinaryUAlpha:
    """Agreement on what is marked at all, whatever the label (|uα); up to 1.

        alpha = 1 - (2 l_φu / l) / (2 l_φ l_u / e)

    where u are units of any label. Overlapping units of one annotator are one. Undefined where
    everything is marked, or nothing. Columns as for `UAlpha` with one label.
    """

    def sums(self, continua: Continua) -> Sums:
        return _sums(continua, continua.units.unlabelled(), labels=1)

    def value(self, totals: FloatArray) -> FloatArray:
        return UAlpha().value(totals)


@dataclass(frozen=True, slots=True, eq=False)
class CuAlpha:
    """Agreement on the labels of units where units of different annotators meet (cuα); up to 1.

        alpha = 1 - (l' - sum over c of l'_cc) / (e' - sum over c of e'_cc) e' / l'

    Primes say that gaps are left out: l'_ck are the meetings of labels, l'_c the sum of a row, and
    the length of a unit within C'_c is what others' units cover of it, averaged over the others.
    Undefined where no units meet, or all that meet have one label; else as `UAlpha`.

    Columns: what meets itself, the length that meets any unit, and the squared lengths of its
    units, for each label.
    """

    def sums(self, continua: Continua) -> Sums:
        return _meeting_sums(continua)

    def value(self, totals: FloatArray) -> FloatArray:
        same, lengths, squares = np.split(totals, 3, axis=1)
        everything = lengths.sum(axis=1)
        expected = everything**2 - (lengths**2).sum(axis=1)
        possible = everything**2 - squares.sum(axis=1)
        apart = (everything - same.sum(axis=1)) * possible
        return corrected(apart, without_dust(expected, everything) * everything)

    def by_label(self, totals: FloatArray) -> FloatArray:
        """The reliability of each label, (k)uα, shape (lines, labels); NaN where undefined.

            alpha_k = 1 - (l'_k - l'_kk) / (e'_k - e'_kk) e'_k / l'_k

        1 where all that meets a unit k is k, 0 where it is met as chance would have it. Undefined
        for a label whose units meet no others.
        """
        same, lengths, squares = np.split(totals, 3, axis=1)
        everything = lengths.sum(axis=1, keepdims=True)
        apart = (lengths - same) * (lengths * everything - squares)
        expected = lengths * (everything - lengths) * lengths
        return corrected(apart.ravel(), expected.ravel()).reshape(lengths.shape)


def alpha_of_spans(statistic: UAlpha | BinaryUAlpha | CuAlpha, continua: Continua) -> float | None:
    """The statistic of all texts together; None where it is undefined (see `why_no_alpha`)."""
    if why_no_alpha(statistic, continua):
        return None
    return defined(statistic, statistic.sums(continua).total())


def figure_of_spans(
    statistic: UAlpha | BinaryUAlpha | CuAlpha, continua: Continua, resampling: Resampling
) -> Figure:
    """The statistic with its interval over documents; `resampling.unit` numbers the document of
    each text of `continua.item_names`.
    """
    why = why_no_alpha(statistic, continua)
    if why:
        return Figure(None, why=why)
    by_text = statistic.sums(continua)
    if not by_text.total().any():
        # Units there are, but cu-alpha finds none of different annotators that meet.
        return Figure(None, why="no_pairable_items")
    return figure_of(statistic, by_text, resampling)


def why_no_alpha(statistic: UAlpha | BinaryUAlpha | CuAlpha, continua: Continua) -> str | None:
    """A code of `WHY` where the texts themselves rule a statistic out, before anything is
    computed.
    """
    if not continua.item_names:
        return "no_pairable_items"
    if not len(continua.units):
        return "no_labels"
    overlapping = continua.overlapping and not isinstance(statistic, BinaryUAlpha)
    return "overlapping_labels" if overlapping else None


def span_label_alphas(continua: Continua) -> dict[str, tuple[int, float | None]]:
    """For each label how many units have it, and its (k)uα (see `CuAlpha.by_label`)."""
    counts = np.bincount(continua.units.codes, minlength=len(continua.labels)).tolist()
    if why_no_alpha(CuAlpha(), continua):
        return {label: (n, None) for label, n in zip(continua.labels, counts, strict=True)}
    statistic = CuAlpha()
    alphas = statistic.by_label(statistic.sums(continua).total()[None, :])[0]
    return {
        label: (n, None if np.isnan(alpha) else float(alpha))
        for label, n, alpha in zip(continua.labels, counts, alphas, strict=True)
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """The texts cut at every boundary of any annotator: the length and item of each piece, and
    which pieces (`at`) each unit (`unit`) covers.
    """

    lengths: FloatArray
    items: IntArray
    at: IntArray
    unit: IntArray

    @classmethod
    def of(cls, continua: Continua, units: Units) -> "_Pieces":
        room = int(continua.lengths.max(initial=0)) + 1
        texts = np.arange(len(continua.item_names)) * room
        starts, ends = units.items * room + units.starts, units.items * room + units.ends
        cuts = np.unique(np.concatenate([texts, texts + continua.lengths, starts, ends]))
        items = cuts // room
        lengths = np.diff(cuts, append=cuts[-1:])
        lengths[np.flatnonzero(np.diff(items))] = 0
        first = np.searchsorted(cuts, starts)
        covered = np.searchsorted(cuts, ends) - first
        unit = np.repeat(np.arange(len(units)), covered)
        at = np.arange(len(unit)) + np.repeat(first - np.cumsum(covered) + covered, covered)
        return cls(lengths.astype(np.float64), items, at, unit)


def _sums(continua: Continua, units: Units, labels: int | None = None) -> Sums:
    width = len(continua.labels) if labels is None else labels
    pieces = _Pieces.of(continua, units)
    readers = continua.readers[pieces.items]
    marked = np.bincount(pieces.at, minlength=len(pieces.items))
    gaps = (readers - marked) * pieces.lengths
    met = cells(pieces.at, units.codes[pieces.unit], max(1, width))
    lengths, others = pieces.lengths[met.items], readers[met.items] - 1
    size = (units.ends - units.starts).astype(np.float64)
    items = pieces.items
    parts = [
        (items, np.full(len(items), 0), gaps * (readers - marked - 1) / (readers - 1)),
        (items, np.full(len(items), 1), gaps),
        (items[met.items], 2 + met.codes, lengths * met.counts * (met.counts - 1) / others),
        (items[met.items], 2 + width + met.codes, lengths * met.counts),
        (units.items, 2 + 2 * width + units.codes, size * size),
    ]
    return Sums.stacked(parts, (len(continua.item_names), 2 + 3 * width))


def _meeting_sums(continua: Continua) -> Sums:
    units, width = continua.units, len(continua.labels)
    pieces = _Pieces.of(continua, units)
    others = continua.readers[pieces.items] - 1
    marked = np.bincount(pieces.at, minlength=len(pieces.items))
    overlap = pieces.lengths * (marked - 1) / others
    met = cells(pieces.at, units.codes[pieces.unit], max(1, width))
    same = pieces.lengths[met.items] * met.counts * (met.counts - 1) / others[met.items]
    size = summed(pieces.unit, overlap[pieces.at], len(units))
    parts = [
        (pieces.items[met.items], met.codes, same),
        (pieces.items[met.items], width + met.codes, overlap[met.items] * met.counts),
        (units.items, 2 * width + units.codes, size * size),
    ]
    return Sums.stacked(parts, (len(continua.item_names), 3 * width))


def _split(
    totals: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    same, lengths, squares = np.split(totals[:, 2:], 3, axis=1)
    return totals[:, 0], totals[:, 1], same, lengths, squares
