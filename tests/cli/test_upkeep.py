"""`annotator backup`, `restore` and `check` from the outside."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from annotator.cli import main
from annotator.store import migrating
from annotator.store.audit import AuditEvent
from annotator.store.database import Database
from annotator.store.people import User
from tests.factories import Factory

Run = Callable[..., Result]
COUNTS = {"documents": 24, "paragraphs": 317}


@pytest.fixture
def home(tmp_path: Path, sample_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with the sample project."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(sample_template, folder / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(folder))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return folder


@pytest.fixture
def backed_up(home: Path, tmp_path: Path) -> Path:
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    return tmp_path / "b.zip"


@pytest.fixture
def elsewhere(tmp_path: Path, backed_up: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another home folder, which does not exist yet; the settings point there now."""
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def change(home: Path, *statements: str) -> None:
    database = Database(f"sqlite:///{home / 'annotator.db'}")
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.dispose()


def test_it_backs_up_and_says_what_to_do_with_it(home: Path, tmp_path: Path) -> None:
    result = run("backup", str(tmp_path / "b.zip"))
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert "read back and found whole" in first
    assert second.endswith(f"annotator restore {tmp_path / 'b.zip'}")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600


def test_a_backup_prints_one_json_value(home: Path, tmp_path: Path) -> None:
    report = json.loads(run("backup", str(tmp_path / "b.zip"), "--json").stdout)
    assert report["bytes"] == (tmp_path / "b.zip").stat().st_size
    assert report["tables"]["paragraphs"]["rows"] == COUNTS["paragraphs"]
    assert report["revision"] == migrating.revisions()[-1]


def test_a_file_whose_name_is_not_utf8_is_a_wrong_call(home: Path, tmp_path: Path) -> None:
    result = run("backup", str(tmp_path / "caf\udce9.zip"))
    assert result.exit_code == 2
    assert "is not UTF-8" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_it_does_not_write_over_a_file(backed_up: Path) -> None:
    before = backed_up.read_bytes()
    result = run("backup", str(backed_up))
    assert result.exit_code == 1
    assert result.stderr == (
        f"{backed_up} exists already; a backup is never written over anything: "
        "choose another name.\n"
    )
    assert backed_up.read_bytes() == before


def test_it_needs_a_database_to_back_up(elsewhere: Path, tmp_path: Path) -> None:
    result = run("backup", str(tmp_path / "other.zip"))
    assert result.exit_code == 1
    assert "annotator init" in result.stderr
    assert not (tmp_path / "other.zip").exists()


def test_it_restores_into_a_home_that_did_not_exist(elsewhere: Path, backed_up: Path) -> None:
    result = run("restore", str(backed_up))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Restored ")
    assert "Everybody signs in anew" in result.stdout
    assert (elsewhere / "secret.key").exists()
    checked = run("check")
    assert (checked.exit_code, checked.stdout[:11]) == (0, "All is well")


def test_it_restores_into_a_database_that_init_made(elsewhere: Path, backed_up: Path) -> None:
    run("init")
    report = json.loads(run("restore", str(backed_up), "--json").stdout)
    assert report["findings"] == []
    assert report["rows"] > 5_000


def test_it_does_not_restore_over_anything(home: Path, backed_up: Path) -> None:
    result = run("restore", str(backed_up))
    assert result.exit_code == 1
    assert "This database is in use already" in result.stderr
    assert json.loads(run("check", "--json").stdout)["well"]


def test_a_new_person_is_reason_enough_not_to_restore(elsewhere: Path, backed_up: Path) -> None:
    run("init")
    run("user", "add", "maria", "--role", "admin")
    assert run("restore", str(backed_up)).exit_code == 1
    assert json.loads(run("user", "list", "--json").stdout)[0]["name"] == "maria"


def test_a_damaged_file_leaves_nothing_behind(elsewhere: Path, backed_up: Path) -> None:
    data = backed_up.read_bytes()
    backed_up.write_bytes(data[: len(data) // 2])
    result = run("restore", str(backed_up))
    assert result.exit_code == 1
    assert "cut short or changed" in result.stderr
    assert not elsewhere.exists()


def test_a_damaged_database_can_be_brought_back_if_asked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(home, "UPDATE annotations SET revision = 9 WHERE id = 3")
    run("backup", str(tmp_path / "b.zip"))
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path / "elsewhere"))
    refused = run("restore", str(tmp_path / "b.zip"))
    assert refused.exit_code == 1
    first, finding = refused.stderr.splitlines()
    assert "nothing was restored" in first
    assert finding.startswith("Annotation 3 is said to be at revision 9")
    accepted = run("restore", str(tmp_path / "b.zip"), "--despite-findings")
    assert accepted.exit_code == 0
    assert accepted.stdout.splitlines()[-1] == finding
    assert run("check").exit_code == 1


def test_the_restore_is_on_the_audit_trail(elsewhere: Path, backed_up: Path) -> None:
    run("restore", str(backed_up))
    database = Database(f"sqlite:///{elsewhere / 'annotator.db'}")
    with database.read() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    database.dispose()
    assert actions.count("database.restored") == 1
    assert actions[-1] == "database.restored"


@pytest.mark.parametrize(
    "words", [["backup"], ["restore"], ["restore", "nowhere.zip"], ["check", "x"]]
)
def test_a_wrong_call_exits_with_2(home: Path, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Error" in result.stderr


def test_it_says_that_all_is_well(home: Path) -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "All is well: 24 documents whose 317 paragraphs give their texts back, "
    )
    report = json.loads(run("check", "--json").stdout)
    assert (report["well"], report["findings"]) == (True, [])
    assert report["counts"].items() >= COUNTS.items()


def test_it_prints_a_line_for_each_finding(home: Path) -> None:
    change(
        home,
        "DROP TRIGGER audit_events_no_update",
        "UPDATE audit_events SET actor_id = 99 WHERE id = 2",
        "UPDATE annotations SET revision = 9 WHERE id = 3",
    )
    result = run("check")
    assert result.exit_code == 1
    audit, history = result.stdout.splitlines()
    assert audit.startswith("Audit row 2 ")
    assert history.startswith("Annotation 3 ")
    as_json = run("check", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["findings"] == [audit, history]


def test_a_file_that_is_no_database_is_told(home: Path, tmp_path: Path) -> None:
    (home / "annotator.db").write_bytes(b"a thesis " * 1_000)
    for words in (["check"], ["backup", str(tmp_path / "b.zip")]):
        result = run(*words)
        assert result.exit_code == 1
        assert "is damaged or is no database" in result.stderr
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize("command", ["backup", "restore", "check"])
def test_the_help_shows_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: annotator {command}" in result.stdout


def test_it_moves_from_sqlite_to_postgresql(
    backed_up: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And to SQLite named by its address: `database` is each in turn."""
    address = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", address.replace("+psycopg", ""))
    assert run("restore", str(backed_up)).exit_code == 0
    assert run("check").exit_code == 0
    with database.write() as session:
        added = Factory(session).user("maria")
        assert added.id == max(session.scalars(select(User.id)))
