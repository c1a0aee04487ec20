"""Reads a published case, as they are kept beside the checkout, and computes its figure."""

from collections.abc import Callable
from typing import Any

import numpy as np

from annotator.domain.agreement import (
    BrennanPrediger,
    CohenKappa,
    CongerKappa,
    FleissKappa,
    GwetAC,
    PercentAgreement,
    Ratings,
    ScottPi,
    alpha_without_each,
    fleiss_per_label,
    item_agreement,
    krippendorff_alpha,
    label_alphas,
    pair_alphas,
    set_distance,
)
from annotator.domain.agreement.additive import Additive
from annotator.domain.agreement.alpha import DistanceAlpha, ratio_alpha, set_alpha
from annotator.domain.agreement.alpha_u import alpha_u, alpha_u_by_label
from annotator.domain.agreement.distances import DistanceTable
from annotator.domain.agreement.shares import value_of
from annotator.domain.agreement.standard_errors import alpha_standard_error, standard_error
from annotator.domain.agreement.unitizing import (
    BinaryUAlpha,
    Continua,
    CuAlpha,
    Span,
    Text,
    UAlpha,
    alpha_of_spans,
    span_label_alphas,
)
from annotator.domain.agreement.weights import Given, Weights, all_labels, weights_of
from annotator.domain.scales import Scale
from tests.domain.agreement.oracle import Row

Case = dict[str, Any]
SETS = {"masi", "jaccard", "dice"}


def spelt(label: object) -> str:
    return "|".join(sorted(map(str, label))) if isinstance(label, list) else str(label)


def rows_of(data: Case) -> list[Row]:
    if data["format"] == "ratings":
        return [(item, rater, spelt(label)) for item, rater, label in data["labels"]]
    cells = [
        (f"{row} {column} {copy}", row, column)
        for row, counts in zip(data["categories"], data["table"], strict=True)
        for column, count in zip(data["categories"], counts, strict=True)
        for copy in range(count)
    ]
    first = [(item, "rater 1", str(row)) for item, row, _ in cells]
    return first + [(item, "rater 2", str(column)) for item, _, column in cells]


def scale_of(case: Case, labels: set[str]) -> Scale:
    statistic = case["statistic"]
    metric = statistic.get("metric", "nominal")
    declared = tuple(spelt(label) for label in case["data"].get("categories", ()))
    if metric in SETS:
        return Scale("set", distance="masi" if metric == "dice" else metric)
    if metric in {"interval", "ratio"}:
        return Scale("interval")
    if metric == "ordinal" or statistic.get("weights", "identity") != "identity":
        numbers = all(label.lstrip("-").replace(".", "", 1).isdigit() for label in labels)
        if metric != "ordinal" and numbers:
            return Scale("interval")
        return Scale("ordinal", declared or tuple(sorted(labels, key=float if numbers else str)))
    return Scale("nominal", declared)


def weights_for(case: Case, ratings: Ratings) -> Weights:
    statistic = case["statistic"]
    if "disagreement_weights" in statistic:
        return Given(DistanceTable(table_of(case, statistic["disagreement_weights"], ratings)))
    return weights_of(ratings, statistic.get("weights", "identity"))


def table_of(case: Case, table: list[list[float]], ratings: Ratings) -> np.ndarray[Any, Any]:
    """The table in the order in which the labels of the ratings are numbered."""
    declared = [spelt(label) for label in case["data"]["categories"]]
    order = [declared.index(label) for label in all_labels(ratings)]
    return np.array(table, dtype=np.float64)[np.ix_(order, order)]


def alpha(case: Case, ratings: Ratings) -> float | None:
    statistic = case["statistic"]
    if "distance_matrix" in statistic:
        table = table_of(case, statistic["distance_matrix"], ratings)
        return value_of(DistanceAlpha(DistanceTable(table), len(table)), ratings)
    if statistic.get("metric") == "ratio":
        return value_of(ratio_alpha(ratings), ratings)
    if statistic.get("metric") == "dice":
        return value_of(set_alpha(ratings, "dice"), ratings)
    return krippendorff_alpha(ratings)


