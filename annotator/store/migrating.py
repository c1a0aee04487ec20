"""Bring the tables to the version that this program knows, or refuse to touch a newer one."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from annotator import paths
from annotator.errors import SettingsInvalid
from annotator.store.base import Base
from annotator.store.database import Database, as_our_errors

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
    database.create_file()
    with as_our_errors(), database.engine.begin() as connection:
        before = _current(connection)
        _refuse_newer(before)
        if before != _head():
            command.upgrade(_config(connection), revision)
        return before != _current(connection)


def downgrade(database: Database, *, revision: str) -> None:
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
        _refuse_newer(found)
        if found != _head():
            raise SettingsInvalid(NOT_READY)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """A PostgreSQL database may be shared: only our own tables are looked at."""
    return kind != "table" or name in Base.metadata.tables


def revisions() -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory.from_config(_config(None))
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str:
    return revisions()[-1]


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in revisions():
        raise SettingsInvalid(TOO_NEW.format(found=found))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
