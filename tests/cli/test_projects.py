import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from tests.small_codebook import SMALL

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("project", "list")` as typed in a shell, on a fresh database."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(sqlite_template, home / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(home))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_a_project_is_made_and_listed(run: Run) -> None:
    made = run("project", "create", "strait", "--title", "The strait")
    assert made.exit_code == 0
    assert "The project strait is ready" in made.stdout
    listed = json.loads(run("project", "list", "--json").stdout)
    assert listed == [{"slug": "strait", "title": "The strait", "documents": 0, "members": 0}]
    assert "The strait" in run("project", "list").stdout


def test_an_empty_list_says_what_to_type(run: Run) -> None:
    assert "annotator project create" in run("project", "list").stdout
    assert json.loads(run("project", "list", "--json").stdout) == []


def test_a_codebook_and_languages_can_be_given(run: Run, tmp_path: Path) -> None:
    codebook = tmp_path / "small.yaml"
    codebook.write_text("\ufeff" + SMALL, encoding="utf-8")
    words = ("--codebook", codebook, "--language", "ru", "--language", "ro", "--not-blind")
    made = run("project", "create", "strait", *words, "--json")
    assert json.loads(made.stdout) == {
        "slug": "strait",
        "title": "strait",
        "languages": ["ru", "ro"],
    }


def test_a_wrong_codebook_is_refused_line_by_line(run: Run, tmp_path: Path) -> None:
    codebook = tmp_path / "small.yaml"
    codebook.write_text(SMALL.replace("scale:", "scales:"), encoding="utf-8")
    refused = run("project", "create", "strait", "--codebook", codebook)
    assert refused.exit_code == 1
    assert f"{codebook}, line " in refused.stderr
    assert json.loads(run("project", "list", "--json").stdout) == []


def test_a_codebook_that_is_not_utf8_is_refused(run: Run, tmp_path: Path) -> None:
    codebook = tmp_path / "small.yaml"
    codebook.write_bytes(b"code: caf\xe9")
    refused = run("project", "create", "strait", "--codebook", codebook)
    assert refused.exit_code == 1
    assert "not UTF-8 (byte 9)" in refused.stderr


@pytest.mark.parametrize("slug", ["A b", "new", "x", "a-"])
def test_a_wrong_short_name_is_refused(run: Run, slug: str) -> None:
    refused = run("project", "create", slug)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert slug in refused.stderr


def test_someone_is_added(run: Run) -> None:
    run("project", "create", "strait")
    run("user", "add", "maria", "--role", "annotator")
    added = run("project", "add-member", "strait", "maria", "--role", "annotator")
    assert (added.exit_code, added.stdout) == (0, "maria is in strait now, as annotator.\n")
    assert json.loads(run("project", "list", "--json").stdout)[0]["members"] == 1
    run("user", "add", "lena", "--role", "lead")
    words = ("add-member", "strait", "lena", "--role", "lead", "--json")
    assert json.loads(run("project", *words).stdout)["role"] == "lead"


@pytest.mark.parametrize(
    ("slug", "name", "sentence"),
    [
        ("nowhere", "maria", "There is no project “nowhere”"),
        ("strait", "nobody", "There is nobody named “nobody”"),
    ],
)
def test_nobody_is_added_to_nothing(run: Run, slug: str, name: str, sentence: str) -> None:
    run("project", "create", "strait")
    run("user", "add", "maria", "--role", "annotator")
    refused = run("project", "add-member", slug, name, "--role", "annotator")
    assert refused.exit_code == 1
    assert sentence in refused.stderr


def test_a_role_that_there_is_not_is_a_wrong_call(run: Run) -> None:
    assert run("project", "add-member", "strait", "maria", "--role", "king").exit_code == 2
