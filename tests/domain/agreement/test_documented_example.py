"""docs/agreement.md tells a lead how to check the figures by hand, so its own numbers have to be
right.
"""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.agreement import Ratings, coefficients, set_distance
from annotator.domain.agreement.shares import value_of
from annotator.domain.exclusions import EXCLUSIONS, WHY
from annotator.domain.judgments import Judgment
from annotator.domain.scales import Scale
from annotator.domain.scoring import rounded, score

TEXT = (Path(__file__).parents[3] / "docs" / "agreement.md").read_text(encoding="utf-8")
PROSE = " ".join(TEXT.split())


def scored(question: str, scale: str, **changed: str) -> dict[str, Any]:
    """The report on a table of the page; `changed` replaces labels, `s4_bob="against"`."""
    tables = re.findall(r"```csv\n(.*?)```", TEXT, flags=re.DOTALL)
    lines = next(table for table in tables if f",{question}," in table).splitlines()
    judgments = [
        Judgment(
            row["item_id"],
            row["annotator_id"],
            question,
            changed.get(f"{row['item_id']}_{row['annotator_id']}", row["label"]),
        )
        for row in csv.DictReader(lines)
    ]
    [report] = score(judgments, {question: Scale.parse(scale)}, seed=1)["questions"]
    assert isinstance(report, dict)
    return report


def alpha(question: str, scale: str, **changed: str) -> str:
    value = scored(question, scale, **changed)["statistics"]["krippendorff_alpha"]["value"]
    return f"{value:.3f}"


def test_the_counts_of_the_example() -> None:
    report = scored("content", "nominal")
    assert (report["judgments"], report["pairable_items"]) == (15, 5)
    assert report["excluded"] == {"single_coded": 1}
    assert "There are 15 judgments." in PROSE
    assert "The other 14 are on 5 items" in PROSE


def test_the_figures_of_the_example() -> None:
    report = scored("content", "nominal")
    percent = report["statistics"]["percent_agreement"]["value"]
    labels = {label["label"]: f"{label['alpha']:.3f}" for label in report["labels"]}
    assert f"The mean is {percent:.3f}." in PROSE
    assert f"1 - 0.286 / 0.538 = {alpha('content', 'nominal')}." in PROSE
    assert f"`boilerplate` has {labels['boilerplate']}, `main` {labels['main']}" in PROSE
    assert f"`mixed` {labels['mixed']}:" in PROSE


def test_the_people_of_the_example() -> None:
    report = scored("content", "nominal")
    pair = report["pairs"][0]
    kappa = (
        f"agree on {pair['percent']:.3f} of them, and have a Cohen's kappa of {pair['kappa']:.3f}"
    )
    assert f"`ann` and `bob` share {pair['items']} items, {kappa}" in PROSE
    without = {each["annotator"]: f"{each['alpha_without']:.3f}" for each in report["annotators"]}
    assert without["ann"] == without["bob"]
    assert (
        f"without `cat`, alpha is {without['cat']}; without `ann` or `bob`, {without['ann']}"
        in PROSE
    )


def test_the_confusions_of_the_example() -> None:
    first, second = scored("content", "nominal")["confusions"]
    assert f"`{first['a']}` and `{first['b']}` in {first['times']} pairs of judgments" in PROSE
    assert f"`{second['a']}` and `{second['b']}` in {second['times']}." in PROSE


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("cohen_kappa", "Cohen's kappa"),
        ("fleiss_kappa", "Fleiss' kappa"),
        ("conger_kappa", "Conger's kappa"),
        ("gwet_ac1", "Gwet's AC1"),
        ("brennan_prediger", "Brennan-Prediger"),
    ],
)
def test_the_other_coefficients_of_the_example(name: str, row: str) -> None:
    lines = next(
        table
        for table in re.findall(r"```csv\n(.*?)```", TEXT, flags=re.DOTALL)
        if ",content," in table
    ).splitlines()
    rows = [(r["item_id"], r["annotator_id"], r["label"]) for r in csv.DictReader(lines)]
    ratings = Ratings.of(rows, Scale())
    value = value_of(coefficients(ratings)[name], ratings)
    [line] = [line for line in TEXT.splitlines() if line.startswith(f"| {row}")]
    assert line.endswith(f"| {value:.3f} |")


def test_the_ordinal_example() -> None:
    order = "ordinal:against<neutral<for"
    assert f"With `{order}` alpha is {alpha('stance', order)}." in PROSE
    assert f"it would be {alpha('stance', order, s4_bob='against')}." in PROSE
    nominal = {alpha("stance", "nominal"), alpha("stance", "nominal", s4_bob="against")}
    assert nominal == {"0.667"}
    assert "Taken as nominal, both tables have 0.667" in PROSE


def test_the_example_of_sets() -> None:
    masi, jaccard = alpha("frames", "set"), alpha("frames", "set:jaccard")
    assert f"Alpha is {masi} with `set`, and {jaccard} with `set:jaccard`." in PROSE
    distance = rounded(set_distance(["security"], ["partnership", "security"]))
    assert f"`partnership|security` has distance {distance:.3f}" in PROSE


@pytest.mark.parametrize(("code", "sentence"), [*EXCLUSIONS.items(), *WHY.items()])
def test_every_code_is_explained(code: str, sentence: str) -> None:
    assert f"| `{code}` | {sentence} |" in TEXT
