"""Read a release folder that may come from anywhere: without links, bounded, or with a sentence."""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from annotator.domain import codebook_file, manifest
from annotator.domain.codebook import Codebook
from annotator.domain.manifest import Manifest
from annotator.errors import CodebookInvalid, DataInvalid

JSON_AT_MOST: Final = 256 * 1024 * 1024
YAML_AT_MOST: Final = 8 * 1024 * 1024
NOT_A_RELEASE = (
    "{folder} is not a release: it has no manifest.json. Name the folder that export or the page "
    "Releases has made."
)
NO_FOLDER = "{folder} is not a folder; name the folder of a release."
UNREADABLE = "{name} cannot be read as JSON in UTF-8."
NOT_TEXT = "{name} is not text in UTF-8."
TOO_LARGE = "{name} has {size:,} bytes, which no {name} of a release has."
BAD_MANIFEST = "manifest.json is not that of a release at {path}: {detail}."
CANNOT_OPEN = "{name} cannot be read ({detail})."


def printable(sentence: str) -> str:
    """One line for a terminal, whatever a name or cell of the folder holds."""
    return "".join(char if char.isprintable() else "�" for char in sentence)


def manifest_of(folder: Path) -> Manifest:
    """Raises:
    DataInvalid: the folder is not a release, or its manifest has another shape.
    """
    if not folder.is_dir():
        raise DataInvalid(NO_FOLDER.format(folder=folder))
    if not is_plain(folder, manifest.NAME):
        raise DataInvalid(NOT_A_RELEASE.format(folder=folder))
    try:
        # Strict, so that "7" is not taken for 7; from JSON, where a list may stand for a tuple.
        text = json.dumps(json_of(folder, manifest.NAME))
        return Manifest.model_validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])[:100] or "its top"
        sentence = BAD_MANIFEST.format(path=path, detail=first["msg"])
        raise DataInvalid(printable(sentence)) from error


def json_of(folder: Path, name: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """Raises:
    DataInvalid: the file is too large, or not JSON.
    """
    try:
        return json.loads(text_of(folder, name), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DataInvalid(UNREADABLE.format(name=name)) from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def text_of(folder: Path, name: str, at_most: int | None = None) -> str:
    """A file of at most so many bytes; without a number, as many as JSON may have.

    Raises:
        DataInvalid: it cannot be read, is larger, or is not text in UTF-8.
    """
    most = JSON_AT_MOST if at_most is None else at_most
    path = folder / name
    try:
        size = path.stat().st_size
        if size > most:
            raise DataInvalid(TOO_LARGE.format(name=name, size=size))
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataInvalid(CANNOT_OPEN.format(name=name, detail=error.strerror)) from error
    except UnicodeDecodeError as error:
        sentence = UNREADABLE if name.endswith(".json") else NOT_TEXT
        raise DataInvalid(sentence.format(name=name)) from error


def is_plain(folder: Path, name: str) -> bool:
    """Whether it is a file of its own, which no link on the way from the folder leads to."""
    path = folder
    for part in name.split("/"):
        path = path / part
        if path.is_symlink():
            return False
    return path.is_file()


def codebook_in(folder: Path) -> Codebook:
    """Raises:
    DataInvalid: it cannot be read, or is no codebook.
    """
    text = text_of(folder, "codebook.yaml", YAML_AT_MOST)
    try:
        return codebook_file.parse(text, name="codebook.yaml")
    except CodebookInvalid as error:
        raise DataInvalid(error.complaints[0]) from error
