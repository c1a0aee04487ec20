import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.student_t import student_t_cdf, student_t_quantile

PROBABILITIES = [0.005, 0.025, 0.3, 0.6, 0.9, 0.975, 0.995, 0.9995]


@pytest.mark.parametrize("p", PROBABILITIES)
def test_one_two_and_four_degrees_of_freedom_have_quantiles_in_closed_form(p: float) -> None:
    # Shaw (2006), doi:10.21314/JCF.2006.150.
    a = 4 * p * (1 - p)
    four = 2 * math.sqrt(math.cos(math.acos(math.sqrt(a)) / 3) / math.sqrt(a) - 1)
    assert student_t_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-9)
    assert student_t_quantile(p, 2) == pytest.approx((2 * p - 1) * math.sqrt(2 / a), rel=1e-9)
    assert student_t_quantile(p, 4) == pytest.approx(math.copysign(four, p - 0.5), rel=1e-9)


@pytest.mark.parametrize(
    ("df", "quantile"),
    [
        (3, 3.182446305),
        (5, 2.570581836),
        (10, 2.228138852),
        (19, 2.093024054),
        (20, 2.085963447),
        (30, 2.042272456),
        (39, 2.022690920),
        (100, 1.983971519),
        (120, 1.979930405),
    ],
)
def test_the_quantiles_of_95_percent_intervals_are_those_of_the_tables(
    df: int, quantile: float
) -> None:
    assert student_t_quantile(0.975, df) == pytest.approx(quantile, abs=1e-8)


def test_with_many_degrees_of_freedom_it_is_nearly_normal() -> None:
    # The first two terms of the expansion by Fisher & Cornish (1960), doi:10.2307/1266546.
    z, df = 1.959963984540054, 20_000
    expected = z + (z**3 + z) / (4 * df)
    assert student_t_quantile(0.975, df) == pytest.approx(expected, abs=1e-8)


@given(st.integers(1, 400), st.floats(0.001, 0.999))
def test_the_quantile_is_where_the_distribution_reaches_the_probability(df: int, p: float) -> None:
    t = student_t_quantile(p, df)
    assert student_t_cdf(t, df) == pytest.approx(p, abs=1e-12)
    assert student_t_cdf(-t, df) == pytest.approx(1 - p, abs=1e-12)
