"""Label once, propagate: from the command line."""

from dataclasses import asdict

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.services.projects import project_named
from annotator.services.propagation import following

DONE = "{settled:,} paragraphs in {groups:,} groups follow from labels; {reopened:,} were reopened."
WOULD = "{settled:,} paragraphs in {groups:,} groups would follow; {reopened:,} would be reopened."
TAKEN_BACK = "{count:,} open tasks {verb} taken back."


@click.command(epilog="Example: annotator propagate news --dry-run")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
def propagate(slug: str, dry_run: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Give gold to repeated noise that two labels in different documents of a source agree on.

    A label to the contrary reopens what was settled so. Giving out work does the same by itself.
    """
    with open_database() as database, database.write() as session:
        report = following.follow(
            session,
            project_id=project_named(session, slug=slug).id,
            actor_id=None,
            now=now(),
        )
        if dry_run:
            session.rollback()
            session.info.clear()
    if as_json:
        print_json(asdict(report) | {"dry_run": dry_run})
        return
    sentence = WOULD if dry_run else DONE
    click.echo(
        sentence.format(settled=report.settled, groups=report.groups, reopened=report.reopened)
    )
    if report.taken_back:
        verb = "would be" if dry_run else "were"
        click.echo(TAKEN_BACK.format(count=report.taken_back, verb=verb))
