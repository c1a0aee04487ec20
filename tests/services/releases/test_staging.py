import errno
import os
import shutil
from pathlib import Path

import pytest

from annotator.errors import Conflict, Unavailable
from annotator.services.releases import staging


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "made" / "on the way" / "release"
    with staging.whole(target) as folder:
        (folder / "a.txt").write_text("a")
        assert not target.exists()
        assert folder.name.startswith(".")
    assert names(target) == ["a.txt"]
    assert names(target.parent) == ["release"]


def test_a_failure_leaves_nothing_not_even_the_folders_above(tmp_path: Path) -> None:
    def half_written() -> None:
        with staging.whole(tmp_path / "made" / "release") as folder:
            (folder / "a.txt").write_text("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_written()
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "Read-only file system")],
)
def test_what_the_disk_refuses_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, number: int, sentence: str
) -> None:
    def refused() -> None:
        with staging.whole(tmp_path / "release") as folder:
            (folder / "a.txt").write_text("a")
            raise OSError(number, os.strerror(number))

    with pytest.raises(Unavailable, match=sentence) as error:
        refused()
    assert str(tmp_path / "release") in str(error.value)
    assert names(tmp_path) == []


def test_a_disk_that_is_full_at_the_very_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    def published() -> None:
        with staging.whole(tmp_path / "release") as folder:
            (folder / "a.txt").write_text("a")

    with pytest.raises(Unavailable, match="The disk is full"):
        published()
    assert names(tmp_path) == []


def test_a_folder_with_something_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "mine.txt").write_text("mine")
    with (
        pytest.raises(Conflict, match="never written over"),
        staging.whole(tmp_path / "release"),
    ):
        pytest.fail("nothing may be written")
    assert (tmp_path / "release" / "mine.txt").read_text() == "mine"
    assert names(tmp_path) == ["release"]


def test_a_file_or_a_link_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(Conflict, match="never written over"):
            staging.require_free(tmp_path / name)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    with staging.whole(tmp_path / "release") as folder:
        (folder / "a.txt").write_text("a")
    assert names(tmp_path / "release") == ["a.txt"]


def test_a_folder_that_fills_up_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    def raced() -> None:
        with staging.whole(tmp_path / "release") as folder:
            (folder / "a.txt").write_text("ours")
            (tmp_path / "release").mkdir()
            (tmp_path / "release" / "a.txt").write_text("theirs")

    with pytest.raises(Conflict, match="never written over"):
        raced()
    assert (tmp_path / "release" / "a.txt").read_text() == "theirs"
    assert names(tmp_path) == ["release"]


def test_a_mark_removes_what_an_earlier_try_left(tmp_path: Path) -> None:
    first = staging.stage(tmp_path / "release", mark="job-7")
    (first.path / "half.txt").write_text("half")
    second = staging.stage(tmp_path / "release", mark="job-7")
    assert second.path == first.path
    assert names(second.path) == []


def test_an_archive_has_the_same_bytes_whenever_it_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    (folder / "inner").mkdir(parents=True)
    (folder / "b.txt").write_text("b" * 10_000)
    (folder / "inner" / "a.txt").write_text("a")
    staging.write_zip(folder, tmp_path / "one.zip", inside="r")
    os.utime(folder / "b.txt", (0, 0))
    staging.write_zip(folder, tmp_path / "two.zip", inside="r")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert staging.files_in(folder) == ["b.txt", "inner/a.txt"]


def test_an_archive_that_cannot_be_written_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "a.txt").write_text("a")
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(Unavailable, match="The disk is full"):
        staging.write_zip(tmp_path / "release", tmp_path / "release.zip", inside="r")
    assert names(tmp_path) == ["release"]
