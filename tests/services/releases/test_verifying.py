"""A release that was tampered with is found out, whatever was repaired to hide it."""

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.domain import codebook_file, dataset
from annotator.domain.manifest import Manifest
from annotator.errors import DataInvalid
from annotator.formats import table_csv, table_jsonl, table_parquet
from annotator.services.releases import reading, releasing, staging, verifying
from annotator.services.releases.citation import citation
from annotator.services.releases.readme import readme
from annotator.services.releases.reliability_table import reliability
from annotator.services.releases.writing import Options
from annotator.store.database import Database
from tests.factories import Factory
from tests.services.release_world import build, link

WRITTEN = ("README.md", "reliability.md", "CITATION.cff")
QUESTIONS = ("content", "frames", "stance", "genre")
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def original(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with an interval: 24 documents. Made once, since it is only copied."""
    place = tmp_path_factory.mktemp("verifying")
    (place / "annotator.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{place / 'annotator.db'}")
    with database.write() as session:
        world = build(Factory(session), documents=24, texts=("First text.", "Second text.", "=3"))
        link(world, world.subjects()[:6:3])
        releasing.export(
            session,
            project_id=world.project.id,
            target=place / "release",
            options=Options(replicates=200),
        )
    database.dispose()
    return place / "release"


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "release"
    copy.mkdir()
    for path in original.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


def findings(folder: Path) -> list[str]:
    report = verifying.verify(folder)
    assert report.holds == (not report.findings)
    return report.findings


def change_json(folder: Path, name: str, change: Change) -> None:
    value = json.loads((folder / name).read_text(encoding="utf-8"))
    change(value)
    (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def repair(folder: Path) -> None:
    """What a forger would do: state the sizes and hashes of the changed files."""

    def restate(manifest: dict[str, Any]) -> None:
        for name in manifest["files"]:
            path = folder / name
            manifest["files"][name] = {
                "bytes": path.stat().st_size,
                "sha256": staging.sha256_of(path),
            }

    change_json(folder, "manifest.json", restate)


def rewrite_readme(folder: Path) -> None:
    """What a forger would do who knows the program: write the texts anew from the rest."""
    made = Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))
    figures = json.loads((folder / "agreement.json").read_text(encoding="utf-8"))
    codebook = codebook_file.parse(
        (folder / "codebook.yaml").read_text(encoding="utf-8"), name="codebook.yaml"
    )
    for name, text in (
        ("README.md", readme(made, figures, codebook)),
        ("reliability.md", reliability(made, figures)),
        ("CITATION.cff", citation(made)),
    ):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    repair(folder)


def forge(folder: Path, name: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the rows of a table in all three formats, and repair every hash."""
    table = dataset.tables(QUESTIONS)[name]
    found = [
        dict(zip(table.names, row, strict=True))
        for row in table_jsonl.read(folder / f"{name}.jsonl", table)
    ]
    change(found)
    for suffix, writer in (("csv", table_csv.writer), ("jsonl", table_jsonl.writer)):
        with writer(folder / f"{name}.{suffix}", table) as write:
            for row in found:
                write(tuple(row.values()))
    table_parquet.convert(folder / f"{name}.jsonl", folder / f"{name}.parquet", table)
    repair(folder)


def forge_away(folder: Path, question: str) -> None:
    """Take a question out of labels and of all that the manifest sums up."""
    gone: list[dict[str, Any]] = []

    def drop(rows: list[dict[str, Any]]) -> None:
        gone.extend(row for row in rows if row["question"] == question)
        rows[:] = [row for row in rows if row["question"] != question]

    forge(folder, "labels", drop)

    def restate(manifest: dict[str, Any]) -> None:
        manifest["agreement"].pop(question)
        manifest["counts"]["labels"] -= len(gone)
        for name, column in (("gold_methods", "gold_method"), ("no_gold", "no_gold")):
            counted = Counter(row[column] for row in gone if row[column] in manifest[name])
            if name == "gold_methods":
                counted = Counter(row[column] for row in gone if row["gold_set"] is not None)
            left = Counter(manifest[name]) - counted
            manifest[name] = {key: left[key] for key in manifest[name] if left[key]}

    change_json(folder, "manifest.json", restate)


def first(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


def test_what_was_not_touched_holds(folder: Path) -> None:
    report = verifying.verify(folder)
    assert report.findings == []
    assert (report.files, report.figures, report.counts["annotators"]) == (21, 4, 3)
    figures = json.loads((folder / "agreement.json").read_text(encoding="utf-8"))
    alpha = figures["questions"][0]["statistics"]["krippendorff_alpha"]
    assert alpha["low"] < alpha["value"] < alpha["high"]


def test_repairing_nothing_changes_nothing(folder: Path) -> None:
    forge(folder, "annotations", lambda _rows: None)
    forge(folder, "items", lambda _rows: None)
    assert findings(folder) == []


def test_one_changed_byte_is_found(folder: Path) -> None:
    for name in ("README.md", "codebook.yaml", "annotators.parquet"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        assert any(line.startswith(name) and "SHA-256" in line for line in findings(folder)), name
        (folder / name).write_bytes(data)


def test_a_file_of_another_size_is_found(folder: Path) -> None:
    with (folder / "README.md").open("a") as file:
        file.write("more")
    assert "README.md has" in findings(folder)[0]


def test_a_missing_and_an_unknown_file_are_found(folder: Path) -> None:
    (folder / "README.md").unlink()
    (folder / "notes.txt").write_text("mine")
    (folder / "sub").mkdir()
    (folder / "sub" / "x").write_text("x")
    assert findings(folder) == [
        "notes.txt is not named in manifest.json.",
        "sub/x is not named in manifest.json.",
        "README.md is missing.",
    ]


def test_a_name_cannot_write_to_the_terminal(folder: Path) -> None:
    (folder / "a\nIt holds.\x1b[2J").write_text("x")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).write_text("x")
    assert findings(folder) == [
        "a�It holds.�[2J is not named in manifest.json.",
        "� is not named in manifest.json.",
    ]
    change_json(folder, "manifest.json", lambda m: m["files"].update({"\x1b[2J": {}}))
    with pytest.raises(DataInvalid) as refused:
        verifying.verify(folder)
    assert str(refused.value).isprintable()


def test_an_edited_label_is_named_with_its_row(folder: Path) -> None:
    lines = (folder / "annotations.csv").read_bytes().split(b"\r\n")
    row = next(n for n, line in enumerate(lines) if b",content,main," in line)
    lines[row] = lines[row].replace(b",content,main,", b",content,boilerplate,")
    (folder / "annotations.csv").write_bytes(b"\r\n".join(lines))
    repair(folder)
    (found,) = findings(folder)
    assert found.startswith(f"annotations.csv differs from annotations.jsonl in row {row}, label")
    assert found.endswith("“boilerplate” in place of “main”.")


def test_a_label_edited_everywhere_with_every_hash_repaired_is_found(folder: Path) -> None:
    def edit(rows: list[dict[str, Any]]) -> None:
        first(rows, question="content", label="main", excluded="")["label"] = "boilerplate"

    forge(folder, "annotations", edit)
    found = findings(folder)
    assert any("content, statistics, krippendorff_alpha, value" in line for line in found)
    assert any("items, row" in line and "votes.content" in line for line in found)


@pytest.mark.parametrize(
    ("wanted", "change", "sentence"),
    [
        ({"label": "main"}, {"label": "Main"}, "“Main” is not an answer to content"),
        ({"question": "frames", "label": "economic|security"}, {"label": "security|economic"},
         "is not an answer to frames"),
        ({"state": "answered"}, {"state": "done"}, "“done” is not a state"),
        ({"excluded": "gated"}, {"excluded": "because"}, "“because” is not a reason"),
        ({"excluded": "gated"}, {"excluded": ""}, "it counts in agreement, but the state"),
        ({"state": "skipped"}, {"label": "main"}, "there is a label, but the state is skipped"),
        ({"question": "content"}, {"question": "mood"}, "“mood” is not asked in codebook.yaml"),
        ({"question": "content"}, {"round": "other"}, "“other” is not a round"),
        ({"question": "content"}, {"spans": "{"}, "“{” is not a JSON list"),
        ({"question": "content", "excluded": ""}, {"annotator_id": "annotator-00000000"},
         "“annotator-00000000” is not a row of annotators"),
        ({"question": "content", "excluded": ""}, {"item_id": "p-0000000000000000"},
         "item p-0000000000000000, which is not in items"),
        ({"question": "stance", "excluded": ""}, {"excluded": "machine"},
         "does not count the reasons"),
    ],
)  # fmt: skip
def test_a_judgment_that_cannot_be_is_found(
    folder: Path, wanted: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    forge(folder, "annotations", lambda rows: first(rows, **wanted).update(change))
    assert any(sentence in line for line in findings(folder)), findings(folder)


def test_the_same_person_twice_on_one_item_is_found(folder: Path) -> None:
    def double(rows: list[dict[str, Any]]) -> None:
        place = rows.index(first(rows, excluded=""))
        rows.insert(place, dict(rows[place]))

    forge(folder, "annotations", double)
    found = findings(folder)
    assert any("labelled the same item more than once" in line for line in found)
    assert any("annotations has 1,085 rows" in line for line in found) or any(
        "rows, and manifest.json says" in line for line in found
    )


def test_rows_out_of_order_are_found(folder: Path) -> None:
    forge(folder, "annotations", lambda rows: rows.reverse())
    assert any("the rows are not in their order" in line for line in findings(folder))


def test_a_row_taken_away_from_one_format_is_found(folder: Path) -> None:
    lines = (folder / "annotators.csv").read_bytes().splitlines(keepends=True)
    (folder / "annotators.csv").write_bytes(b"".join(lines[:-1]))
    repair(folder)
    assert findings(folder) == ["annotators.csv has not as many rows as annotators.jsonl."]
    (folder / "annotators.csv").write_bytes(b"".join([*lines, lines[-1]]))
    repair(folder)
    assert findings(folder) == ["annotators.csv has not as many rows as annotators.jsonl."]


@pytest.mark.parametrize(
    ("table", "wanted", "change", "sentence"),
    [
        ("items", {"scope": "paragraph"}, {"text": "Another text."}, "is not the id of what"),
        ("items", {"scope": "document"}, {"item_id": "d-1"}, "d-1 is not the id of what"),
        ("items", {"scope": "document"}, {"scope": "chapter"}, "“chapter” is not paragraph"),
        ("items", {"scope": "paragraph"}, {"source_id": "s-1"}, "“s-1” is not a row of sources"),
        ("items", {"gold_method.content": "unanimous"}, {"gold.content": "noise"},
         "“noise” is not an answer to content"),
        ("items", {"votes.content": '{"main":3}'},
         {"gold.content": "boilerplate", "gold_method.content": "unanimous"},
         "“boilerplate” there as unanimous, but in annotations all who answered said “main”"),
        ("items", {"gold_method.content": "unanimous"}, {"gold.content": "boilerplate / main"},
         "as unanimous, which gives one answer"),
        ("items", {"scope": "paragraph", "votes.genre": None},
         {"gold.genre": "opinion", "gold_method.genre": "unanimous"},
         "annotations has judgments of fewer than two people"),
        ("items", {"gold_method.content": "unanimous"}, {"gold.content": None},
         "gold.content: nothing there, but gold_method says unanimous"),
        ("items", {"gold_method.frames": "person", "gold.frames": ""}, {"gold.frames": None},
         "gold.frames: nothing there, but gold_method says person"),
        ("items", {"gold_method.content": "unanimous"}, {"gold_method.content": None},
         "“boilerplate” is not settled by any gold_method"),
        ("items", {"gold_method.content": "unanimous"}, {"gold_method.content": "dice"},
         "“dice” is not a way to settle"),
        ("items", {"gold_method.frames": "void"}, {"gold.frames": "economic"},
         "“economic” is not settled by any gold_method"),
        ("items", {"votes.content": '{"main":3}'}, {"votes.content": '{"main":2}'},
         'votes.content: “{"main":2}” there, “{"main":3}” computed from annotations'),
        ("items", {"votes.content": '{"main":3}'}, {"votes.content": None},
         "votes.content: nothing there"),
        ("items", {"agreement.content": 1.0}, {"agreement.content": 0.9},
         "agreement.content: 0.9 there, 1.0 computed from annotations"),
        ("annotators", {}, {"counted": 7}, "counted: 7 there"),
        ("annotators", {}, {"annotator_id": "annotator-x"}, "is not a row of annotators"),
        ("sources", {}, {"name": "Another paper"}, "is not the id of what the row holds"),
        ("sources", {}, {"documents": 25}, "documents: 25 there, 24 computed from items"),
    ],
)  # fmt: skip
def test_what_does_not_follow_from_the_other_tables_is_found(
    folder: Path, table: str, wanted: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    forge(folder, table, lambda rows: first(rows, **wanted).update(change))
    assert any(sentence in line for line in findings(folder)), findings(folder)


@pytest.mark.parametrize("column", ["cluster_id", "document_id"])
@pytest.mark.parametrize("value", ["another", "", None])
def test_a_judgment_placed_elsewhere_than_its_item_is_found(
    folder: Path, column: str, value: str | None
) -> None:
    """Intervals are drawn by these columns: who moves judgments moves the figures."""

    def move(rows: list[dict[str, Any]]) -> None:
        place = next(n for n, row in enumerate(rows) if row["cluster_id"] is not None)
        rows[place][column] = value

    forge(folder, "annotations", move)
    shown = "nothing" if value is None else f"“{value}”"
    assert any(
        f", {column}: {shown} there" in line and line.endswith("computed from items.")
        for line in findings(folder)
    ), findings(folder)


def test_an_item_moved_to_another_cluster_is_found(folder: Path) -> None:
    def move(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row["cluster_id"] is not None)["cluster_id"] = "c-other"

    forge(folder, "items", move)
    found = findings(folder)
    assert found
    assert all("“c-other” computed from items." in line for line in found)


def test_gold_taken_away_with_its_method_looks_like_gold_that_was_never_made(folder: Path) -> None:
    # Most still say that it is noise.
    change = {"gold.content": None, "gold_method.content": None, "noise": "votes"}
    settled = {"gold_method.content": "unanimous"}
    named: list[str] = []

    def drop(rows: list[dict[str, Any]]) -> None:
        row = first(rows, **settled)
        named.append(row["item_id"])
        row.update(change)

    def hide(rows: list[dict[str, Any]]) -> None:
        row = first(rows, item_id=named[0], question="content")
        row.update(gold_method=None, gold_set=None, no_gold="unsettled")

    forge(folder, "items", drop)
    forge(folder, "labels", hide)

    def restate(manifest: dict[str, Any]) -> None:
        manifest["gold_methods"].pop("unanimous")
        manifest["no_gold"]["unsettled"] += 1

    change_json(folder, "manifest.json", restate)
    rewrite_readme(folder)
    assert findings(folder) == []


def test_only_csv_cannot_tell_the_empty_set_from_nothing(folder: Path) -> None:
    for table in dataset.TABLES:
        (folder / f"{table}.jsonl").unlink()
        (folder / f"{table}.parquet").unlink()

    def drop(manifest: dict[str, Any]) -> None:
        manifest["formats"] = ["csv"]
        manifest["files"] = {
            name: file
            for name, file in manifest["files"].items()
            if not name.endswith((".jsonl", ".parquet"))
        }

    change_json(folder, "manifest.json", drop)
    rewrite_readme(folder)
    assert findings(folder) == []


def test_a_readme_that_says_something_else_is_found(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    lines = text.split("\n")
    number = next(n for n, line in enumerate(lines, start=1) if line.startswith("| `content` |"))
    alpha = lines[number - 1].split("|")[3].strip()
    lines[number - 1] = lines[number - 1].replace(alpha, "0.999", 1)
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8", newline="")
    repair(folder)
    (found,) = findings(folder)
    assert found.startswith(f"README.md, line {number}: “")
    assert "0.999" in found
    assert found.endswith("made from the other files of the release.")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text + "More.\n", "“More.” there, “” made"),
        (lambda text: text.removesuffix("\n"), "nothing there, “” made"),
        (lambda text: text.replace("\n", "\r\n"), "README.md, line 1: "),
        (lambda _: "", "README.md, line 1: “” there, “# "),
    ],
)
def test_a_readme_that_is_longer_or_shorter_is_found(
    folder: Path, change: Callable[[str], str], sentence: str
) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    (folder / "README.md").write_text(change(text), encoding="utf-8", newline="")
    repair(folder)
    (found,) = findings(folder)
    assert sentence in found


def test_a_readme_that_is_no_text_is_a_finding(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"\xff")
    repair(folder)
    assert findings(folder) == ["README.md is not text in UTF-8."]


def test_a_project_renamed_in_the_manifest_alone_is_found(folder: Path) -> None:
    change_json(folder, "manifest.json", lambda m: m["project"].update(title="Another"))
    assert any("“# Another” made" in line for line in findings(folder))
    assert all(line.startswith(WRITTEN) for line in findings(folder))


@pytest.mark.parametrize("change", [{"title": 1}, {"sources": None}])
def test_a_manifest_that_counts_other_tables_is_found(
    folder: Path, change: dict[str, int | None]
) -> None:
    def restate(manifest: dict[str, Any]) -> None:
        counts = manifest["counts"] | change
        manifest["counts"] = {name: n for name, n in counts.items() if n is not None}

    change_json(folder, "manifest.json", restate)
    assert any("must count the rows of these tables" in line for line in findings(folder))


def test_an_item_that_stands_twice_is_found(folder: Path) -> None:
    forge(folder, "items", lambda rows: rows.append(rows[-1]))
    assert any("stands there for the second time" in line for line in findings(folder))


@pytest.mark.parametrize("name", ["value", "low", "high"])
def test_a_changed_figure_is_found(folder: Path, name: str) -> None:
    def raise_it(figures: dict[str, Any]) -> None:
        figures["questions"][0]["statistics"]["krippendorff_alpha"][name] += 0.01

    change_json(folder, "agreement.json", raise_it)
    repair(folder)
    found = findings(folder)
    where = f"agreement.json, content, statistics, krippendorff_alpha, {name}"
    assert any(line.startswith(where) for line in found)
    assert any("manifest.json does not repeat the agreement on content" in line for line in found)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f["questions"].pop(1), "its fields are not the columns"),
        (lambda f: f["questions"][0]["excluded"].update(open=9), "content, excluded, open: 9"),
        (lambda f: f["questions"][0]["excluded"].clear(), "the figure is missing"),
        (lambda f: f["questions"][0]["labels"].pop(), "labels: 1 entries there, 2 entries"),
        (lambda f: f["questions"][0]["pairs"][0].update(kappa=0.123), "pairs 1, kappa: 0.123"),
        (lambda f: f["questions"][0].update(luck=1), "this program computes no such figure"),
        (lambda f: f["questions"][0].update(counted=1), "counted: 1 there"),
        (lambda f: f.update(seed=2), "do not name the same seed"),
        (lambda f: f["questions"][0].update(question="mood"), "“mood” is not a question"),
        (lambda f: f["questions"].append(f["questions"][0]), "stands twice"),
        (lambda f: f.update(questions={}), "must be a list of objects"),
        (lambda f: f["questions"][0].pop("statistics"), "must be a list of objects"),
        (lambda f: f["questions"][0]["statistics"]["percent_agreement"].update(value=10**400),
         "must be a list of objects"),
        (lambda f: f["questions"][0].update(items=10**400), "items: 1000"),
        (lambda f: f["questions"][0].update(threshold=10**400), "must be a list of objects"),
        (lambda f: f["questions"][0].update(threshold="0.8"), "must be a list of objects"),
        (lambda f: f["questions"][0].pop("threshold"), "must be a list of objects"),
        (lambda f: f["questions"][0].update(scale=None), "must be a list of objects"),
    ],
)  # fmt: skip
def test_figures_that_are_not_those_of_the_rows_are_found(
    folder: Path, change: Change, sentence: str
) -> None:
    change_json(folder, "agreement.json", change)
    repair(folder)
    assert any(sentence in line for line in findings(folder)), findings(folder)


