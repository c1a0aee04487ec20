"""The sample project, for a first look: demo."""

import click

from annotator.cli.context import PORTS, json_option, now, open_database, print_json
from annotator.services import demo as sample
from annotator.services import people
from annotator.store.database import Database
from annotator.store.queries import access
from annotator.store.queries import people as people_queries

FIRST_PERSON = "admin"


@click.command(epilog="Example: annotator demo")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=PORTS,
    help="Port of the server, for the link.",
)
@json_option
def demo(port: int, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Load the sample project; say how to sign in if nobody can yet.

    The labels in it are by made-up sample annotators, marked as such. Everyone who can sign in gets
    the documents as training work of their own.
    """
    with open_database() as database:
        link = _invite_first_person(database, port)
        with database.write() as session:
            loaded = sample.load(session, now=now())
    if as_json:
        print_json({"created": loaded.created, "visitors": list(loaded.visitors), "sign_in": link})
        return
    if loaded.created:
        click.echo(f"The sample project is loaded: {sample.TITLE}.")
    click.echo(_how_to_sign_in(link, port))


def _invite_first_person(database: Database, port: int) -> str | None:
    """A fresh one-time link for the first administrator, until somebody has a password."""
    with database.write() as session:
        if access.can_anyone_sign_in(session):
            return None
        user = people_queries.user_named(session, FIRST_PERSON)
        if user is None:
            user = people.add_person(
                session, name=FIRST_PERSON, role="admin", actor_id=None, now=now()
            )
        token = people.invite(session, user_id=user.id, actor_id=None, now=now())
    return f"http://127.0.0.1:{port}/invite/{token}"


def _how_to_sign_in(link: str | None, port: int) -> str:
    if link is None:
        return f"Sign in at http://127.0.0.1:{port}/login"
    return (
        f"\nSign in: open this link and choose a password (your name is {FIRST_PERSON}).\n"
        f"It works once, within 72 hours; start again for a new one.\n\n    {link}\n"
    )
