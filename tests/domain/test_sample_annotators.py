import json
from collections.abc import Iterator
from functools import cache

import pytest

from annotator import paths
from annotator.domain import answers, codebook_file
from annotator.domain.codebook import Codebook
from annotator.domain.sample_annotators import ANNOTATORS, SampleAnnotator, answers_of

Answers = dict[str, list[str]]


@cache
def codebook() -> Codebook:
    path = paths.schema() / "codebooks" / "framing-stance-noise.yaml"
    return codebook_file.parse(path.read_text(encoding="utf-8"), name=path.name)


@cache
def gold() -> tuple[tuple[str, str, Answers], ...]:
    """Scope, name and gold answers of every item of the sample."""
    rows = (paths.sample() / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_item(json.loads(row)) for row in rows)


def _item(row: dict[str, object]) -> tuple[str, str, Answers]:
    scope = "source" if "source" in row else "document" if "document" in row else "paragraph"
    name = str(row.get("source") or f"{row['file']} {row.get('position', '')}")
    given = row["answers"]
    assert isinstance(given, dict)
    return scope, name, given


def said(annotator: SampleAnnotator) -> Iterator[tuple[str, Answers, Answers]]:
    for scope, name, given in gold():
        found = answers_of(
            annotator, given, codebook=codebook(), scope=scope, item=name, blind=True
        )
        yield scope, given, found


@pytest.mark.parametrize("annotator", ANNOTATORS, ids=lambda annotator: annotator.name)
def test_a_sample_annotator_gives_only_answers_that_the_codebook_allows(
    annotator: SampleAnnotator,
) -> None:
    for scope, _, found in said(annotator):
        assert answers.problems(codebook(), scope, found, blind=True) == {}


@pytest.mark.parametrize("annotator", ANNOTATORS, ids=lambda annotator: annotator.name)
def test_a_sample_annotator_mostly_says_what_the_author_said(annotator: SampleAnnotator) -> None:
    content = [
        (given["content"], found["content"])
        for scope, given, found in said(annotator)
        if scope == "paragraph"
    ]
    right = sum(true == answer for true, answer in content) / len(content)
    assert 0.8 < right <= 1.0


def test_the_careful_one_errs_least() -> None:
    def wrong(annotator: SampleAnnotator) -> int:
        return sum(
            found.get(code) != answer
            for _, given, found in said(annotator)
            for code, answer in given.items()
        )

    counts = {annotator.name: wrong(annotator) for annotator in ANNOTATORS}
    assert 0 < counts["sample-ana"] < min(counts["sample-boris"], counts["sample-clara"])


def test_boris_takes_noise_for_text_and_never_a_menu() -> None:
    boris = ANNOTATORS[1]
    taken = [
        given["noise_type"][0]
        for scope, given, found in said(boris)
        if scope == "paragraph" and given["content"] == ["boilerplate"] != found["content"]
    ]
    assert "teaser" in taken
    assert not {"navigation", "widget", "poll"} & set(taken)


def test_clara_misreads_stance_upwards() -> None:
    ranks = dict(codebook().ranks("stance.russia"))
    moved = [
        ranks[found[code][0]] - ranks[answer[0]]
        for scope, given, found in said(ANNOTATORS[2])
        if scope == "paragraph"
        for code, answer in given.items()
        if code.startswith("stance.") and code in found
    ]
    assert min(moved) >= 0
    assert sum(step == 1 for step in moved) > 10


def test_the_slips_do_not_depend_on_the_order_of_items() -> None:
    forwards = [found for _, _, found in said(ANNOTATORS[1])]
    backwards = [
        answers_of(ANNOTATORS[1], given, codebook=codebook(), scope=scope, item=name, blind=True)
        for scope, name, given in reversed(gold())
    ]
    assert forwards == backwards[::-1]
