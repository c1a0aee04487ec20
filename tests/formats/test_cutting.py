import pytest

from annotator.domain.segmentation import segment
from annotator.errors import DocumentRefused
from annotator.formats import read_file
from annotator.formats.asking import Lines
from annotator.formats.cutting import TAKEN_FOR_WRAPPED
from tests.domain.test_hard_wrapping import filled


@pytest.mark.parametrize(
    ("lines", "wrapped", "told"),
    [
        ("auto", True, (TAKEN_FOR_WRAPPED,)),
        ("wrapped", True, ()),
        ("paragraphs", False, ()),
    ],
)
def test_a_wrapped_text_is_told_unless_somebody_chose(
    lines: Lines, wrapped: bool, told: tuple[str, ...]
) -> None:
    (record,) = read_file("a.txt", filled(72).encode(), lines=lines)

    assert (record.wrapped, record.told) == (wrapped, told)
    assert record.text == filled(72)


def test_each_row_of_a_table_is_looked_at_by_itself() -> None:
    table = f'id,text\n1,"{filled(72)}"\n2,"One.\nTwo."\n'
    first, second = read_file("a.csv", table.encode())

    assert (first.wrapped, second.wrapped) == (True, False)
    assert len(segment(first.text, wrapped=True).pieces) == 6


def test_the_lines_of_a_page_are_never_joined() -> None:
    (record,) = read_file("a.html", b"<p>One.<p>Two.", lines="wrapped")
    assert not record.wrapped


def test_a_paragraph_without_a_blank_line_for_too_long_is_refused() -> None:
    data = b"A line of a long text.\n" * 5_000
    with pytest.raises(DocumentRefused, match=r"paragraph 1 has 114,999 characters up to the next"):
        read_file("a.txt", data, lines="wrapped")
