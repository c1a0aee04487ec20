"""How a figure stands to its threshold, in words."""

import pytest

from annotator.web.agreement.words import (
    against,
    alpha_cell,
    digits_against,
    named,
    number,
    outlook,
    whole,
)


@pytest.mark.parametrize(
    ("alpha", "threshold", "verdict", "badge"),
    [
        ((0.9, 0.85, 0.95), 0.8, "all of the interval is above it", "good"),
        ((0.9, 0.75, 0.95), 0.8, "may be above or below it", "warn"),
        ((0.5, 0.45, 0.55), 0.8, "all of the interval is below it", "bad"),
        ((0.8, None, None), 0.8, "the value is not below it", "good"),
        ((0.7, None, None), 0.8, "the value is below it", "bad"),
    ],
)
def test_it_says_how_a_figure_stands_to_the_threshold(
    alpha: tuple[float, float | None, float | None], threshold: float, verdict: str, badge: str
) -> None:
    said = against(*alpha, threshold)
    assert said is not None
    assert (said.text, said.badge) == (verdict, badge)


def test_it_says_nothing_where_either_is_missing() -> None:
    assert against(None, None, None, 0.8) is None
    assert against(0.7, 0.6, 0.8, None) is None


def test_a_set_is_the_names_of_its_labels() -> None:
    names = {"a": "Economic", "b": "Security"}
    assert named("a|b", names) == "Economic + Security"
    assert named("", names) == "none of these"
    assert named("gone", names) == "gone"


@pytest.mark.parametrize(
    ("below", "more", "said"),
    [
        (0.071, None, "The chance that alpha is really below the threshold is 7 %."),
        (0.999, None, "The chance that alpha is really below the threshold is over 99 %."),
        (0.0, 72, "is under 1 %. About 72 more documents would halve the interval."),
        (None, 1_200, "About 1,200 more documents would halve the interval."),
    ],
)
def test_it_says_what_a_threshold_has_to_fear(
    below: float | None, more: int | None, said: str
) -> None:
    assert outlook(below, more).endswith(said)


def test_it_foresees_nothing_without_an_interval() -> None:
    assert outlook(None, None) == ""


@pytest.mark.parametrize(
    ("value", "threshold", "shown"),
    [
        (0.7993, 0.8, ("0.799", "0.800")),
        (0.79996, 0.8, ("0.8000", "0.8000")),
        (0.79994, 0.8, ("0.7999", "0.8000")),
        (0.8, 0.8, ("0.80", "0.80")),
        (0.74, 0.8, ("0.74", "0.80")),
    ],
)
def test_a_value_that_is_not_the_threshold_does_not_look_like_it(
    value: float, threshold: float, shown: tuple[str, str]
) -> None:
    digits = digits_against(threshold, value)
    assert (number(value, digits), number(threshold, digits)) == shown


@pytest.mark.parametrize(
    ("items", "text", "warning"),
    [(20, "1.00", ""), (19, "1.00", "too few items"), (4, "", "too few items")],
)
def test_alpha_of_few_items_is_marked_and_withheld(items: int, text: str, warning: str) -> None:
    cell = alpha_cell(1.0, items)
    assert cell is not None
    assert (cell.text, cell.warning) == (text, warning)
    assert against(1.0, None, None, 0.8, items=4) is None


def test_halves_of_items_are_told_as_whole_ones() -> None:
    assert [whole(times) for times in (4.0, 3.5, 0.5)] == ["4", "about 4", "under 1"]
