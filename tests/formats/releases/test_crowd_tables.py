"""crowd-kit's tables and the JSON of Le-Wi-Di: only free first judgments, every label as a code."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.formats.releases.frozen_world import PEOPLE, TEXTS, frozen, written


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_crowd_kit_gets_a_table_for_each_question_with_labels(tmp_path: Path) -> None:
    folder, _ = written("crowdkit", tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "content.csv", "frames.csv", "genre.csv", "stance.csv",
    ]  # fmt: skip
    rows = table(folder / "content.csv")
    assert list(rows[0]) == ["task", "worker", "label"]
    places = Counter((row["task"], row["worker"]) for row in rows)
    assert set(places.values()) == {1}
    votes = [
        record
        for record in frozen(tmp_path).records("annotations")
        if record["question"] == "content" and record["state"] == "answered"
    ]
    assert len(rows) == len(votes)
    assert {row["label"] for row in table(folder / "stance.csv")} == {"-1", "0", "both", "unclear"}


def test_soft_labels_are_the_shares_of_the_votes(tmp_path: Path) -> None:
    folder, _ = written("lewidi", tmp_path)
    entry = entries(folder / "content.json")["p-10"]
    assert entry["text"] == TEXTS[0]
    assert entry["annotations"] == "main,main,boilerplate"
    assert entry["annotators"] == ",".join(PEOPLE)
    assert entry["number of annotations"] == 3
    assert entry["soft_label"] == {"main": 0.666666666667, "boilerplate": 0.333333333333}
    assert (entry["hard_label"], entry["other_info"]["hard_label_from"]) == ("main", "gold")


@pytest.mark.parametrize(
    ("file", "item", "hard", "origin"),
    [
        ("content", "p-20", "main", "majority"),
        ("frames.economic", "p-10", "0", "gold"),
        ("frames.economic", "p-11", None, "gold: several"),
        ("frames.economic", "p-12", "1", "gold"),
        ("frames.economic", "p-20", None, "tie"),
        ("stance", "p-22", None, "tie"),
    ],
)
def test_the_hard_label_says_where_it_comes_from(
    file: str, item: str, hard: str | None, origin: str, tmp_path: Path
) -> None:
    folder, _ = written("lewidi", tmp_path)
    entry = entries(folder / f"{file}.json")[item]
    assert (entry["hard_label"], entry["other_info"]["hard_label_from"]) == (hard, origin)


def test_a_set_is_a_task_for_each_of_its_labels(tmp_path: Path) -> None:
    folder, _ = written("lewidi", tmp_path)
    entry = entries(folder / "frames.security.json")["p-11"]
    assert entry["annotation task"] == "frames.security"
    assert entry["annotations"] == "0,1"
    assert entry["soft_label"] == {"0": 0.5, "1": 0.5}
