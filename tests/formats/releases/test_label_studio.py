import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tests.formats.releases.frozen_world import PEOPLE, TEXTS, frozen, written


def tasks(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    return found


def said(annotation: dict[str, Any]) -> dict[str, Any]:
    return {result["from_name"]: result["value"] for result in annotation["result"]}


def test_tasks_hold_what_each_annotator_said(tmp_path: Path) -> None:
    folder, _ = written("label-studio", tmp_path)
    found = tasks(folder)
    assert [task["data"]["text"] for task in found] == list(TEXTS) * 2
    first = found[0]["annotations"]
    assert [said(each)["annotator"]["text"] for each in first] == [[name] for name in PEOPLE]
    assert said(first[0])["frames"] == {"choices": []}
    assert said(found[1]["annotations"][1])["frames"] == {"choices": ["economic", "security"]}
    assert found[3]["annotations"][2]["was_cancelled"] is True
    assert len(found[4]["annotations"]) == 2
    assert "completed_by" not in first[0]


def test_passages_lie_where_their_quotation_is(tmp_path: Path) -> None:
    folder, _ = written("label-studio", tmp_path)
    seen = 0
    for task in tasks(folder):
        for annotation in task["annotations"]:
            for result in annotation["result"]:
                if result["type"] == "labels":
                    value = result["value"]
                    words = task["data"]["text"][value["start"] : value["end"]]
                    assert words == value["text"] == "six"
                    seen += 1
    assert seen == 2


def test_every_control_and_label_is_in_the_configuration(tmp_path: Path) -> None:
    folder, _ = written("label-studio", tmp_path)
    root = ET.fromstring((folder / "config.xml").read_text("utf-8"))  # noqa: S314 - our own file
    controls = {each.get("name"): each for each in root.iter() if each.get("toName") == "text"}
    kinds = {"choices": "Choices", "labels": "Labels", "textarea": "TextArea"}
    for task in tasks(folder):
        for annotation in task["annotations"]:
            ids = [result["id"] for result in annotation["result"]]
            assert len(set(ids)) == len(ids)
            for result in annotation["result"]:
                control = controls[result["from_name"]]
                assert control.tag == kinds[result["type"]]
                values = {each.get("value") for each in control}
                assert set(result["value"].get(result["type"], [])) <= values
    assert controls["frames"].get("choice") == "multiple"
    shown = next(view for view in root.iter("View") if view.get("whenTagName"))
    assert (shown.get("whenTagName"), shown.get("whenChoiceValue")) == ("content", "main")


def test_nothing_that_was_answered_is_left_out(tmp_path: Path) -> None:
    folder, _ = written("label-studio", tmp_path)
    count = sum(
        result["from_name"] not in {"annotator", "round"} and result["type"] != "labels"
        for task in tasks(folder)
        for annotation in task["annotations"]
        for result in annotation["result"]
    )
    records = list(frozen(tmp_path).records("annotations"))
    elsewhere = {"genre", "tone"}
    assert count == sum(
        row["state"] == "answered" and row["question"] not in elsewhere for row in records
    )
