"""The database: one engine, reading and writing transactions, and what can go wrong with them.

SQLite needs care that PostgreSQL does not. SQLAlchemy's default lets two threads read, then write,
and silently lose one write; a deferred BEGIN fails when the second upgrades to a write. So writing
transactions begin IMMEDIATE, and they queue in the process, first come first served: SQLite's own
busy loop polls, and an unlucky writer can wait for seconds.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from annotator.errors import Conflict, Unavailable
from annotator.store import audit

WRITES = "annotator_writes"
BUSY_SECONDS = 10

DISK_FULL = "The disk of the server is full, so nothing was saved; free some space and try again."
READ_ONLY = (
    "The database cannot be written to, so nothing was saved; "
    "check the disk and the rights of the database's folder."
)
AWAY = "The database does not answer, so nothing was saved; try again in a moment."
DAMAGED = (
    "The database file is damaged or is no database ({detail}); move it away and restore a backup "
    "with: annotator restore FILE"
)
BUSY = "The database is busy, so nothing was saved; try again in a moment."
CHANGED_MEANWHILE = "Someone else changed this at the same moment; load the page again."


class Turnstile:
    """A lock that lets waiters through in the order they came; threading.Lock promises none."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Database:
    """`read()` and `write()` give a session in a transaction; nothing else opens one."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._gate: AbstractContextManager[None] = Turnstile() if self.is_sqlite else nullcontext()
        self.engine = self._sqlite(pool_size) if self.is_sqlite else self._postgresql(pool_size)
        reading: dict[str, Any] = {WRITES: False}
        if not self.is_sqlite:
            # The same snapshot for all queries of a page, as SQLite's transactions give.
            reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**reading)
        self._writer = self.engine.execution_options(**{WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and cannot change it.

        Raises:
            Unavailable: the database is away.
        """
        with as_our_errors(), Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose work is committed at the end, with its audit events, or not at all.

        Raises:
            Unavailable: the database is away, its disk full or read-only.
            Conflict: another transaction was first.
        """
        with (
            as_our_errors(),
            self._gate,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
            audit.append_pending(session)

    def dispose(self) -> None:
        self.engine.dispose()

    def _sqlite(self, pool_size: int) -> Engine:
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            pool_size=pool_size,
            # An error's text ends up in the log, where no text of a document belongs.
            hide_parameters=True,
            # The driver must not begin transactions by itself: see `_begin`.
            connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        return engine

    def _postgresql(self, pool_size: int) -> Engine:
        return create_engine(
            self.url,
            pool_size=pool_size,
            hide_parameters=True,
            # A server that was restarted leaves dead connections in the pool.
            pool_pre_ping=True,
            connect_args={"connect_timeout": BUSY_SECONDS, "options": "-c timezone=utc"},
        )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITES, True):
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")


@contextmanager
def as_our_errors() -> Iterator[None]:
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise Conflict(CHANGED_MEANWHILE) from error
    except PoolTimeoutError as error:
        raise Unavailable(BUSY) from error
    except (OperationalError, InterfaceError) as error:
        raise Unavailable(_sentence(error)) from error
    except DatabaseError as error:
        # SQLite says so with this class and none of its subclasses, which are mistakes of ours.
        if type(error) is not DatabaseError:
            raise
        raise Unavailable(DAMAGED.format(detail=error.orig)) from error


def _sentence(error: DBAPIError) -> str:
    text = str(error.orig).lower()
    if "full" in text or "no space" in text:
        return DISK_FULL
    if "readonly" in text or "read-only" in text:
        return READ_ONLY
    return BUSY if "locked" in text else AWAY
