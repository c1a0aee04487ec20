"""What commands share: the settings, the database, and how they print."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from annotator import config
from annotator.store import migrating
from annotator.store.database import Database

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON value on standard output."
)


@contextmanager
def open_database() -> Iterator[Database]:
    """The database of the settings, checked to be of this version, closed at the end.

    Raises:
        SettingsInvalid: it is not set up yet, or by another version.
        Unavailable: it is away.
    """
    database = Database(config.load().sqlalchemy_url)
    try:
        migrating.require_current(database)
        yield database
    finally:
        database.dispose()


def now() -> datetime:
    """The moment of the command; the one clock of the command line."""
    return datetime.now(UTC)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
