"""What is easily written wrong in a template."""

import re
from pathlib import Path

import pytest

from annotator import paths

FILES = sorted(paths.templates().rglob("*.html"))
# Jinja takes away the line break behind a block and the spaces before the next one, so a bare
# attribute grows together with what follows: `checkeddata-key`. {{ "checked" if x }} does not.
GROWS_TOGETHER = re.compile(r"\{% if [^%\n]+ %\}[\w-]+\{% endif %\}\s*\n\s*(?:\{%|[a-z])")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_bare_attribute_grows_together_with_the_next(file: Path) -> None:
    assert GROWS_TOGETHER.findall(file.read_text(encoding="utf-8")) == []


def test_an_attribute_that_would_is_found() -> None:
    written = '{% if a %}checked{% endif %}\n   {% if b %}data-key="b"{% endif %}'
    assert GROWS_TOGETHER.search(written)
