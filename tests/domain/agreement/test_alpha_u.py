"""αU of 1995 against its definition in plain loops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement.alpha_u import alpha_u, alpha_u_by_label
from annotator.domain.agreement.unitizing import Span, Text
from annotator.errors import DataInvalid

WHO = ["ann", "bob", "cat"]
Section = tuple[str, int, int, bool]


@st.composite
def markings(draw: st.DrawFn) -> tuple[list[Span], Text]:
    text = Text(draw(st.integers(2, 30)), WHO[: draw(st.integers(2, 3))])
    spans = []
    for who in text.annotators:
        cuts = sorted(draw(st.sets(st.integers(0, text.length), max_size=6)))
        spans += [
            Span("t", who, draw(st.sampled_from("ab")), start, end)
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
    return spans, text


def sections(spans: list[Span], text: Text) -> list[Section]:
    found = []
    for who in text.annotators:
        at = 0
        for span in sorted(span for span in spans if span.annotator == who):
            found += [(who, at, span.start - at, False)] if span.start > at else []
            found.append((who, span.start, span.end - span.start, True))
            at = span.end
        found += [(who, at, text.length - at, False)] if at < text.length else []
    return found


def delta(g: Section, h: Section) -> int:
    (_, b, long, unit), (_, c, other, also) = g, h
    if unit and also and -long < b - c < other:
        return (b - c) ** 2 + (b + long - c - other) ** 2
    if unit and not also and other - long >= b - c >= 0:
        return long**2
    if also and not unit and other - long <= b - c <= 0:
        return other**2
    return 0


def disagreements(spans: list[Span], text: Text) -> tuple[float, float]:
    parts, m, size = sections(spans, text), len(text.annotators), text.length
    observed = sum(delta(g, h) for g in parts for h in parts if g[0] != h[0])
    units = [part for part in parts if part[3]]
    chance = sum(
        (len(units) - 1) / 3 * (2 * n**3 - 3 * n**2 + n)
        + n**2 * sum(h - n + 1 for _, _, h, unit in parts if not unit and h >= n)
        for _, _, n, _ in units
    )
    possible = m * size * (m * size - 1) - sum(n * (n - 1) for _, _, n, _ in units)
    return observed / (m * (m - 1) * size**2), 2 / size * chance / possible if possible else 0


@given(markings())
def test_it_is_as_defined(marked: tuple[list[Span], Text]) -> None:
    spans, text = marked
    parts = {
        label: disagreements([span for span in spans if span.label == label], text)
        for label in sorted({span.label for span in spans})
    }
    assert alpha_u_by_label(spans, text) == {
        label: pytest.approx(1 - observed / expected if expected else None)
        for label, (observed, expected) in parts.items()
    }
    observed, expected = (sum(part[n] for part in parts.values()) for n in (0, 1))
    assert alpha_u(spans, text) == pytest.approx(1 - observed / expected if expected else None)


def test_categories_may_overlap() -> None:
    spans = [Span("t", who, label, *at) for who in ("ann", "bob") for label, at in
             (("a", (0, 6)), ("b", (3, 9)))]  # fmt: skip
    assert alpha_u(spans, Text(20, ["ann", "bob"])) == 1


def test_it_is_undefined_where_nobody_marked_or_one_read() -> None:
    assert alpha_u([], Text(20, ["ann", "bob"])) is None
    assert alpha_u([Span("t", "ann", "a", 0, 5)], Text(20, ["ann"])) is None


def test_spans_of_two_texts_are_refused() -> None:
    spans = [Span("t1", "ann", "a", 0, 5), Span("t2", "ann", "a", 0, 5)]
    with pytest.raises(DataInvalid, match="one text at a time"):
        alpha_u(spans, Text(20, ["ann", "bob"]))
