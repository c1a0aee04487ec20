"""Accounts from the command line: user add, list, link, disable, enable; token."""

import sys

import click

from annotator.cli.context import json_option, now, open_database, print_json
from annotator.services import api_tokens, passwords, people
from annotator.services.passwords import ChosenPassword
from annotator.store.people import USER_ROLES
from annotator.store.queries import people as queries

LINK = "{name} chooses a password at {link}"
LINK_ENDS = "The link works once, within {hours} hours, and is not shown again."
CAN_SIGN_IN = "{name} can sign in now."
HOURS = int(people.INVITE_LIFETIME.total_seconds() // 3600)

url_option = click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="Address of the server, for the link.",
)


@click.group()
def user() -> None:
    """Add people, list them, send them a new link, disable and enable them."""


@user.command(epilog="Example: annotator user add maria --role annotator")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(USER_ROLES), help="What they may do.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)
@url_option
@json_option
def add(name: str, role: str, password_stdin: bool, url: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Add a person; without a password, print a one-time link to choose one."""
    password = _read_password(name) if password_stdin else None
    with open_database() as database, database.write() as session:
        added = people.add_person(
            session, name=name, role=role, password=password, actor_id=None, now=now()
        )
        token = None
        if password is None:
            token = people.invite(session, user_id=added.id, actor_id=None, now=now())
    link = token and _link(url, token)
    if as_json:
        print_json({"name": added.name, "role": added.role, "link": link})
    elif link:
        _say_link(added.name, link)
    else:
        click.echo(CAN_SIGN_IN.format(name=added.name))


@user.command(name="list", epilog="Example: annotator user list --json")
@json_option
def list_people(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show everybody: name, role, and whether they can sign in."""
    with open_database() as database, database.read() as session:
        rows = queries.people(session, now=now())
    if as_json:
        print_json([_shown(row) for row in rows])
        return
    for row in rows:
        click.echo(f"{row.role:<10} {_state(row):<10} {row.name}")


@user.command(epilog="Example: annotator user link maria")
@click.argument("name")
@url_option
@json_option
def link(name: str, url: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Print a new one-time link to choose a password; for one that was forgotten, too."""
    with open_database() as database, database.write() as session:
        found = people.person_named(session, name=name)
        token = people.invite(session, user_id=found.id, actor_id=None, now=now())
    address = _link(url, token)
    if as_json:
        print_json({"name": found.name, "link": address})
    else:
        _say_link(found.name, address)


@user.command(epilog="Example: annotator user disable maria")
@click.argument("name")
@json_option
def disable(name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Shut a person out at once; what they labelled stays."""
    with open_database() as database, database.write() as session:
        found = people.person_named(session, name=name)
        people.disable(session, user_id=found.id, actor_id=None, now=now())
    if as_json:
        print_json({"name": found.name, "disabled": True})
    else:
        click.echo(f"{found.name} can no longer sign in.")


@user.command(epilog="Example: annotator user enable maria")
@click.argument("name")
@json_option
def enable(name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Let a disabled person in again, with the password they had."""
    with open_database() as database, database.write() as session:
        found = people.person_named(session, name=name)
        people.enable(session, user_id=found.id, actor_id=None, now=now())
    if as_json:
        print_json({"name": found.name, "disabled": False})
    else:
        click.echo(f"{found.name} can sign in again.")


@click.command(epilog="Example: annotator token maria")
@click.argument("name")
@json_option
def token(name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Make an API token for a person; it is shown only this once."""
    with open_database() as database, database.write() as session:
        found = people.person_named(session, name=name)
        made = api_tokens.make_token(session, user_id=found.id, actor_id=None, now=now())
    if as_json:
        print_json({"name": found.name, "token": made})
    else:
        click.echo(made)


def _read_password(name: str) -> ChosenPassword:
    typed = sys.stdin.readline().rstrip("\r\n")
    return passwords.choose(typed, context=(name, *name.split()))


def _link(url: str, token: str) -> str:
    return f"{url.rstrip('/')}/invite/{token}"


def _say_link(name: str, address: str) -> None:
    click.echo(LINK.format(name=name, link=address))
    click.echo(LINK_ENDS.format(hours=HOURS))


def _state(row: queries.PersonRow) -> str:
    if row.is_disabled:
        return "disabled"
    if row.has_password:
        return "active"
    return "invited" if row.invited_until else "no link"


def _shown(row: queries.PersonRow) -> dict[str, object]:
    return {"name": row.name, "role": row.role, "state": _state(row), "projects": row.projects}
