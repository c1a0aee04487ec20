"""SPSS and Stata, read by pyreadstat: numbers with names, reasons as missing values, long texts."""

from pathlib import Path

import pyreadstat
import pytest

from annotator.formats.releases import spss, stata
from tests.formats.releases.frozen_world import PEOPLE, TEXTS, written


@pytest.fixture(params=["spss", "stata"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_answers_are_numbers_with_names(tmp_path: Path, kind: str) -> None:
    folder, _ = written(kind, tmp_path)
    if kind == "spss":
        found, meta = pyreadstat.read_sav(str(folder / "annotations.sav"), user_missing=True)
    else:
        found, meta = pyreadstat.read_dta(str(folder / "annotations.dta"))
    assert meta.file_label == "“Small” 小 صغير: =1"
    assert meta.variable_value_labels["content"][1] == "正文 Main"
    assert meta.variable_value_labels["content"][2] == "=Boilerplate"
    assert meta.variable_value_labels["stance"][0] == "Neutral / Both sides"
    assert meta.variable_value_labels["stance"][-81] == "Cannot judge"
    economic = "frames.economic" if kind == "spss" else "frames_economic"
    first = found[(found["item_id"] == "p-12") & (found["annotator_id"] == PEOPLE[0])].iloc[0]
    assert (first["content"], first["stance"], first[economic]) == (1, 0, 1)
    assert first["remark"] == "@someone\r\n=1+1 😀"
    last = found[(found["item_id"] == "p-14") & (found["annotator_id"] == PEOPLE[2])].iloc[0]
    assert (last["content"], last[economic]) == (-94, -95)
    older = found[(found["item_id"] == "d-1") & (found["annotator_id"] == PEOPLE[1])].iloc[0]
    assert older["genre"] == -96
    assert found["confidence"].max() == 2


def test_spss_takes_reasons_for_missing(tmp_path: Path) -> None:
    folder, losses = written("spss", tmp_path)
    path = str(folder / "annotations.sav")
    _, meta = pyreadstat.read_sav(path, user_missing=True)
    found, _ = pyreadstat.read_sav(path)
    assert meta.missing_ranges["content"] == [{"lo": -99.0, "hi": -80.0}]
    assert found["content"].min() == 1
    items, _ = pyreadstat.read_sav(str(folder / "items.sav"))
    texts = [text for text in items["text"] if text][: len(TEXTS)]
    assert texts[:4] == [text.rstrip(" ") for text in TEXTS[:4]]
    assert texts[4].startswith("[40,000 characters")
    assert losses[-1].startswith("2 texts of items")


def test_stata_holds_texts_of_any_length(tmp_path: Path) -> None:
    folder, _ = written("stata", tmp_path)
    items, meta = pyreadstat.read_dta(str(folder / "items.dta"))
    assert [text for text in items["text"] if text] == list(TEXTS) * 2
    assert str(meta.column_names_to_labels["gold_content"]).startswith("gold.content: ")


@pytest.mark.parametrize(
    ("name", "in_spss", "in_stata"),
    [
        ("gold.stance.russia", "gold.stance.russia", "gold_stance_russia"),
        ("-a", "v_a", "_a"),
        ("if", "if", "if_"),
        ("with", "with_", "with_"),
        ("end.", "end", "end_"),
    ],
)
def test_names_fit_the_package(name: str, in_spss: str, in_stata: str) -> None:
    assert (spss._fit(name), stata._fit(name)) == (in_spss, in_stata)
