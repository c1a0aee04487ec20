"""`annotator assign` from the outside."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from annotator.cli import main
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round
from tests.default_codebook import with_default_codebook
from tests.factories import Factory


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the command will open, with a project of three documents."""
    (tmp_path / "annotator.db").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'annotator.db'}")
    with database.write() as session:
        make = Factory(session)
        project = make.project("strait")
        for name in ("ana", "bob"):
            make.member(project, make.user(name))
        for _ in range(3):
            make.document(project)
        with_default_codebook(make, project)
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["assign", *words])


def test_it_gives_out_the_work_and_says_how_much(database: Database) -> None:
    result = run("strait", "--overlap", "2", "--seed", "7")
    assert result.exit_code == 0, result.output
    assert "Began the round “main” (main, codebook version 1, seed 7)." in result.output
    assert "6 paragraphs, 6 of them for several people; 18 tasks." in result.output
    assert "6  ana" in result.output
    with database.read() as session:
        assert len(session.scalars(select(Assignment)).all()) == 18


def test_it_takes_all_that_a_round_can_have(database: Database) -> None:
    result = run(
        "strait", "--overlap", "2", "--round", "pilot 1", "--kind", "pilot", "--sample", "0.3"
    )
    assert result.exit_code == 0, result.output
    with database.read() as session:
        stored = session.scalars(select(Round)).one()
    assert (stored.name, stored.kind, stored.sample_share) == ("pilot 1", "pilot", 0.3)
    assert stored.seed >= 0
    assert stored.suggestions == "hidden"


def test_a_round_can_show_suggestions(database: Database) -> None:
    result = run("strait", "--overlap", "1", "--suggestions", "after_choice")
    assert result.exit_code == 0, result.output
    with database.read() as session:
        assert session.scalars(select(Round)).one().suggestions == "after_choice"


def test_it_prints_one_json_value(database: Database) -> None:
    result = run("strait", "--overlap", "1", "--seed", "1", "--json")
    report = json.loads(result.stdout)
    assert report["begun"] is True
    assert (report["round_name"], report["paragraphs"], report["seed"]) == ("main", 6, 1)
    assert sum(report["people"].values()) == 6


def test_the_same_again_extends_and_finds_nothing_new(database: Database) -> None:
    run("strait", "--overlap", "1", "--seed", "1")
    result = run("strait", "--overlap", "1")
    assert result.exit_code == 1
    assert "is in the round “main” already" in result.output


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["strait", "--overlap", "3"], 1, "An overlap of 3 needs 3 annotators"),
        (["strait", "--overlap", "0"], 2, "--overlap"),
        (["strait", "--overlap", "1", "--sample", "0"], 2, "--sample"),
        (["strait", "--overlap", "1", "--sample", "2"], 2, "--sample"),
        (["strait", "--overlap", "1", "--sample", "-0.5"], 2, "--sample"),
        (["strait", "--overlap", "1", "--sample", "inf"], 2, "--sample"),
        (["strait", "--overlap", "1", "--sample", "nan"], 2, "nan is not a number above 0"),
        (["strait", "--overlap", "1", "--seed", "-1"], 2, "--seed"),
        (["strait", "--overlap", "1", "--seed", str(2**31)], 2, "--seed"),
        (["nowhere", "--overlap", "1"], 1, "nowhere"),
        (["strait"], 2, "--overlap"),
        (["strait", "--overlap", "two"], 2, "not a valid integer"),
        (["strait", "--overlap", "1", "--kind", "guess"], 2, "cleanup"),
        (["strait", "--overlap", "1", "--suggestions", "always"], 2, "after_choice"),
    ],
)
def test_a_wrong_call_ends_with_a_sentence(
    database: Database, words: list[str], code: int, sentence: str
) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_its_help_shows_an_example() -> None:
    assert "annotator assign elections --overlap 2" in run("--help").output


def test_the_ends_of_each_range_are_taken(database: Database) -> None:
    result = run("strait", "--overlap", "1", "--sample", "1", "--seed", str(2**31 - 1))
    assert result.exit_code == 0, result.output
    result = run("strait", "--overlap", "1", "--round", "b", "--sample", "1e-9", "--seed", "0")
    assert result.exit_code == 0, result.output
