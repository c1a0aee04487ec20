"""The database: one engine, reading and writing transactions, and what can go wrong with them.

SQLite needs care that PostgreSQL does not. SQLAlchemy's default lets two threads read, then write,
and silently lose one write; a deferred BEGIN fails when the second upgrades to a write. So writing
transactions begin IMMEDIATE, and they queue in the process, first come first served: SQLite's own
busy loop polls, and an unlucky writer can wait for seconds.
"""

import errno
import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from annotator.domain.searching import holds
from annotator.errors import Conflict, Unavailable
from annotator.store import audit

BUSY_SECONDS = 10
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-16000",
)
NO_LOG = "the folder is read-only: no write-ahead log can be made in it"

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
    """`read()` and `write()` give a session in a transaction, `look()` one without a session.

    `engine` is for migrations, which need a connection of their own; it writes.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._gate: AbstractContextManager[None] = Turnstile() if self.is_sqlite else nullcontext()
        if self.is_sqlite:
            # The gate lets one writer through at a time.
            self.engine = self._sqlite(1, begin="BEGIN IMMEDIATE", query_only="OFF")
            self._reader = self._sqlite(pool_size, begin="BEGIN", query_only="ON")
        else:
            self.engine = self._postgresql(pool_size)
            # The same snapshot for all queries of a page, as SQLite's transactions give.
            self._reader = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and cannot change it.

        Raises:
            Unavailable: the database is away.
        """
        with as_our_errors(), Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """What `read()` gives, for a query that every request makes: a session costs as much again.

        Raises:
            Unavailable: the database is away.
        """
        with as_our_errors(), self._reader.connect() as connection:
            yield connection

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
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
            audit.append_pending(session)

    def dispose(self) -> None:
        self._reader.dispose()
        self.engine.dispose()

    def create_file(self) -> None:
        """Make SQLite's file if there is none; connecting never does, see `_SqliteFile`.

        Raises:
            Unavailable: the disk takes no file.
        """
        if self.is_sqlite and self.url.database:
            path = Path(self.url.database)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            except OSError as error:
                full = error.errno == errno.ENOSPC
                raise Unavailable(DISK_FULL if full else READ_ONLY) from error

    def has_file(self) -> bool:
        """False if SQLite's file was never made; other databases have none of their own."""
        return not self.is_sqlite or Path(self.url.database or "").is_file()

    def _sqlite(self, pool_size: int, *, begin: str, query_only: str) -> Engine:
        file = _SqliteFile(Path(self.url.database or ""))
        engine = create_engine(
            self.url,
            poolclass=QueuePool,
            pool_size=pool_size,
            # An error's text ends up in the log, where no text of a document belongs.
            hide_parameters=True,
            creator=file.connect,
        )
        event.listen(engine, "connect", partial(_prepare_sqlite, query_only))
        event.listen(engine, "checkout", file.refuse_another)
        # Not by the event for it: SQLAlchemy would then look for listeners at every statement.
        engine.dialect.do_begin = partial(_begin, begin)  # type: ignore[method-assign]
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


class _SqliteFile:
    """The file that must be there: connecting does not make it, and does not outlive it.

    A connection goes on writing to a file that was removed or replaced, and what it answers as
    saved is lost; a new one would begin an empty database in its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            # The driver must not begin transactions by itself: see `_begin`.
            isolation_level=None,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
        )

    def refuse_another(
        self, _connection: object, record: ConnectionPoolEntry, _proxy: object
    ) -> None:
        """The pool then connects anew, which fails as long as there is no file.

        Raises:
            DisconnectionError: the file is not the one that the connection was opened on.
        """
        try:
            found = os.stat(self._path)  # noqa: PTH116 - at every checkout: half the time
        except OSError as error:
            raise DisconnectionError(str(error)) from error
        identity = (found.st_dev, found.st_ino)
        if record.info.setdefault("file", identity) != identity:
            raise DisconnectionError("the file was replaced")


def _prepare_sqlite(query_only: str, connection: sqlite3.Connection, _record: object) -> None:
    # Its own LIKE knows the case of Latin letters only.
    connection.create_function("holds_folded", 2, holds, deterministic=True)
    cursor = connection.cursor()
    try:
        for pragma in (*PRAGMAS, f"query_only={query_only}"):
            cursor.execute(f"PRAGMA {pragma}")
    except sqlite3.OperationalError as error:
        # The database itself is open already, so it is the log beside it that cannot be.
        if error.sqlite_errorcode == sqlite3.SQLITE_CANTOPEN:
            raise sqlite3.OperationalError(NO_LOG) from error
        raise
    finally:
        cursor.close()


def _begin(how: str, connection: PoolProxiedConnection) -> None:
    connection.cursor().execute(how)


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
    # On a full disk SQLite fails to make its shared memory first, and calls that an I/O error.
    no_memory = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHMSIZE
    if no_memory or "full" in text or "no space" in text:
        return DISK_FULL
    if "readonly" in text or "read-only" in text:
        return READ_ONLY
    return BUSY if "locked" in text else AWAY
