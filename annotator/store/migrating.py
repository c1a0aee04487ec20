"""Bring the tables to the version that this program knows, or refuse to touch a newer one."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from annotator import paths
from annotator.errors import SettingsInvalid
from annotator.store.base import Base
from annotator.store.database import Database, as_our_errors

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it works: a server that starts only asks whether there is need of it.
LATEST = "0010"
NOT_READY = "The database is not set up for this version; type: annotator init"
TOO_NEW = (
    "The database was made by a newer version of this program (its schema is {found}); "
    "install that version, or use another database."
)


def upgrade(database: Database, *, revision: str = "head") -> bool:
    """Create or upgrade all tables; True if anything changed.

    Raises:
        SettingsInvalid: the database was made by a newer version.
        Unavailable: the database is away, its disk full or read-only.
    """
    from alembic import command  # noqa: PLC0415 - see LATEST

    database.create_file()
    with as_our_errors(), database.engine.begin() as connection:
        before = _current(connection)
        _refuse_newer(before)
        if before != LATEST:
            command.upgrade(_config(connection), revision)
        return before != _current(connection)


def downgrade(database: Database, *, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - see LATEST

    with as_our_errors(), database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def require_current(database: Database) -> None:
    """Raises:
    SettingsInvalid: the tables are missing, older or newer than this program.
    Unavailable: the database is away.
    """
    if not database.has_file():
        raise SettingsInvalid(NOT_READY)
    with as_our_errors(), database.engine.connect() as connection:
        found = _current(connection)
        if found != LATEST:
            _refuse_newer(found)
            raise SettingsInvalid(NOT_READY)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """A PostgreSQL database may be shared: only our own tables are looked at."""
    return kind != "table" or name in Base.metadata.tables


def revisions() -> list[str]:
    """All revisions, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see LATEST

    script = ScriptDirectory.from_config(_config(None))
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in revisions():
        raise SettingsInvalid(TOO_NEW.format(found=found))


def _config(connection: Connection | None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see LATEST

    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
