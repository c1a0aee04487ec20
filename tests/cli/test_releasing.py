import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.store.database import Database
from tests.factories import Factory
from tests.services.release_world import build

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one labelled project, `small`, and one without documents, `empty`."""
    shutil.copy(sqlite_template, tmp_path / "annotator.db")
    database = Database(f"sqlite:///{tmp_path / 'annotator.db'}")
    with database.write() as session:
        make = Factory(session)
        build(make, documents=1)
        make.project("empty")
    database.dispose()
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def run(home: Path) -> Run:
    def call(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])

    return call


def test_a_project_is_exported_and_verified(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "r"
    exported = run("export", "small", "--to", folder)
    assert exported.exit_code == 0, exported.output
    assert f"{folder}: 16 files, 10 items, 98 judgments." in exported.output
    assert f"annotator verify {folder}" in exported.output
    verified = run("verify", folder)
    assert verified.exit_code == 0
    assert verified.output.startswith("It holds: 16 files, 98 judgments, 10 items")


def test_json_is_one_value(run: Run, tmp_path: Path) -> None:
    exported = json.loads(run("export", "small", "--to", tmp_path / "r", "--json").stdout)
    assert exported == {
        "folder": str(tmp_path / "r"), "files": 16, "annotations": 98, "items": 10,
        "annotators": 3, "sources": 1, "seed": 1,
    }  # fmt: skip
    verified = json.loads(run("verify", tmp_path / "r", "--json").stdout)
    assert verified["holds"] is True
    assert verified["findings"] == []
    assert verified["questions"] == 4


def test_exporting_twice_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("export", "small", "--to", tmp_path / name, "--seed", "9").exit_code == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_one_format_can_be_chosen(run: Run, tmp_path: Path) -> None:
    run("export", "small", "--to", tmp_path / "r", "--format", "csv")
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == [
        "README.md", "agreement.json", "annotations.csv", "annotators.csv", "codebook.yaml",
        "items.csv", "manifest.json", "sources.csv",
    ]  # fmt: skip
    assert run("verify", tmp_path / "r").exit_code == 0


def test_a_format_that_nobody_knows_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    result = run("export", "small", "--to", tmp_path / "r", "--format", "word")
    assert result.exit_code == 2
    for name in ("csv", "jsonl", "parquet", "huggingface", "refi-qda"):
        assert f"'{name}'" in result.stderr
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["export", "small"],
        ["export", "--to", "r"],
        ["verify"],
        ["export", "small", "--to", "r", "--seed", "-1"],
        ["export", "small", "--to", "r", "--seed", str(2**31)],
    ],
)
def test_a_wrong_call_ends_with_two(run: Run, words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_an_unknown_project_is_one_sentence(run: Run, tmp_path: Path) -> None:
    result = run("export", "nothing", "--to", tmp_path / "a" / "r")
    assert result.exit_code == 1
    assert result.stderr.startswith("There is no project “nothing”")
    assert not (tmp_path / "a").exists()


def test_a_project_without_documents_is_one_sentence(run: Run, tmp_path: Path) -> None:
    result = run("export", "empty", "--to", tmp_path / "r")
    assert result.exit_code == 1
    assert "has no documents" in result.stderr
    assert not (tmp_path / "r").exists()


def test_a_folder_in_use_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine").write_text("mine")
    result = run("export", "small", "--to", tmp_path / "r")
    assert result.exit_code == 1
    assert "never written over" in result.stderr
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["mine"]


@pytest.mark.parametrize("formats", [[], ["--format", "csv"]])
def test_a_folder_whose_name_is_not_utf8_is_a_wrong_call(
    run: Run, tmp_path: Path, formats: list[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    for name in ("caf\udce9", "caf\udce9/r"):
        result = run("export", "small", "--to", tmp_path / name, *formats)
        assert result.exit_code == 2
        assert "is not UTF-8" in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_what_does_not_hold_is_a_line_each(run: Run, tmp_path: Path) -> None:
    run("export", "small", "--to", tmp_path / "r")
    (tmp_path / "r" / "README.md").unlink()
    (tmp_path / "r" / "more.txt").write_text("x")
    result = run("verify", tmp_path / "r")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "more.txt is not named in manifest.json.",
        "README.md is missing.",
    ]
    as_json = run("verify", tmp_path / "r", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["holds"] is False


def test_verify_needs_no_database(run: Run, tmp_path: Path) -> None:
    run("export", "small", "--to", tmp_path / "r")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = os.environ | {
        "ANNOTATOR_HOME": str(elsewhere),
        "ANNOTATOR_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    command = [sys.executable, "-m", "annotator", "verify"]
    holds = subprocess.run(
        [*command, tmp_path / "r"], env=environment, capture_output=True, check=False, text=True
    )
    assert (holds.returncode, holds.stderr) == (0, "")
    assert holds.stdout.startswith("It holds: 16 files")
    assert list(elsewhere.iterdir()) == []
    (tmp_path / "r" / "items.csv").write_bytes(b"")
    broken = subprocess.run(
        [*command, tmp_path / "r"], env=environment, capture_output=True, check=False, text=True
    )
    assert broken.returncode == 1
    assert "items.csv has 0 bytes" in broken.stdout
    for word in (elsewhere, tmp_path / "nowhere"):
        none = subprocess.run(
            [*command, word], env=environment, capture_output=True, check=False, text=True
        )
        assert none.returncode == 1
        assert len(none.stderr.splitlines()) == 1
    wrong = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert wrong.returncode == 2


@pytest.mark.parametrize("command", ["export", "verify"])
def test_help_has_an_example(run: Run, command: str) -> None:
    assert f"Example: annotator {command} " in run(command, "--help").output


def test_the_worker_is_not_offered_to_people(run: Run) -> None:
    assert " work " not in run("--help").output
    assert run("work", "--help").exit_code == 0
