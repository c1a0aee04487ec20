import errno
import os
import shutil
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import InternalError, OperationalError

from annotator.errors import Conflict, Unavailable
from annotator.store import database as database_module
from annotator.store.audit import AuditEvent, AuditHead, broken_links, record
from annotator.store.database import Database, Turnstile
from annotator.store.people import User
from tests.factories import NOW


def person(name: str) -> User:
    return User(name=name, role="annotator", created_at=NOW)


def test_it_keeps_what_a_writing_transaction_did(database: Database) -> None:
    with database.write() as session:
        session.add(person("alice"))
    with database.read() as session:
        assert session.scalar(select(User.name)) == "alice"


def test_it_keeps_nothing_of_a_transaction_that_failed(database: Database) -> None:
    with pytest.raises(ValueError, match="stop"), database.write() as session:
        session.add(person("alice"))
        session.flush()
        raise ValueError("stop")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_it_refuses_to_write_in_a_reading_transaction(database: Database) -> None:
    with pytest.raises((Unavailable, InternalError)), database.read() as session:
        session.add(person("alice"))
        session.flush()
    with database.write() as session:
        session.add(person("bob"))


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as reading:
        assert reading.scalar(select(func.count()).select_from(User)) == 0
        with database.write() as session:
            session.add(person("alice"))
        assert reading.scalar(select(func.count()).select_from(User)) == 0


def test_it_sees_one_state_and_cannot_write_without_a_session_either(database: Database) -> None:
    with database.write() as session:
        session.add(person("alice"))
    with database.look() as connection:
        assert connection.execute(select(User.name)).scalar() == "alice"
        with database.write() as session:
            session.add(person("bob"))
        assert connection.execute(select(User.name)).scalars().all() == ["alice"]
    with pytest.raises((Unavailable, InternalError)), database.look() as connection:
        connection.execute(update(User).values(name="charlie"))


def test_a_transaction_that_reads_leaves_none_behind_that_writes(database: Database) -> None:
    for number in range(3):
        with database.look() as connection:
            assert connection.execute(select(func.count(User.id))).scalar() == number
        with database.read() as session:
            assert session.scalar(select(func.count(User.id))) == number
        with database.write() as session:
            session.add(person(f"alice {number}"))


def test_it_calls_a_broken_constraint_a_conflict(database: Database) -> None:
    with database.write() as session:
        session.add(person("alice"))
    with pytest.raises(Conflict, match="Someone else"), database.write() as session:
        session.add(person("alice"))


def test_it_loses_no_update_of_eight_threads(database: Database) -> None:
    with database.write() as session:
        session.add(person("0"))

    def count_up() -> None:
        for _ in range(50):
            with database.write() as session:
                user = session.scalars(select(User).with_for_update()).one()
                user.name = str(int(user.name) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.scalar(select(User.name)) == "400"


def test_a_turnstile_lets_waiters_through_in_their_order() -> None:
    gate = Turnstile()
    order: list[int] = []

    def pass_through(number: int) -> None:
        with gate:
            order.append(number)

    with gate:
        threads = []
        for number in range(5):
            thread = threading.Thread(target=pass_through, args=(number,))
            thread.start()
            while len(gate._waiting) <= number:
                thread.join(0.001)
            threads.append(thread)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_it_says_when_the_disk_is_full(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "small.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with (
        pytest.raises(Unavailable, match="disk of the server is full"),
        database.write() as session,
    ):
        # SQLite gives the same error for a page limit as for a full disk.
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")
        session.add_all([person("x" * 4000 + str(number)) for number in range(50)])
        session.flush()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
    database.dispose()


def test_it_says_when_the_disk_was_full_before_the_database_was_opened() -> None:
    io_error = sqlite3.OperationalError("disk I/O error")
    io_error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with (
        pytest.raises(Unavailable, match="disk of the server is full"),
        database_module.as_our_errors(),
    ):
        raise OperationalError("PRAGMA", {}, io_error)


def test_it_says_when_the_folder_of_the_database_is_read_only(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = tmp_path / "annotator.db"
    shutil.copy(sqlite_template, path)
    # What a read-only folder does to the log, also to a test that runs as root.
    (tmp_path / "annotator.db-wal").mkdir()
    database = Database(f"sqlite:///{path}")
    for opened in (database.read, database.write):
        with pytest.raises(Unavailable, match="cannot be written to"), opened() as session:
            session.scalar(select(User.id))
    database.dispose()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, database_module.DISK_FULL), (errno.EROFS, database_module.READ_ONLY)],
)
def test_it_says_why_it_cannot_make_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "touch", refuse)
    database = Database(f"sqlite:///{tmp_path / 'annotator.db'}")
    with pytest.raises(Unavailable) as caught:
        database.create_file()
    assert str(caught.value) == sentence