def test_a_question_cannot_be_dropped_in_silence(folder: Path) -> None:
    """Whoever takes the figures away, and the columns of items too, still leaves the judgments."""
    kept = dataset.tables([code for code in QUESTIONS if code != "frames"])["items"]
    table = dataset.tables(QUESTIONS)["items"]
    rows = list(table_jsonl.read(folder / "items.jsonl", table))
    places = [table.names.index(name) for name in kept.names]
    for suffix, writer in (("csv", table_csv.writer), ("jsonl", table_jsonl.writer)):
        with writer(folder / f"items.{suffix}", kept) as write:
            for row in rows:
                write(tuple(row[place] for place in places))
    table_parquet.convert(folder / "items.jsonl", folder / "items.parquet", kept)
    change_json(folder, "agreement.json", lambda f: f["questions"].pop(1))
    forge_away(folder, "frames")
    rewrite_readme(folder)
    assert findings(folder) == [
        "agreement.json has no figures of frames, of which annotations has judgments."
    ]


def test_the_threshold_is_stated_and_not_computed(folder: Path) -> None:
    change_json(folder, "agreement.json", lambda f: f["questions"][0].update(threshold=0.5))
    repair(folder)
    assert [line.partition(",")[0] for line in findings(folder)] == ["README.md", "reliability.md"]
    rewrite_readme(folder)
    assert findings(folder) == []


