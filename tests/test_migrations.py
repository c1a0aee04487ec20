from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from annotator.errors import SettingsInvalid
from annotator.store import migrating
from annotator.store.database import Database
from annotator.store.models import Base
from tests.factories import Factory


@pytest.fixture
def tables(database: Database) -> Iterator[Database]:
    """A database that some migration test may leave at any revision."""
    yield database
    migrating.upgrade(database)


def test_the_migrations_give_the_tables_of_the_models(tables: Database) -> None:
    with tables.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": migrating.include_name}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_give_the_checks_of_the_models(tables: Database) -> None:
    inspector = inspect(tables.engine)
    for table in Base.metadata.sorted_tables:
        expected = {c.name for c in table.constraints if str(c.name).startswith("ck_")}
        assert {c["name"] for c in inspector.get_check_constraints(table.name)} == expected


def test_the_last_migration_is_the_one_that_the_program_asks_for() -> None:
    assert migrating.revisions()[-1] == migrating.LATEST


def test_every_migration_goes_down_and_up_again(tables: Database) -> None:
    steps = migrating.revisions()
    for revision in [*reversed(steps[:-1]), "base"]:
        migrating.downgrade(tables, revision=revision)
    assert set(inspect(tables.engine).get_table_names()) <= {"alembic_version"}
    for revision in steps:
        migrating.upgrade(tables, revision=revision)
    migrating.require_current(tables)


def test_it_keeps_people_and_documents_when_the_later_migrations_go_down_and_up(
    tables: Database,
) -> None:
    with tables.write() as session:
        make = Factory(session)
        make.document(make.project())
        make.user("алиса")
    migrating.downgrade(tables, revision="0001")
    migrating.upgrade(tables)
    with tables.read() as session:
        assert session.scalar(text("SELECT name FROM users")) == "алиса"
        assert session.scalar(text("SELECT count(*) FROM paragraphs")) == 2


def test_upgrading_twice_changes_nothing(tables: Database) -> None:
    assert migrating.upgrade(tables) is False


def test_it_refuses_a_database_of_a_newer_version(tables: Database) -> None:
    with tables.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        for action in (migrating.upgrade, migrating.require_current):
            with pytest.raises(SettingsInvalid, match="newer version of this program"):
                action(tables)
    finally:
        with tables.engine.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :head"),
                {"head": migrating.revisions()[-1]},
            )


def test_it_says_to_initialise_a_database_without_tables(tables: Database) -> None:
    migrating.downgrade(tables, revision="base")
    with pytest.raises(SettingsInvalid, match="annotator init"):
        migrating.require_current(tables)
