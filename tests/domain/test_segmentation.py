import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import segmentation
from annotator.domain.segmentation import Segmented, is_blank, segment
from annotator.errors import DataInvalid

LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Arbitrary text seldom holds two line ends: these documents are made of what matters here.
DIRTY = st.text(
    st.one_of(st.sampled_from(LINE_ENDS + " \t\u00a0\u200b\ufeffaЯ漢🙂"), st.characters())
)


def joined(cut: Segmented) -> str:
    return cut.head + "".join(piece.text + piece.tail for piece in cut.pieces)


def texts(document: str) -> list[str]:
    return [piece.text for piece in segment(document).pieces]


@given(DIRTY)
def test_the_paragraphs_tile_the_document(document: str) -> None:
    try:
        cut = segment(document)
    except DataInvalid:
        assert all(is_blank(line) for line in document.splitlines())
        return

    assert joined(cut) == document
    at = len(cut.head)
    for piece in cut.pieces:
        assert piece.start == at
        assert piece.text == document[piece.start : piece.end]
        at = piece.end + len(piece.tail)


@given(DIRTY)
def test_the_paragraphs_are_the_lines_that_are_not_blank(document: str) -> None:
    lines = [line for line in document.splitlines() if not is_blank(line)]

    assert (texts(document) if lines else []) == lines


@given(DIRTY)
def test_cutting_what_was_cut_changes_nothing(document: str) -> None:
    try:
        first = segment(document)
    except DataInvalid:
        return

    assert segment(joined(first)) == first


def test_spaces_at_the_edges_of_a_line_stay_in_its_paragraph() -> None:
    assert texts("  \u00a0indented \t\nnext") == ["  \u00a0indented \t", "next"]


def test_blank_lines_belong_to_the_tail_and_what_comes_first_to_the_head() -> None:
    cut = segment("\n \nOne\n\n\u200b\nTwo\n")

    assert cut.head == "\n \n"
    assert [(piece.text, piece.tail) for piece in cut.pieces] == [
        ("One", "\n\n\u200b\n"),
        ("Two", "\n"),
    ]


@pytest.mark.parametrize("end", [*LINE_ENDS, "\r\n"], ids=ascii)
def test_every_line_end_of_unicode_ends_a_paragraph(end: str) -> None:
    cut = segment(f"One{end}Two")

    assert [(piece.text, piece.tail) for piece in cut.pieces] == [("One", end), ("Two", "")]


def test_a_newline_of_two_characters_is_one_line_end() -> None:
    assert segment("One\r\nTwo").pieces[0].tail == "\r\n"
    assert segment("One\n\rTwo").pieces[0].tail == "\n\r"


@pytest.mark.parametrize(
    "line",
    ["", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2060\u00ad", " \u200e "],
    ids=ascii,
)
def test_a_line_that_shows_nothing_is_blank(line: str) -> None:
    assert is_blank(line)
    assert texts(f"One\n{line}\nTwo") == ["One", "Two"]


@pytest.mark.parametrize("line", ["-", "…", "\u0301", "🙂", "\u200b1", "\ud800", "\x00"], ids=ascii)
def test_a_line_that_shows_anything_is_a_paragraph(line: str) -> None:
    assert not is_blank(line)
    assert texts(line) == [line]


def test_offsets_count_code_points_and_not_bytes_or_utf16_units() -> None:
    first, second = segment("🙂e\u0301\nЯ").pieces

    assert (first.start, first.end) == (0, 3)
    assert (second.start, second.end) == (4, 5)


@pytest.mark.parametrize("document", ["", "\n\n", " \u00a0\n\u200b"], ids=ascii)
def test_a_document_without_a_paragraph_is_refused(document: str) -> None:
    with pytest.raises(DataInvalid, match="no paragraph"):
        segment(document)


def test_too_many_paragraphs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "PARAGRAPHS_AT_MOST", 3)

    assert len(segment("a\nb\nc\n").pieces) == 3
    with pytest.raises(DataInvalid, match="split it into several documents"):
        segment("a\nb\nc\nd\n")


def test_the_seeds_tile_exactly_and_have_the_lines_that_were_labelled(shared: Path) -> None:
    labelled: dict[str, list[str]] = {}
    rows = (shared / "seeds/paragraph_labels.jsonl").read_text(encoding="utf-8").split("\n")
    for row in map(json.loads, filter(None, rows)):
        labelled.setdefault(row["file"], []).append(row["text"].strip())

    for name, lines in labelled.items():
        document = (shared / "seeds" / name).read_bytes().decode()
        cut = segment(document)
        assert joined(cut) == document
        assert [piece.text.strip() for piece in cut.pieces] == lines
    assert sum(map(len, labelled.values())) == 119
