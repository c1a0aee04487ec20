import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import (
    Ratings,
    alpha_of,
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
)
from annotator.domain.agreement.alpha import ratio_alpha, set_alpha
from annotator.domain.agreement.coefficients import coefficients
from annotator.domain.agreement.shares import value_of
from annotator.domain.scales import Scale
from annotator.errors import DataInvalid
from tests.domain.agreement import oracle
from tests.domain.agreement.oracle import LABELS, SCALES, Row, tables

EVERY_SCALE = pytest.mark.parametrize("scale", SCALES)


def alpha(rows: list[Row], scale: str | Scale) -> float | None:
    return krippendorff_alpha(Ratings.of(rows, SCALES[scale] if isinstance(scale, str) else scale))


def rows_of(*lines: str) -> list[Row]:
    """One line a rater, one word an item, a point for a missing label."""
    return [
        (f"i{item:02}", f"r{rater}", label)
        for rater, line in enumerate(lines)
        for item, label in enumerate(line.split())
        if label != "."
    ]


@EVERY_SCALE
@given(data=st.data())
def test_it_is_the_definition_on_any_table(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    assert alpha(rows, scale) == pytest.approx(oracle.alpha(rows, SCALES[scale]), abs=1e-10)


@EVERY_SCALE
@given(data=st.data())
def test_the_order_of_rows_changes_not_even_the_last_digit(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    assert alpha(data.draw(st.permutations(rows)), scale) == alpha(rows, scale)


@EVERY_SCALE
@given(data=st.data())
def test_the_names_of_raters_and_items_do_not_matter(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    turned = [
        (f"x{9 - int(item[1:])}", f"y{9 - int(rater[1:])}", label) for item, rater, label in rows
    ]
    assert alpha(turned, scale) == pytest.approx(alpha(rows, scale), abs=1e-12)


@given(tables("nominal"), st.permutations(LABELS["nominal"]))
def test_nominal_labels_may_be_renamed(rows: list[Row], names: list[str]) -> None:
    rename = dict(zip(LABELS["nominal"], names, strict=True))
    renamed = [(item, rater, rename[label]) for item, rater, label in rows]
    assert alpha(renamed, "nominal") == pytest.approx(alpha(rows, "nominal"), abs=1e-12)


@given(tables("set"))
def test_the_labels_in_sets_may_be_renamed(rows: list[Row]) -> None:
    table = str.maketrans("abc", "zxy")
    renamed = [(item, rater, label.translate(table)) for item, rater, label in rows]
    assert alpha(renamed, "set") == pytest.approx(alpha(rows, "set"), abs=1e-12)


@EVERY_SCALE
@given(data=st.data())
def test_an_item_with_one_label_changes_nothing(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    alone = [(f"alone {label}", "r0", label) for label in LABELS[scale]]
    assert alpha(rows + alone, scale) == alpha(rows, scale)


@EVERY_SCALE
def test_perfect_agreement_with_two_labels_in_use_is_one(scale: str) -> None:
    first, *_, last = LABELS[scale]
    rows = [(f"i{n}", rater, [first, last][n % 2]) for n in range(4) for rater in ("ann", "bob")]
    assert alpha(rows, scale) == 1


@EVERY_SCALE
@given(data=st.data())
def test_a_weight_is_the_same_as_repeated_rows(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    ratings = Ratings.of(rows, SCALES[scale])
    items = len(ratings.item_names)
    weights = data.draw(st.lists(st.integers(0, 3), min_size=items, max_size=items))
    weight = dict(zip(ratings.item_names, weights, strict=True))
    repeated = [
        (f"{item} {copy}", rater, label)
        for item, rater, label in rows
        for copy in range(weight.get(item, 0))
    ]
    statistic = alpha_of(ratings)
    totals = statistic.sums(ratings).weighted(
        np.array([weights], dtype=np.float64).reshape(1, items)
    )
    value = float(statistic.value(totals)[0])
    assert (None if np.isnan(value) else value) == pytest.approx(alpha(repeated, scale), abs=1e-10)


@pytest.mark.parametrize("label", ["a", ""])
def test_one_label_for_everything_is_undefined(label: str) -> None:
    rows = [(f"i{n}", rater, label) for n in range(5) for rater in "ab"]
    assert alpha(rows, "set") is None


def test_numbers_that_are_all_the_same_are_undefined_even_if_they_have_no_exact_square() -> None:
    rows = [(f"i{n}", rater, "0.1") for n in range(7) for rater in "abc"]
    assert alpha(rows, "interval") is None


def test_large_numbers_keep_the_digits_in_which_they_differ() -> None:
    small = rows_of("1 2 3 4 1 2", "1 2 3 3 1 1")
    large = [(item, rater, str(int(label) + 10**9)) for item, rater, label in small]
    assert alpha(large, "interval") == pytest.approx(alpha(small, "interval"), abs=1e-12)


def test_nothing_at_all_is_undefined() -> None:
    assert alpha([], "nominal") is None
    assert alpha([("i1", "ann", "a"), ("i2", "bob", "b")], "nominal") is None


def test_labels_of_one_rank_are_one_level() -> None:
    rows = rows_of("a b b d a d", "a c b d b d")
    merged = [(item, rater, label.replace("c", "b")) for item, rater, label in rows]
    assert alpha(rows, "ordinal") == alpha(merged, "ordinal")
    assert alpha([row for row in rows if row[2] in "bc"], "ordinal") is None


def test_a_declared_level_that_nobody_used_changes_nothing() -> None:
    rows = rows_of("a b b d a d", "a b d d b d")
    assert alpha(rows, Scale.parse("ordinal:a<b<d")) == alpha(
        rows, Scale.parse("ordinal:0<a<b<x<d")
    )


def test_declared_order_counts_and_not_the_alphabet() -> None:
    rows = rows_of("1 1 9 10 2", "2 2 10 9 2")
    by_size, by_letter = Scale.parse("ordinal:1<2<9<10"), Scale.parse("ordinal:1<10<2<9")
    assert alpha(rows, by_size) != pytest.approx(alpha(rows, by_letter))


def test_case_matters_and_composition_of_accents_does_not() -> None:
    assert alpha(rows_of("a A a A", "A a A a"), "nominal") != 1
    assert (
        alpha([("i", "r", "é"), ("i", "s", "e\u0301"), ("j", "r", "x"), ("j", "s", "x")], "nominal")
        == 1
    )


@EVERY_SCALE
@given(data=st.data())
def test_without_an_annotator_it_is_alpha_of_the_rest(scale: str, data: st.DataObject) -> None:
    rows = data.draw(tables(scale))
    without = alpha_without_each(Ratings.of(rows, SCALES[scale]))
    expected = {rater: alpha([row for row in rows if row[1] != rater], scale) for rater in without}
    assert without == {rater: pytest.approx(value, abs=1e-9) for rater, value in expected.items()}


@given(tables("nominal"))
def test_the_alpha_of_a_label_is_that_label_against_the_rest(rows: list[Row]) -> None:
    for label, (count, value) in label_alphas(Ratings.of(rows, SCALES["nominal"])).items():
        binary = [(item, rater, str(given == label)) for item, rater, given in rows]
        assert value == pytest.approx(alpha(binary, "nominal"), abs=1e-12)
        items = [item for item, _, _ in rows]
        assert count == sum(given == label and items.count(item) > 1 for item, _, given in rows)


@given(tables("set"))
def test_the_alpha_of_a_label_in_sets_is_about_membership(rows: list[Row]) -> None:
    for label, (_, value) in label_alphas(Ratings.of(rows, SCALES["set"])).items():
        binary = [(item, rater, str(label in given.split("|"))) for item, rater, given in rows]
        assert value == pytest.approx(alpha(binary, "nominal"), abs=1e-12)


def test_a_declared_label_that_nobody_gave_is_listed_in_its_place() -> None:
    ratings = Ratings.of(rows_of("a c a", "a c c"), Scale("nominal", ("c", "b", "a")))
    assert list(label_alphas(ratings)) == ["c", "b", "a"]
    assert label_alphas(ratings)["b"] == (0, None)


def test_a_declared_label_of_a_set_scale_is_listed_too() -> None:
    ratings = Ratings.of([("i", "r", "a"), ("i", "s", "a|b")], Scale("set", ("b", "z")))
    assert label_alphas(ratings) == {"b": (1, 0.0), "z": (0, None), "a": (2, None)}


@given(tables("interval"))
def test_ratio_alpha_is_the_definition(rows: list[Row]) -> None:
    positive = [(item, rater, label.lstrip("-")) for item, rater, label in rows]
    ratings = Ratings.of(positive, SCALES["interval"])

    def ratio(a: str, b: str) -> float:
        x, y = float(a), float(b)
        return ((x - y) / (x + y)) ** 2 if x + y else 0.0

    expected = oracle.alpha(positive, SCALES["interval"], ratio)
    assert value_of(ratio_alpha(ratings), ratings) == pytest.approx(expected, abs=1e-10)


def test_a_number_below_zero_has_no_ratio() -> None:
    rows = [("i1", "ann", "-2"), ("i1", "bob", "1")]
    with pytest.raises(DataInvalid, match="“-2” is below zero, and ratios need a true zero"):
        ratio_alpha(Ratings.of(rows, Scale("interval")))


@given(tables("set"))
def test_dice_alpha_is_the_definition(rows: list[Row]) -> None:
    ratings = Ratings.of(rows, SCALES["set"])
    expected = oracle.alpha(rows, SCALES["set"], oracle.dice)
    assert value_of(set_alpha(ratings, "dice"), ratings) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-7, 1.0, 1e20, 1e150, 1e200, 8e307])
def test_numbers_of_any_size_have_the_figures_of_usual_ones(size: float) -> None:
    numbers = [("1", "2"), ("-2", "-1"), ("2", "2"), ("0", "1"), ("-1", "1")]
    usual = [(f"i{n}", rater, label) for n, pair in enumerate(numbers)
             for rater, label in zip(("x", "y"), pair, strict=True)]  # fmt: skip
    scaled = [(item, rater, repr(float(label) * size)) for item, rater, label in usual]
    ratings, plain = (Ratings.of(rows, Scale("interval")) for rows in (scaled, usual))
    rough = 1e-3 if size < 1e-300 else 1e-12
    assert krippendorff_alpha(ratings) == pytest.approx(krippendorff_alpha(plain), abs=rough)
    assert alpha_without_each(ratings).keys() == {"x", "y"}
    found, wanted = (
        {name: value_of(one, some) for name, one in coefficients(some).items()}
        for some in (ratings, plain)
    )
    assert found == pytest.approx(wanted, abs=rough)


def test_without_an_annotator_alpha_of_tiny_numbers_is_not_taken_for_dust() -> None:
    rows = [(f"i{n}", rater, repr((n + (rater == "x" and n % 2)) * 1e-9))
            for n in range(6) for rater in "xyz"]  # fmt: skip
    found = alpha_without_each(Ratings.of(rows, Scale("interval")))
    assert found["x"] == pytest.approx(1.0)
    assert found["y"] == pytest.approx(found["z"])
    assert found["y"] is not None