def test_another_codebook_is_found(folder: Path) -> None:
    text = (folder / "codebook.yaml").read_text(encoding="utf-8")
    (folder / "codebook.yaml").write_text(text.replace("Cannot judge", "Unclear"), "utf-8")
    repair(folder)
    assert findings(folder) == ["codebook.yaml is not the codebook that manifest.json names."]
    (folder / "codebook.yaml").write_text(text + "# a remark changes no meaning\n", "utf-8")
    repair(folder)
    assert findings(folder) == []


def test_a_codebook_that_is_none_is_one_sentence(folder: Path) -> None:
    (folder / "codebook.yaml").write_text("code: [", encoding="utf-8")
    repair(folder)
    (found,) = findings(folder)
    assert found.startswith("codebook.yaml, line 1")


@pytest.mark.parametrize("name", ["agreement.json", "items.jsonl", "items.csv", "items.parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_rubbish_in_a_file_is_a_finding_and_no_crash(
    folder: Path, name: str, content: bytes
) -> None:
    (folder / name).write_bytes(content)
    repair(folder)
    found = findings(folder)
    assert any(name in line for line in found)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "manifest.json cannot be read as JSON"),
        (b"[]", "is not that of a release"),
        (b"{}", "is not that of a release"),
        (b"\xff", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'{"seed": Infinity}', "cannot be read as JSON"),
    ],
)
def test_a_manifest_that_is_none_is_refused(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(DataInvalid, match=sentence):
        verifying.verify(folder)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "a/../../outside"])
