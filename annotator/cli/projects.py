"""Projects from the command line: project create, add-member, list."""

from pathlib import Path

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.errors import DataInvalid
from annotator.services import codebooks, projects
from annotator.store.people import MEMBER_ROLES
from annotator.store.queries import projects as queries

CREATED = "The project {slug} is ready, with version 1 of its codebook."
NEXT = "Next: annotator project add-member {slug} NAME --role lead"
ADDED = "{name} is in {slug} now, as {role}."
NONE_YET = "There is no project yet. Type: annotator project create SLUG"
NOT_UTF8 = "{path}: not UTF-8 (byte {offset}): save it as UTF-8 text."


@click.group()
def project() -> None:
    """Make projects, add people to them, list them."""


@project.command(epilog="Example: annotator project create strait --title 'The strait'")
@click.argument("slug")
@click.option("--title", help="Shown on the pages. Default: the short name.")
@click.option(
    "--codebook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file. Default: the codebook for framing, stance and noise.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Of the documents, such as en; repeatable. Default: the languages of the codebook.",
)
@click.option(
    "--blind/--not-blind",
    default=True,
    show_default=True,
    help="Hide the publisher while people label.",
)
@json_option
def create(
    *,
    slug: str,
    title: str | None,
    codebook: Path | None,
    languages: tuple[str, ...],
    blind: bool,
    as_json: bool,
) -> None:
    """Make a project. SLUG is its short name: 2 to 40 small letters, digits and hyphens inside."""
    with open_database() as database, database.write() as session:
        made = projects.create_project(
            session,
            slug=slug,
            title=title or slug,
            codebook_yaml=_read(codebook),
            codebook_name=str(codebook or codebooks.DEFAULT_NAME),
            languages=languages or None,
            source_blind=blind,
            actor_id=None,
            now=now(),
        )
    if as_json:
        print_json({"slug": made.slug, "title": made.title, "languages": made.languages})
        return
    click.echo(CREATED.format(slug=slug))
    click.echo(NEXT.format(slug=slug))


@project.command(epilog="Example: annotator project add-member strait maria --role annotator")
@click.argument("slug")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(MEMBER_ROLES), help="What they do there.")
@json_option
def add_member(*, slug: str, name: str, role: str, as_json: bool) -> None:
    """Add a person to a project; `annotator user add` makes new ones."""
    with open_database() as database, database.write() as session:
        projects.add_member(
            session,
            project_id=projects.project_named(session, slug=slug).id,
            name=name,
            role=role,
            actor_id=None,
            now=now(),
        )
    if as_json:
        print_json({"slug": slug, "name": name, "role": role})
    else:
        click.echo(ADDED.format(name=name, slug=slug, role=role))


@project.command(name="list", epilog="Example: annotator project list --json")
@json_option
def list_projects(*, as_json: bool) -> None:
    """List all projects."""
    with open_database() as database, database.read() as session:
        cards = queries.all_projects(session)
    if as_json:
        print_json(
            [
                {
                    "slug": card.slug,
                    "title": card.title,
                    "documents": card.documents,
                    "members": card.members,
                }
                for card in cards
            ]
        )
        return
    for card in cards:
        click.echo(
            f"{card.slug:<24} {card.documents:>6} documents {card.members:>4} members  {card.title}"
        )
    if not cards:
        click.echo(NONE_YET)


def _read(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataInvalid(NOT_UTF8.format(path=path, offset=error.start)) from error
