"""A backup is one state of the database, whole or not there; restored, it exports the same."""

import itertools
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from annotator.errors import Conflict, DataInvalid, Unavailable
from annotator.services.backups import backing_up
from annotator.services.backups.archive import Contents, opened
from annotator.services.backups.checking import findings
from annotator.services.backups.rows import LEFT_OUT, kept_tables
from annotator.services.releases import releasing
from annotator.services.releases.writing import Options
from annotator.store import migrating
from annotator.store.corpus import Project
from annotator.store.database import Database
from annotator.store.labelling import Annotation, AnnotationRevision
from tests.services.backup_world import (
    LATER,
    back_up,
    content_of,
    fill,
    restore,
    save_again,
)

QUICK = Options(replicates=50)
AUDIT = {"audit_events", "audit_head"}


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        fill(session)
    return database


@pytest.fixture
def empty(tmp_path: Path, sqlite_template: Path) -> Iterator[Callable[[], Database]]:
    """Makes fresh SQLite databases with all tables."""
    numbers, made = itertools.count(), []

    def make() -> Database:
        path = tmp_path / f"empty{next(numbers)}.db"
        shutil.copy(sqlite_template, path)
        made.append(Database(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


@pytest.fixture
def sample(tmp_path: Path, sample_template: Path) -> Iterator[Database]:
    path = tmp_path / "sample.db"
    shutil.copy(sample_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


def exported(database: Database, folder: Path) -> dict[str, bytes]:
    with database.read() as session:
        project = session.scalars(select(Project)).one()
        releasing.export(session, project_id=project.id, target=folder, options=QUICK)
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def states(contents: Contents) -> dict[str, Any]:
    """What a backup says of each table; the audit trail goes on when one is restored."""
    return {name: table for name, table in contents.tables.items() if name not in AUDIT}


def test_the_sample_restored_exports_the_same_bytes_from_either_database(
    sample: Database, database: Database, empty: Callable[[], Database], tmp_path: Path
) -> None:
    first = back_up(sample, tmp_path / "first.zip")
    assert restore(database, tmp_path / "first.zip") == []
    # From SQLite or PostgreSQL, whichever `database` is, back into SQLite.
    second = back_up(database, tmp_path / "second.zip")
    back = empty()
    assert restore(back, tmp_path / "second.zip") == []
    assert states(second) == states(first)
    original = exported(sample, tmp_path / "original")
    assert len(original) > 10
    assert exported(database, tmp_path / "there") == original
    assert exported(back, tmp_path / "back") == original


def test_every_row_comes_back_but_those_left_out(
    filled: Database, empty: Callable[[], Database], tmp_path: Path
) -> None:
    before = content_of(filled)
    assert all(before.values()), "the test has a row in every table"
    back_up(filled, tmp_path / "b.zip")
    restored = empty()
    restore(restored, tmp_path / "b.zip")
    after = content_of(restored)
    for name, rows in before.items():
        if name not in AUDIT:
            assert after[name] == ([] if name in LEFT_OUT else rows), name
    assert after["audit_events"][:-1] == before["audit_events"]
    assert after["audit_events"][-1]["action"] == "database.restored"


def test_two_backups_of_the_same_state_hold_the_same(filled: Database, tmp_path: Path) -> None:
    assert back_up(filled, tmp_path / "a.zip") == back_up(filled, tmp_path / "b.zip")


def test_the_same_rows_give_the_same_backup_from_both_databases(
    filled: Database, empty: Callable[[], Database], tmp_path: Path
) -> None:
    first = back_up(filled, tmp_path / "a.zip")
    other = empty()
    restore(other, tmp_path / "a.zip")
    assert states(back_up(other, tmp_path / "b.zip")) == states(first)


def test_it_says_what_it_holds(filled: Database, tmp_path: Path) -> None:
    contents = back_up(filled, tmp_path / "b.zip")
    assert (contents.made_at, contents.revision) == (LATER, migrating.revisions()[-1])
    assert set(contents.tables) == {table.name for table in kept_tables()}
    assert contents.tables["users"].rows == 1
    assert contents.rows == sum(table.rows for table in contents.tables.values())
    with opened(tmp_path / "b.zip") as backup:
        assert backup.contents == contents


def test_only_its_owner_may_read_it(filled: Database, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "b.zip")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600


def test_what_is_saved_while_it_writes_is_in_the_next_one(
    filled: Database,
    empty: Callable[[], Database],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines, numbers = backing_up._lines, []

    def save_first(session: Session, table: Table) -> Iterator[bytes]:
        """Before each table someone else saves, and their save is committed."""
        thread = threading.Thread(target=save)
        thread.start()
        thread.join()
        return lines(session, table)

    def save() -> None:
        with filled.write() as session:
            numbers.append(save_again(session))

    monkeypatch.setattr(backing_up, "_lines", save_first)
    back_up(filled, tmp_path / "b.zip")
    assert len(numbers) == len(kept_tables())
    restored = empty()
    assert restore(restored, tmp_path / "b.zip") == []
    with restored.read() as session, filled.read() as later:
        count = select(func.count()).select_from(AnnotationRevision)
        # PostgreSQL takes its snapshot at the first query, which comes after the first save.
        assert session.scalar(count) in {1, 2}
        assert later.scalar(count) == 1 + len(numbers)
        assert list(findings(later)) == []


def test_it_is_consistent_while_another_thread_saves_without_pause(
    filled: Database, empty: Callable[[], Database], tmp_path: Path
) -> None:
    stop, saved, errors = threading.Event(), [], []

    def annotate() -> None:
        try:
            while not stop.is_set():
                with filled.write() as session:
                    saved.append(save_again(session))
        except BaseException as error:
            errors.append(error)
            raise

    thread = threading.Thread(target=annotate)
    thread.start()
    try:
        for number in range(3):
            back_up(filled, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        thread.join()
    assert errors == []
    assert saved
    for number in range(3):
        restored = empty()
        assert restore(restored, tmp_path / f"{number}.zip") == []
        with restored.read() as session:
            revision = session.scalars(select(Annotation.revision)).one()
            last = session.scalar(select(func.max(AnnotationRevision.number)))
            assert revision == last


def test_it_never_writes_over_anything(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        back_up(filled, file)
    assert file.read_text() == "mine"
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Conflict, match="exists already"):
        back_up(filled, tmp_path / "link.zip")


def test_it_does_not_write_over_a_file_that_came_meanwhile(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b.zip"
    read_back = backing_up._read_back

    def and_someone_writes(written: Path, target: Path) -> None:
        read_back(written, target)
        target.write_text("theirs")

    monkeypatch.setattr(backing_up, "_read_back", and_someone_writes)
    with pytest.raises(Conflict, match="exists already"):
        back_up(filled, file)
    assert file.read_text() == "theirs"
    assert zips(tmp_path) == ["b.zip"]


def zips(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".zip" in path.name)


def test_a_folder_that_is_not_there_is_named(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match=r"There is no folder .*/gone"):
        back_up(filled, tmp_path / "gone" / "b.zip")


def test_a_name_that_the_disk_refuses_is_named(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        back_up(filled, tmp_path / ("b" * 250))


@pytest.mark.parametrize(
    ("number", "sentence"), [(28, "The disk is full"), (5, "Input/output error")]
)
def test_a_disk_that_fails_midway_leaves_nothing(
    filled: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    sentence: str,
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable, match=sentence):
        back_up(filled, tmp_path / "b.zip")
    assert zips(tmp_path) == []


def test_what_cannot_be_read_back_is_not_kept(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backing_up._write

    def and_a_bit_flips(session: Session, path: Path, now: Any) -> Contents:
        contents = write(session, path, now)
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 4
        path.write_bytes(data)
        return contents

    monkeypatch.setattr(backing_up, "_write", and_a_bit_flips)
    with pytest.raises(Unavailable, match="could not be read back, so nothing was kept"):
        back_up(filled, tmp_path / "b.zip")
    assert zips(tmp_path) == []


def test_an_empty_database_has_a_backup_too(
    database: Database, empty: Callable[[], Database], tmp_path: Path
) -> None:
    assert back_up(database, tmp_path / "b.zip").rows == 1
    assert restore(empty(), tmp_path / "b.zip") == []
