"""`annotator segment`: paragraphs with what may be noise, from files and folders, in a stream."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
BODY = (
    "The ministers met in the harbour town on Tuesday and agreed that the ferry would sail "
    "again from the first day of the month, said the spokesman of the port."
)


def segment(*words: object) -> Result:
    return CliRunner().invoke(main, ["segment", *(str(word) for word in words)])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles of one paper, each under the same line, one with it twice."""
    for number in range(3):
        text = f"Read our app\n\n{BODY} It is number {number}.\r\n  😀 Fin.\n"
        (tmp_path / f"{number}.txt").write_text(text + "Read our app" * (number == 0))
    return tmp_path


def test_each_paragraph_is_a_line_with_its_place_in_the_text(folder: Path) -> None:
    found = lines(segment(folder / "1.txt", "--lang", "en"))
    text = (folder / "1.txt").read_bytes().decode()
    assert [one["position"] for one in found] == [0, 1, 2]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found)
    assert list(found[0]) == [
        "document", "position", "start", "end", "text", "lang", "noise", "noise_type", "reasons",
        "repeat_of",
    ]  # fmt: skip
    assert found[1]["lang"] == "en"
    assert all(0 <= one["noise"] <= 1 for one in found)


def test_files_of_one_folder_are_one_source(folder: Path) -> None:
    together = [one for one in lines(segment(folder, "--lang", "en")) if one["position"] == 0]
    assert [one["document"] for one in together] == ["0.txt", "1.txt", "2.txt"]
    assert all("3 of 3 documents" in " ".join(one["reasons"]) for one in together)
    (alone, *_) = lines(segment(folder / "1.txt", "--lang", "en"))
    assert "documents" not in " ".join(alone["reasons"])


def test_a_later_copy_names_the_first(folder: Path) -> None:
    found = lines(segment(folder / "0.txt"))
    assert [one["repeat_of"] for one in found] == [None, None, None, 0]


def test_what_is_refused_is_said_and_the_rest_is_printed(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x00 not UTF-8 \xe9")
    (folder / "empty.txt").write_text("")
    result = segment(folder)
    assert result.exit_code == 1
    assert {one["document"] for one in lines(result)} == {"0.txt", "1.txt", "2.txt"}
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "bad.txt", "empty.txt",
    ]  # fmt: skip


def test_a_row_of_a_table_is_a_document(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f'id,text\na1,"{BODY}"\na2,"{BODY[:90]}\n{BODY}"\n')
    found = lines(segment(table))
    assert [(one["document"], one["position"]) for one in found] == [
        ("a1", 0),
        ("a2", 0),
        ("a2", 1),
    ]


def test_one_json_value_is_printed_if_asked_for(folder: Path) -> None:
    assert len(json.loads(segment(folder, "--json").stdout)) == 10


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--lang", "English"], 2, "write two or three letters"),
        (["--encoding", "klingon"], 2, "is not one of"),
    ],
)
def test_a_wrong_call_says_what_is_meant(
    folder: Path, words: list[str], code: int, said: str
) -> None:
    result = segment(folder, *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    result = segment(tmp_path)
    assert result.exit_code == 1
    assert "it holds no file that ends in" in result.stderr


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not beside this checkout")
def test_the_seeds_are_cut_and_their_noise_is_found() -> None:
    labels = (SEEDS / "paragraph_labels.jsonl").read_text(encoding="utf-8").splitlines()
    noise = {(one["file"], one["index"]): one["is_boilerplate"] for one in map(json.loads, labels)}
    found = lines(segment(SEEDS))
    assert {(one["document"], one["position"]) for one in found} == set(noise)
    suspected = {(one["document"], one["position"]) for one in found if one["noise"] >= 0.5}
    assert sum(noise[place] for place in suspected) >= 61
    assert [place for place in suspected if not noise[place]] == []


def test_what_was_read_with_a_wrong_encoding_before_is_repaired_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ZprÃ¡va.", encoding="utf-8")
    (kept,) = lines(segment(path))
    (repaired,) = lines(segment(path, "--repair-encoding"))
    assert (kept["text"], repaired["text"]) == ("ZprÃ¡va.", "Zpráva.")
    assert (repaired["start"], repaired["end"]) == (0, 7)


def test_of_a_web_page_links_and_tags_count(tmp_path: Path) -> None:
    article = "".join(f"<p>{BODY} It is number {number}.</p>" for number in range(5))
    comment = "I was there, and nobody told us that the ferry would not sail before the evening."
    (tmp_path / "a.html").write_text(
        f"<html><body><h1>The ferry sails again</h1>{article}"
        f'<div id="comments"><p>{comment}</p></div></body></html>'
    )
    found = lines(segment(tmp_path / "a.html", "--lang", "en"))
    assert [one["noise"] >= 0.5 for one in found] == [False] * 6 + [True]
    assert found[-1]["reasons"][0] == "It stands among the comments of the page."
