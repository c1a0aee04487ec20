"""What a release holds: every paragraph with its text, every judgment, gold, the same bytes."""

import csv
import errno
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.domain import codebook_file, dataset, manifest
from annotator.domain.judgments import Judgment
from annotator.domain.scoring import rounded, score
from annotator.errors import Conflict, DataInvalid, NotFound, Unavailable
from annotator.formats import table_csv, table_jsonl, table_parquet
from annotator.services.documents import importing
from annotator.services.documents.merging import merge_source
from annotator.services.releases import releasing, verifying, writing
from annotator.services.releases.writing import Options
from annotator.services.scoring_frame import scale_of
from annotator.store.corpus import Paragraph, Source, Subject
from annotator.store.database import Database
from tests.factories import NOW, Factory
from tests.services.release_world import CODEBOOK, TEXTS, World, build, link, texts_of

Rows = list[dict[str, Any]]


@pytest.fixture
def world(make: Factory) -> World:
    return build(make)


def released(world: World, folder: Path, **given: Any) -> Path:
    releasing.export(
        world.make.session,
        project_id=world.project.id,
        target=folder,
        options=Options(**given),
    )
    return folder


def rows(folder: Path, table: str) -> Rows:
    text = (folder / f"{table}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def of_question(found: Rows, question: str) -> Iterator[dict[str, Any]]:
    return (row for row in found if row["question"] == question)


def test_a_release_holds_its_files_and_nothing_else(world: World, tmp_path: Path) -> None:
    folder = released(world, tmp_path / "r")
    tables = {f"{table}.{kind}" for table in dataset.TABLES for kind in writing.FORMATS}
    written = {"README.md", "reliability.md", "CITATION.cff", "codebook.yaml", "agreement.json"}
    expected = {"manifest.json"} | written | tables
    assert set(content(folder)) == expected
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == expected - {"manifest.json"}
    assert (folder / "codebook.yaml").read_text(encoding="utf-8") == CODEBOOK


def test_a_release_that_was_just_made_holds(world: World, tmp_path: Path) -> None:
    link(world, world.subjects()[::8])
    report = verifying.verify(released(world, tmp_path / "r"))
    assert report.findings == []
    assert (report.files, report.figures) == (21, 4)
    assert report.counts["items"] == len(TEXTS) * 3 + 3 + 1


def test_every_paragraph_comes_back_with_exactly_its_text_in_each_format(
    world: World, tmp_path: Path
) -> None:
    folder = released(world, tmp_path / "r")
    table = dataset.tables(["content", "frames", "stance", "genre"])["items"]
    place, document = table.names.index("text"), table.names.index("document_id")
    read = {
        "csv": table_csv.read(folder / "items.csv", table),
        "jsonl": table_jsonl.read(folder / "items.jsonl", table),
        "parquet": table_parquet.read(folder / "items.parquet", table),
    }
    for found in read.values():
        texts: dict[object, list[object]] = {}
        for row in found:
            if row[place] is not None:
                texts.setdefault(row[document], []).append(row[place])
        assert list(texts.values()) == [list(TEXTS)] * 3
    assert sorted(texts_of(world)) == sorted([*TEXTS] * 3)


def test_every_paragraph_of_the_seeds_comes_back(
    session: Session, make: Factory, shared: Path, tmp_path: Path
) -> None:
    project = make.project("seeds")
    make.codebook(project, CODEBOOK)
    files = {path.name: path.read_bytes() for path in sorted((shared / "seeds").glob("*.txt"))}
    importing.import_files(
        session,
        project_id=project.id,
        files=files.items(),
        source_name="Collected",
        actor_id=None,
        now=NOW,
    )
    releasing.export(session, project_id=project.id, target=tmp_path / "r")
    assert verifying.verify(tmp_path / "r").findings == []
    kept = Counter(session.scalars(select(Paragraph.text)))
    table = dataset.tables()["items"]
    place = table.names.index("text")
    for read, name in ((table_csv.read, "items.csv"), (table_parquet.read, "items.parquet")):
        found = [str(row[place]) for row in read(tmp_path / "r" / name, table) if row[place]]
        assert Counter(found) == kept
        assert len(found) >= 119
    for data in files.values():
        for line in data.decode("utf-8-sig").splitlines():
            assert not line.strip() or any(line.strip() in text or text in line for text in kept)


def test_items_come_in_their_order(world: World, tmp_path: Path) -> None:
    found = rows(released(world, tmp_path / "r"), "items")
    assert [row["scope"] for row in found] == ["source"] + (["document"] + ["paragraph"] * 8) * 3
    documents = [row["document_id"] for row in found if row["scope"] == "document"]
    assert documents == sorted(documents)
    assert [row["position"] for row in found if row["scope"] == "paragraph"] == [*range(8)] * 3


def test_every_assignment_has_a_row_for_each_question_it_asks(world: World, tmp_path: Path) -> None:
    found = rows(released(world, tmp_path / "r"), "annotations")
    assert len(found) == 24 * 3 * 4 + 3 * 2 * 1
    assert {row["state"] for row in found} == {
        "answered", "left_blank", "not_applicable", "skipped", "open"
    }  # fmt: skip
    keys = [(row["item_id"], row["annotator_id"], row["question"]) for row in found]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert all(row["label"] is None for row in found if row["state"] != "answered")


def test_no_name_of_an_annotator_leaves_the_project(world: World, tmp_path: Path) -> None:
    folder = released(world, tmp_path / "r")
    for name, data in content(folder).items():
        for person in world.people:
            assert person.name.encode() not in data, name
    assert len(rows(folder, "annotators")) == 3


def test_scoring_the_rows_that_count_gives_the_published_figures_again(
    world: World, tmp_path: Path
) -> None:
    folder = released(world, tmp_path / "r", seed=3)
    codebook = codebook_file.parse(CODEBOOK, name="codebook.yaml")
    published = json.loads((folder / "agreement.json").read_text(encoding="utf-8"))
    counting = [
        Judgment(
            item=row["item_id"],
            annotator=row["annotator_id"],
            question=row["question"],
            label=row["label"],
            document=row["document_id"],
            cluster=row["cluster_id"],
        )
        for row in rows(folder, "annotations")
        if not row["excluded"]
    ]
    for entry in published["questions"]:
        code = entry["question"]
        scales = {code: scale_of(codebook.asked[code])}
        (anew,) = rounded(score(counting, scales, seed=3))["questions"]
        assert anew["statistics"] == entry["statistics"]
        assert anew["judgments"] == entry["counted"] > 0
        assert sum(entry["excluded"].values()) + entry["counted"] == entry["judgments"]
        for name in ("labels", "pairs", "confusions"):
            assert anew[name] == entry[name]
        for one, told in zip(anew["annotators"], entry["annotators"], strict=True):
            # How good each of so few people is, is told only if the lead chooses so.
            assert told.keys() == {"annotator", "judgments", "alpha_without"}
            assert told.items() <= one.items()
    assert published["questions"][0]["threshold"] == 0.8


def test_votes_are_the_free_first_judgments_and_agreement_follows_from_them(
    world: World, tmp_path: Path
) -> None:
    folder = released(world, tmp_path / "r")
    votes: dict[str, Counter[str]] = {}
    for row in of_question(rows(folder, "annotations"), "frames"):
        if row["excluded"] in dataset.VOTING:
            votes.setdefault(row["item_id"], Counter())[row["label"]] += 1
    assert any("" in counts for counts in votes.values())
    for item in rows(folder, "items"):
        found = json.loads(item["votes.frames"] or "{}")
        assert found == votes.get(item["item_id"], {})
        assert (item["agreement.frames"] is None) == (sum(found.values()) < 2)


def test_gold_tells_the_empty_set_from_what_has_no_label(world: World, tmp_path: Path) -> None:
    first, second, third, *_ = [
        row for row in rows(released(world, tmp_path / "r"), "items") if row["scope"] == "paragraph"
        and row["gold_method.frames"] is not None
    ]  # fmt: skip
    assert (first["gold.content"], first["gold_method.content"]) == ("boilerplate", "unanimous")
    assert (first["gold.frames"], first["gold_method.frames"]) == (None, "void")
    assert (second["gold.frames"], second["gold_method.frames"]) == (
        "economic|security / ",
        "person",
    )
    assert (third["gold.frames"], third["gold_method.frames"]) == ("", "person")
    assert (third["gold.stance"], third["gold_method.stance"]) == (None, "undecidable")


def test_gold_of_another_codebook_is_left_out_and_counted(world: World, tmp_path: Path) -> None:
    other = world.make.codebook(world.project, CODEBOOK.replace("boilerplate", "noise"), number=2)
    gold = world.settle(world.subjects()[5], "content", [["noise"]])
    gold.codebook_version_id = other.id
    world.make.session.flush()
    folder = released(world, tmp_path / "r")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["gold_left_out"] == 1
    assert "noise" not in {row["gold.content"] for row in rows(folder, "items")}
    assert verifying.verify(folder).holds


def test_what_was_withdrawn_is_no_item_and_does_not_count(world: World, tmp_path: Path) -> None:
    world.documents[0].withdrawn_at = NOW
    world.make.session.flush()
    folder = released(world, tmp_path / "r")
    items = {row["item_id"] for row in rows(folder, "items")}
    assert len(items) == 2 * 9 + 1
    for row in rows(folder, "annotations"):
        assert (row["item_id"] in items) == (row["excluded"] != "withdrawn") or row[
            "excluded"
        ] == "kept_out"
    assert verifying.verify(folder).holds


def test_a_source_that_is_only_another_name_of_one_is_none(world: World, tmp_path: Path) -> None:
    make, project = world.make, world.project
    kept = make.session.scalars(select(Source).where(Source.project_id == project.id)).one()
    other = make.source(project, "The same under another name")
    make.document(project, other, key="moved", texts=("A text that came with it.",))
    merge_source(make.session, source=other, into=kept, actor_id=None, now=NOW)

    folder = released(world, tmp_path / "r")

    assert [row["name"] for row in rows(folder, "sources")] == [kept.name]
    assert [row["scope"] for row in rows(folder, "items")].count("source") == 1
    assert verifying.verify(folder).findings == []


def test_a_merged_source_that_people_rated_keeps_its_row(world: World, tmp_path: Path) -> None:
    make, project = world.make, world.project
    kept = make.session.scalars(select(Source).where(Source.project_id == project.id)).one()
    rated = make.session.scalars(
        select(Subject).where(Subject.source_id == kept.id, Subject.scope == "source")
    ).one()
    make.assignment(world.round, rated, make.member(project))
    into = make.source(project, "Its other name")
    merge_source(make.session, source=kept, into=into, actor_id=None, now=NOW)

    folder = released(world, tmp_path / "r")

    assert {row["name"] for row in rows(folder, "sources")} == {kept.name, into.name}
    assert verifying.verify(folder).findings == []


def test_copies_count_once_and_vote_all_the_same(world: World, tmp_path: Path) -> None:
    link(world, world.subjects()[2::8])
    folder = released(world, tmp_path / "r")
    copies = [row for row in rows(folder, "annotations") if row["cluster_id"]]
    counted = {row["item_id"] for row in of_question(copies, "content") if not row["excluded"]}
    voted = {
        row["item_id"]
        for row in rows(folder, "items")
        if row["cluster_id"] and row["votes.content"]
    }
    assert len({row["item_id"] for row in copies}) == len(voted) == 3
    assert len(counted) == 1
    assert "cluster_duplicate" in {row["excluded"] for row in copies}
    assert verifying.verify(folder).holds


def test_the_same_data_and_seed_give_the_same_bytes(world: World, tmp_path: Path) -> None:
    first = content(released(world, tmp_path / "first"))
    assert content(released(world, tmp_path / "second")) == first
    other = content(released(world, tmp_path / "other", seed=2))
    assert other["annotations.csv"] == first["annotations.csv"]
    assert other["manifest.json"] != first["manifest.json"]


def test_both_databases_give_the_same_bytes(
    world: World, tmp_path: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`world` is on SQLite once and on PostgreSQL once; each is compared with a fresh SQLite."""
    copy = tmp_path_factory.mktemp("other") / "annotator.db"
    shutil.copy(sqlite_template, copy)
    other = Database(f"sqlite:///{copy}")
    with other.write() as session:
        # Other numbers for the same things: no id of the database may matter.
        Factory(session).project("first")
        twin = build(Factory(session))
        expected = content(released(twin, tmp_path / "twin"))
    other.dispose()
    assert content(released(world, tmp_path / "r")) == expected


def test_a_spreadsheet_sees_no_formula(world: World, tmp_path: Path) -> None:
    folder = released(world, tmp_path / "r")
    for table in dataset.TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for cells in csv.reader(file):
                for cell in cells:
                    start = cell.lstrip()[:1]
                    assert start not in {"=", "+", "@"}
                    assert not cell.startswith("-") or float(cell) is not None
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as file:
        assert "-1" in {row["label"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("formats", [("csv",), ("parquet",), ("jsonl", "csv")])
def test_only_the_formats_asked_for_are_written(
    world: World, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    folder = released(world, tmp_path / "r", formats=formats)
    suffixes = {path.suffix[1:] for path in folder.iterdir()} - {"md", "yaml", "json", "cff"}
    assert suffixes == set(formats)
    assert verifying.verify(folder).findings == []


def test_a_project_that_nobody_labelled_can_be_released(make: Factory, tmp_path: Path) -> None:
    project = make.project("young")
    make.codebook(project, CODEBOOK)
    make.document(project)
    releasing.export(make.session, project_id=project.id, target=tmp_path / "r")
    report = verifying.verify(tmp_path / "r")
    assert report.findings == []
    assert report.figures == 0
    assert "Nothing has been labelled yet" in (tmp_path / "r" / "README.md").read_text("utf-8")


def test_a_project_without_documents_is_refused(make: Factory, tmp_path: Path) -> None:
    project = make.project("empty")
    make.codebook(project, CODEBOOK)
    with pytest.raises(DataInvalid, match="“empty” has no documents"):
        releasing.export(make.session, project_id=project.id, target=tmp_path / "a" / "r")
    assert not (tmp_path / "a").exists()


def test_a_full_disk_leaves_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(table_jsonl, "_append", full)
    with pytest.raises(Unavailable, match="The disk is full"):
        released(world, tmp_path / "a" / "r")
    assert not (tmp_path / "a").exists()


def test_a_folder_that_is_not_empty_is_refused(world: World, tmp_path: Path) -> None:
    folder = released(world, tmp_path / "r")
    before = content(folder)
    with pytest.raises(Conflict, match="never written over"):
        released(world, folder)
    assert content(folder) == before


def test_a_file_of_a_release_is_found_only_if_it_is_one(
    session: Session, world: World, tmp_path: Path
) -> None:
    for name in ("manifest.json", "../../secret.key"):
        with pytest.raises(NotFound, match="no release 1"):
            releasing.file_of(
                session,
                settings=Settings(home=tmp_path),
                project_id=world.project.id,
                number=1,
                name=name,
            )


def test_the_readme_says_what_a_reader_must_know(world: World, tmp_path: Path) -> None:
    text = (released(world, tmp_path / "r") / "README.md").read_text(encoding="utf-8")
    for section in ("How it was made", "Which judgments count", "Agreement", "How to check it"):
        assert f"## {section}\n" in text
    assert "| main | main | 1 | 3 | 1 | hidden | yes |" in text
    assert "| `content` | nominal |" in text
    assert "`too_few_documents`: Fewer than 20 documents" in text
    assert "    annotator verify .\n" in text
    assert "| `gold.<question>` |" in text


def test_the_web_process_pays_for_no_release() -> None:
    code = (
        "import sys; import annotator.web.releases, annotator.services.working; "
        "print([name for name in ('duckdb', 'pandas', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_project_in_which_nothing_is_scored_yet_is_released_with_what_was_settled(
    make: Factory, tmp_path: Path
) -> None:
    project = make.project("cleaned")
    ana = make.member(project, make.user("cleaned-ana"))
    cleaning = CODEBOOK.replace("  - code: content\n", "  - code: content\n    cleanup: true\n")
    codebook = make.codebook(project, cleaning, number=1)
    round_ = make.round(project, codebook, name="cleanup", kind="cleanup")
    source = make.source(project, "The Northern Ledger")
    document = make.document(project, source, texts=("Advertisement", "The strait is calm."))
    world = World(make, project, [ana], codebook, round_, [document])
    make.assignment(round_, world.subjects()[0], ana)
    world.settle(world.subjects()[0], "content", [["boilerplate"]])
    folder = released(world, tmp_path / "r", formats=(*writing.FORMATS, *manifest.FOREIGN))
    settled = [row for row in rows(folder, "labels") if row["gold_method"]]
    found = [(row["question"], json.loads(row["gold_set"])) for row in settled]
    assert found == [("content", [["boilerplate"]])]
    assert "nobody has answered" in (folder / "lewidi" / "README.md").read_text(encoding="utf-8")
    assert verifying.verify(folder).findings == []


def test_a_project_without_a_round_can_be_released(make: Factory, tmp_path: Path) -> None:
    project = make.project("fresh")
    make.codebook(project, CODEBOOK, number=1)
    source = make.source(project, "The Northern Ledger")
    make.document(project, source, texts=("The strait is calm.",))
    options = Options(formats=(*writing.FORMATS, *manifest.FOREIGN))
    releasing.export(make.session, project_id=project.id, target=tmp_path / "r", options=options)
    assert verifying.verify(tmp_path / "r").findings == []
