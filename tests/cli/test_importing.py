import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from tests.domain.test_hard_wrapping import filled

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("articles")` imports into the project `strait` of a fresh database."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(sqlite_template, home / "annotator.db")
    monkeypatch.setenv("ANNOTATOR_HOME", str(home))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    made = CliRunner().invoke(main, ["project", "create", "strait"])
    assert made.exit_code == 0
    return lambda *words: CliRunner().invoke(
        main, ["import", "strait", *(str(word) for word in words)]
    )


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of two outlets with one text each."""
    for outlet in ("ledger", "herald"):
        folder = tmp_path / "articles" / outlet
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(f"An article of the {outlet}.\n", encoding="utf-8")
    return tmp_path / "articles"


def documents(result: Result) -> list[tuple[str, str, str | None]]:
    report = json.loads(result.stdout)
    return [(one["status"], one["where"], one["source"]) for one in report["documents"]]


def test_a_file_is_imported_and_the_same_again_is_unchanged(run: Run, articles: Path) -> None:
    first = run(articles / "ledger" / "a.txt", "--source", "Ledger")
    assert first.exit_code == 0
    assert "new        a.txt  1 paragraphs" in first.stdout
    assert "1 new, 0 changed, 0 unchanged, 0 refused" in first.stdout
    again = run(articles / "ledger" / "a.txt", "--source", "Ledger", "--json")
    assert documents(again) == [("unchanged", "a.txt", "Ledger")]
    assert json.loads(again.stdout)["paragraphs"] == 0


def test_files_of_one_folder_are_of_one_source(run: Run, articles: Path) -> None:
    result = run(articles, "--json")
    assert documents(result) == [
        ("new", "herald/a.txt", "herald"),
        ("new", "ledger/a.txt", "ledger"),
    ]
    assert json.loads(result.stdout)["stored"] is True


def test_a_folder_may_be_named_as_where_one_stands(
    run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(articles / "ledger")
    assert documents(run(".", "--json")) == [("new", "a.txt", "ledger")]


def test_tables_beside_texts_are_left_alone_unless_named(run: Run, articles: Path) -> None:
    labels = articles / "ledger" / "labels.jsonl"
    labels.write_text('{"text": "A row.", "label": "main"}\n', encoding="utf-8")
    result = run(articles / "ledger")
    assert result.exit_code == 0
    assert f"left alone {labels}" in result.stdout
    assert "1 new" in result.stdout
    named = run(labels, "--source", "Ledger", "--json")
    assert json.loads(named.stdout)["new"] == 1


def test_a_folder_of_tables_is_read(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.csv").write_text("body,outlet\nOne.,Herald\n", encoding="utf-8")
    (folder / ".hidden.csv").write_text("nonsense", encoding="utf-8")
    words = ("--column", "text=body", "--column", "source=outlet", "--json")
    assert documents(run(folder, *words)) == [("new", "a.csv row 2", "Herald")]


def test_documents_beside_texts_are_read_whatever_they_come_in(run: Run, articles: Path) -> None:
    text = "A paragraph of quite some length, as documents have.\n" * 10
    row = json.dumps({"text": text, "id": "r1"})
    (articles / "ledger" / "more.jsonl").write_text(f"{row}\n", encoding="utf-8")
    (articles / "ledger" / "page.html").write_text("<p>One.<p>Two.", encoding="utf-8")
    found = documents(run(articles, "--json"))
    assert ("new", "ledger/more.jsonl line 1", "ledger") in found
    assert ("new", "ledger/page.html", "ledger") in found


def test_an_archive_is_the_folder_that_it_was_made_of(
    run: Run, articles: Path, tmp_path: Path
) -> None:
    before = documents(run(articles, "--json"))
    path = shutil.make_archive(str(tmp_path / "packed"), "zip", articles)
    again = documents(run(Path(path), "--json"))
    assert again == [("unchanged", where, source) for _, where, source in before]


def test_lines_that_were_wrapped_can_be_taken_for_paragraphs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(filled(72), encoding="utf-8")
    words = (tmp_path, "--source", "Ledger", "--json")
    assert json.loads(run(*words, "--lines", "paragraphs").stdout)["paragraphs"] > 6
    (tmp_path / "b.txt").write_text(filled(72), encoding="utf-8")
    report = json.loads(run(*words).stdout)
    assert report["paragraphs"] == 6
    assert "break within sentences" in report["documents"][1]["told"][0]


def test_one_refusal_refuses_all_with_its_reason(run: Run, articles: Path) -> None:
    (articles / "herald" / "bad.txt").write_bytes(b"caf\xe9\n")
    refused = run(articles)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "Nothing was imported" in refused.stderr
    assert "herald/bad.txt: not UTF-8: byte 0xE9 in line 1" in refused.stderr
    as_json = run(articles, "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["stored"] is False
    assert "bad.txt" in json.loads(as_json.stdout)["refused"][0]
    (articles / "herald" / "bad.txt").unlink()
    assert [status for status, *_ in documents(run(articles, "--json"))] == ["new", "new"]


def test_the_good_ones_are_kept_if_asked(run: Run, articles: Path) -> None:
    (articles / "herald" / "bad.txt").write_bytes(b"caf\xe9\n")
    result = run(articles, "--keep-going")
    assert result.exit_code == 0
    assert "refused    herald/bad.txt" in result.stdout
    assert "not UTF-8" in result.stdout
    assert "2 new, 0 changed, 0 unchanged, 1 refused" in result.stdout


def test_an_encoding_can_be_given(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Привет из прошлого.\n".encode("koi8-r"))
    assert run(path, "--source", "Ledger").exit_code == 1
    result = run(path, "--source", "Ledger", "--encoding", "koi8-r")
    assert result.exit_code == 0
    assert "Read as koi8-r, as chosen." in result.stdout


def test_a_folder_with_nothing_to_read_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused = run(tmp_path / "empty")
    assert refused.exit_code == 1
    assert (
        "it holds no file that ends in .txt, .html, .htm, .xhtml, .csv, .tsv, .jsonl"
        in refused.stderr
    )


def test_a_file_that_may_not_be_read_is_refused(
    run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rights themselves would not stop the administrator who runs the tests.
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).endswith(".txt"))
    refused = run(articles)
    assert refused.exit_code == 1
    assert "a.txt: the file cannot be read" in refused.stderr


def test_a_wrong_call_exits_with_2(run: Run, articles: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").exit_code == 2
    assert run().exit_code == 2
    assert run(articles, "--encoding", "klingon").exit_code == 2
    assert run(articles, "--column", "text").exit_code == 2


def test_a_project_that_there_is_not_is_named(run: Run, articles: Path) -> None:
    result = CliRunner().invoke(main, ["import", "nowhere", str(articles)])
    assert result.exit_code == 1
    assert "There is no project “nowhere”" in result.stderr


def test_the_seeds_come_in_as_a_folder(run: Run, shared: Path) -> None:
    result = run(shared / "seeds", "--json")
    report = json.loads(result.stdout)
    assert (report["new"], report["paragraphs"]) == (5, 119)
    assert len(report["left_alone"]) == 1


@pytest.mark.parametrize("name", ["pipe.txt", "pipe"])
def test_a_pipe_is_not_waited_for(run: Run, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    result = run(tmp_path / name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{tmp_path / name}: it is not a file" in result.stderr


def test_a_device_or_a_socket_is_not_read(run: Run, articles: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        result = run(articles, "/dev/zero", tmp_path / "s", "--keep-going")
    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()[1:]] == [
        "/dev/zero",
        str(tmp_path / "s"),
    ]


def test_a_pipe_in_a_folder_is_passed_over(run: Run, articles: Path) -> None:
    os.mkfifo(articles / "ledger" / "b.txt")
    (articles / "ledger" / "c.txt").symlink_to(articles / "herald" / "a.txt")
    result = run(articles, "--json")
    assert result.exit_code == 0, result.output
    assert sorted(where for _status, where, _source in documents(result)) == [
        "herald/a.txt",
        "ledger/a.txt",
        "ledger/c.txt",
    ]


def test_repairs_are_shown_without_importing_and_made_where_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Fine.\nZprÃ¡va.\n", encoding="utf-8")
    shown = run(path, "--source", "Ledger", "--show-repairs")
    assert shown.exit_code == 0
    assert "a.txt line 2\n    was  ZprÃ¡va.\n    now  Zpráva.\n" in shown.stdout
    assert "Lines that would be repaired: 1; nothing was imported." in shown.stdout

    kept = run(path, "--source", "Ledger")
    assert "new        a.txt" in kept.stdout
    assert "“ZprÃ¡va.” would be “Zpráva.”" in kept.stdout

    repaired = run(path, "--source", "Ledger", "--repair-encoding")
    assert "changed    a.txt" in repaired.stdout
    assert "“ZprÃ¡va.” became “Zpráva.”" in repaired.stdout


def test_repairs_come_as_json_too(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ZprÃ¡va.", encoding="utf-8")
    found = json.loads(run(path, "--source", "Ledger", "--show-repairs", "--json").stdout)
    assert found == {
        "stored": False,
        "repairs": [{"where": "a.txt", "line": 1, "before": "ZprÃ¡va.", "after": "Zpráva."}],
    }


def test_what_of_a_folder_cannot_be_read_is_told(run: Run, articles: Path) -> None:
    for name in ("a.docx", "b.docx", "c.PDF", "README", ".hidden.docx"):
        (articles / "ledger" / name).write_bytes(b"x")
    result = run(articles)
    assert result.exit_code == 0
    assert (
        "passed over what cannot be read here: .docx (2), .pdf (1), no suffix (1)" in result.stdout
    )
    again = json.loads(run(articles, "--json").stdout)
    assert sorted(Path(path).name for path in again["passed_over"]) == [
        "README", "a.docx", "b.docx", "c.PDF",
    ]  # fmt: skip
