import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.noise.placing import REGIONS, Placed, of_pieces
from annotator.domain.segmentation import Piece, segment

MENU = Placed(1.0, "navigation")
PROSE = Placed(0.1)
SHARES = st.floats(0, 1)
PLACES = st.builds(Placed, SHARES, st.sampled_from((None, *REGIONS)), st.booleans())


def placed(text: str, *lines: Placed) -> tuple[Placed, ...]:
    return of_pieces(lines, text, segment(text).pieces)


def test_a_paragraph_stands_where_its_line_does() -> None:
    assert placed("Home\n\nA sentence.\n", MENU, Placed(0.0), PROSE) == (MENU, PROSE)


def test_a_line_that_was_split_gives_both_halves_its_place() -> None:
    text = "Home\nOne. Two.\n"
    pieces = [Piece(0, 4, "Home", "\n"), Piece(5, 9, "One.", " "), Piece(10, 14, "Two.", "\n")]

    assert of_pieces([MENU, PROSE], text, pieces) == (MENU, PROSE, PROSE)


def test_lines_that_were_merged_give_the_mean_of_their_links_by_length() -> None:
    text = "Home\nA sentence with words.\n"
    (found,) = of_pieces([MENU, Placed(0.0)], text, [Piece(0, len(text) - 1, text[:-1], "\n")])

    assert found.links == pytest.approx(4 / 26)
    assert found.region is None


def test_lines_of_one_region_that_were_merged_stay_in_it() -> None:
    text = "Home\nWorld\n"

    assert of_pieces([MENU, MENU], text, [Piece(0, 10, "Home\nWorld", "\n")]) == (MENU,)


def test_lines_that_were_merged_stand_in_the_article_if_one_of_them_does() -> None:
    text = "Home\nWorld\n"
    piece = Piece(0, 10, "Home\nWorld", "\n")
    outside, inside = Placed(0.0, article=False), Placed(0.0, article=True)

    assert of_pieces([outside, inside], text, [piece])[0].article is True
    assert of_pieces([outside, outside], text, [piece])[0].article is False
    assert of_pieces([PROSE, PROSE], text, [piece])[0].article is None


@given(st.lists(st.tuples(st.sampled_from(["Home", "Two. Three.", " x", "é"]), PLACES), min_size=1))
def test_every_paragraph_of_any_document_has_the_place_of_its_line(
    lines: list[tuple[str, Placed]],
) -> None:
    text = "".join(f"{line}\n" for line, _ in lines)

    assert placed(text, *(one for _, one in lines)) == tuple(one for _, one in lines)


@given(st.lists(PLACES, min_size=1, max_size=6), st.data())
def test_the_share_of_links_is_between_those_of_the_lines(
    lines: list[Placed], data: st.DataObject
) -> None:
    text = "".join(f"line {number}\n" for number in range(len(lines)))
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text) - 1))
    (found,) = of_pieces(lines, text, [Piece(start, end, text[start:end], text[end:])])
    shares = [one.links for one in lines]

    assert min([*shares, 0.0]) - 1e-9 <= found.links <= max(shares) + 1e-9
