"""The examples in the documentation of each statistic are the numbers of its paper, so they are
run.
"""

import doctest
import importlib
import pkgutil

import pytest

from annotator.domain import agreement, judgments, scales, student_t

MODULES = [
    judgments.__name__,
    scales.__name__,
    student_t.__name__,
    *(found.name for found in pkgutil.iter_modules(agreement.__path__, f"{agreement.__name__}.")),
]
WITH_EXAMPLES = {
    "additive", "alpha", "alpha_u", "coefficients", "confusion", "distances", "gwet",
    "intra_annotator", "kappas",
    "measured", "pairs", "patterns", "percent", "rater_margins", "scoring", "standard_errors",
    "student_t", "unitizing", "weighted_kappa", "weights",
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_print_what_they_say(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
    assert result.attempted > 0 or name.rpartition(".")[2] not in WITH_EXAMPLES
