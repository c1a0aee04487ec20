import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.hard_wrapping import looks_wrapped
from annotator.domain.segmentation import segment
from tests.sample_reading import DOCUMENTS

SENTENCES = """\
The second bridge over the strait was opened on Monday before a crowd of some thousand people from \
both shores, of whom many had waited since dawn for the first train to pass.
Officials of both countries spoke of a new age; the price of the ferry, which had been the only \
way across for eighty years, was not mentioned by any of them.
Among those who came was the captain of the last ferry, who said that he would take the train \
home, and that he did not know yet what he would do on Tuesday.""".splitlines()
POEM = """\
Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date:
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;

"""


def filled(width: int, *, between: str = "\n\n") -> str:
    return between.join(textwrap.fill(sentence, width) for sentence in SENTENCES * 2)


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100])
def test_lines_that_were_filled_to_a_width_are_recognised(width: int) -> None:
    assert looks_wrapped(filled(width))


def test_chinese_lines_of_one_length_are_recognised() -> None:
    text = (
        "跨海第二座大桥周一在数千名群众面前正式通车许多人自清晨起便在岸边等候首班列车通过这座桥" * 6
    )
    lines = "\n".join(text[at : at + 40] for at in range(0, len(text), 40))
    assert looks_wrapped(lines)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(SENTENCES),
        "\n\n".join(SENTENCES * 3),
        "Home\nWorld\nSport\nShare this\n\nThe end of the list\n" * 10,
        POEM * 3,
        filled(72, between="\n") * 20,
        "One line.",
        "",
    ],
    ids=["lines", "apart", "menu", "poem", "no blank lines", "one", "nothing"],
)
def test_lines_that_people_ended_themselves_are_not(text: str) -> None:
    assert not looks_wrapped(text)


def test_no_document_of_the_sample_looks_wrapped() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS.rglob("*.txt")]
    assert len(texts) > 20
    assert not any(map(looks_wrapped, texts))


def test_a_wrapped_paragraph_holds_its_line_breaks() -> None:
    cut = segment("\n One\r\ntwo \r\n \r\n\r\nthree\x0cfour\n\nfive\n", wrapped=True)
    assert [piece.text for piece in cut.pieces] == [" One\r\ntwo ", "three\x0cfour", "five"]
    assert cut.head == "\n"


@given(st.text(alphabet=st.sampled_from("ab \n\r\u2028\u200b\x0c"), max_size=60))
def test_wrapped_paragraphs_tile_the_text(text: str) -> None:
    if not text.strip(" \n\r\u2028\u200b\x0c"):
        return
    cut = segment(text, wrapped=True)
    assert cut.head + "".join(piece.text + piece.tail for piece in cut.pieces) == text
    assert all(piece.text == text[piece.start : piece.end] for piece in cut.pieces)
    by_line = segment(text).pieces
    assert len(cut.pieces) <= len(by_line)
    assert {piece.start for piece in cut.pieces} <= {piece.start for piece in by_line}
