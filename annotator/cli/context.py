"""What commands share: the settings, the database, and how they print."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from annotator import config
from annotator.services.assigning import LARGEST_SEED
from annotator.store import migrating
from annotator.store.database import Database

NOT_UTF8 = "{path!r} is not UTF-8, which tables and messages cannot name: take another path."

PORTS = click.IntRange(min=1, max=65_535)
SEEDS = click.IntRange(min=0, max=LARGEST_SEED)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON value on standard output."
)


def nameable(_context: click.Context, _parameter: click.Parameter, path: Path) -> Path:
    """For paths that are written: file systems take any bytes, what we write and say does not.

    Raises:
        BadParameter: the path is not UTF-8.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter(NOT_UTF8.format(path=str(path))) from error
    return path


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
