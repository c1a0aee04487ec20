"""Splits and merges keep the document what it is, character for character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.recutting import merge, place_of, split
from annotator.domain.segmentation import Piece, Segmented, segment
from annotator.errors import DataInvalid

LINES = st.lists(
    st.text(st.sampled_from("ab Я.\u00a0\u200b😀é"), min_size=1, max_size=12),
    min_size=1,
    max_size=6,
)


def whole(head: str, pieces: tuple[Piece, ...]) -> str:
    return head + "".join(piece.text + piece.tail for piece in pieces)


def cut(*lines: str) -> Segmented:
    return segment("\n".join(lines))


@given(LINES, st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(0, 14)), max_size=9))
def test_any_splits_and_merges_leave_the_document_as_it_is(
    lines: list[str], changes: list[tuple[bool, int, int]]
) -> None:
    text = " \n" + "x\r\n".join(lines) + "x\n\n"
    made = segment(text)
    pieces = made.pieces
    for is_split, position, at in changes:
        try:
            pieces = split(pieces, position, at=at) if is_split else merge(pieces, position)
        except DataInvalid:
            continue
    assert whole(made.head, pieces) == text
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
    assert all(piece.text.strip() for piece in pieces)


@given(st.text(st.sampled_from("ab \u00a0😀"), min_size=2, max_size=12), st.integers(1, 11))
def test_merging_undoes_a_split(text: str, at: int) -> None:
    pieces = cut(f"a{text}b", "Next.").pieces
    try:
        halves = split(pieces, 0, at=at)
    except DataInvalid:
        return
    assert len(halves) == 3
    assert merge(halves, 0) == pieces


def test_splitting_undoes_a_merge() -> None:
    pieces = cut("One.", "", "Two.", "Three.").pieces
    merged = merge(pieces, 0)
    assert [piece.text for piece in merged] == ["One.\n\nTwo.", "Three."]
    assert split(merged, 0, at=place_of(merged[0].text, "Two.", number=1)) == pieces


def test_what_is_blank_at_the_place_belongs_to_neither_half() -> None:
    halves = split(cut("One.  Two.").pieces, 0, at=5)
    assert [(piece.text, piece.tail) for piece in halves] == [("One.", "  "), ("Two.", "")]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(0, "Nothing stands before"), (-3, "before"), (1, "before"), (6, "after"), (99, "after")],
)
def test_a_half_that_shows_nothing_is_refused(at: int, sentence: str) -> None:
    with pytest.raises(DataInvalid, match=sentence):
        split(cut(" \u200bOne. ").pieces, 0, at=at)


def test_the_last_paragraph_and_one_that_is_not_there_are_refused() -> None:
    pieces = cut("One.", "Two.").pieces
    with pytest.raises(DataInvalid, match="Paragraph 2 is the last one"):
        merge(pieces, 1)
    for position in (-1, 2):
        with pytest.raises(DataInvalid, match="load the page again"):
            merge(pieces, position)


def test_paragraphs_that_are_too_long_together_stay_apart() -> None:
    with pytest.raises(DataInvalid, match="200,001 characters together"):
        merge(cut("a" * 100_000, "b" * 100_000).pieces, 0)


def test_a_place_is_found_by_its_words_whatever_the_blanks() -> None:
    assert place_of("Он сказал:\u00a0да. Да.", "сказал: да.", number=1) == 3
    assert place_of("line one\r\nline two", " line   two ", number=1) == 10


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("  ", "first words of the second half"),
        ("ya", "“ya” does not stand in paragraph 4"),
        ("na na", "“na na” stands 2 times in paragraph 4"),
    ],
)
def test_words_that_name_no_one_place_are_refused(words: str, sentence: str) -> None:
    with pytest.raises(DataInvalid, match=sentence):
        place_of("na na na", words, number=4)
