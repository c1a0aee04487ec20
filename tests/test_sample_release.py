"""exports/sample is the release of the sample project: rebuilt here and compared byte for byte."""

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import select

from annotator.domain import mentions
from annotator.services import demo
from annotator.services.releases import releasing, verifying
from annotator.store.corpus import Project
from annotator.store.database import Database
from tests.domain.codebooks import default_codebook
from tests.factories import NOW

COMMITTED = Path(__file__).resolve().parents[1] / "exports" / "sample"
REBUILD = "the sample release changed; type: make sample"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_committed_sample_is_what_the_program_makes_on_either_database(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as session:
        demo.load(session, now=NOW)
    with database.read() as session:
        project = session.scalars(select(Project)).one()
        releasing.export(session, project_id=project.id, target=tmp_path / "sample")
    made, committed = contents(tmp_path / "sample"), contents(COMMITTED)
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == [], REBUILD


def test_the_committed_sample_holds() -> None:
    report = verifying.verify(COMMITTED)
    assert report.holds, report.findings


@pytest.mark.parametrize("name", ["annotations", "items", "annotators", "sources"])
def test_the_committed_sample_has_each_table_in_each_format(name: str) -> None:
    for suffix in ("csv", "jsonl", "parquet"):
        assert (COMMITTED / f"{name}.{suffix}").stat().st_size > 100


def test_hints_name_nearly_all_targets_of_its_gold_and_little_else() -> None:
    items = io.StringIO((COMMITTED / "items.csv").read_text(encoding="utf-8-sig"))
    names = default_codebook().question("targets").names_in_texts
    named_and_gold = [
        (set(mentions.words(names, row["text"], row["lang"])), set(row["gold.targets"].split("|")))
        for row in csv.DictReader(items)
        if row["gold.targets"]
    ]
    both = sum(len(named & gold) for named, gold in named_and_gold)
    assert both / sum(len(gold) for _, gold in named_and_gold) > 0.9
    assert both / sum(len(named) for named, _ in named_and_gold) > 0.9
