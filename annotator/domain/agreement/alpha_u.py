"""Krippendorff's first alpha for unitizing (αU, 1995): how far apart the ends of units are.

It takes one category at a time, so units of different categories may overlap, and one text. What
`unitizing` holds replaced it in 2016, since with more than two annotators it rates a unit that
meets two others twice; it is here to compare with what was published in between.

Krippendorff (1995) On the Reliability of Unitizing Continuous Data, doi:10.2307/271061;
Krippendorff (2004), doi:10.1007/s11135-004-8107-7.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement.unitizing import Continua, Span, Text, Units
from annotator.domain.intervals import FloatArray, IntArray
from annotator.errors import DataInvalid


def alpha_u(spans: Iterable[Span], text: Text) -> float | None:
    """αU of all categories of one text, 1 - (sum of D_oc) / (sum of D_ec) over categories c.

    For each category, with L the length of the text and m its annotators, units and gaps g of
    annotator i begin at b and are l long:

        D_oc = sum over i, j (i not j), g, h of delta / (m (m - 1) L squared)

    where delta is the squared distance of the beginnings plus that of the ends for two units that
    intersect, the squared length of a unit for one that lies within a gap of the other, else 0.

        D_ec = (2 / L) sum over units of ((N - 1) / 3 (2 l^3 - 3 l^2 + l)
               + l^2 sum over all gaps as long as the unit, of h long, of (h - l + 1))
               / (m L (m L - 1) - sum over units of l (l - 1))

    with N units of the category. Up to 1; None where nothing is marked, or fewer than two read the
    text. Raises `DataInvalid` for spans of several texts, and as `Continua.of` does.

    The example of Krippendorff (2004), figure 2, two observers of 300 characters, who computes it
    from D_oc = .0144 and D_ec = .0532 for c and .0490 for k:

    >>> marked = {"i": "c 75 145, c 220 250, k 30 90, k 150 200",
    ...           "j": "c 70 150, c 205 225, c 250 270, k 30 90, k 150 200"}
    >>> spans = [Span("text", who, label, int(start), int(end)) for who, line in marked.items()
    ...          for label, start, end in (span.split() for span in line.split(", "))]
    >>> text = Text(300, set(marked))
    >>> {label: round(alpha, 4) for label, alpha in alpha_u_by_label(spans, text).items()}
    {'c': 0.7286, 'k': 1.0}
    >>> round(alpha_u(spans, text), 4)
    0.8587
    """
    parts = _parts(spans, text)
    return _ratio(
        sum(observed for observed, _ in parts.values()),
        sum(expected for _, expected in parts.values()),
    )


def alpha_u_by_label(spans: Iterable[Span], text: Text) -> dict[str, float | None]:
    """αU of each category by itself, 1 - D_oc / D_ec (see `alpha_u`)."""
    return {label: _ratio(*part) for label, part in _parts(spans, text).items()}


def _ratio(observed: float, expected: float) -> float | None:
    return 1 - observed / expected if expected > 0 else None


def _parts(spans: Iterable[Span], text: Text) -> dict[str, tuple[float, float]]:
    """D_o and D_e of each category."""
    given = list(spans)
    if len({span.item for span in given}) > 1:
        raise DataInvalid("αU is of one text at a time: give it the spans of one text.")
    continua = Continua.of(given, dict.fromkeys({span.item for span in given}, text))
    if not continua.item_names:
        return {}
    annotators = len(set(text.annotators))
    return {
        label: _disagreements(_Sections.of(continua.units, code, text.length, annotators))
        for code, label in enumerate(continua.labels)
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Sections:
    """The units and gaps of one category: who cut them, where they begin, how long they are."""

    raters: IntArray
    starts: FloatArray
    lengths: FloatArray
    marked: np.ndarray[tuple[int], np.dtype[np.bool_]]
    text: float
    annotators: int

    @classmethod
    def of(cls, units: Units, code: int, length: int, annotators: int) -> "_Sections":
        mine = units.codes == code
        raters, starts, ends = units.raters[mine], units.starts[mine], units.ends[mine]
        everyone = np.arange(annotators)
        gap_raters = np.concatenate([everyone, raters])
        gap_starts = np.concatenate([np.zeros_like(everyone), ends])
        order = np.lexsort((gap_starts, gap_raters))
        gap_ends = np.concatenate([starts, np.full(annotators, length)])
        gap_ends = gap_ends[np.lexsort((gap_ends, np.concatenate([raters, everyone])))]
        gap_raters, gap_starts = gap_raters[order], gap_starts[order]
        there = gap_ends > gap_starts
        return cls(
            np.concatenate([raters, gap_raters[there]]),
            np.concatenate([starts, gap_starts[there]]).astype(np.float64),
            np.concatenate([ends - starts, (gap_ends - gap_starts)[there]]).astype(np.float64),
            np.arange(len(raters) + int(there.sum())) < len(raters),
            float(length),
            annotators,
        )


def _disagreements(sections: _Sections) -> tuple[float, float]:
    m, length = sections.annotators, sections.text
    units = sections.marked
    start, long = sections.starts, sections.lengths
    end = start + long
    observed = 0.0
    for unit in np.flatnonzero(units):
        others = sections.raters != sections.raters[unit]
        meets = others & units & (start < end[unit]) & (end > start[unit])
        holds = others & ~units & (start <= start[unit]) & (end >= end[unit])
        apart = (start[meets] - start[unit]) ** 2 + (end[meets] - end[unit]) ** 2
        # A pair of units is met from both sides here, a unit within a gap from one of two.
        observed += float(apart.sum()) + 2 * float(long[unit] ** 2) * int(holds.sum())
    own = long[units]
    gaps = long[~units]
    fitting = np.maximum(gaps[None, :] - own[:, None] + 1, 0.0).sum(axis=1)
    chance = (len(own) - 1) / 3 * (2 * own**3 - 3 * own**2 + own) + own**2 * fitting
    possible = m * length * (m * length - 1) - float((own * (own - 1)).sum())
    return observed / (m * (m - 1) * length**2), 2 / length * float(chance.sum()) / possible
