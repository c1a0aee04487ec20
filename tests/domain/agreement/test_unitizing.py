"""The unitizing alphas against their definition, character by character."""

from collections import defaultdict
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import Resampling
from annotator.domain.agreement.unitizing import (
    BinaryUAlpha,
    Continua,
    CuAlpha,
    Span,
    Text,
    UAlpha,
    alpha_of_spans,
    figure_of_spans,
    span_label_alphas,
    why_no_alpha,
)
from annotator.domain.exclusions import WHY
from annotator.errors import DataInvalid

Texts = dict[str, Text]
Marked = tuple[list[Span], Texts]
GAP = ""
STATISTICS = (UAlpha(), BinaryUAlpha(), CuAlpha())


@st.composite
def markings(draw: st.DrawFn) -> Marked:
    """Up to three texts of up to four annotators, whose spans may touch but do not overlap."""
    spans: list[Span] = []
    texts: Texts = {}
    for item in ("t1", "t2", "t3")[: draw(st.integers(1, 3))]:
        readers = ["ann", "bob", "cat", "dan"][: draw(st.integers(1, 4))]
        texts[item] = Text(draw(st.integers(1, 20)), readers)
        for who in readers:
            cuts = sorted(draw(st.sets(st.integers(0, texts[item].length), max_size=6)))
            for start, end in pairwise(cuts):
                label = draw(st.sampled_from(["a", "b", "c", GAP, GAP]))
                if label:
                    spans.append(Span(item, who, label, start, end))
    return spans, texts


class Oracle:
    """Coincidences, row sums and corrections, by definition."""

    def __init__(self, spans: list[Span], texts: Texts) -> None:
        self.met: dict[tuple[str, str], float] = defaultdict(float)
        self.squares: dict[str, float] = defaultdict(float)
        self.meeting_squares: dict[str, float] = defaultdict(float)
        for item, text in texts.items():
            readers = set(text.annotators)
            if len(readers) > 1:
                self.add([span for span in spans if span.item == item], text.length, readers)

    def add(self, spans: list[Span], length: int, readers: set[str]) -> None:
        at = {who: [GAP] * length for who in readers}
        for span in spans:
            at[span.annotator][span.start : span.end] = [span.label] * (span.end - span.start)
        for one, other in permutations(readers, 2):
            for pair in zip(at[one], at[other], strict=True):
                self.met[pair] += 1 / (len(readers) - 1)
        self.squares[GAP] += sum(line.count(GAP) for line in at.values())
        for span in spans:
            self.squares[span.label] += (span.end - span.start) ** 2
            others = [
                label != GAP
                for who in readers - {span.annotator}
                for label in at[who][span.start : span.end]
            ]
            self.meeting_squares[span.label] += (sum(others) / (len(readers) - 1)) ** 2

    def alpha(self, *, gaps: bool = True) -> float | None:
        met = {pair: n for pair, n in self.met.items() if gaps or GAP not in pair}
        squares = self.squares if gaps else self.meeting_squares
        labels = sorted({label for pair in met for label in pair})
        rows = {c: sum(met.get((c, k), 0) for k in labels) for c in labels}
        chance = {
            (c, k): rows[c] * rows[k] - (squares[c] if c == k else 0)
            for c in labels
            for k in labels
        }
        apart = sum(n for (c, k), n in chance.items() if c != k)
        if apart < 1e-9:
            return None
        observed = sum(n for (c, k), n in met.items() if c != k) / sum(met.values())
        return 1 - observed / (apart / sum(chance.values()))


def found(marked: Marked) -> list[float | None]:
    continua = Continua.of(*marked)
    return [alpha_of_spans(statistic, continua) for statistic in STATISTICS]


@given(markings())
def test_they_are_as_defined(marked: Marked) -> None:
    spans, texts = marked
    one = [span._replace(label="unit") for span in spans]
    assert found(marked) == [
        pytest.approx(expected, abs=1e-9)
        for expected in (
            Oracle(spans, texts).alpha(),
            Oracle(one, texts).alpha(),
            Oracle(spans, texts).alpha(gaps=False),
        )
    ]


@given(markings(), st.permutations(["a", "b", "c"]))
def test_names_and_order_do_not_matter(marked: Marked, labels: list[str]) -> None:
    spans, texts = marked
    name = dict(zip("abc", labels, strict=True))
    other = [span._replace(label=name[span.label]) for span in reversed(spans)]
    assert found((other, texts)) == [pytest.approx(one, abs=1e-12) for one in found(marked)]


@given(markings())
def test_a_text_with_weight_two_is_a_text_that_is_there_twice(marked: Marked) -> None:
    spans, texts = marked
    twice = [*spans, *(span._replace(item=f"{span.item} again") for span in spans)]
    both = Continua.of(twice, texts | {f"{name} again": text for name, text in texts.items()})
    continua = Continua.of(*marked)
    for statistic in STATISTICS:
        weights = np.full((1, len(continua.item_names)), 2.0)
        value = float(statistic.value(statistic.sums(continua).weighted(weights))[0])
        assert alpha_of_spans(statistic, both) == pytest.approx(
            None if np.isnan(value) else value, abs=1e-12
        )


@given(markings())
def test_texts_of_one_reader_do_not_enter(marked: Marked) -> None:
    spans, texts = marked
    more = [*spans, Span("alone", "eve", "z", 0, 5)]
    assert found((more, texts | {"alone": Text(9, ["eve"])})) == found(marked)


TWO = {"t1": Text(10, ["ann", "bob"])}


