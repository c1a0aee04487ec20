import re
from dataclasses import replace
from typing import Any

import pytest

from annotator import __version__
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
    text = paragraph.rpartition("\n\n")[0].replace(f"Annotator {__version__}", "")
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
    references = methods_paragraph(report(table(), "set")).rpartition("\n\n")[2].split("\n")
    assert any("Passonneau" in one for one in references)
    assert not any("Jaccard" in one for one in references)
    assert all("http" in one for one in references)


def test_without_intervals_and_without_a_value_it_says_so() -> None:
    paragraph = methods_paragraph(report(table(), replicates=0))
    assert "no interval: no interval was asked for" in paragraph
    assert "No intervals were computed; the seed was 7." in paragraph
    nothing = methods_paragraph(report([Judgment("i", "ann", "q", "a")]))
    assert nothing == "There is nothing to describe: only one annotator has labels that count."


def test_each_question_has_a_paragraph_and_the_program_is_named() -> None:
    first, second = report(table()), report(table(seed=2), "set")
    both = {**first, "questions": [*first["questions"], *second["questions"]]}
    one, other, how, references = methods_paragraph(both).split("\n\n")
    assert one.startswith("For the question “q”, 3 annotators gave 216 judgments")
    assert other.startswith("For the question “q”, 3 annotators gave 216 judgments")
    assert how.endswith(f"The figures were computed with Annotator {__version__}.")
    assert all("http" in line for line in references.split("\n"))


def test_what_is_open_is_no_judgment() -> None:
    waiting = [Judgment(f"w{n}", "ann", "q", None, excluded="open") for n in range(3)]
    paragraph = methods_paragraph(report([*with_exclusions(), *waiting]))
    assert "Of 217 judgments, 13 (" in paragraph
    assert "left out. 3 more were assigned and not answered." in paragraph
    only = methods_paragraph(report([*table(), *waiting[:1]]))
    assert "left out" not in only
    assert "1 more was assigned and not answered." in only


def test_where_nothing_counts_one_sentence_says_so() -> None:
    skipped = [replace(row, excluded="skipped") for row in table(2)]
    nothing = "There is nothing to describe: there is no label that counts."
    assert methods_paragraph(report(skipped)) == nothing
    empty = {"seed": 1, "replicates": 50, "questions": []}
    assert methods_paragraph(empty) == "There is nothing to describe: no judgment counts."
    first, second = report(table()), report(skipped)
    both = {**first, "questions": [*first["questions"], *second["questions"]]}
    assert methods_paragraph(both).split("\n\n")[1] == (
        "Of the question “q” there is nothing to describe: there is no label that counts."
    )


def test_the_bootstrap_is_told_only_where_an_interval_was_made() -> None:
    few = methods_paragraph(report(table(3)))
    assert "no interval: fewer than 20 documents" in few
    assert "bootstrap" not in few
    assert "Efron" not in few


def test_competence_from_few_labels_is_left_out_of_the_range() -> None:
    rows = table()
    late = [Judgment(f"d{n:02}-0", "dan", "q", "a", f"d{n:02}") for n in range(12)]
    found = report([*rows, *late])
    [entry] = found["questions"]
    known = [e["competence"] for e in entry["annotators"] if e["annotator"] != "dan"]
    paragraph = methods_paragraph(found)
    assert "The competence of annotators with thirty labels or more, estimated by" in paragraph
    assert f"lay between {min(known):.2f} and {max(known):.2f}." in paragraph
    assert "competence" not in methods_paragraph(report(table(3)))


def test_a_threshold_is_named_only_where_one_was_stated() -> None:
    assert "threshold" not in methods_paragraph(report(table()))
