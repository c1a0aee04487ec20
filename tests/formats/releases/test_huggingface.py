import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.releases.frozen_world import PEOPLE, TEXTS, frozen, written

pytestmark = pytest.mark.filterwarnings(
    # dill and multiprocess, which datasets imports, are behind the newest Python.
    "ignore::DeprecationWarning:dill",
    "ignore::DeprecationWarning:multiprocess",
)


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`datasets.load_dataset`, with nothing but the disk."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    import datasets  # noqa: PLC0415 - after the settings, and only where it is needed

    datasets.disable_progress_bars()
    return lambda folder, name: datasets.load_dataset(
        str(folder), name, cache_dir=str(tmp_path / "cache")
    )


def test_datasets_reads_both_configurations(load: Any, tmp_path: Path) -> None:
    folder, _ = written("huggingface", tmp_path)
    gold, annotations = load(folder, "gold"), load(folder, "annotations")
    assert list(gold) == list(annotations) == ["train"]
    assert [row["item_id"] for row in gold["train"]] == ["d-1", "p-10", "p-11", "p-12", "d-2"]
    assert [row["text"] for row in gold["train"]][1:4] == list(TEXTS[:3])
    assert gold["train"][2]["gold.frames"] == "economic / security"
    rows = list(frozen(tmp_path).records("annotations"))
    assert len(annotations["train"]) == len(rows)
    texts = {row["text"] for row in annotations["train"] if row["item_id"].startswith("p-")}
    assert texts == set(TEXTS)
    assert set(annotations["train"]["annotator_id"]) == set(PEOPLE)
    spans = [row["spans"] for row in annotations["train"] if row["spans"]]
    assert json.loads(spans[0])[0]["quote"] == "six"


def test_a_configuration_without_rows_is_left_out_and_the_report_says_so(tmp_path: Path) -> None:
    folder, losses = written("huggingface", tmp_path, gold=False)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "- config_name: annotations\n" in card
    assert "config_name: gold" not in card
    assert losses[-1] == "Nothing is settled yet, so there is no configuration `gold`."


def test_rows_go_into_the_split_of_their_document(tmp_path: Path) -> None:
    folder, _ = written("huggingface", tmp_path, splits={"d-1": "train", "d-2": "test"})
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "  - split: train\n    path: annotations/train.parquet\n" in card
    assert "  - split: test\n    path: annotations/test.parquet\n" in card
    assert (folder / "annotations" / "test.parquet").stat().st_size > 0
