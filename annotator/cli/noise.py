"""Suggestions of noise against gold, and refits: noise show, noise refit, noise use."""

import sys
from dataclasses import asdict

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.services import noise_refits as service
from annotator.services.noise_refits import Figures
from annotator.services.projects import project_named
from annotator.store.queries import noise as queries

REFITTED = (
    "Refit {number}, from {paragraphs:,} paragraphs; switch it on: "
    "annotator noise use {slug} {number}"
)
USED = "{suggestions:,} suggestions, by {made_by}."


@click.group()
def noise() -> None:
    """Hold the suggestions of noise against what was settled, and refit them to it."""


@noise.command(epilog="Example: annotator noise show russia-china")
@click.argument("slug")
@json_option
def show(slug: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Precision and recall of the suggestions so far, by source and language."""
    with open_database() as database, database.read() as session:
        found = service.standing(session, project_named(session, slug=slug).id)
    if as_json:
        print_json(asdict(found))
        return
    click.echo(f"Made by {found.made_by}.")
    for heading, rows in (("all", (found.whole,)), ("", found.sources), ("", found.languages)):
        for one in rows:
            click.echo(_line(heading or one.name or "language not known", one))
    if found.refusal:
        click.echo(found.refusal)


@noise.command(epilog="Example: annotator noise refit russia-china")
@click.argument("slug")
@json_option
def refit(slug: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Refit to the settled paragraphs, and measure it on sources it has not seen.

    Nothing changes until it is switched on.
    """
    with open_database() as database, database.write() as session:
        project_id = project_named(session, slug=slug).id
        service.refit_now(session, project_id=project_id, now=now())
        made = queries.refits(session, project_id)[0]
    if as_json:
        print_json(
            {"number": made.number, "paragraphs": made.paragraphs, "held_out": made.held_out}
        )
        return
    for one in made.held_out:
        before, after = one["before"], one["after"]
        click.echo(
            f"{one['source'] or 'all'}: {one['paragraphs']:,} settled, precision "
            f"{_share(before['precision'])} -> {_share(after['precision'])}, recall "
            f"{_share(before['recall'])} -> {_share(after['recall'])}"
        )
    click.echo(REFITTED.format(number=made.number, paragraphs=made.paragraphs, slug=slug))


@noise.command(epilog="Example: annotator noise use russia-china 1")
@click.argument("slug")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--shipped", is_flag=True, help="The shipped suggestions alone.")
@json_option
def use(slug: str, number: int | None, shipped: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Let refit NUMBER make the suggestions, or the shipped ones alone; computes all anew."""
    if (number is None) != shipped:
        click.echo("Name the number of a refit, or --shipped.", err=True)
        sys.exit(2)
    with open_database() as database, database.write() as session:
        project_id = project_named(session, slug=slug).id
        result = service.switch_now(session, project_id=project_id, number=number, now=now())
    if as_json:
        print_json(result)
    else:
        click.echo(USED.format(**result))


def _line(name: str, one: Figures) -> str:
    return (
        f"{name}: {one.paragraphs:,} settled, {one.noise:,} noise; "
        f"from .9: {one.sure:,} suggested, precision {_share(one.sure_precision)}; "
        f"from .5: {one.likely:,}, precision "
        f"{_share(one.precision)}, recall {_share(one.recall)}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
