import re
from dataclasses import replace
from typing import Any

import pytest

from annotator.domain.judgments import Judgment
from annotator.domain.scales import Scale
from annotator.domain.scoring import rounded, score
from annotator.domain.scoring.methods import REFERENCES, methods_paragraph
from tests.domain.scoring.test_table import table

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def report(
    rows: list[Judgment], scale: str = "nominal", *, replicates: int = 50, **facts: Any
) -> dict[str, Any]:
    found = score(rows, {"q": Scale.parse(scale)}, seed=7, replicates=replicates)
    [entry] = rounded(found)["questions"]
    return {"seed": 7, "replicates": replicates, "questions": [entry | facts]}


def with_exclusions() -> list[Judgment]:
    rows = [
        replace(row, excluded="skipped") if n % 17 == 0 else row for n, row in enumerate(table())
    ]
    return [*rows, Judgment("alone", "ann", "q", "a", "d00")]


def told(paragraph: str) -> set[str]:
    """The numbers of the paragraph, without the years of references and the label of the level."""
    text = paragraph.partition("\n")[0]
    for cited in REFERENCES:
        text = text.replace(cited, "")
    return set(NUMBER.findall(text.replace("95 %", ""))) - {"1979"}


def known(found: dict[str, Any]) -> set[str]:
    """Every number of the report, as it may be written."""
    [entry] = found["questions"]
    numbers: list[float | int] = [found["seed"], found["replicates"], entry.get("threshold") or 0]
    numbers += [entry["judgments"], entry["pairable_items"], *entry["excluded"].values()]
    numbers += [entry["judgments"] - sum(entry["excluded"].values()), len(entry["annotators"])]
    for figure in entry["statistics"].values():
        numbers += [n for n in (figure["value"], figure["low"], figure["high"]) if n is not None]
    numbers += [each["competence"] for each in entry["annotators"] if each["competence"]]
    written = {f"{n:,}" if isinstance(n, int) else f"{n:.2f}" for n in numbers}
    percent = entry["statistics"]["percent_agreement"]["value"]
    methods = [figure["method"] or "" for figure in entry["statistics"].values()]
    return written | {f"{100 * percent:.1f}"} | set(NUMBER.findall(" ".join(methods)))


@pytest.mark.parametrize("scale", ["nominal", "ordinal:a<b<c", "set", "set:jaccard"])
def test_every_number_comes_from_the_result(scale: str) -> None:
    found = report(with_exclusions(), scale, threshold=0.67)
    paragraph = methods_paragraph(found)
    assert told(paragraph) <= known(found)
    assert {"7", "50", "0.67", "217", "24"} <= told(paragraph)
    [entry] = found["questions"]
    assert f"was {entry['statistics']['krippendorff_alpha']['value']:.2f} (95 % int" in paragraph


def test_what_was_left_out_is_said_with_its_reason() -> None:
    paragraph = methods_paragraph(report(with_exclusions()))
    assert "13 (the annotator skipped the item, with a reason)" in paragraph
    assert "1 (nobody else has a judgment of the item that counts) were left out." in paragraph


def test_only_what_is_cited_is_listed() -> None:
    references = methods_paragraph(report(table(), "set")).split("\n")[2:]
    assert any("Passonneau" in one for one in references)
    assert not any("Jaccard" in one for one in references)
    assert all("http" in one for one in references)


def test_without_intervals_and_without_a_value_it_says_so() -> None:
    paragraph = methods_paragraph(report(table(), replicates=0))
    assert "no interval: no interval was asked for" in paragraph
    assert "No intervals were computed; the seed was 7." in paragraph
    nothing = methods_paragraph(report([Judgment("i", "ann", "q", "a")]))
    assert "is not defined: only one annotator has labels that count." in nothing


def test_a_threshold_is_named_only_where_one_was_stated() -> None:
    assert "threshold" not in methods_paragraph(report(table()))
