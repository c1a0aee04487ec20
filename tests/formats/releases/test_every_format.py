"""What holds for every foreign format; what each of them says is in a test of its own."""

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from annotator.domain.manifest import FOREIGN, FileName, ForeignFormat
from annotator.formats.releases import WRITERS
from tests.formats.releases.frozen_world import written

NAME = re.compile(TypeAdapter(FileName).json_schema()["pattern"])


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_name_of_a_format_has_a_writer() -> None:
    assert tuple(WRITERS) == FOREIGN == get_args(ForeignFormat)


@pytest.mark.parametrize("name", FOREIGN)
def test_the_same_release_gives_the_same_bytes_whenever_it_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, losses = written(name, tmp_path / "one")
    later = 2_000_000_000.0
    monkeypatch.setattr("time.time", lambda: later)
    monkeypatch.setattr("time.localtime", lambda *_: datetime(2033, 5, 18, tzinfo=UTC).timetuple())
    two, again = written(name, tmp_path / "two")
    assert content(one) == content(two)
    assert losses == again


@pytest.mark.parametrize("name", FOREIGN)
def test_files_have_names_that_a_manifest_takes_and_the_report_has_sentences(
    name: str, tmp_path: Path
) -> None:
    folder, losses = written(name, tmp_path)
    files = content(folder)
    assert files
    assert all(NAME.match(f"{name}/{file}") for file in files)
    assert losses
    assert all(sentence.endswith((".", ".)")) for sentence in losses)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_project_in_which_nothing_is_settled_can_be_written(name: str, tmp_path: Path) -> None:
    folder, _ = written(name, tmp_path, gold=False)
    assert content(folder)


@pytest.mark.parametrize("name", ["excel", "refi-qda"])
def test_archives_name_no_time(name: str, tmp_path: Path) -> None:
    folder, _ = written(name, tmp_path)
    (path,) = (folder / file for file in content(folder))
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
