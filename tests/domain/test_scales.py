import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.scales import Scale, look_alikes, skeleton
from annotator.errors import DataInvalid

codes = st.text("abcdef012._-", min_size=1, max_size=5)


@pytest.mark.parametrize(
    "spelling",
    ["nominal", "interval", "set", "set:jaccard", "span", "ordinal:a<b=c<d", "ordinal:only"],
)
def test_a_scale_is_written_as_it_was_read(spelling: str) -> None:
    assert str(Scale.parse(spelling)) == spelling


@given(st.lists(st.lists(codes, min_size=1, max_size=3), min_size=1, max_size=4))
def test_any_order_survives_being_written_and_read(levels: list[list[str]]) -> None:
    labels = [label for level in levels for label in level]
    if len(set(labels)) < len(labels):
        with pytest.raises(DataInvalid, match="stands twice"):
            Scale("ordinal", tuple(labels))
        return
    scale = Scale.parse("ordinal:" + "<".join("=".join(level) for level in levels))
    assert Scale.parse(str(scale)) == scale
    assert scale.levels() == levels


def test_spaces_around_the_signs_of_an_order_are_not_part_of_the_labels() -> None:
    assert Scale.parse("ordinal: low < middle = so so < high").labels == (
        "low",
        "middle",
        "so so",
        "high",
    )


def test_masi_is_the_distance_of_sets_unless_jaccard_is_asked_for() -> None:
    assert Scale.parse("set").distance == "masi"
    assert str(Scale.parse("set:masi")) == "set"


def test_ranks_given_as_values_make_the_order() -> None:
    scale = Scale("ordinal", ("both", "against", "for"), {"against": -2.0, "both": 0, "for": 2})
    assert str(scale) == "ordinal:against<both<for"


def test_an_ordinal_scale_without_ranks_is_ranked_as_it_stands() -> None:
    assert Scale("ordinal", ("low", "high")).ranks == {"low": 0, "high": 1}


@pytest.mark.parametrize("spelling", ["", "ratio", "nominal:a", "set:dice", "interval:1", "span:a"])
def test_an_unknown_scale_is_refused_with_those_that_are_known(spelling: str) -> None:
    with pytest.raises(DataInvalid, match="choose one of nominal, ordinal:a<b=c<d, interval, set"):
        Scale.parse(spelling)


@pytest.mark.parametrize("spelling", ["ordinal", "ordinal:", "ordinal:a<", "ordinal:a<=b"])
def test_an_order_with_a_hole_is_refused(spelling: str) -> None:
    with pytest.raises(DataInvalid, match="lacks a label"):
        Scale.parse(spelling)


def test_an_ordinal_scale_needs_labels_and_a_rank_for_each() -> None:
    with pytest.raises(DataInvalid, match="needs its order"):
        Scale("ordinal")
    with pytest.raises(DataInvalid, match="“b” has no rank"):
        Scale("ordinal", ("a", "b"), {"a": 1})


def test_labels_are_compared_exactly_after_nfc() -> None:
    scale = Scale("nominal")
    assert scale.canonical("e\u0301") == "é"
    assert scale.canonical("A") != scale.canonical("a")
    assert scale.canonical(" a") != scale.canonical("a")


def test_a_label_outside_the_order_is_named() -> None:
    with pytest.raises(DataInvalid, match="“c” is not in the order ordinal:a<b"):
        Scale.parse("ordinal:a<b").canonical("c")


def test_an_accent_in_the_order_may_be_composed_or_not() -> None:
    assert Scale.parse("ordinal:cafe\u0301<b").canonical("café") == "café"


def test_sets_are_sorted_and_hold_each_label_once() -> None:
    scale = Scale("set")
    assert scale.canonical("b|a|b") == "a|b"
    assert scale.canonical("") == ""


@pytest.mark.parametrize(
    ("written", "number"), [("1", "1"), ("1.0", "1"), (" 2.50", "2.5"), ("-0", "0"), ("1e2", "100")]
)
def test_numbers_are_compared_as_numbers(written: str, number: str) -> None:
    assert Scale("interval").canonical(written) == number


@pytest.mark.parametrize(
    "written", ["high", "nan", "inf", "1,5", "1_0", "１２", "٣", "0x1", "1e", "."]
)
def test_what_is_not_a_finite_number_is_named(written: str) -> None:
    with pytest.raises(DataInvalid, match=re.escape(f"“{written}” is not a number")):
        Scale("interval").canonical(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("security", "Security"),
        ("security", "security "),
        ("quality_of_life", "quality of life"),
        ("pоlicy", "policy"),  # a Cyrillic letter o
        ("Νo", "no"),  # a Greek capital Nu
        ("main\u200b", "main"),
        ("Ａ", "A"),
        ("−2", "-2"),
    ],
)
def test_labels_that_look_alike_are_found(one: str, other: str) -> None:
    assert look_alikes([one, other, "unlike"]) == [tuple(sorted((one, other)))]


@pytest.mark.parametrize(("one", "other"), [("-2", "2"), ("1", "l"), ("во", "bo"), ("a", "á")])
def test_labels_that_differ_to_the_eye_are_left_alone(one: str, other: str) -> None:
    assert look_alikes([one, other]) == []


def test_a_label_does_not_look_like_itself() -> None:
    assert look_alikes(["a", "a", "e\u0301", "é"]) == []


@given(codes)
def test_the_case_of_a_code_does_not_change_how_it_looks(code: str) -> None:
    assert skeleton(code.upper()) == skeleton(code)


@pytest.mark.parametrize("written", ["x||y", "|x", "x|", "|"])
def test_a_set_with_an_empty_member_is_named(written: str) -> None:
    with pytest.raises(DataInvalid, match=re.escape(f"“{written}” has an empty member")):
        Scale("set").canonical(written)
