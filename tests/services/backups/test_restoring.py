"""A restore fills an empty database whole or leaves it empty."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, inspect, select, text

from annotator.errors import Conflict, DataInvalid
from annotator.services import people
from annotator.services.backups import restoring
from annotator.services.backups.archive import opened
from annotator.services.backups.restoring import require_empty, require_same_schema
from annotator.services.backups.rows import kept_tables
from annotator.store import migrating
from annotator.store.audit import AuditEvent, broken_links
from annotator.store.base import table_of
from annotator.store.corpus import Paragraph, Source
from annotator.store.database import Database
from annotator.store.labelling import AnnotationRevision
from annotator.store.people import SignInTry, User
from tests.factories import NOW, Factory
from tests.services.backup_world import (
    LATER,
    back_up,
    content_of,
    doctored,
    fill,
    restore,
    save_again,
    save_next,
    with_contents,
    with_rows,
)

HERE = migrating.revisions()[-1]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    (folder / "annotator.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{folder / 'annotator.db'}")
    with database.write() as session:
        fill(session)
    back_up(database, folder / "good.zip")
    database.dispose()
    return folder / "good.zip"


@pytest.fixture
def file(good: Path, tmp_path: Path) -> Path:
    (tmp_path / "backup.zip").write_bytes(good.read_bytes())
    return tmp_path / "backup.zip"


def is_empty(database: Database) -> bool:
    return [name for name, rows in content_of(database).items() if rows] == ["audit_head"]


def test_work_goes_on_in_what_was_restored(database: Database, file: Path) -> None:
    assert restore(database, file) == []
    with database.write() as session:
        assert save_again(session) == 2
        save_next(session)
        added = people.add_person(session, name="bob", role="lead", actor_id=None, now=NOW)
        Factory(session).document(Factory(session).project("second"))
        assert added.id == 2
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AnnotationRevision)) == 3
        assert list(broken_links(session)) == []


def test_rows_that_point_to_later_rows_of_their_table_still_do(
    database: Database, file: Path
) -> None:
    restore(database, file)
    with database.read() as session:
        (merged,) = session.scalars(select(Source).where(Source.merged_into_id.is_not(None)))
        assert merged.merged_into_id is not None
        assert merged.merged_into_id > merged.id
        superseded = session.execute(
            select(Paragraph.text, Paragraph.id, Paragraph.superseded_by_id)
            .where(Paragraph.superseded_by_id.is_not(None))
            .order_by(Paragraph.id)
        ).all()
    assert [row.text.strip()[:5] for row in superseded] == ["Home", "“Сomp", "Home"]
    assert all(row.superseded_by_id > row.id for row in superseded)


def test_the_audit_trail_goes_on_with_the_restore(database: Database, file: Path) -> None:
    restore(database, file)
    with database.read() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert last is not None
        assert (last.action, last.at, last.actor_id) == ("database.restored", LATER, None)
        assert set(last.details) == {"rows", "made_at"}
        assert list(broken_links(session)) == []


def test_what_is_append_only_stays_so(database: Database, file: Path) -> None:
    restore(database, file)
    with pytest.raises(Exception, match="append-only"), database.engine.begin() as connection:
        connection.execute(text("UPDATE audit_events SET action = 'nothing'"))


def test_it_loads_in_portions(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_ROWS_AT_ONCE", 2)
    assert restore(database, file) == []
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Paragraph)) == 9
    monkeypatch.setattr(restoring, "_ROWS_AT_ONCE", 1_000)
    monkeypatch.setattr(restoring, "_BYTES_AT_ONCE", 1)
    with opened(file) as backup:
        portions = list(restoring._portions(backup, table_of(Paragraph)))
    assert [len(rows) for rows in portions] == [1] * 9


def test_an_empty_table_has_no_portions(file: Path) -> None:
    emptied = doctored(file, lambda members: members.update({"gold.jsonl": b""}))
    with opened(emptied) as backup:
        gold = next(table for table in kept_tables() if table.name == "gold")
        assert list(restoring._portions(backup, gold)) == []


def test_it_refuses_a_database_with_people(database: Database, file: Path) -> None:
    with database.write() as session:
        Factory(session).user("maria")
    with pytest.raises(Conflict, match="in use already"):
        restore(database, file)
    with database.read() as session:
        assert session.scalars(select(User.name)).all() == ["maria"]


def test_it_refuses_a_database_with_anything_of_what_is_kept(
    database: Database, file: Path
) -> None:
    with database.write() as session:
        Factory(session).project("mine")
    with pytest.raises(Conflict, match=r"its table projects holds something"):
        restore(database, file)


def test_it_refuses_to_restore_twice(database: Database, file: Path) -> None:
    restore(database, file)
    before = content_of(database)
    with pytest.raises(Conflict, match="never restored over anything"):
        restore(database, file)
    assert content_of(database) == before


def test_failed_sign_ins_do_not_make_a_database_used(database: Database, file: Path) -> None:
    with database.write() as session:
        session.execute(
            insert(SignInTry),
            [{"name_hash": "x", "address": "127.0.0.1", "at": NOW}],
        )
    assert restore(database, file) == []


def test_a_database_without_tables_is_empty(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'bare.db'}")
    database.create_file()
    with database.read() as session:
        require_empty(session)
        assert inspect(session.connection()).get_table_names() == []
    database.dispose()


def test_an_older_database_in_use_is_seen_before_it_is_upgraded(database: Database) -> None:
    with database.write() as session:
        Factory(session).user("maria")
    migrating.downgrade(database, revision="0001")
    with database.read() as session, pytest.raises(Conflict, match="in use"):
        require_empty(session)
    assert "annotations" not in inspect(database.engine).get_table_names()


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        (
            "0002",
            rf"made by version 0\.0\.9 .*its schema is 0002, here it is {HERE}.*that version",
        ),
        ("9999", r"made by a newer version .*\(0\.0\.9, its schema is 9999\); install that"),
        ("", "newer version"),
    ],
)
def test_it_refuses_a_backup_of_another_schema(file: Path, revision: str, sentence: str) -> None:
    other = with_contents(file, revision=revision, program="0.0.9")
    with opened(other) as backup, pytest.raises(DataInvalid, match=sentence):
        require_same_schema(backup)


def promoted(row: dict[str, Any]) -> None:
    row["role"] = "king"


def nowhere(row: dict[str, Any]) -> None:
    row["version_id"] = 999


def nulled(row: dict[str, Any]) -> None:
    row["name"] = None


def huge(row: dict[str, Any]) -> None:
    row["id"] = 2**70


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        ("users", promoted, r"users\.jsonl of the backup holds rows that this database does not"),
        ("users", nulled, r"users\.jsonl line 1: name is empty"),
        ("users", huge, r"users\.jsonl line 1: id is not of its type"),
        ("annotations", lambda row: row.update(revision=7), "Annotation 1 is said to be at"),
        ("audit_events", lambda row: row.update(object_id=5), "Audit row 1 .* is not what"),
        ("audit_head", lambda row: row.update(event_id=1), "should end with row 1"),
        ("paragraphs", lambda row: row.update(tail=""), "do not give back the text"),
        ("sources", lambda row: row.update(name="\x00", domains=["\x00"] * 2), "."),
    ],
)
def test_rows_that_do_not_fit_leave_the_database_empty(
    database: Database,
    file: Path,
    table: str,
    change: Callable[[dict[str, Any]], None],
    sentence: str,
) -> None:
    with pytest.raises(DataInvalid, match=sentence):
        restore(database, with_rows(file, table, change))
    assert is_empty(database)


def test_a_row_that_points_nowhere_leaves_the_database_empty(
    database: Database, file: Path
) -> None:
    with pytest.raises(DataInvalid, match=r"paragraphs\.jsonl of the backup holds rows that"):
        restore(database, with_rows(file, "paragraphs", nowhere))
    assert is_empty(database)


def test_a_reference_to_the_own_table_that_points_nowhere_is_refused(
    database: Database, file: Path
) -> None:
    lost = with_rows(file, "paragraphs", lambda row: row.update(superseded_by_id=999))
    with pytest.raises(DataInvalid, match=r"paragraphs\.jsonl of the backup"):
        restore(database, lost)
    assert is_empty(database)


def test_a_damaged_backup_is_better_than_none_for_who_asks_for_it(
    database: Database, file: Path
) -> None:
    damaged = with_rows(file, "paragraphs", lambda row: row.update(tail=""))
    found = restore(database, damaged, despite_findings=True)
    assert len(found) == 3
    assert all("do not give back the text" in sentence for sentence in found)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Paragraph)) == 9


def test_a_file_that_changes_under_its_hands_leaves_the_database_empty(
    database: Database, file: Path
) -> None:
    def drop(members: dict[str, bytes]) -> None:
        members["gold.jsonl"] = b""

    # Not verified before, as if it had been changed in between.
    with (
        opened(doctored(file, drop, repaired=False)) as backup,
        pytest.raises(DataInvalid, match=r"gold\.jsonl does not have the rows"),
        database.write() as session,
    ):
        restoring.restore(session, backup=backup, now=LATER)
    assert is_empty(database)
