"""The examples in the documentation of each module are run."""

import doctest
import importlib
import pkgutil

import pytest

from annotator.domain import certainty

MODULES = [found.name for found in pkgutil.iter_modules(certainty.__path__)]
WITHOUT_EXAMPLES = {"patterns", "layers", "expectation", "vote_model", "gold", "item_rows"}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_print_what_they_say(name: str) -> None:
    module = importlib.import_module(f"{certainty.__name__}.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0
    assert (result.attempted == 0) == (name in WITHOUT_EXAMPLES)
