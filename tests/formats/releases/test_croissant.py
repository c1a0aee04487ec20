import json
import logging
from pathlib import Path

import pytest

from tests.formats.releases.frozen_world import TEXTS, frozen, written

pytestmark = [
    # mlcroissant's own calls of rdflib and pandas.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index"),
]


def test_mlcroissant_takes_the_metadata_and_loads_the_records(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import mlcroissant  # noqa: PLC0415 - half a second, needed here alone

    folder, _ = written("croissant", tmp_path)
    with caplog.at_level(logging.ERROR):
        dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    # What is recommended and cannot be known when a release is made; the report says so.
    missing = " ".join(dataset.metadata.ctx.issues.warnings)
    assert "datePublished" in missing
    items = list(dataset.records("items"))
    texts = [row["items/text"] for row in items if row["items/text"]]
    assert [text.decode() for text in texts] == list(TEXTS) * 2
    rows = list(frozen(tmp_path).records("annotations"))
    loaded = list(dataset.records("annotations"))
    assert [row["annotations/item_id"].decode() for row in loaded] == [
        row["item_id"] for row in rows
    ]


def test_it_conforms_to_1_1_and_says_who_annotated_and_how(tmp_path: Path) -> None:
    folder, _ = written("croissant", tmp_path)
    made = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert made["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    responsible = {key for key in made if key.startswith("rai:")}
    assert {
        "rai:dataAnnotationProtocol", "rai:dataAnnotationAnalysis", "rai:annotationsPerItem",
        "rai:annotatorDemographics", "rai:dataLimitations", "rai:personalSensitiveInformation",
    } <= responsible  # fmt: skip
    assert "datePublished" not in made
