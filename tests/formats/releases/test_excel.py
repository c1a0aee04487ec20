from pathlib import Path

import openpyxl
import pytest

from annotator.errors import DataInvalid
from annotator.formats.releases import excel
from tests.formats.releases.frozen_world import TEXTS, frozen, written


def test_openpyxl_reads_every_cell_as_the_text_it_is(tmp_path: Path) -> None:
    folder, losses = written("excel", tmp_path)
    book = openpyxl.load_workbook(folder / "release.xlsx", read_only=True)
    assert book.sheetnames == [*frozen(tmp_path).tables, "codebook"]
    header, *rows = book["items"].iter_rows()
    place = [cell.value for cell in header].index("text")
    cells = [row[place] for row in rows if row[place].value is not None]
    assert [cell.value for cell in cells[:4]] == list(TEXTS[:4])
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert cells[4].value.startswith("[40,000 characters")
    assert any(sentence.startswith("2 cells") for sentence in losses)


def test_what_looks_like_a_formula_stays_text_when_it_is_edited(tmp_path: Path) -> None:
    folder, _ = written("excel", tmp_path)
    book = openpyxl.load_workbook(folder / "release.xlsx")
    name = book["sources"]["B2"]
    assert (name.value, name.data_type, name.quotePrefix) == ("=北方 الشمال", "s", True)
    assert book["codebook"]["E3"].value == "=Boilerplate"


def test_more_rows_than_a_sheet_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "ROWS_AT_MOST", 10)
    with pytest.raises(DataInvalid, match=r"annotations has .* rows, and a sheet of Excel"):
        excel.write(frozen(tmp_path), tmp_path)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("a\x0bb", "a�b"),
        ("_x0041_", "_x005F_x0041_"),
        ("😀" * 16_383, "😀" * 16_383),
        ("#N/A", "#N/A"),
    ],
)
def test_a_cell_holds_what_excel_can_hold(text: str, held: str) -> None:
    assert excel._Cells()._held("items", text) == held


def test_the_limit_of_a_cell_counts_as_excel_counts() -> None:
    cells = excel._Cells()
    assert cells._held("items", "😀" * 16_384).startswith("[16,384 characters")
    assert cells._held("items", "_x0041_" + "a" * 32_760).startswith("[32,767 characters")
    assert cells.too_long == 2
