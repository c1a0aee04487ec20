"""Bring documents into a project from the command line: import."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from annotator.cli.choosing import (
    Chosen,
    by_source,
    choose,
    encoding_option,
    lines_option,
    repair_option,
)
from annotator.cli.context import json_option, now, open_database, print_json
from annotator.errors import ImportRefused
from annotator.formats import Asked, Lines
from annotator.formats.zip_archive import by_suffix
from annotator.services.documents.importing import ImportReport, import_by_source
from annotator.services.documents.reading import Found, Reading
from annotator.services.projects import project_named

NOTHING_STORED = "Nothing was imported; mend these, or skip them with --keep-going:"
LEFT_ALONE = (
    "left alone {path}\n           It describes or labels the texts beside it; name it itself to "
    "import its rows."
)
PASSED_OVER = "passed over what cannot be read here: {kinds}"
REPAIRS = "Lines that would be repaired: {lines:,}; nothing was imported."
BAD_COLUMN = "write it as field=column, such as text=body"


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
@encoding_option
@click.option(
    "--column",
    "mapping",
    multiple=True,
    callback=_columns,
    help="Where a table has a field under another name: --column text=body; repeatable.",
)
@lines_option
@repair_option
@click.option(
    "--show-repairs",
    is_flag=True,
    help="Only say which lines --repair-encoding would change, and to what; import nothing.",
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
    repair: bool,
    show_repairs: bool,
    keep_going: bool,
    as_json: bool,
) -> None:
    """Import documents: texts and web pages (one file, one document), tables (one row, one
    document; .csv, .tsv, .jsonl, .xlsx, .parquet), Label Studio tasks (.json), .zip of these.

    Folders are searched for such files; a table that labels the texts beside it is left alone. One
    refusal refuses all, unless --keep-going is given.
    """
    try:
        asked = Asked(encoding, mapping or {}, lines, repair or show_repairs)
        chosen = choose(paths, asked)
        if show_repairs:
            _say_repairs(_found(chosen, asked, source), as_json=as_json)
            return
        with open_database() as database, database.write() as session:
            report = import_by_source(
                session,
                project_id=project_named(session, slug=slug).id,
                files=by_source(chosen.files, source),
                encoding=encoding,
                mapping=mapping,
                lines=lines,
                repair=repair,
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


def _found(chosen: Chosen, asked: Asked, source: str | None) -> Iterator[Found]:
    for name, files in by_source(chosen.files, source).items():
        yield from Reading(asked, name).documents(files)


def _say_repairs(found: Iterable[Found], *, as_json: bool) -> None:
    repairs = [
        {"where": one.where, **asdict(line)}
        for one in found
        if one.record is not None
        for line in one.record.misread
    ]
    if as_json:
        print_json({"stored": False, "repairs": repairs})
        return
    for each in repairs:
        click.echo(f"{each['where']} line {each['line']}")
        click.echo(f"    was  {each['before']}\n    now  {each['after']}")
    click.echo(REPAIRS.format(lines=len(repairs)))


def _say_refused(refusals: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"stored": False, "refused": list(refusals)})
    click.echo("\n".join((NOTHING_STORED, *refusals)), err=True)


def _as_json(report: ImportReport, chosen: Chosen) -> dict[str, object]:
    return {
        "stored": True,
        **report.counts,
        "paragraphs": report.paragraphs,
        "suggestions": report.suggestions,
        "left_alone": [str(path) for path in chosen.left_alone],
        "passed_over": [str(path) for path in chosen.passed_over],
        "documents": [asdict(one) for one in report.documents],
    }


def _say(report: ImportReport, chosen: Chosen) -> None:
    for one in report.documents:
        stored = f"  {one.paragraphs} paragraphs, {one.suggestions} perhaps noise"
        click.echo(f"{one.status:<10} {one.where}{stored if one.paragraphs else ''}")
        for sentence in (*one.told, *([one.reason] if one.reason else [])):
            click.echo(f"           {sentence}")
    for path in chosen.left_alone:
        click.echo(LEFT_ALONE.format(path=path))
    if chosen.passed_over:
        click.echo(PASSED_OVER.format(kinds=by_suffix(chosen.passed_over)))
    counted = ", ".join(f"{count:,} {status}" for status, count in report.counts.items())
    click.echo(f"{counted}; {report.paragraphs:,} paragraphs.")
