import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.store.database import Database
from tests.factories import Factory
from tests.services.release_world import CODEBOOK

Run = Callable[..., Result]
LABELS = """\
text,annotator_id,question,label
The strait is calm.,ana,content,main
The strait is calm.,ana,frames,economic|security
The strait is calm.,bo,content,Boilerplate
"""


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in a home with one project, `strait`, of two paragraphs."""
    shutil.copy(sqlite_template, tmp_path / "annotator.db")
    database = Database(f"sqlite:///{tmp_path / 'annotator.db'}")
    with database.write() as session:
        make = Factory(session)
        project = make.project("strait")
        make.codebook(project, CODEBOOK)
        make.document(project, texts=("The strait is calm.", "The end."))
    database.dispose()
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)

    def call(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])

    return call


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_come_in_with_their_authors(run: Run, tmp_path: Path) -> None:
    table = written(tmp_path, "labels.csv", LABELS)
    result = run("import-labels", "strait", table, "--from", "table", "--person", "ana=Anna")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "3 labels of 1 items by 2 people, in the closed round “imported”.",
        "  Anna: 1 items (a new account; annotator user link lets them sign in)",
        "  bo: 1 items (a new account; annotator user link lets them sign in)",
    ]
    agreement = json.loads(run("agreement", "strait", "--json").stdout)
    content = next(each for each in agreement["questions"] if each["question"] == "content")
    assert content["counted"] == 2


def test_json_is_one_value(run: Run, tmp_path: Path) -> None:
    table = written(tmp_path, "labels.csv", LABELS)
    result = run("import-labels", "strait", table, "--from", "table", "--round", "old", "--json")
    assert json.loads(result.stdout) == {
        "stored": True, "rounds": ["old"], "items": 1, "labels": 3, "skipped": 0,
        "people": {"ana": 1, "bo": 1}, "new_people": ["ana", "bo"], "refused": [],
    }  # fmt: skip


def test_what_does_not_fit_is_said_and_nothing_is_stored(run: Run, tmp_path: Path) -> None:
    table = written(tmp_path, "labels.csv", LABELS + "Nowhere.,bo,content,main\n")
    result = run("import-labels", "strait", table, "--from", "table")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Nothing was imported; mend these, or skip them with --keep-going:",
        (
            "labels.csv, row 5: no paragraph of the project reads “Nowhere.”: import its document "
            "first."
        ),
    ]
    kept = run("import-labels", "strait", table, "--from", "table", "--keep-going")
    assert kept.exit_code == 0
    assert kept.output.startswith("refused   labels.csv, row 5:")
    assert "3 labels of 1 items by 2 people" in kept.output


def test_doccano_and_potato_are_told_what_they_do_not_say(run: Run, tmp_path: Path) -> None:
    line = json.dumps({"text": "The strait is calm.", "label": ["economic"]})
    doccano = run(
        "import-labels", "strait", written(tmp_path, "ana.jsonl", line), "--from", "doccano",
        "--question", "frames", "--assume", "content=main", "--round", "doccano",
    )  # fmt: skip
    assert doccano.exit_code == 0, doccano.output
    assert "2 labels of 1 items by 1 people" in doccano.output
    (tmp_path / "out" / "bo").mkdir(parents=True)
    state = {"instance_id_to_label_to_value": {"i1": {"content": {"main": "true"}}}}
    written(tmp_path / "out" / "bo", "user_state.json", json.dumps(state))
    texts = written(tmp_path, "items.jsonl", '{"id": "i1", "text": "The end."}')
    potato = run(
        "import-labels", "strait", tmp_path / "out", "--from", "potato", "--texts", texts,
        "--round", "potato",
    )  # fmt: skip
    assert potato.exit_code == 0, potato.output
    assert "  bo: 1 items" in potato.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "prodigy"), "'prodigy' is not one of"),
        (("--from", "table", "--person", "ana"), "write it as anna@example.org=anna"),
        (("--from", "table", "--assume", "content="), "write it as content=main"),
        (("--from", "doccano"), "say which one it is (--question)"),
        (("--from", "table", "--assume", "mood=good"), "asks no “mood”"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    run: Run, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    table = written(tmp_path, "labels.csv", LABELS)
    result = run("import-labels", "strait", table, *words)
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output
