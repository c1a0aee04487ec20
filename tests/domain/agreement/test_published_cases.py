"""Published tables with their printed values, kept beside the checkout."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.domain.agreement.published import NAMES, Case, computed

CASES = Path(__file__).parents[4] / "shared" / "agreement-cases"
THERE = pytest.mark.skipif(
    not CASES.is_dir(), reason="the published cases are not beside this checkout"
)
EXACT = 1e-9


def all_cases() -> list[Case]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.json"))]


def cases() -> list[Any]:
    return [
        pytest.param(case, id=case["id"])
        for case in all_cases()
        if case["statistic"]["name"] in NAMES
    ]


@THERE
@pytest.mark.parametrize("case", cases())
def test_it_gives_the_published_value(case: Case) -> None:
    assert computed(case) == pytest.approx(case["expected"], abs=case["tolerance"])


@THERE
@pytest.mark.parametrize("case", cases())
def test_it_gives_every_digit_that_is_known(case: Case) -> None:
    exact = case.get("expected_full_precision", case["expected"])
    tolerance = EXACT if "expected_full_precision" in case else case["tolerance"]
    assert computed(case) == pytest.approx(exact, abs=tolerance)


@THERE
def test_only_models_are_left_to_others() -> None:
    left = {case["statistic"]["name"] for case in all_cases()} - NAMES
    assert left <= {"dawid_skene", "gamma", "gamma_best_alignment_disorder"}
