"""docs/using-a-release.md, exactly as it is written there, on a release with every format."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator import paths
from annotator.domain.manifest import FOREIGN, TABLE_FORMATS, completed
from annotator.errors import DataInvalid
from annotator.formats.releases import excel
from annotator.services.releases import releasing, verifying
from annotator.services.releases.writing import Options
from annotator.store.database import Database
from tests.factories import Factory
from tests.services.release_world import TEXTS, build

PAGE = (paths.CHECKOUT / "docs" / "using-a-release.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def release(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A release with every format; the database is of no matter, the formats see none."""
    folder = tmp_path_factory.mktemp("every-format")
    shutil.copy(sqlite_template, folder / "annotator.db")
    database = Database(f"sqlite:///{folder / 'annotator.db'}")
    with database.write() as session:
        world = build(Factory(session))
        options = Options(replicates=0, formats=completed([*TABLE_FORMATS, *FOREIGN]))
        project = world.project.id
        releasing.export(session, project_id=project, target=folder / "release", options=options)
    yield folder / "release"
    database.dispose()


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
    "ignore:The inplace keyword in DataFrame.reset_index",
    # The page reads files in one line, as people do at a prompt.
    "ignore:unclosed file:ResourceWarning",
)
def test_every_block_of_the_page_runs_as_it_is_written(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(release.parent)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "datasets"))
    found = BLOCK.findall(PAGE)
    known: dict[str, object] = {}
    for block in found:
        exec(compile(block, "docs/using-a-release.md", "exec"), known)  # noqa: S102 - our own page
    assert len(found) == 9
    texts = [row["text"] for row in known["rows"] if row["text"]]  # type: ignore[attr-defined]
    assert texts == list(TEXTS) * 3
    assert known["report"].valid  # type: ignore[attr-defined]


def test_the_page_names_every_format() -> None:
    assert [name for name in (*TABLE_FORMATS, *FOREIGN) if f"--format {name}" not in PAGE] == []


def test_a_release_with_every_format_holds(release: Path) -> None:
    report = verifying.verify(release)
    assert report.findings == []


def test_the_report_of_losses_has_a_part_for_each_format(release: Path) -> None:
    text = (release / "LOSSES.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(FOREIGN)
    assert "`LOSSES.md` says what each of them cannot hold" in (release / "README.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("changed", "lewidi/content.json is not what was released"),
        ("missing", "lewidi/content.json is missing"),
        ("unknown", "lewidi/more.json is not named in manifest.json"),
        ("unnamed", "manifest.json names no file of the format lewidi"),
        ("no report", "manifest.json does not name LOSSES.md"),
    ],
)
def test_a_change_in_the_folder_of_a_format_is_found(
    change: str, finding: str, release: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(release, tmp_path / "copy"))
    path = copy / "lewidi" / "content.json"
    made = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    match change:
        case "changed":
            path.write_bytes(path.read_bytes().replace(b"boilerplate", b"boilerplatE", 1))
        case "missing":
            path.unlink()
        case "unknown":
            shutil.copy(path, copy / "lewidi" / "more.json")
        case "unnamed":
            shutil.rmtree(copy / "lewidi")
            made["files"] = {n: f for n, f in made["files"].items() if not n.startswith("lewidi/")}
        case _:
            (copy / "LOSSES.md").unlink()
            del made["files"]["LOSSES.md"]
    (copy / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    assert any(one.startswith(finding) for one in verifying.verify(copy).findings)


def test_a_format_that_cannot_be_written_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "ROWS_AT_MOST", 10)
    with database.write() as session:
        world = build(Factory(session))
        with pytest.raises(DataInvalid, match="a sheet of Excel holds"):
            releasing.export(
                session,
                project_id=world.project.id,
                target=tmp_path / "r",
                options=Options(replicates=0, formats=completed(["excel"])),
            )
    assert not list(tmp_path.glob("*r*unfinished*"))
    assert not (tmp_path / "r").exists()
