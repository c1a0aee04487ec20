"""Which files a command reads and how, and which of them are one source."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from annotator.errors import ImportRefused
from annotator.formats import ARCHIVE, ENCODINGS, LINES, PAGES, READERS, SUFFIXES, Asked
from annotator.services.documents.beside import labels_them, lines_of

NOTHING_TO_READ = "{path}: it holds no file that ends in {suffixes}."
NOT_A_FILE = "{path}: it is not a file, nor a folder of files; save what it gives into one."
NOT_READABLE = "{path}: the file cannot be read; check who may read it."

encoding_option = click.option(
    "--encoding",
    default="utf-8",
    show_default=True,
    type=click.Choice(ENCODINGS),
    help="Of the files that are not UTF-8.",
)
lines_option = click.option(
    "--lines",
    default="auto",
    show_default=True,
    type=click.Choice(LINES),
    help="Each line is a paragraph, or lines are wrapped and blank lines end a paragraph.",
)

repair_option = click.option(
    "--repair-encoding",
    "repair",
    is_flag=True,
    help="Take lines such as “ZprÃ¡va”, read with a wrong encoding before, as they were meant.",
)


@dataclass(frozen=True, slots=True)
class File:
    """`name` is what a text file is known by: its path below the folder that was named."""

    path: Path
    name: str

    @property
    def folder(self) -> str:
        return self.path.resolve().parent.name

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()


@dataclass(slots=True)
class Chosen:
    """The files to read, tables that label texts and are not taken for more of them, and what of
    a folder is of no kind that can be read.
    """

    files: list[File] = field(default_factory=list)
    left_alone: list[Path] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)


def choose(paths: Iterable[Path], asked: Asked) -> Chosen:
    """Raises:
    ImportRefused: a folder holds nothing to read, or a file may not be read, or is none.
    """
    chosen = Chosen()
    for path in paths:
        if path.is_dir():
            _choose_inside(path, chosen, asked)
        else:
            chosen.files.append(File(path, path.name))
    # Reading a pipe or a device may never end.
    endless = [file.path for file in chosen.files if not file.path.is_file()]
    if endless:
        raise ImportRefused([NOT_A_FILE.format(path=path) for path in endless])
    closed = [file.path for file in chosen.files if not os.access(file.path, os.R_OK)]
    if closed:
        raise ImportRefused([NOT_READABLE.format(path=path) for path in closed])
    return chosen


def _choose_inside(folder: Path, chosen: Chosen, asked: Asked) -> None:
    """All but the tables that label or describe the texts beside them."""
    inside = sorted(_inside(folder), key=lambda file: file.name)
    found = [file for file in inside if file.suffix in SUFFIXES]
    if not found:
        raise ImportRefused([NOTHING_TO_READ.format(path=folder, suffixes=", ".join(SUFFIXES))])
    texts = [file for file in found if file.suffix in PAGES]
    tables = [file for file in found if file.suffix in READERS and file.suffix not in PAGES]
    beside = set(_labelling(texts, tables, asked)) if texts else set()
    chosen.files.extend(file for file in found if file not in beside)
    chosen.left_alone.extend(file.path for file in found if file in beside)
    chosen.passed_over.extend(file.path for file in inside if file.suffix not in SUFFIXES)


def _labelling(texts: Sequence[File], tables: Sequence[File], asked: Asked) -> Iterator[File]:
    readable = [file for file in tables if _may_read(file)]
    lines = lines_of(file.path.read_bytes() for file in texts if readable and _may_read(file))
    for file in readable:
        if labels_them(file.name, file.path.read_bytes(), asked, lines):
            yield file


def _may_read(file: File) -> bool:
    return os.access(file.path, os.R_OK)


def _inside(folder: Path) -> Iterator[File]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and not hidden:
            yield File(path, name.as_posix())


def by_source(
    files: Sequence[File], source: str | None
) -> dict[str | None, Iterator[tuple[str, bytes]]]:
    """Contents are read one by one, as they are asked for.

    An archive stands for the folder that it was made of, so the folders inside name the sources.
    """
    grouped: dict[str | None, list[File]] = {}
    for file in files:
        of_folder = None if file.suffix == ARCHIVE else file.folder
        grouped.setdefault(source or of_folder, []).append(file)
    return {name: _contents(some) for name, some in grouped.items()}


def _contents(files: Sequence[File]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        yield file.name, file.path.read_bytes()
