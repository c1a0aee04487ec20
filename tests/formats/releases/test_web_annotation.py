import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.releases.frozen_world import PEOPLE, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written("web-annotation", tmp_path)[0]


def annotations(folder: Path) -> list[dict[str, Any]]:
    page = json.loads((folder / "annotations.jsonld").read_text(encoding="utf-8"))
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert page["type"] == "AnnotationPage"
    found: list[dict[str, Any]] = page["items"]
    return found


def test_every_annotation_has_what_the_model_asks_for(folder: Path) -> None:
    found = annotations(folder)
    assert len({each["id"] for each in found}) == len(found)
    for each in found:
        assert each["type"] == "Annotation"
        assert each["motivation"] in {"classifying", "highlighting"}
        assert each["creator"]["nickname"] in PEOPLE
        for body in each["body"]:
            assert body["type"] == "TextualBody"
            assert isinstance(body["value"], str)


def test_both_selectors_find_the_same_words(folder: Path) -> None:
    passages = 0
    for each in annotations(folder):
        if isinstance(each["target"], str):
            assert (folder / each["target"]).is_file()
            continue
        text = (folder / each["target"]["source"]).read_bytes().decode()
        position, quotation = each["target"]["selector"]
        exact = text[position["start"] : position["end"]]
        assert exact == quotation["exact"]
        assert quotation["prefix"] + exact + quotation["suffix"] in text
        passages += each["motivation"] == "highlighting"
        assert each["motivation"] != "highlighting" or exact == "six"
    assert passages == 2
