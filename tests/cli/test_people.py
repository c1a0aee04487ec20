import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from annotator.cli import main
from annotator.errors import NotFound
from annotator.services import accounts, passwords, people
from annotator.store.audit import AuditEvent, broken_links
from annotator.store.database import Database
from annotator.store.people import User

GOOD = "kestrel wander lamp nine"
Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(sqlite_template, tmp_path / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def run(home: Path) -> Run:
    """`run("user", "list")` as typed in a shell; `typed` is what comes on standard input."""

    def call(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=typed)

    return call


@pytest.fixture
def stored(home: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{home / 'annotator.db'}")
    yield database
    database.dispose()


def people_in(database: Database) -> dict[str, User]:
    with database.read() as session:
        return {user.name: user for user in session.scalars(select(User))}


def test_it_adds_a_person_and_prints_a_link_that_works(run: Run, stored: Database) -> None:
    result = run("user", "add", "maria", "--role", "annotator")
    assert result.exit_code == 0
    address, note = result.stdout.splitlines()
    assert "http://127.0.0.1:8000/invite/" in address
    assert "72 hours" in note
    with stored.read() as session:
        token = address.rsplit("/", 1)[1]
        assert people.invited(session, token=token, now=datetime.now(UTC)).name == "maria"


def test_the_link_starts_with_the_address_that_is_given(run: Run) -> None:
    result = run("user", "add", "maria", "--role", "lead", "--url", "https://label.example/")
    assert "https://label.example/invite/" in result.stdout


def test_it_takes_a_password_from_standard_input(run: Run, stored: Database) -> None:
    result = run("user", "add", "maria", "--role", "admin", "--password-stdin", typed=f"{GOOD}\n")
    assert (result.exit_code, result.stdout) == (0, "maria can sign in now.\n")
    assert passwords.check(GOOD, people_in(stored)["maria"].password_hash).fits


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("short\n", "at least 12"),
        ("", "at least 12"),
        ("password1234\n", "first that would be guessed"),
        ("maria-kestrel-lamp\n", "contains “maria”"),
    ],
)
def test_a_password_that_will_not_do_adds_nobody(
    run: Run, stored: Database, typed: str, sentence: str
) -> None:
    result = run("user", "add", "maria", "--role", "lead", "--password-stdin", typed=typed)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert people_in(stored) == {}


def test_a_name_is_taken_in_whatever_letters(run: Run, stored: Database) -> None:
    run("user", "add", "Žygimantas", "--role", "lead")
    result = run("user", "add", "žYGIMANTAS", "--role", "lead")
    assert result.exit_code == 1
    assert result.stderr == (
        "Žygimantas exists already; choose another name (capital letters make no difference).\n"
    )
    assert list(people_in(stored)) == ["Žygimantas"]


def test_a_name_with_a_control_character_is_refused(run: Run, stored: Database) -> None:
    result = run("user", "add", "ma\x07ria", "--role", "lead")
    assert result.exit_code == 1
    assert "control characters" in result.stderr
    assert people_in(stored) == {}