def test_it_says_when_the_database_is_away_and_makes_no_new_one(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "annotator.db"
    database = Database(f"sqlite:///{path}")
    for opened in (database.read, database.write):
        with pytest.raises(Unavailable, match="does not answer"), opened() as session:
            session.scalar(select(User.id))
    assert not path.exists()


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "annotator.db"))


def test_it_saves_nothing_into_a_file_that_was_removed_and_goes_on_when_it_is_back(
    file: Path,
) -> None:
    database = Database(f"sqlite:///{file}")
    with database.write() as session:
        session.add(person("alice"))
    database.dispose()  # so that all is in the one file
    with database.read() as session:
        session.scalar(select(User.id))
    away = file.rename(file.with_name("away.db"))
    for name in ("bob", "charlie"):
        with pytest.raises(Unavailable, match="does not answer"), database.write() as session:
            session.add(person(name))
    assert not file.exists()
    away.rename(file)
    with database.write() as session:
        session.add(person("dora"))
    with database.read() as session:
        assert session.scalars(select(User.name).order_by(User.id)).all() == ["alice", "dora"]
    database.dispose()


def test_it_reads_the_file_that_took_the_place_of_another(
    file: Path, sqlite_template: Path
) -> None:
    database = Database(f"sqlite:///{file}")
    with database.write() as session:
        session.add(person("alice"))
    for path in file.parent.glob("annotator.db*"):
        path.unlink()
    shutil.copy(sqlite_template, file)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
    database.dispose()


def test_it_says_when_postgresql_is_away() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with pytest.raises(Unavailable, match="does not answer"), database.read() as session:
        session.scalar(select(User.id))
    database.dispose()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("attempt to write a readonly database", database_module.READ_ONLY),
        ("database is locked", database_module.BUSY),
        ("could not extend file: No space left on device", database_module.DISK_FULL),
    ],
)
def test_it_tells_the_troubles_of_a_database_apart(text: str, sentence: str) -> None:
    error = OperationalError("INSERT", {}, sqlite3.OperationalError(text))
    with pytest.raises(Unavailable) as caught, database_module.as_our_errors():
        raise error
    assert str(caught.value) == sentence


def test_it_chains_audit_events_in_the_order_of_commits(database: Database) -> None:
    for number in range(3):
        with database.write() as session:
            record(session, action="user.added", at=NOW, actor_id=None, object_id=number)
            record(session, action="user.changed", at=NOW, actor_id=number, many=2)
    with database.read() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        assert actions == ["user.added", "user.changed"] * 3
        assert session.get_one(AuditHead, 1).event_id == 6
        assert list(broken_links(session)) == []


def test_it_drops_the_audit_events_of_a_failed_transaction(database: Database) -> None:
    with pytest.raises(ValueError, match="stop"), database.write() as session:
        record(session, action="user.added", at=NOW, actor_id=None)
        raise ValueError("stop")
    with database.read() as session:
        assert session.get_one(AuditHead, 1).event_id == 0


@pytest.mark.parametrize(
    "change", ["UPDATE audit_events SET actor_id = 7", "DELETE FROM audit_events"]
)
def test_it_refuses_to_change_the_audit_trail(database: Database, change: str) -> None:
    with database.write() as session:
        record(session, action="user.added", at=datetime(2026, 1, 1, tzinfo=UTC), actor_id=None)
    with database.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.exec_driver_sql(change)


def test_it_names_a_changed_and_a_missing_audit_row(database: Database) -> None:
    with database.write() as session:
        for number in range(4):
            record(session, action="user.added", at=NOW, actor_id=None, object_id=number)
    with database.engine.begin() as connection:
        if database.is_sqlite:
            for change in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_events_no_{change}")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_events_append_only ON audit_events")
        connection.exec_driver_sql("UPDATE audit_events SET object_id = 9 WHERE id = 2")
        connection.exec_driver_sql("DELETE FROM audit_events WHERE id = 3")
    with database.read() as session:
        assert list(broken_links(session)) == [
            "Audit row 2 (user.added) is not what was written.",
            "Audit rows 3 to 3 are missing.",
        ]
