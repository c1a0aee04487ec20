"""The check names what was changed behind the program's back, and nothing else."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from annotator.errors import Unavailable
from annotator.services.backups.checking import counts, findings
from annotator.store import migrating
from annotator.store.database import Database
from tests.services.backup_world import fill


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        fill(session)
    return database


def found(database: Database) -> list[str]:
    with database.read() as session:
        return list(findings(session))


def tamper(database: Database, *statements: str) -> None:
    """Change what no page and no command changes; triggers and references are off meanwhile."""
    if database.is_sqlite:
        _tamper_with_file(str(database.url.database), statements)
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


def _tamper_with_file(path: str, statements: tuple[str, ...]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("audit_events", "annotation_revisions"):
        connection.execute(f"DROP TRIGGER {table}_no_update")
        connection.execute(f"DROP TRIGGER {table}_no_delete")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_the_sample_is_well(tmp_path: Path, sample_template: Path) -> None:
    database = Database(f"sqlite:///{shutil.copy(sample_template, tmp_path / 'sample.db')}")
    assert found(database) == []
    with database.read() as session:
        looked_at = counts(session)
    database.dispose()
    assert (looked_at["documents"], looked_at["paragraphs"]) == (24, 317)
    assert looked_at["annotations"] > 900
    assert looked_at["audit_events"] > 900


def test_a_database_in_use_is_well(filled: Database) -> None:
    assert found(filled) == []
    with filled.read() as session:
        assert counts(session) == {
            "documents": 2,
            "paragraphs": 9,
            "annotations": 1,
            "audit_events": 5,
        }


def test_an_empty_one_is_well(database: Database) -> None:
    assert found(database) == []
    with database.read() as session:
        assert set(counts(session).values()) == {0}


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE audit_events SET actor_id = 7 WHERE id = 2",
            "Audit row 2 (documents.imported) is not what was written.",
        ),
        ("DELETE FROM audit_events WHERE id IN (2, 3)", "Audit rows 2 to 3 are missing."),
        (
            "DELETE FROM audit_events WHERE id = 5",
            "The audit trail should end with row 5, but its last row is 4.",
        ),
        (
            "DELETE FROM audit_head",
            "The end of the audit trail (the row of audit_head) is missing.",
        ),
        (
            "UPDATE annotations SET revision = 2",
            (
                "Annotation 1 is said to be at revision 2, but its history holds 1 revisions, "
                "the last of them 1."
            ),
        ),
        (
            "DELETE FROM annotation_revisions",
            (
                "Annotation 1 is said to be at revision 1, but its history holds 0 revisions, "
                "the last of them none."
            ),
        ),
    ],
)
def test_it_names_what_was_changed(filled: Database, statement: str, sentence: str) -> None:
    tamper(filled, statement)
    assert sentence in found(filled)


def test_a_gap_in_the_history_is_named(filled: Database) -> None:
    tamper(
        filled,
        "UPDATE annotation_revisions SET number = 3",
        "UPDATE annotations SET revision = 3",
    )
    assert found(filled) == [
        (
            "Annotation 1 is said to be at revision 3, but its history holds 1 revisions, "
            "the last of them 3."
        )
    ]


# Version 3 is the second of the first document.
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE paragraphs SET text = 'Hume' WHERE position = 0 AND version_id = 3",
        "UPDATE paragraphs SET tail = ' ' WHERE position = 3 AND version_id = 3",
        "UPDATE paragraphs SET end_offset = 5 WHERE position = 0 AND version_id = 3",
        "UPDATE paragraphs SET position = 9 WHERE position = 3 AND version_id = 3",
        "DELETE FROM paragraphs WHERE position = 3 AND version_id = 3",
        "DELETE FROM paragraphs WHERE position = 0 AND version_id = 3",
        "UPDATE document_versions SET head = 'x' WHERE number = 2",
        "UPDATE document_versions SET text_hash = 'x' WHERE number = 2",
        "UPDATE document_versions SET characters = characters + 1 WHERE number = 2",
    ],
)
def test_a_text_that_is_not_the_imported_one_is_named(filled: Database, statement: str) -> None:
    tamper(filled, statement)
    sentence = (
        "Document 1 (one.txt), version 2: its paragraphs do not give back the text that was "
        "imported."
    )
    assert sentence in found(filled)


def test_a_text_without_paragraphs_is_named(filled: Database) -> None:
    tamper(filled, "DELETE FROM paragraphs WHERE version_id = 3")
    assert "Document 1 (one.txt), version 2, has no paragraphs." in found(filled)


def test_only_the_newest_cut_must_give_the_text_back(filled: Database) -> None:
    again = """
        INSERT INTO paragraphs (position, start_offset, end_offset, text, tail, duplicate_key,
            version_id, cut)
        SELECT position, start_offset, end_offset, text, tail, duplicate_key, version_id, 2
        FROM paragraphs
    """
    tamper(filled, again, "UPDATE paragraphs SET text = 'x' WHERE cut = 1")
    assert found(filled) == []


def test_it_never_shows_a_text(filled: Database) -> None:
    tamper(filled, "UPDATE paragraphs SET text = 'Secret words'")
    assert found(filled)
    assert "Secret" not in "".join(found(filled))


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "file.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        fill(session)
    database.dispose()
    return path


@pytest.fixture
def on_sqlite(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


def test_a_row_that_points_nowhere_is_named(on_sqlite: Database) -> None:
    tamper(on_sqlite, "UPDATE gold SET batch_id = 77")
    assert found(on_sqlite) == ["Row 1 of gold points to a row of gold_batches that is not there."]


def test_a_row_that_breaks_a_rule_is_named(on_sqlite: Database) -> None:
    tamper(on_sqlite, "PRAGMA ignore_check_constraints=ON", "UPDATE users SET role = 'king'")
    assert found(on_sqlite) == ["The database file is damaged: CHECK constraint failed in users."]


def test_a_row_that_cannot_be_read_is_named_and_the_rest_still_checked(
    on_sqlite: Database,
) -> None:
    tamper(
        on_sqlite,
        "UPDATE audit_events SET details = 'no json' WHERE id = 1",
        "UPDATE annotations SET revision = 2",
    )
    sentences = found(on_sqlite)
    assert "A row holds what cannot be read" in sentences[0]
    assert "Annotation 1 is said to be at revision 2" in sentences[1]


def test_a_damaged_page_is_named(file: Path) -> None:
    data = bytearray(file.read_bytes())
    # All but the first pages, which hold the names of the tables.
    half = len(data) // 2 // 4096 * 4096
    data[half:] = bytes(range(256)) * ((len(data) - half) // 256)
    file.write_bytes(data)
    database = Database(f"sqlite:///{file}")
    try:
        sentences = found(database)
    finally:
        database.dispose()
    assert any("damaged" in one or "cannot be read any further" in one for one in sentences)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"This is a thesis. " * 500)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    assert found(database) == [
        "The database cannot be read any further (file is not a database); restore a backup."
    ]
    with pytest.raises(Unavailable, match="is damaged or is no database"):
        migrating.require_current(database)
    database.dispose()


def test_a_database_that_is_away_is_no_finding() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable, match="does not answer"):
        found(database)
    database.dispose()


# Rules that only PostgreSQL can switch off.
@pytest.mark.postgresql
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (
            "ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only",
            "audit_events: audit_events_append_only",
        ),
        (
            "ALTER TABLE gold ADD CONSTRAINT later CHECK (id > 5) NOT VALID",
            "gold: later",
        ),
    ],
)
def test_a_rule_that_the_server_does_not_watch_is_named(
    filled: Database, statement: str, rule: str
) -> None:
    with filled.engine.begin() as connection:
        connection.execute(text(statement))
    assert found(filled) == [
        f"The server does not watch over {rule} is switched off or was never tried."
    ]
