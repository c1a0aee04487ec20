import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.masking import PLACEHOLDER, View
from annotator.domain.spans import Span

TEXT = "😀 As Meduza wrote, Meduza lied."
MEDUZA = [(5, 11), (19, 25)]


def span(start: int, end: int, quote: str) -> Span:
    return Span("frames", "economic", start, end, quote)


@pytest.fixture
def view() -> View:
    return View.of(TEXT, MEDUZA)


def test_it_puts_a_placeholder_for_each_stretch(view: View) -> None:
    assert view.text == "😀 As [source] wrote, [source] lied."
    assert [(place.start, place.end, place.at, place.until) for place in view.places] == [
        (5, 11, 5, 13), (19, 25, 21, 29),
    ]  # fmt: skip


def test_a_text_without_masks_is_itself() -> None:
    view = View.of(TEXT, [])
    assert (view.text, view.original_of(3, 9), view.shown_of(3, 9)) == (TEXT, (3, 9), (3, 9))


def test_stretches_that_overlap_become_one_and_neighbours_do_not() -> None:
    assert View.of("abcdef", [(2, 4), (1, 3), (4, 5)]).text == "a[source][source]f"


@pytest.mark.parametrize(
    ("shown", "original"),
    [
        ((2, 4), (2, 4)),
        ((5, 13), (5, 11)),
        ((6, 7), (5, 11)),  # a letter of the placeholder
        ((2, 6), (2, 11)),
        ((12, 15), (5, 13)),
        ((13, 21), (11, 19)),  # between the two, touching neither
        ((5, 22), (5, 25)),
        ((30, 34), (26, 30)),
    ],
)
def test_a_span_that_touches_a_mask_covers_all_of_it(
    view: View, shown: tuple[int, int], original: tuple[int, int]
) -> None:
    assert view.original_of(*shown) == original


@pytest.mark.parametrize(
    ("original", "shown"), [((5, 11), (5, 13)), ((7, 8), (5, 13)), ((0, 31), (0, 35))]
)
def test_a_stored_span_is_shown_on_the_view(
    view: View, original: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert view.shown_of(*original) == shown


def test_spans_are_stored_with_the_words_of_the_original(view: View) -> None:
    sent = [span(2, 6, "As ["), span(2, 13, "As [source]")]
    assert view.originals(sent) == [span(2, 11, "As Meduza")]
    assert view.shown([span(2, 11, "As Meduza")]) == [span(2, 13, "As [source]")]


@st.composite
def views(draw: st.DrawFn) -> tuple[str, View]:
    text = draw(st.text(alphabet="ab 😀é\u0301שם", min_size=1, max_size=40))
    edge = st.integers(0, len(text))
    stretches = draw(st.lists(st.tuples(edge, edge), max_size=6))
    return text, View.of(text, [(a, b) for a, b in stretches if a < b])


@given(views(), st.data())
def test_a_span_of_the_view_comes_back_whole(made: tuple[str, View], data: st.DataObject) -> None:
    text, view = made
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    first, last = view.original_of(start, end)
    assert 0 <= first < last <= len(text)
    back = view.shown_of(first, last)
    assert back[0] <= start < end <= back[1]
    halved = any(place.at < edge < place.until for place in view.places for edge in (start, end))
    assert halved or back == (start, end)
    assert view.original_of(*back) == (first, last)


@given(views(), st.data())
def test_a_span_of_the_original_comes_back_whole(
    made: tuple[str, View], data: st.DataObject
) -> None:
    text, view = made
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = view.shown_of(start, end)
    assert 0 <= first < last <= len(view.text)
    back = view.original_of(first, last)
    assert back[0] <= start < end <= back[1]
    touched = [place for place in view.places if place.start < end and start < place.end]
    assert view.text[first:last].count(PLACEHOLDER) == len(touched)
    assert touched or view.text[first:last] == text[start:end]
