import io
from pathlib import Path

import pytest

from annotator.errors import Conflict, Unavailable
from annotator.services.documents import uploads
from annotator.services.documents.uploads import FOLDER, KEPT_SECONDS, Upload


def sent(home: Path, **files: bytes) -> Upload:
    named = [(name.replace("_", "."), io.BytesIO(content)) for name, content in files.items()]
    return uploads.keep(home, named)


def folders(home: Path) -> list[str]:
    return sorted(path.name for path in (home / FOLDER).iterdir())


def test_files_come_back_as_they_were_sent(tmp_path: Path) -> None:
    token = uploads.keep(
        tmp_path, [("../a ä.txt", io.BytesIO(b"One.")), ("b.txt", io.BytesIO(b""))]
    ).token
    shares: list[float] = []
    kept = uploads.kept(tmp_path, token)
    assert list(kept.contents(shares.append)) == [("../a ä.txt", b"One."), ("b.txt", b"")]
    assert shares == [1.0, 1.0]
    assert kept.size == 4
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    assert sent(tmp_path, a_txt=b"One.").folder.stat().st_mode & 0o077 == 0


def test_what_is_large_or_packed_is_not_small(tmp_path: Path) -> None:
    assert sent(tmp_path, a_txt=b"One.").is_small
    assert not sent(tmp_path, a_txt=b"x" * 1_000_001).is_small
    for packed in ({"a_zip": b"x"}, {"a_xlsx": b"x"}, {"a_parquet": b"x"}):
        assert not sent(tmp_path, **packed).is_small


def test_discarded_files_are_gone(tmp_path: Path) -> None:
    token = sent(tmp_path, a_txt=b"One.").token
    for _ in range(2):
        uploads.discard(tmp_path, token)
    with pytest.raises(Conflict, match="bring them again"):
        uploads.kept(tmp_path, token)


def test_a_token_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "files.json").write_text('["a.txt"]')
    for token in ("..", "../..", "x" * 32, ""):
        with pytest.raises(Conflict):
            uploads.kept(tmp_path, token)
        uploads.discard(tmp_path, token)
    assert (tmp_path / "files.json").exists()


def test_old_files_are_discarded_and_nothing_else(tmp_path: Path) -> None:
    uploads.discard_old(tmp_path, now=0)
    token = sent(tmp_path, a_txt=b"One.").token
    (tmp_path / FOLDER / "mine").mkdir()
    made = (tmp_path / FOLDER / token).stat().st_mtime
    uploads.discard_old(tmp_path, now=made + KEPT_SECONDS - 1)
    assert folders(tmp_path) == sorted(["mine", token])
    uploads.discard_old(tmp_path, now=made + KEPT_SECONDS + 1)
    assert folders(tmp_path) == ["mine"]


def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable, match="disk of the server is full"):
        uploads.keep(tmp_path, [("a.txt", io.BytesIO(b"One.")), ("b.txt", Full())])
    assert folders(tmp_path) == []


def test_a_home_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(Unavailable, match="could not be stored on the server"):
        sent(tmp_path, a_txt=b"One.")