def test_the_same_spans_are_full_agreement() -> None:
    spans = [
        Span("t1", who, *span) for who in ("ann", "bob") for span in (("a", 1, 3), ("b", 5, 9))
    ]
    assert found((spans, TWO)) == [1, 1, 1]
    assert span_label_alphas(Continua.of(spans, TWO)) == {"a": (2, 1), "b": (2, 1)}


def test_a_reader_who_marked_nothing_disagrees() -> None:
    spans = [Span("t1", who, "a", 1, 3) for who in ("ann", "bob")]
    everyone = {"t1": Text(10, ["ann", "bob", "cat"])}
    assert alpha_of_spans(UAlpha(), Continua.of(spans, TWO)) == 1
    value = alpha_of_spans(UAlpha(), Continua.of(spans, everyone))
    assert value is not None
    assert value < 0.7


def test_units_that_touch_stay_two_and_those_that_overlap_become_one() -> None:
    touching = [Span("t1", "ann", "a", 0, 3), Span("t1", "ann", "a", 3, 6)]
    overlapping = [Span("t1", "ann", "a", 0, 4), Span("t1", "ann", "a", 2, 6)]
    within = [*overlapping, Span("t1", "ann", "a", 1, 2), Span("t1", "ann", "a", 0, 4)]
    assert len(Continua.of(touching, TWO).units) == 2
    for spans in (overlapping, within):
        units = Continua.of(spans, TWO).units
        assert (units.starts.tolist(), units.ends.tolist()) == ([0], [6])


def test_two_labels_on_one_character_leave_only_the_boundaries() -> None:
    spans = [
        Span("t1", "ann", "a", 0, 4), Span("t1", "ann", "b", 2, 6), Span("t1", "bob", "a", 0, 6),
    ]  # fmt: skip
    continua = Continua.of(spans, TWO)
    assert found((spans, TWO)) == [None, 1, None]
    assert why_no_alpha(UAlpha(), continua) == "overlapping_labels"
    assert why_no_alpha(BinaryUAlpha(), continua) is None
    assert span_label_alphas(continua) == {"a": (2, None), "b": (1, None)}


def test_without_a_text_that_two_read_nothing_is_defined() -> None:
    for spans, texts in (
        ([], {}),
        ([Span("t1", "ann", "a", 0, 2)], {"t1": Text(5, ["ann"])}),
    ):
        continua = Continua.of(spans, texts)
        assert found((spans, texts)) == [None, None, None]
        assert why_no_alpha(UAlpha(), continua) == "no_pairable_items"
    assert {"overlapping_labels", "no_pairable_items"} <= WHY.keys()


def test_texts_without_a_mark_or_marked_throughout_are_undefined() -> None:
    assert found(([], TWO)) == [None, None, None]
    spans = [Span("t1", who, "a", 0, 10) for who in ("ann", "bob")]
    assert found((spans, TWO)) == [None, None, None]


def test_a_label_that_meets_no_other_unit_has_no_alpha() -> None:
    spans = [
        Span("t1", "ann", "a", 0, 4), Span("t1", "bob", "a", 0, 2), Span("t1", "bob", "b", 2, 4),
        Span("t1", "bob", "c", 6, 9),
    ]  # fmt: skip
    alphas = span_label_alphas(Continua.of(spans, TWO))
    assert alphas["c"] == (1, None)
    assert alphas["b"][1] is not None
    assert alphas["b"][1] < 0.5


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (Span("t2", "ann", "a", 0, 2), "is of a text that is not there"),
        (Span("t1", "eve", "a", 0, 2), "is of somebody who did not read it"),
        (Span("t1", "ann", "a", 2, 2), "does not lie within its 10 characters"),
        (Span("t1", "ann", "a", -1, 2), "does not lie within its 10 characters"),
        (Span("t1", "ann", "a", 5, 11), "does not lie within its 10 characters"),
    ],
)
def test_a_span_that_cannot_be_is_refused_with_its_place(span: Span, sentence: str) -> None:
    with pytest.raises(DataInvalid, match=f"“{span.annotator}” on “{span.item}” {sentence}"):
        Continua.of([span], TWO)


def test_the_interval_of_a_figure_is_over_documents() -> None:
    rng = np.random.default_rng(3)
    texts = {f"t{n:02}": Text(50, ["ann", "bob"]) for n in range(60)}
    spans = []
    for item in texts:
        start = int(rng.integers(0, 30))
        for who in ("ann", "bob"):
            begin = start + int(rng.integers(0, 4))
            spans.append(Span(item, who, "ab"[int(rng.random() < 0.3)], begin, begin + 15))
    continua = Continua.of(spans, texts)
    drawn = Resampling(np.arange(60) // 2, 30, "documents", 1, 200)
    for statistic in STATISTICS:
        figure = figure_of_spans(statistic, continua, drawn)
        assert figure.value == alpha_of_spans(statistic, continua)
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high


def test_a_figure_without_a_value_says_why() -> None:
    drawn = Resampling(np.zeros(1, dtype=np.int64), 1, "documents", 1, 200)
    throughout = [Span("t1", who, "a", 0, 10) for who in ("ann", "bob")]
    apart = [Span("t1", "ann", "a", 0, 4), Span("t1", "bob", "b", 6, 10)]
    for statistic, spans, texts, why in (
        (UAlpha(), [], {}, "no_pairable_items"),
        (UAlpha(), [], TWO, "no_labels"),
        (UAlpha(), throughout, TWO, "single_category"),
        (CuAlpha(), throughout, TWO, "single_category"),
        (CuAlpha(), apart, TWO, "no_pairable_items"),
    ):
        figure = figure_of_spans(statistic, Continua.of(spans, texts), drawn)
        assert (figure.value, figure.why) == (None, why)
        assert why in WHY
