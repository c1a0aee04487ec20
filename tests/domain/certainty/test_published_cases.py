"""The 45 patients of Dawid & Skene (1979), kept beside the checkout."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotator.domain.certainty import Fit, Patterns, dawid_skene
from tests.domain.certainty.tables import patterns

CASES = Path(__file__).parents[4] / "shared" / "agreement-cases"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the published cases are not beside this checkout"
)


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def table(data: dict[str, Any]) -> Patterns:
    rows = [
        (item - 1, data["raters"].index(rater), data["categories"].index(label))
        for item, rater, label in data["labels"]
    ]
    return patterns(rows, items=data["n_items"], raters=5, labels=4)


def fitted(name: str) -> tuple[Fit, dict[str, Any]]:
    found = case(name)
    return dawid_skene(table(found["data"]), smoothing=0, least_gain=1e-14), found


def test_the_likeliest_classes_of_the_patients_are_the_published_ones() -> None:
    fit, expected = fitted("ds1979_map")
    classes = [expected["data"]["categories"][code] for code in fit.posterior.argmax(axis=1)]
    assert classes == expected["expected"]
    assert np.abs(fit.posterior - np.array(expected["expected_full_precision"])).max() < 1e-6


def test_the_shares_of_the_classes_are_the_published_ones() -> None:
    fit, expected = fitted("ds1979_priors")
    assert fit.prior == pytest.approx(expected["expected"], abs=expected["tolerance"])
    assert fit.prior == pytest.approx(expected["expected_full_precision"], abs=1e-7)


def test_where_the_search_stops_by_itself_the_answers_are_the_same() -> None:
    found = case("ds1979_map")
    fit = dawid_skene(table(found["data"]), smoothing=0)
    assert fit.converged
    assert np.abs(fit.posterior - np.array(found["expected_full_precision"])).max() < 1e-3
