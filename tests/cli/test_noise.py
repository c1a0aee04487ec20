"""`annotator noise`: figures, a refit, and what makes the suggestions."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.domain.noise import MADE_BY
from annotator.store.database import Database
from tests.services.test_noise_refits import settled_project

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    path = tmp_path / "annotator.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        settled_project(session)
    database.dispose()
    return lambda *words: CliRunner().invoke(main, ["noise", *words])


def test_it_shows_refits_and_switches(run: Run) -> None:
    shown = json.loads(run("show", "settled", "--json").stdout)
    assert (shown["whole"]["paragraphs"], shown["whole"]["recall"]) == (96, 0.5)
    assert "Ledger: 48 settled, 24 noise" in run("show", "settled").stdout
    made = run("refit", "settled")
    assert made.exit_code == 0
    assert "all: 96 settled" in made.stdout
    assert "annotator noise use settled 1" in made.stdout
    assert f"by {MADE_BY}+refit-1." in run("use", "settled", "1").stdout
    assert json.loads(run("use", "settled", "--shipped", "--json").stdout)["made_by"] == MADE_BY


@pytest.mark.parametrize("words", [(), ("1", "--shipped")])
def test_one_of_number_and_shipped_is_asked_for(run: Run, words: tuple[str, ...]) -> None:
    answer = run("use", "settled", *words)

    assert answer.exit_code == 2
    assert "Name the number of a refit, or --shipped." in answer.stderr


def test_a_refit_that_is_not_there_is_told(run: Run) -> None:
    answer = run("use", "settled", "4")

    assert answer.exit_code == 1
    assert "no refit 4" in answer.stderr
