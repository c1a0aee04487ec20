"""`annotator score`, as typed in a shell."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.domain.exclusions import WHY

Run = Callable[..., Result]
HEADER = ["item_id", "annotator_id", "question", "label", "document_id"]
FRAMES = ("economic", "security", "other")
SKILL = {"ann": 0.9, "bob": 0.8, "cat": 0.6}


def rows() -> list[list[str]]:
    """Three annotators on sixty items of thirty documents; economic is often taken for security."""
    rng = random.Random(3)
    made = []
    for number in range(60):
        true = FRAMES[number % 3]
        for annotator, skill in SKILL.items():
            slip = "security" if true == "economic" else rng.choice(FRAMES)
            label = true if rng.random() < skill else slip
            where = [f"i{number:02}", annotator]
            made.append([*where, "frame", label, f"d{number // 2:02}"])
            made.append([*where, "tone", str(rng.randint(1, 3) + number % 3), f"d{number // 2:02}"])
    return made


def write(path: Path, header: list[str], body: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *body])
    return path


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write(tmp_path / "labels.csv", HEADER, rows())


@pytest.fixture
def run(labels: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(labels.parent)
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *words: CliRunner().invoke(main, ["score", *words, "--bootstrap", "50"])


def question(result: Result, name: str) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    return next(entry for entry in report["questions"] if entry["question"] == name)


def test_it_prints_what_the_contract_says(run: Run) -> None:
    result = run("labels.csv", "--scale", "tone=interval", "--json")
    frame, tone = question(result, "frame"), question(result, "tone")
    for entry in (frame, tone):
        assert entry.keys() >= {
            "question", "scale", "items", "annotators", "judgments", "pairable_items", "excluded",
            "statistics", "labels", "pairs",
        }  # fmt: skip
        for figure in entry["statistics"].values():
            assert figure.keys() == {"value", "low", "high", "method", "why"}
            assert figure["why"] is None or figure["why"] in WHY
        assert entry["labels"][0].keys() == {"label", "count", "alpha"}
        assert entry["pairs"][0].keys() == {"a", "b", "items", "percent", "kappa"}
        assert [each["annotator"] for each in entry["annotators"]] == ["ann", "bob", "cat"]
    assert (frame["scale"], tone["scale"]) == ("nominal", "interval")
    assert (frame["items"], frame["judgments"], frame["pairable_items"]) == (60, 180, 60)
    ann, bob, cat = (each["competence"] for each in frame["annotators"])
    assert cat < min(ann, bob)
    for each in frame["annotators"]:
        assert each["competence_low"] < each["competence"] < each["competence_high"]
    assert [each["competence"] for each in tone["annotators"]] == [None] * 3


def test_the_same_table_in_any_format_and_order_gives_the_same_report(
    run: Run, tmp_path: Path
) -> None:
    shuffled = rows()
    random.Random(1).shuffle(shuffled)
    write(tmp_path / "shuffled.csv", HEADER, shuffled)
    duckdb.sql(f"COPY (FROM '{tmp_path}/shuffled.csv') TO '{tmp_path}/labels.parquet'")
    duckdb.sql(f"COPY (FROM '{tmp_path}/labels.csv') TO '{tmp_path}/labels.jsonl'")
    first, *others = (
        run(name, "--json").stdout
        for name in ("labels.csv", "shuffled.csv", "labels.parquet", "labels.jsonl")
    )
    assert others == [first] * 3


def test_it_prints_a_report_for_people_that_fits_eighty_columns(run: Run) -> None:
    result = run("labels.csv", "--scale", "tone=interval")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    heading = next(line for line in lines if line.startswith("question"))
    assert heading.split() == [
        *("question", "alpha", "95", "%", "interval", "items", "annotators", "same"),
    ]
    assert "frame (nominal)" in lines
    assert any(
        line.startswith("  economic and security were taken for each other ") for line in lines
    )
    assert any(line.startswith("  Without one annotator alpha lies between ") for line in lines)
    assert any(line.startswith("  cat said security on ") for line in lines)
    assert "  frame: nothing; 180 of 180 count." in lines
    assert "  two raters only: The coefficient is for exactly two annotators." in lines


def test_of_very_many_annotators_and_labels_the_report_shows_some(run: Run, tmp_path: Path) -> None:
    body = [
        [f"i{n}", f"person {n % 50 + shift:02}", "q", str(n)]
        for n in range(300)
        for shift in (0, 1)
    ]
    write(tmp_path / "many.csv", HEADER[:4], body)
    result = run("many.csv", "--scale", "q=interval")
    assert result.exit_code == 0, result.output
    assert "  … and 260 more labels: see --json." in result.stdout
    assert "  … and 11 more annotators: see --json." in result.stdout
    assert "  … and 40 more pairs: see --json." in result.stdout
    assert len(result.stdout.splitlines()) < 140


def test_rows_with_a_reason_are_left_out_and_counted(run: Run, tmp_path: Path) -> None:
    marked = [[*row, "skipped" if row[1] == "cat" else ""] for row in rows()]
    write(tmp_path / "marked.csv", [*HEADER, "excluded"], marked)
    frame = question(run("marked.csv", "--json"), "frame")
    assert frame["excluded"] == {"skipped": 60}
    assert frame["statistics"]["scott_pi"]["value"] is not None


def test_what_is_open_stands_apart_from_the_judgments(run: Run, tmp_path: Path) -> None:
    waiting = [[f"w{n}", "ann", "frame", "", "", "open"] for n in range(7)]
    write(
        tmp_path / "waiting.csv", [*HEADER, "excluded"], [*([*row, ""] for row in rows()), *waiting]
    )
    output = run("waiting.csv").stdout
    assert "  frame: nothing; 180 of 180 count; 7 more open." in output
    assert "  180 judgments of 67 items; 180 count, by 3 annotators on 60 items. 7 more" in output
    assert "open: The item was assigned but has not been answered yet." in output


def test_gold_tells_who_is_right(run: Run, tmp_path: Path) -> None:
    gold = [[f"i{n:02}", "frame", FRAMES[n % 3]] for n in range(0, 60, 2)]
    gold += [["absent", "frame", "other"], ["i00", "mood", "x"], ["i01", "frame", "unheard-of"]]
    write(tmp_path / "gold.csv", ["item_id", "question", "label"], gold)
    result = run("labels.csv", "--gold", "gold.csv", "--json")
    found = question(result, "frame")["gold"]
    assert found["items"] == 31
    assert found["unlabelled"] == 1
    assert found["aggregates"].keys() == {"vote", "one_coin", "mace", "dawid_skene"}
    right = {each["annotator"]: each["value"] for each in found["annotators"]}
    assert right["ann"] > right["cat"]
    warnings = json.loads(result.stdout)["warnings"]
    assert result.stderr.splitlines() == [f"Warning: {warning}" for warning in warnings]
    assert [warning.partition(":")[0] for warning in warnings] == [
        "Gold of 1 item of question frame was not used",
        "Question frame",
        "Gold of question mood was not used",
    ]
    assert "  Dawid-Skene " in run("labels.csv", "--gold", "gold.csv").stdout


def test_gold_outside_the_order_is_a_problem_with_the_data(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "gold.csv", ["item_id", "question", "label"], [["i00", "tone", "9"]])
    result = run("labels.csv", "--scale", "tone=ordinal:1<2<3<4<5", "--gold", "gold.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("Gold, line 2, question tone: The label “9” is not in")


@pytest.mark.parametrize("name", ["items.csv", "items.tsv", "items.jsonl", "items.parquet"])
def test_items_are_written_in_the_format_of_the_name(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("of an earlier run", encoding="utf-8")
    result = run("labels.csv", "--items", name, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == f"Wrote 120 rows to {name}.\n"
    found = duckdb.sql(f"FROM '{tmp_path / name}'")
    assert found is not None
    assert found.columns[:11] == [
        "item_id", "question", "n", "votes", "majority", "one_coin", "mace", "dawid_skene",
        "posterior", "entropy", "model",
    ]  # fmt: skip
    table = found.fetchall()
    assert len(table) == 120
    assert table[0][:3] == ("i00", "frame", 3)
    votes = table[0][3]
    assert sum((json.loads(votes) if isinstance(votes, str) else votes).values()) == 3
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_tie_stays_a_tie(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "two.csv", HEADER[:4], [["i", "ann", "q", "b"], ["i", "bob", "q", "a"]])
    run("two.csv", "--items", "items.jsonl")
    row = json.loads((tmp_path / "items.jsonl").read_text(encoding="utf-8"))
    assert (row["majority"], row["model"]) == ("tie:a|b", "vote")


def test_the_files_that_are_read_are_never_written_over(run: Run, labels: Path) -> None:
    before = labels.read_bytes()
    result = run("labels.csv", "--items", "./labels.csv")
    assert result.exit_code == 1
    assert "is read by this command: write the items to another file" in result.stderr
    assert labels.read_bytes() == before


def test_items_that_cannot_be_written_are_one_sentence(run: Run) -> None:
    result = run("labels.csv", "--items", "no/such/folder.csv")
    assert result.exit_code == 1
    assert result.stderr == (
        "no/such/folder.csv cannot be written (No such file or directory): choose another place, "
        "or make room.\n"
    )
    assert result.stdout == ""


def test_look_alikes_are_warned_of_and_not_merged(run: Run, tmp_path: Path) -> None:
    body = [["i", "ann", "q", "main"], ["i", "bob", "q", "mаin"], ["i", "cat", "q", "main"]]
    write(tmp_path / "odd.csv", HEADER[:4], body)
    result = run("odd.csv", "--json")
    assert len(question(result, "q")["labels"]) == 2
    assert result.stderr.startswith("Warning: Question q: the labels “main”, “mаin” (m\\u0430in)")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ([["i", "ann", "q", "a"], ["j", "ann", "q", "b"]], "one_rater"),
        ([["i", "ann", "q", "a"], ["j", "bob", "q", "b"]], "no_pairable_items"),
        ([["i", "ann", "q", "a"], ["i", "bob", "q", "a"]], "single_category"),
        ([["i", "ann", "q", ""], ["i", "bob", "q", ""]], "no_labels"),
    ],
)
@pytest.mark.parametrize("scale", ["nominal", "ordinal:a<b"])
def test_what_is_undefined_is_null_with_a_reason(
    run: Run, tmp_path: Path, body: list[list[str]], why: str, scale: str
) -> None:
    write(tmp_path / "few.csv", HEADER[:4], body)
    result = run("few.csv", "--scale", f"q={scale}", "--json", "--items", "items.csv")
    figure = question(result, "q")["statistics"]["krippendorff_alpha"]
    assert figure == {"value": None, "low": None, "high": None, "method": None, "why": why}
    assert run("few.csv", "--scale", f"q={scale}").exit_code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("labels.csv", "--scale", "frame"), "“frame” is not QUESTION=SCALE"),
        (("labels.csv", "--scale", "frame=ste"), "“ste” is not a scale: choose one of nominal"),
        (("labels.csv", "--scale", "tone=set", "--scale", "tone=set"), "is given two scales"),
        (
            ("labels.csv", "--scale", "mood=set"),
            "There is no question “mood” in labels.csv, for which a scale was given; there are fr",
        ),
        (("absent.csv",), "File 'absent.csv' does not exist"),
        ((".",), "File '.' is a directory"),
        (("labels.csv", "--seed", "-1"), "-1 is not in the range"),
        (("labels.csv", "--methods", "--json"), "choose one"),
        (("labels.csv", "--items", ""), "The name of the file for the items is empty: name one"),
        (
            ("labels.csv", "--items", "out.csv.gz"),
            "“out.csv.gz” does not say how to write the i",
        ),
        (("labels.csv", "--items", "items"), "“items” does not say how to write the items: name a"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("item_id,annotator_id,question,label\n", (), "it has a header and no rows"),
        (
            "item_id,annotator_id,question,label\ni,ann,q,a\ni,bob,q,a\ni,ann,q,b\n",
            (),
            "(ann on item i, question q, lines 2 and 4): keep one row of each.",
        ),
        (
            "item_id,annotator_id,question,label\ni,ann,q,low\ni,bob,q,mid\n",
            ("--scale", "q=ordinal:low<high"),
            "Line 3, question q: The label “mid” is not in the order ordinal:low<high",
        ),
        (
            "item_id,annotator_id,question,label\ni,ann,q,inf\n",
            ("--scale", "q=interval"),
            "Line 2, question q: The label “inf” is not a number",
        ),
        (
            "item_id,annotator_id,question,label\ni,ann,q,a\n",
            ("--scale", "q=span"),
            "Question q has the scale span, but the table has no columns start and end",
        ),
    ],
)
def test_a_problem_with_the_data_is_one_sentence(
    run: Run, tmp_path: Path, text: str, options: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    result = run("bad.csv", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_it_prints_a_paragraph_on_methods(run: Run) -> None:
    result = run("labels.csv", "--methods")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("For the question “frame”, 3 annotators gave 180 judgments")
    assert "https://doi.org/10.1080/19312450709336664" in result.stdout


def test_its_help_has_an_example(run: Run) -> None:
    assert "Example: annotator score labels.csv" in " ".join(run("--help").stdout.split())
