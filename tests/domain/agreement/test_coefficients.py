"""Each coefficient against its definition on random tables, and what holds for all of them."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import (
    BrennanPrediger,
    CohenKappa,
    CongerKappa,
    Fixed,
    FleissKappa,
    GwetAC,
    PercentAgreement,
    Ratings,
    Resampling,
    coefficients,
    figure,
    fleiss_per_label,
    pairs,
)
from annotator.domain.agreement.additive import Additive, outlook
from annotator.domain.agreement.coefficients import MOST_COLUMNS, NAMES
from annotator.domain.agreement.shares import value_of
from annotator.domain.agreement.weights import weights_of
from annotator.domain.exclusions import WHY
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid
from tests.domain.agreement import oracle_coefficients as oracle
from tests.domain.agreement.oracle import SCALES, Row, tables

KINDS = [kind for kind, names in NAMES.items() if names]
NOMINAL = Scale()
DECLARED = Scale("nominal", ("a", "b", "c", "d"))
ORDINAL = SCALES["ordinal"]


def found(rows: list[Row], scale: Scale) -> dict[str, float | None]:
    ratings = Ratings.of(rows, scale)
    return {name: value_of(one, ratings) for name, one in coefficients(ratings).items()}


def approx(value: float | None) -> object:
    return pytest.approx(value, abs=1e-12)


@given(tables("nominal"))
def test_those_of_nominal_labels_are_as_defined(rows: list[Row]) -> None:
    used = sorted({label for _, _, label in rows})
    assert {**found(rows, NOMINAL), "krippendorff_alpha": 0, "scott_pi": 0} == approx_all(
        {
            "percent_agreement": oracle.percent(rows),
            "krippendorff_alpha": 0,
            "scott_pi": 0,
            "cohen_kappa": oracle.cohen(rows),
            "fleiss_kappa": oracle.fleiss(rows),
            "conger_kappa": oracle.conger(rows),
            "gwet_ac1": oracle.gwet(rows, used),
            "brennan_prediger": oracle.brennan_prediger(rows, used),
        }
    )


def approx_all(values: dict[str, float | None]) -> dict[str, object]:
    return {name: approx(value) for name, value in values.items()}


@given(tables("ordinal"))
def test_ordinal_labels_are_weighed_by_rank_where_the_coefficient_weighs(rows: list[Row]) -> None:
    value = dict(ORDINAL.ranks or {})
    weight = oracle.quadratic(value)
    values = found(rows, ORDINAL)
    assert values["gwet_ac2"] == approx(oracle.gwet(rows, list(value), weight))
    assert values["brennan_prediger"] == approx(oracle.brennan_prediger(rows, list(value), weight))
    assert values["weighted_kappa"] == approx(oracle.cohen(rows, weight))
    assert values["percent_agreement"] == approx(oracle.percent(rows))
    assert values["fleiss_kappa"] == approx(oracle.fleiss(rows))


@given(tables("interval"))
def test_numbers_are_weighed_by_value(rows: list[Row]) -> None:
    value = {label: float(label) for _, _, label in rows}
    values = found(rows, SCALES["interval"])
    weight = oracle.quadratic(value or {"": 0})
    assert values["gwet_ac2"] == approx(oracle.gwet(rows, list(value), weight))
    assert values["brennan_prediger"] == approx(oracle.brennan_prediger(rows, list(value), weight))
    assert values["weighted_kappa"] == approx(oracle.cohen(rows, weight))


@given(tables("ordinal"))
def test_weighted_kappa_by_moments_is_cohens_kappa_with_quadratic_weights(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, ORDINAL)
    with_weights = CohenKappa.of(ratings, weights_of(ratings, "quadratic"))
    assert found(rows, ORDINAL)["weighted_kappa"] == approx(value_of(with_weights, ratings))


@given(tables("nominal"))
def test_scotts_pi_is_of_two_raters_on_the_items_they_share(rows: list[Row]) -> None:
    two = [row for row in rows if row[1] in {"r0", "r1"}]
    shared = any(len(labels) > 1 for labels in oracle.by_item(two).values())
    assert found(two, NOMINAL)["scott_pi"] == approx(oracle.scott(two) if shared else None)


@pytest.mark.parametrize("kind", ["linear", "quadratic"])
@given(rows=tables("ordinal"))
def test_every_coefficient_takes_weights(kind: str, rows: list[Row]) -> None:
    ranks = dict(ORDINAL.ranks or {})
    weight = oracle.linear(ranks) if kind == "linear" else oracle.quadratic(ranks)
    ratings = Ratings.of(rows, ORDINAL)
    weights = weights_of(ratings, "linear" if kind == "linear" else "quadratic")
    assert value_of(PercentAgreement(weights), ratings) == approx(oracle.percent(rows, weight))
    for ours, theirs in (
        (FleissKappa.of(ratings, weights), oracle.fleiss(rows, weight)),
        (CongerKappa.of(ratings, weights), oracle.conger(rows, weight)),
        (CohenKappa.of(ratings, weights), oracle.cohen(rows, weight)),
        (GwetAC.of(ratings, weights), oracle.gwet(rows, list(ranks), weight)),
        (BrennanPrediger.of(ratings, weights), oracle.brennan_prediger(rows, [*ranks], weight)),
    ):
        assert value_of(ours, ratings) == approx(theirs)


@given(tables("nominal"))
def test_fleiss_per_label_is_fleiss_of_one_label_against_the_rest(rows: list[Row]) -> None:
    pairable = any(len(labels) > 1 for labels in oracle.by_item(rows).values())
    for label, kappa in fleiss_per_label(Ratings.of(rows, NOMINAL)).items():
        binary = [(item, rater, str(given == label)) for item, rater, given in rows]
        assert kappa == approx(oracle.fleiss(binary) if pairable else None)


@given(tables("nominal"))
def test_cohens_is_the_mean_of_the_listed_pairs(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, NOMINAL)
    kappas = [pair.kappa for pair in pairs(ratings) if pair.kappa is not None]
    mean = sum(kappas) / len(kappas) if kappas else None
    assert value_of(CohenKappa.of(ratings), ratings) == approx(mean)


@pytest.mark.parametrize("scale", KINDS)
@given(data=st.data())
def test_the_order_of_rows_and_the_names_of_people_do_not_matter(
    scale: str, data: st.DataObject
) -> None:
    rows = data.draw(tables(scale))
    shuffled = data.draw(st.permutations(rows))
    renamed = [
        (item, {"r0": "zoe", "r1": "Ann"}.get(rater, rater), x) for item, rater, x in shuffled
    ]
    assert found(renamed, SCALES[scale]) == approx_all(found(rows, SCALES[scale]))


@given(tables("nominal"))
def test_the_names_of_labels_do_not_matter(rows: list[Row]) -> None:
    name = {"a": "z", "b": "Á", "c": "0", "d": "d"}
    renamed = [(item, rater, name[label]) for item, rater, label in rows]
    assert found(renamed, NOMINAL) == approx_all(found(rows, NOMINAL))


@pytest.mark.parametrize("scale", KINDS)
@given(data=st.data())
def test_an_item_with_weight_two_is_an_item_that_is_there_twice(
    scale: str, data: st.DataObject
) -> None:
    rows = data.draw(tables(scale))
    ratings = Ratings.of(rows, SCALES[scale])
    items = [*ratings.item_names, *ratings.alone.item_names]
    times = data.draw(st.lists(st.integers(1, 3), min_size=len(items), max_size=len(items)))
    weight = dict(zip(items, times, strict=True))
    again = [(f"{item} {n}", r, label) for item, r, label in rows for n in range(weight[item])]
    repeated = found(again, SCALES[scale])
    for name, statistic in coefficients(ratings).items():
        assert weighted(statistic, ratings, times) == approx(repeated[name])


def weighted(statistic: Additive, ratings: Ratings, times: list[int]) -> float | None:
    sums = statistic.sums(ratings)
    weights = np.array(times[: sums.shape[0]], dtype=np.float64)[None, :]
    value = float(statistic.value(sums.weighted(weights))[0])
    return None if np.isnan(value) else value


@given(tables("nominal"))
def test_several_lines_of_totals_have_the_values_of_each(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, NOMINAL)
    for statistic in coefficients(ratings).values():
        sums = statistic.sums(ratings)
        draws = np.random.default_rng(0).integers(0, 3, (4, sums.shape[0])).astype(np.float64)
        totals = sums.weighted(draws)
        together = statistic.value(totals)
        alone = np.concatenate([statistic.value(line[None, :]) for line in totals])
        assert np.array_equal(np.isnan(together), np.isnan(alone))
        assert np.nan_to_num(together) == pytest.approx(np.nan_to_num(alone), abs=1e-12)


@given(tables("nominal"))
def test_alpha_percent_and_pairs_do_not_see_labels_that_stand_alone(rows: list[Row]) -> None:
    votes = oracle.by_item(rows)
    shared = [row for row in rows if len(votes[row[0]]) > 1]
    with_alone, without = found(rows, NOMINAL), found(shared, NOMINAL)
    for name in ("percent_agreement", "krippendorff_alpha", "cohen_kappa", "scott_pi"):
        assert with_alone[name] == approx(without[name])


@given(tables("nominal"))
def test_two_raters_of_the_same_items_have_one_kappa_by_cohen_and_conger(rows: list[Row]) -> None:
    two = [row for row in rows if row[1] in {"r0", "r1"}]
    both = [row for row in two if len(oracle.by_item(two)[row[0]]) > 1]
    values = found(both, NOMINAL)
    assert values["conger_kappa"] == approx(values["cohen_kappa"])
    assert values["fleiss_kappa"] == approx(values["scott_pi"])


@pytest.mark.parametrize("scale", KINDS)
def test_the_names_are_those_of_the_scale_in_a_fixed_order(scale: str) -> None:
    known = [
        "percent_agreement", "krippendorff_alpha", "scott_pi", "cohen_kappa", "weighted_kappa",
        "fleiss_kappa", "conger_kappa", "gwet_ac1", "gwet_ac2", "brennan_prediger",
    ]  # fmt: skip
    names = list(coefficients(Ratings.of([], SCALES[scale])))
    assert names == [name for name in known if name in names]
    assert ("gwet_ac1" in names, "gwet_ac2" in names) == {
        "nominal": (True, False), "ordinal": (False, True), "interval": (False, True),
        "set": (False, False),
    }[scale]  # fmt: skip


def everyone(labels: dict[str, str]) -> list[Row]:
    return [(f"i{n}", who, label) for who, line in labels.items() for n, label in enumerate(line)]


def test_full_agreement_is_one_by_every_coefficient() -> None:
    values = found(everyone({"ann": "abba", "bob": "abba"}), NOMINAL)
    assert set(values.values()) == {1.0}
    three = found(everyone({"ann": "abcd", "bob": "abcd", "cat": "abcd"}), ORDINAL)
    assert {name for name, value in three.items() if value != 1} == {"scott_pi"}


def test_one_label_in_use_leaves_only_percent_agreement() -> None:
    values = found(everyone({"ann": "aaa", "bob": "aaa"}), NOMINAL)
    assert values.pop("percent_agreement") == 1
    assert set(values.values()) == {None}


def test_a_declared_label_that_nobody_used_still_could_have_been() -> None:
    values = found(everyone({"ann": "aaa", "bob": "aaa"}), DECLARED)
    defined = {name: value for name, value in values.items() if value is not None}
    assert defined == {"percent_agreement": 1, "gwet_ac1": 1, "brennan_prediger": 1}


def test_the_declared_labels_are_those_to_choose_from() -> None:
    rows = everyone({"ann": "abab", "bob": "abba"})
    assert found(rows, NOMINAL)["brennan_prediger"] == pytest.approx(0)
    assert found(rows, DECLARED)["brennan_prediger"] == pytest.approx(1 / 3)
    assert found(rows, DECLARED)["gwet_ac1"] == pytest.approx(1 - 0.5 / (1 - 0.5 / 3))


def test_labels_of_one_rank_alone_leave_the_weighted_coefficients_undefined() -> None:
    scale = Scale.parse("ordinal:b=c")
    values = found(everyone({"ann": "bcb", "bob": "ccb"}), scale)
    assert (values["gwet_ac2"], values["brennan_prediger"]) == (None, None)
    assert values["weighted_kappa"] is None
    ratings = Ratings.of(everyone({"ann": "bcb", "bob": "ccb", "cat": "bbb"}), ORDINAL)
    weights = weights_of(ratings, "quadratic")
    for statistic in (FleissKappa.of(ratings, weights), CongerKappa.of(ratings, weights)):
        assert value_of(statistic, ratings) is None


def test_scotts_pi_of_three_says_that_it_is_for_two() -> None:
    ratings = Ratings.of(everyone({"ann": "ab", "bob": "ab", "cat": "aa"}), NOMINAL)
    drawn = Resampling(np.arange(2), 2, "items", 0, 10)
    found = figure(coefficients(ratings)["scott_pi"], ratings, drawn)
    assert (found.value, found.low, found.why) == (None, None, "two_raters_only")
    assert found.why in WHY


def test_so_many_raters_have_a_value_and_no_interval() -> None:
    rng = np.random.default_rng(1)
    rows = [
        (f"i{item}", f"r{rater}", str(rng.integers(29)))
        for item in range(250)
        for rater in rng.choice(300, 12, replace=False)
    ]
    ratings = Ratings.of(rows, NOMINAL)
    all_of_them = coefficients(ratings)
    for name, statistic in (
        ("cohen_kappa", CohenKappa.of(ratings)),
        ("conger_kappa", CongerKappa.of(ratings)),
    ):
        fixed = all_of_them[name]
        assert isinstance(fixed, Fixed)
        assert (fixed.known, fixed.why) == (value_of(statistic, ratings), "too_many_raters")
        drawn = Resampling(np.arange(250), 150, "items", 0, 10)
        assert figure(fixed, ratings, drawn).low is None
        assert outlook(fixed, ratings, drawn, 0.5).below is None


def test_fewer_raters_are_too_many_where_there_are_more_items(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ratings = Ratings.of(everyone({"ann": "abba", "bob": "abab"}), NOMINAL)
    columns = CohenKappa.of(ratings).columns
    # The package has a function of that name, too.
    module = sys.modules["annotator.domain.agreement.coefficients"]
    for most, fixed in ((4 * columns, False), (4 * columns - 1, True)):
        monkeypatch.setattr(module, "MOST_CELLS", most)
        assert isinstance(coefficients(ratings)["cohen_kappa"], Fixed) == fixed


def test_too_many_sums_without_a_value_are_a_single_category() -> None:
    rows = [(f"i{item}", f"r{item}-{n}", "a") for item in range(MOST_COLUMNS) for n in (0, 1)]
    fixed = coefficients(Ratings.of(rows, NOMINAL))["conger_kappa"]
    assert fixed == Fixed(None, "single_category")


def test_a_rater_with_two_labels_of_one_item_is_refused() -> None:
    rows = [("i1", "ann", "a"), ("i1", "ann", "b"), ("i1", "bob", "a")]
    with pytest.raises(DataInvalid, match="“ann” labelled the item “i1” twice: keep one"):
        coefficients(Ratings.of(rows, NOMINAL))


@pytest.mark.parametrize("scale", KINDS)
def test_nothing_is_undefined_and_no_error(scale: str) -> None:
    assert set(found([], SCALES[scale]).values()) == {None}
    assert set(
        found([("i1", "ann", "7" if scale == "interval" else "a")], SCALES[scale]).values()
    ) == {None}
