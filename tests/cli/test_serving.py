"""`annotator init`, `serve` and `settings` from the outside, where they cannot do their work."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator.cli import main
from annotator.cli.serving import NO_SUCH_HOST, NOBODY_YET
from annotator.store.database import Database
from tests.factories import Factory

# Of a block kept for documentation (RFC 5737), so no machine has it.
ELSEWHERE = "192.0.2.1"


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with an empty database."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(folder))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def serve(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: one that does listen would not come back."""
    return subprocess.run(
        [sys.executable, "-m", "annotator", "serve", *words],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def test_a_port_in_use_is_one_sentence(home: Path, taken: int) -> None:
    refused = serve("--port", str(taken))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"The server cannot listen on port {taken} of '127.0.0.1' (Address already in use); "
        "give another --port or --host.\n"
    )


@pytest.mark.parametrize(
    ("host", "detail"),
    [
        (ELSEWHERE, "Cannot assign requested address"),
        ("no such host", NO_SUCH_HOST),
        ("", NO_SUCH_HOST),
        ("\udcff", NO_SUCH_HOST),
    ],
)
def test_an_address_that_is_not_this_machines_is_one_sentence(
    home: Path, taken: int, host: str, detail: str
) -> None:
    refused = serve("--host", host, "--port", str(taken))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"({detail})" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("password_hash", "sentence"), [(None, NOBODY_YET), ("a hash", "Sign in at http://")]
)
def test_it_says_how_to_sign_in(home: Path, password_hash: str | None, sentence: str) -> None:
    database = Database(f"sqlite:///{home / 'annotator.db'}")
    with database.write() as session:
        Factory(session).user("lea", role="admin", password_hash=password_hash)
    database.dispose()
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    serving = [sys.executable, "-m", "annotator", "serve", "--port", str(free)]
    with subprocess.Popen(serving, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline().decode() for _ in range(2)]
        server.terminate()
    assert lines[0] == f"Serving on http://127.0.0.1:{free} (Ctrl-C stops it).\n"
    assert lines[1].startswith(sentence)


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999999999", "http"])
def test_a_port_that_is_none_is_a_wrong_call(home: Path, command: str, port: str) -> None:
    refused = CliRunner().invoke(main, [command, "--port", port])
    assert refused.exit_code == 2
    assert "--port" in refused.stderr


@pytest.mark.parametrize("below", ["", "deeper"])
@pytest.mark.parametrize(
    "words", [["init"], ["serve"], ["routes"], ["settings"], ["demo"], ["check"], ["work"]]
)
def test_a_home_that_is_a_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], below: str
) -> None:
    (tmp_path / "file").write_text("mine")
    home = tmp_path / "file" / below
    monkeypatch.setenv("ANNOTATOR_HOME", str(home))
    refused = CliRunner().invoke(main, words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"{home} cannot be the home folder (Not a directory); "
        "set ANNOTATOR_HOME to a folder of yours.\n"
    )
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
    assert (tmp_path / "file").read_text() == "mine"


def test_init_makes_the_home_and_all_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path / "not" / "yet"))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    first = CliRunner().invoke(main, ["init"])
    assert first.exit_code == 0, first.output
    assert "annotator user add" in first.stdout
    assert (tmp_path / "not" / "yet" / "annotator.db").is_file()
    assert "up to date" in CliRunner().invoke(main, ["init"]).stdout


def test_what_a_server_imports_is_what_it_needs_to_be_ready() -> None:
    program = (
        "import gc, sys, annotator.__main__, annotator.web; "
        "loaded = ('alembic', 'pandas', 'duckdb', 'lxml', 'openpyxl'); "
        "heavy = [name for name in loaded if name in sys.modules]; "
        "print(heavy, gc.isenabled())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=60
    )
    assert run.stdout == "[] True\n"
