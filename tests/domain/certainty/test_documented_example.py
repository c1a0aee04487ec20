"""docs/agreement.md tells how to read certainty, so its own numbers have to be right."""

import csv
import re
from pathlib import Path

import numpy as np

from annotator.domain.certainty import Certainty, certainty
from annotator.domain.certainty.aggregation import MOST_SETS
from annotator.domain.certainty.choice import LEAST_ITEMS, LEAST_MET
from annotator.domain.certainty.dawid_skene import SMOOTHING, made_up_labels
from annotator.domain.certainty.expectation import RESTARTS

TEXT = (Path(__file__).parents[3] / "docs" / "agreement.md").read_text(encoding="utf-8")
PROSE = " ".join(TEXT.split())


def example() -> Certainty:
    table = re.findall(r"```csv\n(.*?)```", TEXT, flags=re.DOTALL)[0]
    rows = list(csv.DictReader(table.splitlines()))
    names = [sorted({row[key] for row in rows}) for key in ("item_id", "annotator_id", "label")]
    items, raters, codes = (
        np.array([name.index(row[key]) for row in rows])
        for name, key in zip(names, ("item_id", "annotator_id", "label"), strict=True)
    )
    return certainty(items, raters, codes, len(names[0]), names[2], names[1])


def test_the_items_of_the_example() -> None:
    items = example().items
    assert f"its majority is `{items[4].majority}`" in PROSE
    sure = f"On p2 `main` has {items[1].posterior['main']:.3f} of the votes and is"
    assert f"{sure} {items[1].margin:.3f} ahead; the entropy is {items[1].entropy:.3f}," in PROSE


def test_the_annotators_of_the_example() -> None:
    ann, bob, cat = (f"{one.value:.3f}" for one in example().competence)
    assert ann == bob
    assert f"`ann` and `bob` have {ann} and `cat` {cat}." in PROSE


def test_the_thresholds_are_those_in_use() -> None:
    assert f"A model needs {LEAST_ITEMS} items" in PROSE
    assert f"every annotator met every label in use on at least {LEAST_MET} items" in PROSE
    assert f"where at most {MOST_SETS} different ones are in use" in PROSE
    assert RESTARTS == 10
    assert "also start from nine random places" in PROSE
    assert SMOOTHING == made_up_labels(3, SMOOTHING)[0].sum() == 4
    assert "Dawid-Skene four for each row of the matrix, half of them right" in PROSE
