"""Codebooks for the tests: the default one, and small ones made of a few lines."""

from functools import cache
from pathlib import Path
from typing import Any

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_file import parse

SCHEMA_FOLDER = Path(__file__).resolve().parents[2] / "schema"
DEFAULT_FILE = SCHEMA_FOLDER / "codebooks" / "framing-stance-noise.yaml"


@cache
def default_codebook() -> Codebook:
    return parse(DEFAULT_FILE.read_text(encoding="utf-8"), name=DEFAULT_FILE.name)


def label(code: str, **given: Any) -> dict[str, Any]:
    return {"code": code, "name": {"en": code.title()}, **given}


def question(code: str, *labels: str, **given: Any) -> dict[str, Any]:
    """A question as written; nominal on paragraphs unless told otherwise."""
    defaults: dict[str, Any] = {
        "code": code,
        "scope": "paragraph",
        "scale": "nominal",
        "name": {"en": code.title()},
        "labels": [label(each) for each in labels],
    }
    return defaults | given


def codebook(*questions: dict[str, Any], **given: Any) -> Codebook:
    defaults: dict[str, Any] = {
        "code": "small",
        "title": {"en": "Small"},
        "languages": ["en"],
        "questions": list(questions),
    }
    return Codebook.model_validate(defaults | given)
