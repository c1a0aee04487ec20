"""Bring documents into a project from the command line: import."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.errors import ImportRefused
from annotator.formats import ARCHIVE, ENCODINGS, LINES, PAGES, READERS, SUFFIXES, Asked, Lines
from annotator.services.documents.beside import labels_them, lines_of
from annotator.services.documents.importing import ImportReport, import_by_source
from annotator.services.projects import project_named

NOTHING_STORED = "Nothing was imported; mend these, or skip them with --keep-going:"
NOTHING_TO_READ = "{path}: it holds no file that ends in {suffixes}."
NOT_A_FILE = "{path}: it is not a file, nor a folder of files; save what it gives into one."
NOT_READABLE = "{path}: the file cannot be read; check who may read it."
LEFT_ALONE = (
    "left alone {path}\n           It describes or labels the texts beside it; name it itself to "
    "import its rows."
)
BAD_COLUMN = "write it as field=column, such as text=body"


@dataclass(frozen=True, slots=True)
class _File:
    """`name` is what a text file is known by: its path below the folder that was named."""

    path: Path
    name: str

    @property
    def folder(self) -> str:
        return self.path.resolve().parent.name

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()


def _columns(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> dict[str, str] | None:
    pairs = [value.partition("=") for value in values]
    if any(not field or not column for field, _, column in pairs):
        raise click.BadParameter(BAD_COLUMN)
    return {field: column for field, _, column in pairs} or None


@click.command(name="import", epilog="Example: annotator import strait articles/ --source Ledger")
@click.argument("slug")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…"
)
@click.option(
    "--source",
    help="Publisher of documents that do not name theirs. Default: the folder they are in.",
)
@click.option(
    "--encoding",
    default="utf-8",
    show_default=True,
    type=click.Choice(ENCODINGS),
    help="Of all the files.",
)
@click.option(
    "--column",
    "mapping",
    multiple=True,
    callback=_columns,
    help="Where a table has a field under another name: --column text=body; repeatable.",
)
@click.option(
    "--lines",
    default="auto",
    show_default=True,
    type=click.Choice(LINES),
    help="Each line is a paragraph, or lines are wrapped and blank lines end a paragraph.",
)
@click.option("--keep-going", is_flag=True, help="Import the good ones and skip the refused.")
@json_option
def import_command(
    *,
    slug: str,
    paths: tuple[Path, ...],
    source: str | None,
    encoding: str,
    mapping: dict[str, str] | None,
    lines: Lines,
    keep_going: bool,
    as_json: bool,
) -> None:
    """Import documents: texts and web pages (one file, one document), tables (one row, one
    document; .csv, .tsv, .jsonl, .xlsx, .parquet), Label Studio tasks (.json), .zip of these.

    Folders are searched for such files; a table that labels the texts beside it is left alone. One
    refusal refuses all, unless --keep-going is given.
    """
    try:
        chosen = _choose(paths, Asked(encoding, mapping or {}, lines))
        with open_database() as database, database.write() as session:
            report = import_by_source(
                session,
                project_id=project_named(session, slug=slug).id,
                files=_by_source(chosen.files, source),
                encoding=encoding,
                mapping=mapping,
                lines=lines,
                actor_id=None,
                now=now(),
                keep_going=keep_going,
            )
    except ImportRefused as error:
        _say_refused(error.refusals, as_json=as_json)
        sys.exit(1)
    if as_json:
        print_json(_as_json(report, chosen))
    else:
        _say(report, chosen)


@dataclass(slots=True)
class _Chosen:
    """The files to read, and tables that label texts and are not taken for more of them."""

    files: list[_File] = field(default_factory=list)
    left_alone: list[Path] = field(default_factory=list)


def _choose(paths: Iterable[Path], asked: Asked) -> _Chosen:
    """Raises:
    ImportRefused: a folder holds nothing to read, or a file may not be read, or is none.
    """
    chosen = _Chosen()
    for path in paths:
        if path.is_dir():
            _choose_inside(path, chosen, asked)
        else:
            chosen.files.append(_File(path, path.name))
    # Reading a pipe or a device may never end.
    endless = [file.path for file in chosen.files if not file.path.is_file()]
    if endless:
        raise ImportRefused([NOT_A_FILE.format(path=path) for path in endless])
    closed = [file.path for file in chosen.files if not os.access(file.path, os.R_OK)]
    if closed:
        raise ImportRefused([NOT_READABLE.format(path=path) for path in closed])
    return chosen


def _choose_inside(folder: Path, chosen: _Chosen, asked: Asked) -> None:
    """All but the tables that label or describe the texts beside them."""
    found = sorted(_inside(folder), key=lambda file: file.name)
    if not found:
        raise ImportRefused([NOTHING_TO_READ.format(path=folder, suffixes=", ".join(SUFFIXES))])
    texts = [file for file in found if file.suffix in PAGES]
    tables = [file for file in found if file.suffix in READERS and file.suffix not in PAGES]
    beside = set(_labelling(texts, tables, asked)) if texts else set()
    chosen.files.extend(file for file in found if file not in beside)
    chosen.left_alone.extend(file.path for file in found if file in beside)


def _labelling(texts: Sequence[_File], tables: Sequence[_File], asked: Asked) -> Iterator[_File]:
    readable = [file for file in tables if _may_read(file)]
    lines = lines_of(file.path.read_bytes() for file in texts if readable and _may_read(file))
    for file in readable:
        if labels_them(file.name, file.path.read_bytes(), asked, lines):
            yield file


def _may_read(file: _File) -> bool:
    return os.access(file.path, os.R_OK)


def _inside(folder: Path) -> Iterator[_File]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden:
            yield _File(path, name.as_posix())


def _by_source(
    files: Sequence[_File], source: str | None
) -> dict[str | None, Iterator[tuple[str, bytes]]]:
    """Contents are read one by one, as they are asked for.

    An archive stands for the folder that it was made of, so the folders inside name the sources.
    """
    grouped: dict[str | None, list[_File]] = {}
    for file in files:
        of_folder = None if file.suffix == ARCHIVE else file.folder
        grouped.setdefault(source or of_folder, []).append(file)
    return {name: _contents(some) for name, some in grouped.items()}


def _contents(files: Sequence[_File]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        yield file.name, file.path.read_bytes()


def _say_refused(refusals: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"stored": False, "refused": list(refusals)})
    click.echo("\n".join((NOTHING_STORED, *refusals)), err=True)


def _as_json(report: ImportReport, chosen: _Chosen) -> dict[str, object]:
    return {
        "stored": True,
        **report.counts,
        "paragraphs": report.paragraphs,
        "suggestions": report.suggestions,
        "left_alone": [str(path) for path in chosen.left_alone],
        "documents": [asdict(one) for one in report.documents],
    }


def _say(report: ImportReport, chosen: _Chosen) -> None:
    for one in report.documents:
        stored = f"  {one.paragraphs} paragraphs, {one.suggestions} perhaps noise"
        click.echo(f"{one.status:<10} {one.where}{stored if one.paragraphs else ''}")
        for sentence in (*one.told, *([one.reason] if one.reason else [])):
            click.echo(f"           {sentence}")
    for path in chosen.left_alone:
        click.echo(LEFT_ALONE.format(path=path))
    counted = ", ".join(f"{count:,} {status}" for status, count in report.counts.items())
    click.echo(f"{counted}; {report.paragraphs:,} paragraphs.")
