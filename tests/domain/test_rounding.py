import pytest

from annotator.domain.rounding import nearest


@pytest.mark.parametrize(
    ("number", "whole"), [(0.0, 0), (0.499, 0), (0.5, 1), (1.49, 1), (1.5, 2), (2.5, 3), (40.2, 40)]
)
def test_halves_are_always_rounded_up(number: float, whole: int) -> None:
    assert nearest(number) == whole
