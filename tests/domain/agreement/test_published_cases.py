"""Published tables with their printed values, kept beside the checkout."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pytest

from annotator.domain.agreement import (
    PercentAgreement,
    Ratings,
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
    pairs,
    set_distance,
)
from annotator.domain.agreement.additive import Additive, defined
from annotator.domain.agreement.alpha import DistanceAlpha
from annotator.domain.agreement.distances import DistanceTable
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import Row

CASES = Path(__file__).parents[4] / "shared" / "agreement-cases"
# Statistics of a case that are computed; standard errors, weighted kappas and models come with
# later work.
BUILT = {
    "krippendorff_alpha",
    "krippendorff_alpha_per_category",
    "leave_one_out_krippendorff_alpha",
    "pairwise_krippendorff_alpha",
    "cohen_kappa",
    "light_kappa",
    "percent_agreement",
    "percent_agreement_pairwise",
    "set_distance",
}
NOT_BUILT = {"disagreement_weights", "output"}


def cases() -> list[Any]:
    return list(_built())


def _built() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        statistic = case["statistic"]
        if statistic["name"] in BUILT and not NOT_BUILT & statistic.keys():
            yield pytest.param(case, id=case["id"])


def spelt(label: object) -> str:
    return "|".join(sorted(map(str, label))) if isinstance(label, list) else str(label)


def rows_of(data: dict[str, Any]) -> list[Row]:
    if data["format"] == "ratings":
        return [(item, rater, spelt(label)) for item, rater, label in data["labels"]]
    cells = [
        (f"{row} {column} {copy}", row, column)
        for row, counts in zip(data["categories"], data["table"], strict=True)
        for column, count in zip(data["categories"], counts, strict=True)
        for copy in range(count)
    ]
    first = [(item, "rater 1", row) for item, row, _ in cells]
    return first + [(item, "rater 2", column) for item, _, column in cells]


def scale_of(case: dict[str, Any], labels: set[str]) -> Scale:
    metric = case["statistic"].get("metric", "nominal")
    if metric == "ordinal":
        return Scale("ordinal", tuple(sorted(labels, key=float)))
    if metric in {"masi", "jaccard"}:
        return Scale("set", distance=metric)
    return Scale("interval" if metric in {"interval", "ratio"} else "nominal")


def of(statistic: Additive, ratings: Ratings) -> float | None:
    return defined(statistic, statistic.sums(ratings).total())


def alpha(ratings: Ratings, case: dict[str, Any]) -> float | None:
    statistic = case["statistic"]
    if "distance_matrix" in statistic:
        order = [case["data"]["categories"].index(label) for label in ratings.labels]
        table = np.array(statistic["distance_matrix"])[np.ix_(order, order)]
        return of(DistanceAlpha(DistanceTable(table), len(order)), ratings)
    if statistic.get("metric") == "ratio":
        values = np.array([float(label) for label in ratings.labels])
        table = ((values[:, None] - values) / (values[:, None] + values)) ** 2
        return of(DistanceAlpha(DistanceTable(table), len(values)), ratings)
    return krippendorff_alpha(ratings)


def of_each_pair(ratings: Ratings) -> dict[str, float | None]:
    found = {}
    for pair in pairs(ratings):
        numbers = [ratings.rater_names.index(name) for name in (pair.a, pair.b)]
        rows = [
            (ratings.item_names[item], ratings.rater_names[rater], ratings.labels[code])
            for item, rater, code in zip(ratings.items, ratings.raters, ratings.codes, strict=True)
            if rater in numbers
        ]
        found[f"{pair.a}|{pair.b}"] = krippendorff_alpha(Ratings.of(rows, ratings.scale))
    return found


def computed(case: dict[str, Any]) -> object:
    if case["statistic"]["name"] == "set_distance":
        a, b = ([str(label) for label in case["data"][side]] for side in "ab")
        return set_distance(a, b, case["statistic"]["metric"])
    rows = rows_of(case["data"])
    return figure_of(case, Ratings.of(rows, scale_of(case, {label for _, _, label in rows})))


def figure_of(case: dict[str, Any], ratings: Ratings) -> object:
    match case["statistic"]["name"]:
        case "krippendorff_alpha":
            return alpha(ratings, case)
        case "krippendorff_alpha_per_category":
            return label_alphas(ratings)[str(case["statistic"]["category"])][1]
        case "leave_one_out_krippendorff_alpha":
            return alpha_without_each(ratings)
        case "pairwise_krippendorff_alpha":
            return of_each_pair(ratings)
        case "cohen_kappa" | "light_kappa":
            return mean(pair.kappa for pair in pairs(ratings) if pair.kappa is not None)
        case _:
            return of(PercentAgreement(), ratings)


@pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not beside this checkout")
@pytest.mark.parametrize("case", cases())
def test_it_gives_the_published_value(case: dict[str, Any]) -> None:
    assert computed(case) == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not beside this checkout")
def test_the_published_cases_are_really_there() -> None:
    names = {param.values[0]["statistic"]["name"] for param in cases()}
    assert names >= {"krippendorff_alpha", "set_distance", "cohen_kappa", "light_kappa"}
