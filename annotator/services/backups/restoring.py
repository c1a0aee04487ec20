"""A backup goes into an empty database: all of it, in one transaction, or nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, bindparam, delete, func, insert, inspect, select, update
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from annotator.errors import Conflict, DataInvalid
from annotator.services.backups.archive import Backup, member
from annotator.services.backups.checking import findings
from annotator.services.backups.rows import Values, kept_tables, own_references
from annotator.store import migrating
from annotator.store.audit import AuditHead, record
from annotator.store.base import table_of

_ROWS_AT_ONCE: Final = 1_000
_BYTES_AT_ONCE: Final = 8 * 1024 * 1024

NOT_EMPTY = (
    "This database is in use already (its table {table} holds something), and a backup is never "
    "restored over anything: name an empty database, or move this one away."
)
OLDER = (
    "The backup was made by version {program} of this program (its schema is {found}, here it is "
    "{here}); restore it with that version, then upgrade the database with annotator init."
)
NEWER = (
    "The backup was made by a newer version of this program ({program}, its schema is {found}); "
    "install that version."
)
DOES_NOT_FIT = (
    "{name} of the backup holds rows that this database does not take, so nothing was restored "
    "({detail})."
)
NOT_WELL = "What the backup holds is not in order, so nothing was restored:\n{findings}"


def require_empty(session: Session) -> None:
    """Raises:
    Conflict: one of the tables that a backup fills holds something. Tables may be missing.
    """
    connection = session.connection()
    present = set(inspect(connection).get_table_names())
    for table in kept_tables():
        if table is table_of(AuditHead) or table.name not in present:
            continue
        if connection.execute(select(1).select_from(table).limit(1)).first() is not None:
            raise Conflict(NOT_EMPTY.format(table=table.name))


def require_same_schema(backup: Backup) -> None:
    """Raises:
    DataInvalid: the backup was made by a version with other tables.
    """
    contents, known = backup.contents, migrating.revisions()
    if contents.revision not in known:
        raise DataInvalid(NEWER.format(program=contents.program, found=contents.revision))
    if contents.revision != known[-1]:
        raise DataInvalid(
            OLDER.format(program=contents.program, found=contents.revision, here=known[-1])
        )


def restore(
    session: Session, *, backup: Backup, now: datetime, despite_findings: bool = False
) -> list[str]:
    """Fill the empty tables from a backup, then check them; the findings, which are rarely any.

    Args:
        session: of a writing transaction on a database of the current schema.
        backup: one that was verified.
        now: the moment that the audit trail states.
        despite_findings: keep what was restored also where something in it is not in order.

    Raises:
        Conflict: the database is not empty.
        DataInvalid: the backup does not fit, or what it holds is not in order.
    """
    require_same_schema(backup)
    require_empty(session)
    for table in kept_tables():
        try:
            _load(session, backup, table)
        except (DataError, IntegrityError) as error:
            raise _does_not_fit(table, error) from error
    found = list(findings(session))
    if found and not despite_findings:
        raise DataInvalid(NOT_WELL.format(findings="\n".join(found)))
    record(
        session,
        action="database.restored",
        at=now,
        actor_id=None,
        rows=backup.contents.rows,
        made_at=backup.contents.made_at.isoformat(),
    )
    return found


def _load(session: Session, backup: Backup, table: Table) -> None:
    if table is table_of(AuditHead):
        # Its one row was there from the start, with the end of an empty trail.
        session.execute(delete(table))
    own = own_references(table)
    later: list[Values] = []
    for rows in _portions(backup, table):
        if own:
            later += _put_off(rows, own)
        session.execute(insert(table), rows)
    if later:
        session.execute(_set_references(table, own), later)
    _continue_numbering(session, table)


def _portions(backup: Backup, table: Table) -> Iterator[list[Values]]:
    """Rows by the thousand, fewer where they are large."""
    rows: list[Values] = []
    size = 0
    for values, length in backup.rows(table):
        rows.append(values)
        size += length
        if len(rows) == _ROWS_AT_ONCE or size > _BYTES_AT_ONCE:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _put_off(rows: list[Values], own: list[str]) -> Iterator[Values]:
    """Take out what points to rows of the same table: they may not be there yet."""
    for row in rows:
        references = {f"new_{name}": row[name] for name in own}
        if any(value is not None for value in references.values()):
            yield {"row_id": row["id"], **references}
            row.update(dict.fromkeys(own))


def _set_references(table: Table, own: list[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's Update
    return (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in own})
    )


def _continue_numbering(session: Session, table: Table) -> None:
    """PostgreSQL counts rows apart from the table; SQLite looks at the highest that is there."""
    counted = table.autoincrement_column
    if session.get_bind().dialect.name != "postgresql" or counted is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, counted.name)
    session.execute(select(func.setval(sequence, func.max(counted))).select_from(table))


def _does_not_fit(table: Table, error: StatementError) -> DataInvalid:
    detail = str(error.orig).splitlines()[0]
    return DataInvalid(DOES_NOT_FIT.format(name=member(table), detail=detail))