def test_a_manifest_cannot_name_files_outside(folder: Path, name: str) -> None:
    (folder.parent / "outside").write_text("secret")
    entry = {"bytes": 6, "sha256": staging.sha256_of(folder.parent / "outside")}
    change_json(folder, "manifest.json", lambda m: m["files"].update({name: entry}))
    with pytest.raises(DataInvalid, match="is not that of a release at files"):
        verifying.verify(folder)


def test_a_manifest_that_leaves_a_table_out_is_found(folder: Path) -> None:
    change_json(folder, "manifest.json", lambda m: m["files"].pop("items.csv"))
    (folder / "items.csv").unlink()
    assert findings(folder) == ["manifest.json does not name items.csv, which every release has."]


def test_links_are_refused_wherever_they_point(folder: Path) -> None:
    outside = folder.parent / "outside.csv"
    (folder / "items.csv").rename(outside)
    (folder / "items.csv").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    found = findings(folder)
    assert "items.csv is not a plain file: a release holds no links." in found
    assert "loop is not named in manifest.json." in found


def test_a_pipe_in_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    (folder / "items.csv").unlink()
    os.mkfifo(folder / "items.csv")
    assert "items.csv is not a plain file: a release holds no links." in findings(folder)


def test_a_manifest_that_is_a_link_is_no_release(folder: Path) -> None:
    (folder / "manifest.json").rename(folder.parent / "manifest.json")
    (folder / "manifest.json").symlink_to(folder.parent / "manifest.json")
    with pytest.raises(DataInvalid, match="is not a release"):
        verifying.verify(folder)


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataInvalid, match="is not a release"):
        verifying.verify(tmp_path / "empty")
    with pytest.raises(DataInvalid, match="is not a folder"):
        verifying.verify(tmp_path / "nowhere")


def test_a_huge_file_is_not_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "JSON_AT_MOST", (folder / "manifest.json").stat().st_size)
    (folder / "agreement.json").write_bytes(b" " * (reading.JSON_AT_MOST + 1))
    assert any("which no agreement.json of a release has" in line for line in findings(folder))


def test_many_faults_of_one_kind_are_counted_and_not_listed(folder: Path) -> None:
    def shout(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["state"] = row["state"].upper()

    forge(folder, "annotations", shout)
    found = findings(folder)
    assert sum("is not a state" in line for line in found) == 5
    assert any(line.startswith("… and ") for line in found)
    assert len(found) < 60


def test_safe_csv_read_by_others_gives_the_same_labels(folder: Path) -> None:
    text = (folder / "annotations.csv").read_bytes().decode("utf-8")
    labels = {row["label"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert {"-1", "0", "1", "economic|security"} <= labels
