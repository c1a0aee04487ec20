"""Cut files into paragraphs and say what may be noise, without a database: segment."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from annotator.cli.choosing import by_source, choose, encoding_option, lines_option, repair_option
from annotator.cli.context import json_option, print_json
from annotator.domain.language import COMMON_LANGUAGES
from annotator.errors import ImportRefused
from annotator.formats import Asked, Lines
from annotator.services.documents.reading import Reading
from annotator.services.documents.segmenting import Line, Refused, segmented

BAD_LANG = "write two or three letters such as en, ru or zh"
NO_FOLDER = "."


def _langs(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> tuple[str, ...]:
    if not all(re.fullmatch("[a-z]{2,3}", value) for value in values):
        raise click.BadParameter(BAD_LANG)
    return tuple(values) or COMMON_LANGUAGES


@click.command(epilog="Example: annotator segment articles/ --lang en --lang ru > lines.jsonl")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…"
)
@click.option(
    "--lang",
    "langs",
    multiple=True,
    callback=_langs,
    help="A language to expect; repeatable. Default: the common ones.",
)
@encoding_option
@lines_option
@repair_option
@json_option
def segment(
    *,
    paths: tuple[Path, ...],
    langs: tuple[str, ...],
    encoding: str,
    lines: Lines,
    repair: bool,
    as_json: bool,
) -> None:
    """Print the paragraphs of documents as JSON Lines: where each stands, its language, and how
    probably it is noise, with the reasons.

    Reads the files that `import` reads. Files of one folder are taken as one source: what stands in
    many of them is noise. A file that is refused is named on standard error, and the exit code is 1
    at the end.
    """
    asked = Asked(encoding, {}, lines, repair)
    refused: list[str] = []
    found = _taken(_segmented(paths, asked, langs), refused)
    if as_json:
        print_json([asdict(line) for line in found])
    else:
        for line in found:
            click.echo(json.dumps(asdict(line), ensure_ascii=False))
    sys.exit(1 if refused else 0)


def _segmented(
    paths: Iterable[Path], asked: Asked, langs: Sequence[str]
) -> Iterator[Line | Refused]:
    try:
        chosen = choose(paths, asked)
    except ImportRefused as error:
        for sentence in error.refusals:
            where, _, reason = sentence.partition(": ")
            yield Refused(where, reason)
        return
    for folder, files in by_source(chosen.files, None).items():
        yield from segmented(files, Reading(asked, folder or NO_FOLDER), langs=langs)


def _taken(found: Iterable[Line | Refused], refused: list[str]) -> Iterator[Line]:
    for one in found:
        if isinstance(one, Refused):
            refused.append(str(one))
            click.echo(str(one), err=True)
        else:
            yield one
