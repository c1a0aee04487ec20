"""`annotator agreement` and `annotator adjudicate`, as typed in a shell."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from annotator.cli import main
from annotator.store.audit import AuditEvent
from annotator.store.corpus import Project, Subject
from annotator.store.database import Database
from annotator.store.labelling import Assignment, Round
from annotator.store.people import User
from annotator.store.settling import Gold
from tests.factories import Factory
from tests.labelled import NOISE, Labelled, prose

Run = Callable[..., Result]


@pytest.fixture
def stored(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """The database of the settings, with the project `news` that alice and bob have labelled."""
    path = tmp_path / "annotator.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        labelled = Labelled.empty(Factory(session), slug="news")
        labelled.round.thresholds = {"content": 0.8}
        first, second, third = labelled.paragraphs("One.", "Two.", "Three.")
        labelled.says("alice", first, NOISE)
        labelled.says("bob", first, NOISE)
        labelled.says("alice", second, prose(["economic"]))
        labelled.says("bob", second, prose(["security"]))
        labelled.says("alice", third, NOISE)
        labelled.make.project("empty")
    yield database
    database.dispose()


@pytest.fixture
def run(stored: Database) -> Run:
    return lambda *words: CliRunner().invoke(main, words)


def test_it_prints_a_table_for_people(run: Run) -> None:
    result = run("agreement", "news")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    heading = next(line for line in lines if line.startswith("question"))
    content = next(line for line in lines if line.startswith("content"))
    assert heading.split() == [
        *("question", "alpha", "95", "%", "interval"),
        *("threshold", "items", "annotators", "same"),
    ]
    assert content.split() == [
        "content",
        "1.00",
        "too",
        "few",
        "documents",
        "0.80",
        "2",
        "2",
        "100%",
    ]
    # Numbers end where their heading ends.
    assert content.index("0.80") + 4 == heading.index("threshold") + len("threshold")


def test_it_says_in_words_what_was_not_counted(run: Run) -> None:
    output = run("agreement", "news").output
    assert "  frames: 3 gated; 2 of 5 count." in output
    assert "  content: 1 single_coded; 4 of 5 count." in output
    assert "gated: The question did not apply" in output
    assert "too few documents: Fewer than 20 documents" in output


def test_it_prints_each_question_by_itself(run: Run) -> None:
    output = run("agreement", "news").output
    assert "content (nominal)" in output
    assert "  Krippendorff's alpha" in output
    assert "  5 judgments of 3 items; 4 count, by 2 annotators on 2 items." in output


def test_it_prints_one_json_value(run: Run) -> None:
    result = run("agreement", "news", "--json", "--bootstrap", "0", "--seed", "3")
    found = json.loads(result.output)
    assert (found["seed"], found["replicates"]) == (3, 0)
    content = found["questions"][0]
    assert content["question"] == "content"
    assert content["statistics"]["krippendorff_alpha"]["why"] == "no_bootstrap"


def test_a_round_can_be_named(run: Run) -> None:
    assert run("agreement", "news", "--round", "main").exit_code == 0
    result = run("agreement", "news", "--round", "mian")
    assert result.exit_code == 1
    assert result.stderr == "The project has no round “mian”; its rounds are: main.\n"


def test_a_project_without_labels_says_what_to_do(run: Run) -> None:
    result = run("agreement", "empty")
    assert (result.exit_code, "assign a round" in result.output) == (0, True)


@pytest.mark.parametrize(
    "words", [("agreement", "nope"), ("adjudicate", "nope", "--policy=unanimous")]
)
def test_a_project_that_does_not_exist_is_a_problem_with_the_data(
    run: Run, words: tuple[str, ...]
) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert "There is no project “nope”" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("agreement", "news", "--bootstrap", "-1"),
        ("agreement", "news", "--seed", "-1"),
        ("agreement", "news", "--seed", str(2**31)),
        ("adjudicate", "news"),
        ("adjudicate", "news", "--policy", "loudest"),
    ],
)
def test_a_wrong_call_changes_nothing(run: Run, stored: Database, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
    with stored.read() as session:
        assert session.scalars(select(Gold)).all() == []


def test_adjudicate_settles_what_all_agree_on(run: Run, stored: Database) -> None:
    result = run("adjudicate", "news", "--policy", "unanimous")
    assert result.exit_code == 0, result.output
    assert "Settled 3 questions that all agree on; 7 do not apply by that" in result.output
    assert "  content: 2" in result.output
    assert "1 in dispute" in result.output
    assert "1 with one label only" in result.output
    with stored.read() as session:
        found = session.scalars(select(Gold).where(Gold.question == "content")).all()
        actions = session.scalars(select(AuditEvent.action)).all()
    assert sorted(row.alternatives or [] for row in found) == [[["boilerplate"]], [["main"]]]
    assert actions == ["gold.settled"]


def test_adjudicate_again_finds_nothing(run: Run) -> None:
    first = json.loads(run("adjudicate", "news", "--policy", "unanimous", "--json").output)
    again = json.loads(run("adjudicate", "news", "--policy", "unanimous", "--json").output)
    assert (first["decided"], again["decided"], again["batch_id"]) == (3, 0, None)
    assert "Nothing to settle" in run("adjudicate", "news", "--policy", "unanimous").output


@pytest.mark.parametrize("command", ["agreement", "adjudicate"])
def test_its_help_has_an_example(run: Run, command: str) -> None:
    assert f"Example: annotator {command} news" in run(command, "--help").output


def test_it_tells_of_a_retest_and_of_what_people_decided(run: Run, stored: Database) -> None:
    with stored.write() as session:
        make = Factory(session)
        first = session.scalars(select(Assignment).order_by(Assignment.id)).first()
        assert first is not None
        version = session.get_one(Round, first.round_id).codebook_version
        project = session.get_one(Project, version.project_id)
        again = make.round(project, version, name="again", kind="retest")
        alice = session.get_one(User, first.user_id)
        subject = session.get_one(Subject, first.subject_id)
        task = make.assignment(again, subject, alice, reason="retest", occasion=2)
        make.annotation(task, prose())
        lead = make.user("decides")
        make.gold(subject.id, "content", [["boilerplate"]], method="person", people=[lead.id])
    printed = run("agreement", "news").output
    assert "all annotators 1 0% 0.00" in " ".join(printed.split())
    assert "Gold: what people decided" in printed
    content = json.loads(run("agreement", "news", "--json").output)["questions"][0]
    assert content["intra_annotator"]["items"] == 1
    assert content["gold"]["aggregates"]["vote"]["value"] == 1.0
