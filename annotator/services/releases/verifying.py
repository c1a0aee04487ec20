"""Check a release folder that may come from anywhere, without a database.

Nothing in the folder is believed: files are named by the manifest but only below the folder, links
are refused, sizes are bounded, and every number is computed anew from the rows.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from annotator.domain import codebook_file, manifest
from annotator.domain.codebook import Codebook
from annotator.domain.dataset import TABLES
from annotator.domain.manifest import Manifest
from annotator.errors import CodebookInvalid, DataInvalid
from annotator.services.releases import staging
from annotator.services.releases.readme import readme
from annotator.services.releases.verifying_rows import shown
from annotator.services.releases.verifying_tables import check_tables

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
LINK = "{name} is not a plain file: a release holds no links."
MISSING = "{name} is missing."
UNKNOWN = "{name} is not named in manifest.json."
WRONG_SIZE = "{name} has {found:,} bytes, and manifest.json says {wanted:,}."
WRONG_HASH = "{name} is not what was released: its SHA-256 is {found}, not {wanted}."
CANNOT_OPEN = "{name} cannot be read ({detail})."
WRONG_CODEBOOK = "codebook.yaml is not the codebook that manifest.json names."
NOT_DESCRIBED = "manifest.json does not name {name}, which every release has."
NOT_DESCRIBED_LOSSES = (
    "manifest.json does not name {name}, which every release with foreign formats has."
)
NO_FILES = "manifest.json names no file of the format {name}, in which the release is said to be."
WRONG_TABLES = "manifest.json must count the rows of these tables and no others: {tables}."
WRONG_README = (
    "README.md, line {line}: {found} there, {wanted} made from the other files of the release."
)
# How much of a line is quoted before the place where it differs.
_CONTEXT: Final = 20


@dataclass(slots=True)
class Report:
    """What was looked at, and a sentence for everything that does not hold."""

    files: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    figures: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings


def verify(folder: Path) -> Report:
    """Check everything that can be checked from the folder alone.

    Raises:
        DataInvalid: the folder is not a release at all.
    """
    made = _manifest(folder)
    report = Report(files=len(made.files) + 1)
    report.findings += _files(folder, made)
    report.findings += _foreign(made)
    needed = _needed(made)
    report.findings += [NOT_DESCRIBED.format(name=n) for n in needed if n not in made.files]
    present = [name for name in needed if _is_plain(folder, name)]
    if len(present) == len(needed):
        _content(folder, made, report)
    report.findings = [_printable(finding) for finding in report.findings]
    return report


def _printable(sentence: str) -> str:
    """One line for a terminal, whatever a name or cell of the folder holds."""
    return "".join(char if char.isprintable() else "�" for char in sentence)


def _manifest(folder: Path) -> Manifest:
    if not folder.is_dir():
        raise DataInvalid(NO_FOLDER.format(folder=folder))
    if not _is_plain(folder, manifest.NAME):
        raise DataInvalid(NOT_A_RELEASE.format(folder=folder))
    try:
        # Strict, so that "7" is not taken for 7; from JSON, where a list may stand for a tuple.
        return Manifest.model_validate_json(json.dumps(_json(folder, manifest.NAME)), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])[:100] or "its top"
        sentence = BAD_MANIFEST.format(path=path, detail=first["msg"])
        raise DataInvalid(_printable(sentence)) from error


def _json(folder: Path, name: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """Raises:
    DataInvalid: the file is too large, or not JSON.
    """
    try:
        return json.loads(_text(folder, name, JSON_AT_MOST), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DataInvalid(UNREADABLE.format(name=name)) from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _text(folder: Path, name: str, at_most: int) -> str:
    path = folder / name
    try:
        size = path.stat().st_size
        if size > at_most:
            raise DataInvalid(TOO_LARGE.format(name=name, size=size))
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataInvalid(CANNOT_OPEN.format(name=name, detail=error.strerror)) from error
    except UnicodeDecodeError as error:
        sentence = UNREADABLE if name.endswith(".json") else NOT_TEXT
        raise DataInvalid(sentence.format(name=name)) from error


def _is_plain(folder: Path, name: str) -> bool:
    """Whether it is a file of its own, which no link on the way from the folder leads to."""
    path = folder
    for part in name.split("/"):
        path = path / part
        if path.is_symlink():
            return False
    return path.is_file()


def _files(folder: Path, made: Manifest) -> Iterator[str]:
    found = staging.files_in(folder)
    yield from (UNKNOWN.format(name=name) for name in found if not _is_named(name, made))
    for name, wanted in made.files.items():
        if (folder / name).is_symlink() or ((folder / name).exists() and name not in found):
            yield LINK.format(name=name)
        elif name not in found:
            yield MISSING.format(name=name)
        elif not _is_plain(folder, name):
            yield LINK.format(name=name)
        else:
            yield from _file(folder / name, name, wanted)


def _is_named(name: str, made: Manifest) -> bool:
    return name == manifest.NAME or name in made.files


def _file(path: Path, name: str, wanted: manifest.ReleasedFile) -> Iterator[str]:
    try:
        size = path.stat().st_size
        if size != wanted.bytes:
            yield WRONG_SIZE.format(name=name, found=size, wanted=wanted.bytes)
            return
        found = staging.sha256_of(path)
    except OSError as error:
        yield CANNOT_OPEN.format(name=name, detail=error.strerror)
        return
    if found != wanted.sha256:
        yield WRONG_HASH.format(name=name, found=found, wanted=wanted.sha256)


def _needed(made: Manifest) -> list[str]:
    tables = [f"{table}.{suffix}" for table in TABLES for suffix in made.table_formats]
    return ["README.md", "agreement.json", "codebook.yaml", *tables]


def _foreign(made: Manifest) -> Iterator[str]:
    """Foreign formats are compared by their hashes alone; here, whether there are any files."""
    if made.foreign and manifest.LOSSES not in made.files:
        yield NOT_DESCRIBED_LOSSES.format(name=manifest.LOSSES)
    for name in made.foreign:
        if not any(file.startswith(f"{name}/") for file in made.files):
            yield NO_FILES.format(name=name)


def _content(folder: Path, made: Manifest, report: Report) -> None:
    """What the files say. One that cannot be read is a finding, and the rest depends on it."""
    try:
        codebook = _codebook(folder)
        figures = _json(folder, "agreement.json")
        if codebook.content_hash != made.codebook.content_hash:
            report.findings.append(WRONG_CODEBOOK)
        checked = check_tables(folder, made, codebook, figures)
        report.findings += checked.findings
        report.findings += _readme(folder, made, figures, codebook)
    except DataInvalid as error:
        report.findings.append(str(error))
    else:
        report.counts, report.figures = checked.counts, checked.figures


def _readme(folder: Path, made: Manifest, figures: Any, codebook: Codebook) -> Iterator[str]:  # noqa: ANN401
    """`figures` has the shape that `check_tables` asks for.

    Raises:
        DataInvalid: README.md cannot be read.
    """
    if made.counts.keys() != set(TABLES):
        yield WRONG_TABLES.format(tables=", ".join(TABLES))
        return
    found, wanted = _text(folder, "README.md", JSON_AT_MOST), readme(made, figures, codebook)
    lines = zip_longest(found.split("\n"), wanted.split("\n"))
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            there, made_anew = _where_they_part(one, other)
            yield WRONG_README.format(line=number, found=shown(there), wanted=shown(made_anew))
            return


def _where_they_part(*lines: str | None) -> list[str | None]:
    """The ends of two lines from a little before the first place where they differ."""
    one, other = (line or "" for line in lines)
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    start = max(0, sum(1 for _ in alike) - _CONTEXT)
    return [line and line[start:] for line in lines]


def _codebook(folder: Path) -> Codebook:
    text = _text(folder, "codebook.yaml", YAML_AT_MOST)
    try:
        return codebook_file.parse(text, name="codebook.yaml")
    except CodebookInvalid as error:
        raise DataInvalid(error.complaints[0]) from error
