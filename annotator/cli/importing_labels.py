"""Bring labels of other tools into a project from the command line: import-labels."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.domain.sitting import Sitting
from annotator.errors import ImportRefused
from annotator.formats import sittings
from annotator.formats.sittings import KINDS, Kind, Wanted
from annotator.formats.sittings.potato import texts_of
from annotator.services.codebooks import codebook_of, latest
from annotator.services.labels_in.importing import LabelsReport, Wishes, import_labels
from annotator.services.projects import project_named

NOTHING_STORED: Final = "Nothing was imported; mend these, or skip them with --keep-going:"
SHOWN: Final = 50
MORE: Final = "… and {count:,} more."
STORED: Final = (
    "{labels:,} labels of {items:,} items by {people:,} people, in the closed round {rounds}."
)
SKIPPED: Final = "{count:,} items were skipped there."
PERSON: Final = "  {name}: {count:,} items{new}"
NEW: Final = " (a new account; annotator user link lets them sign in)"
BAD_PAIR: Final = "write it as {example}"


class _Pairs(click.ParamType[tuple[str, str]]):
    """`left=right`, both not empty."""

    name = "NAME=VALUE"

    def __init__(self, example: str) -> None:
        self.example = example

    def convert(
        self,
        value: str | tuple[str, str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        left, _, right = value.partition("=")
        if not (left and right):
            self.fail(BAD_PAIR.format(example=self.example), param, ctx)
        return left, right


@click.command(
    name="import-labels",
    epilog="Example: annotator import-labels strait export.json --from label-studio",
)
@click.argument("slug")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…"
)
@click.option(
    "--from",
    "kind",
    required=True,
    type=click.Choice(KINDS),
    help="What wrote it; table: item_id, annotator_id, question, label.",
)
@click.option("--round", "round_name", help="Name of the new round.  [default: as named, imported]")
@click.option("--question", help="Which question doccano asked.")
@click.option(
    "--person",
    "people",
    multiple=True,
    type=_Pairs("anna@example.org=anna"),
    help="Who an author is here: --person anna@example.org=anna; repeatable.",
)
@click.option(
    "--assume",
    "assumed",
    multiple=True,
    type=_Pairs("content=main"),
    help="An answer where the author has none: --assume content=main; repeatable.",
)
@click.option(
    "--texts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The data file of a Potato task, which has the texts by id.",
)
@click.option("--keep-going", is_flag=True, help="Import what fits and skip the refused.")
@json_option
def import_labels_command(
    *,
    slug: str,
    paths: tuple[Path, ...],
    kind: Kind,
    round_name: str | None,
    question: str | None,
    people: tuple[tuple[str, str], ...],
    assumed: tuple[tuple[str, str], ...],
    texts: Path | None,
    keep_going: bool,
    as_json: bool,
) -> None:
    """Labels that were given in another tool, with their authors, as a closed round.

    The documents must be in the project: items are found by their id, or by their text. Authors
    get an account of their name, which nobody can sign in to. One refusal refuses all, unless
    --keep-going is given.
    """
    given: dict[str, list[str]] = {}
    for code, label in assumed:
        given.setdefault(code, []).append(label)
    wishes = Wishes(round_name, dict(people), given, keep_going)
    try:
        with open_database() as database, database.write() as session:
            project = project_named(session, slug=slug)
            codebook = codebook_of(latest(session, project.id))
            wanted = Wanted(
                questions=frozenset(codebook.asked),
                sets=frozenset(q.code for q in codebook.asked.values() if q.scale == "set"),
                question=question,
                texts={} if texts is None else texts_of(texts),
            )
            report = import_labels(
                session,
                project_id=project.id,
                sittings=_read(kind, paths, wanted),
                wishes=wishes,
                actor_id=None,
                now=now(),
            )
    except ImportRefused as error:
        _say_refused(error.refusals, as_json=as_json)
        sys.exit(1)
    if as_json:
        print_json({"stored": True, **asdict(report)})
    else:
        _say(report)


def _read(kind: Kind, paths: Sequence[Path], wanted: Wanted) -> Iterator[Sitting]:
    for path in paths:
        yield from sittings.read(kind, path, wanted)


def _say_refused(refusals: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"stored": False, "refused": list(refusals)})
    click.echo("\n".join((NOTHING_STORED, *_first(refusals))), err=True)


def _first(refusals: Sequence[str]) -> Iterator[str]:
    yield from refusals[:SHOWN]
    if len(refusals) > SHOWN:
        yield MORE.format(count=len(refusals) - SHOWN)


def _say(report: LabelsReport) -> None:
    for sentence in _first(report.refused):
        click.echo(f"refused   {sentence}")
    rounds = ", ".join(f"“{name}”" for name in report.rounds)
    counts = {"labels": report.labels, "items": report.items, "people": len(report.people)}
    click.echo(STORED.format(rounds=rounds, **counts))
    if report.skipped:
        click.echo(SKIPPED.format(count=report.skipped))
    for name, count in report.people.items():
        click.echo(
            PERSON.format(name=name, count=count, new=NEW if name in report.new_people else "")
        )