WEIGHTED: dict[str, Callable[[Ratings, Weights], Additive]] = {
    "cohen_kappa": CohenKappa.of,
    "light_kappa": CohenKappa.of,
    "conger_kappa": CongerKappa.of,
    "fleiss_kappa": FleissKappa.of,
    "scott_pi": ScottPi.of,
    "gwet_ac": GwetAC.of,
    "gwet_ac1": GwetAC.of,
    "gwet_ac2": GwetAC.of,
    "brennan_prediger": BrennanPrediger.of,
    "bennett_s": BrennanPrediger.of,
    "percent_agreement": lambda _, weights: PercentAgreement(weights),
    "percent_agreement_pairwise": lambda _, weights: PercentAgreement(weights),
}
OTHERS: dict[str, Callable[[Case, Ratings], object]] = {
    "krippendorff_alpha": alpha,
    "krippendorff_alpha_per_category": lambda case, ratings: of_category(
        case, {label: one for label, (_, one) in label_alphas(ratings).items()}
    ),
    "leave_one_out_krippendorff_alpha": lambda _, ratings: alpha_without_each(ratings),
    "pairwise_krippendorff_alpha": lambda _, ratings: {
        "|".join(pair): value for pair, value in pair_alphas(ratings).items()
    },
    "fleiss_kappa_per_category": lambda case, ratings: of_category(case, fleiss_per_label(ratings)),
}
SPANS = {
    "alpha_U_1995",
    "u_alpha",
    "binary_u_alpha",
    "cu_alpha",
    "ku_alpha",
    "u_alpha_per_category",
}
# What is published of models is computed elsewhere; gamma is not computed (decisions.md).
NAMES = {*WEIGHTED, *OTHERS, *SPANS, "set_distance", "item_agreement"}


def of_category(case: Case, found: dict[str, float | None]) -> object:
    wanted = case["statistic"].get("category")
    return found if wanted is None else found[str(wanted)]


def computed(case: Case) -> object:
    name, data = case["statistic"]["name"], case["data"]
    if name == "set_distance":
        a, b = ([str(label) for label in data[side]] for side in "ab")
        return set_distance(a, b, case["statistic"]["metric"])
    if data["format"] == "spans":
        return of_spans(case)
    rows = rows_of(data)
    if name == "item_agreement":
        return of_items(rows)
    ratings = Ratings.of(rows, scale_of(case, {label for _, _, label in rows}))
    if case["statistic"].get("output") == "standard_error":
        return error_of(case, ratings)
    if name in OTHERS:
        return OTHERS[name](case, ratings)
    return value_of(WEIGHTED[name](ratings, weights_for(case, ratings)), ratings)


def error_of(case: Case, ratings: Ratings) -> float | None:
    name, weights = case["statistic"]["name"], weights_for(case, ratings)
    if name == "krippendorff_alpha":
        return alpha_standard_error(ratings, weights)
    statistic = WEIGHTED[name](ratings, weights)
    assert isinstance(statistic, PercentAgreement | FleissKappa | GwetAC | BrennanPrediger)
    return standard_error(statistic, ratings)


def of_items(rows: list[Row]) -> dict[str, float | None]:
    items: dict[str, list[str | None]] = {}
    for item, _, label in rows:
        items.setdefault(item, []).append(label)
    return {item: item_agreement(labels) for item, labels in items.items()}


def of_spans(case: Case) -> object:
    data, name = case["data"], case["statistic"]["name"]
    begin = data["begin"]
    spans = [
        Span("text", annotator, str(label), start - begin, end - begin)
        for annotator, marked in data["spans"].items()
        for start, end, label in marked
    ]
    text = Text(data["end"] - begin, set(data["spans"]))
    if name == "alpha_U_1995":
        one = "category" in case["statistic"]
        return of_category(case, alpha_u_by_label(spans, text)) if one else alpha_u(spans, text)
    continua = Continua.of(spans, {"text": text})
    if name in {"ku_alpha", "u_alpha_per_category"}:
        found = {label: one for label, (_, one) in span_label_alphas(continua).items()}
        return of_category(case, found)
    statistics: dict[str, UAlpha | BinaryUAlpha | CuAlpha] = {
        "u_alpha": UAlpha(),
        "binary_u_alpha": BinaryUAlpha(),
        "cu_alpha": CuAlpha(),
    }
    return alpha_of_spans(statistics[name], continua)