@pytest.mark.parametrize(
    "words",
    [
        ["user", "add", "maria"],
        ["user", "add", "maria", "--role", "king"],
        ["user", "add", "--role", "lead"],
        ["token"],
    ],
)
def test_a_wrong_call_exits_with_2(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Error" in result.stderr


def test_it_prints_json_when_asked(run: Run) -> None:
    run("user", "add", "anna", "--role", "admin", "--password-stdin", typed=GOOD)
    added = json.loads(run("user", "add", "maria", "--role", "lead", "--json").stdout)
    assert (added["name"], added["role"]) == ("maria", "lead")
    assert "/invite/" in added["link"]
    assert json.loads(run("user", "list", "--json").stdout) == [
        {"name": "anna", "role": "admin", "state": "active", "projects": 0},
        {"name": "maria", "role": "lead", "state": "invited", "projects": 0},
    ]


def test_it_lists_people_with_their_state(run: Run) -> None:
    run("user", "add", "maria", "--role", "lead")
    run("user", "add", "bob", "--role", "annotator")
    run("user", "disable", "bob")
    lines = run("user", "list").stdout.splitlines()
    assert [line.split() for line in lines] == [
        ["annotator", "disabled", "bob"],
        ["lead", "invited", "maria"],
    ]


def test_it_disables_and_enables(run: Run, stored: Database) -> None:
    run("user", "add", "maria", "--role", "lead")
    assert run("user", "disable", "MARIA").stdout == "maria can no longer sign in.\n"
    assert people_in(stored)["maria"].disabled_at is not None
    assert run("user", "enable", "maria").stdout == "maria can sign in again.\n"
    assert people_in(stored)["maria"].disabled_at is None


def test_it_disables_and_enables_for_scripts(run: Run) -> None:
    run("user", "add", "maria", "--role", "lead")
    for command, disabled in (("disable", True), ("enable", False)):
        shown = json.loads(run("user", command, "MARIA", "--json").stdout)
        assert shown == {"name": "maria", "disabled": disabled}


def test_the_last_administrator_stays(run: Run, stored: Database) -> None:
    run("user", "add", "anna", "--role", "admin")
    result = run("user", "disable", "anna")
    assert result.exit_code == 1
    assert "only administrator left" in result.stderr
    assert people_in(stored)["anna"].disabled_at is None


@pytest.mark.parametrize("words", [["user", "disable"], ["user", "link"], ["token"]])
def test_it_says_when_nobody_has_the_name(run: Run, words: list[str]) -> None:
    result = run(*words, "nobody")
    assert result.exit_code == 1
    assert result.stderr == "Nobody is called nobody; the list of people shows who there is.\n"


def test_a_new_link_ends_the_one_before(run: Run, stored: Database) -> None:
    first = json.loads(run("user", "add", "maria", "--role", "lead", "--json").stdout)["link"]
    second = json.loads(run("user", "link", "maria", "--json").stdout)["link"]
    assert run("user", "link", "maria").stdout.startswith("maria chooses a password at http")
    with stored.read() as session:
        for old in (first, second):
            with pytest.raises(NotFound, match="used already"):
                token = old.rsplit("/", 1)[1]
                people.invited(session, token=token, now=datetime.now(UTC))


def test_it_makes_a_token_that_works(run: Run, stored: Database) -> None:
    run("user", "add", "maria", "--role", "lead")
    plain = run("token", "maria").stdout.strip()
    made = json.loads(run("token", "maria", "--json").stdout)
    assert made["name"] == "maria"
    with stored.read() as session:
        for token in (plain, made["token"]):
            person = accounts.person_of_token(session, token=token)
            assert person is not None
            assert person.name == "maria"


def test_a_disabled_person_gets_no_token(run: Run) -> None:
    run("user", "add", "maria", "--role", "lead")
    run("user", "disable", "maria")
    result = run("token", "maria")
    assert result.exit_code == 1
    assert "maria is disabled" in result.stderr


def test_what_it_does_is_on_the_audit_trail(run: Run, stored: Database) -> None:
    run("user", "add", "maria", "--role", "lead")
    run("token", "maria")
    run("user", "disable", "maria")
    with stored.read() as session:
        actions = session.execute(
            select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)
        ).all()
        assert [tuple(row) for row in actions] == [
            ("user.added", None),
            ("user.invited", None),
            ("token.made", None),
            ("user.disabled", None),
        ]
        assert list(broken_links(session)) == []


def test_it_says_that_the_database_is_not_set_up(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path / "elsewhere"))
    result = run("user", "list")
    assert result.exit_code == 1
    assert "annotator init" in result.stderr


@pytest.mark.parametrize("command", ["add", "list", "link", "disable", "enable"])
def test_the_help_shows_an_example(run: Run, command: str) -> None:
    result = run("user", command, "--help")
    assert result.exit_code == 0
    assert f"Example: annotator user {command}" in result.stdout
