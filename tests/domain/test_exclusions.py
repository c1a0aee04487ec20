import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.exclusions import (
    EXCLUSIONS,
    WHY,
    Candidate,
    Counting,
    exclusion_of,
    exclusions_schema,
)

SCHEMA = Path(__file__).parents[2] / "schema" / "exclusions.schema.json"
GOOD = Candidate(item="i1", annotator="ann", question="content", label="main", round="main-1")
# Known only once all rows are seen together, or from the question and not from the answer.
FROM_ELSEWHERE = {"labelled_before", "cluster_duplicate", "single_coded", "kept_out"}
FACTS: list[tuple[str, Candidate]] = [
    ("machine", replace(GOOD, origin="machine")),
    ("propagated", replace(GOOD, propagated=True)),
    ("gold_check", replace(GOOD, gold_check=True)),
    ("withdrawn", replace(GOOD, withdrawn=True)),
    ("disabled_annotator", replace(GOOD, disabled=True)),
    ("training_round", replace(GOOD, round_kind="training")),
    ("cleanup_round", replace(GOOD, round_kind="cleanup")),
    ("retest", replace(GOOD, round_kind="retest")),
    ("retest", replace(GOOD, reason="retest")),
    ("other_round", replace(GOOD, round="main-2")),
    ("other_codebook_version", replace(GOOD, codebook_version=2)),
    ("adaptive", replace(GOOD, reason="adaptive")),
    ("recode", replace(GOOD, reason="recode")),
    ("open", replace(GOOD, state="open", label=None)),
    ("skipped", replace(GOOD, state="skipped", label=None)),
    ("after_feedback", replace(GOOD, after_feedback=True)),
    ("imported", replace(GOOD, origin="imported")),
    ("gated", replace(GOOD, state="not_applicable", label=None)),
    ("left_blank", replace(GOOD, state="left_blank", label=None)),
    ("missing_label", replace(GOOD, label=None)),
]
STRICT = Counting(round="main-1", codebook_versions=frozenset({1}), imported=False)


@pytest.mark.parametrize(("code", "candidate"), FACTS)
def test_each_fact_has_its_code(code: str, candidate: Candidate) -> None:
    assert exclusion_of(candidate, STRICT) == code


def test_a_good_judgment_counts() -> None:
    assert exclusion_of(GOOD, STRICT) == ""
    assert exclusion_of(replace(GOOD, label=""), STRICT) == ""


def test_every_code_of_the_list_can_happen() -> None:
    assert {code for code, _ in FACTS} | FROM_ELSEWHERE == EXCLUSIONS.keys()


def test_of_two_reasons_the_one_earlier_in_the_list_is_given() -> None:
    order = list(EXCLUSIONS)
    both = replace(GOOD, disabled=True, after_feedback=True)
    assert order.index("disabled_annotator") < order.index("after_feedback")
    assert exclusion_of(both, STRICT) == "disabled_annotator"
    assert exclusion_of(replace(both, state="not_applicable"), Counting()) == "disabled_annotator"


def test_unless_told_any_round_version_and_person_counts() -> None:
    elsewhere = replace(GOOD, round="pilot-1", round_kind="pilot", codebook_version=7)
    assert exclusion_of(elsewhere, Counting()) == ""
    assert exclusion_of(replace(GOOD, origin="imported"), Counting()) == ""


def test_a_training_round_counts_only_when_asked_for() -> None:
    training = replace(GOOD, round_kind="training")
    assert exclusion_of(training, Counting(round="main-1")) == "training_round"
    assert exclusion_of(training, Counting(kinds=frozenset({"training"}))) == ""
    assert exclusion_of(GOOD, Counting(kinds=frozenset({"training"}))) == "other_round"


def test_a_retest_counts_when_retests_are_asked_for() -> None:
    retest = replace(GOOD, round_kind="retest", reason="retest", occasion=2)
    assert exclusion_of(retest, Counting(kinds=frozenset({"retest"}))) == ""


def test_every_code_has_a_sentence() -> None:
    for sentence in [*EXCLUSIONS.values(), *WHY.values()]:
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_the_schema_file_is_the_closed_list() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == exclusions_schema()
