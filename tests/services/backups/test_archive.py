"""A backup that was damaged or made up is told in one sentence, before anything is touched."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import DataInvalid
from annotator.services.backups import archive
from annotator.services.backups.archive import opened
from annotator.services.backups.rows import kept_tables
from annotator.store.base import table_of
from annotator.store.database import Database
from annotator.store.people import User
from tests.services.backup_world import back_up, doctored, fill, with_contents

DAMAGED = "was cut short or changed after it was written"
STRANGE = "is not a file that `annotator backup` wrote"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    shutil.copy(sqlite_template, folder / "annotator.db")
    database = Database(f"sqlite:///{folder / 'annotator.db'}")
    with database.write() as session:
        fill(session)
    back_up(database, folder / "good.zip")
    database.dispose()
    return folder / "good.zip"


@pytest.fixture
def file(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(good, tmp_path / "backup.zip"))


def refusal(file: Path) -> str:
    with pytest.raises(DataInvalid) as raised, opened(file) as backup:
        backup.verify()
    sentence = str(raised.value)
    assert str(file) in sentence
    assert "\n" not in sentence
    return sentence


def test_a_good_one_passes(file: Path) -> None:
    with opened(file) as backup:
        backup.verify()
        (row,) = [values for values, _size in backup.rows(table_of(User))]
    assert row["name"] == "алиса"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_cut_short_is_told(file: Path, share: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    assert DAMAGED in refusal(file)


def test_any_flipped_byte_is_told_or_harmless(file: Path) -> None:
    data = file.read_bytes()
    told = 0
    for at in range(0, len(data), 97):
        file.write_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])
        try:
            with opened(file) as backup:
                backup.verify()
        except DataInvalid:
            told += 1
    # What is left are times and rights in the headers of the archive, which say nothing here.
    assert told > len(range(0, len(data), 97)) * 0.7


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"\x00" * 5000])
def test_what_is_no_archive_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    assert DAMAGED in refusal(tmp_path / "x.zip")


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "nowhere.zip")
    assert "directory" in refusal(tmp_path)


def test_another_archive_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("thesis.txt", "text")
    assert STRANGE in refusal(tmp_path / "x.zip")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format": "annotator-backup/2"}'],
)
def test_a_backup_json_that_says_something_else_is_told(file: Path, data: bytes) -> None:
    changed = doctored(file, lambda members: members.update({"backup.json": data}), repaired=False)
    assert "no readable backup.json" in refusal(changed)


def test_a_changed_row_is_told(file: Path) -> None:
    def promote(members: dict[str, bytes]) -> None:
        members["users.jsonl"] = members["users.jsonl"].replace(b'"lead"', b'"admin"')

    sentence = refusal(doctored(file, promote, repaired=False))
    assert DAMAGED in sentence
    assert "users.jsonl does not have the rows and the SHA-256" in sentence


def test_a_row_taken_out_or_added_is_told(file: Path) -> None:
    def drop(members: dict[str, bytes]) -> None:
        first, _, rest = members["paragraphs.jsonl"].partition(b"\n")
        assert first
        members["paragraphs.jsonl"] = rest

    def double(members: dict[str, bytes]) -> None:
        members["paragraphs.jsonl"] *= 2

    for change in (drop, double):
        assert "paragraphs.jsonl" in refusal(doctored(file, change, repaired=False))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/shadow", "notes.txt", "jobs.jsonl"])
def test_a_file_too_many_is_told(file: Path, name: str) -> None:
    changed = doctored(file, lambda members: members.update({name: b"x"}))
    assert "its files are not those" in refusal(changed)


def test_a_file_too_few_is_told(file: Path) -> None:
    def remove(members: dict[str, bytes]) -> None:
        del members["gold.jsonl"]

    assert "its files are not those" in refusal(doctored(file, remove))


def test_the_same_name_twice_is_told(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("gold.jsonl", b"")
    assert "its files are not those" in refusal(file)


def test_a_table_that_backup_json_does_not_name_is_told(file: Path) -> None:
    with opened(file) as backup:
        tables = backup.contents.model_dump(mode="json")["tables"]
    del tables["gold"]
    assert "its files are not those" in refusal(with_contents(file, tables=tables))


@pytest.mark.parametrize(
    "changed",
    [{"made_at": "2026-01-05T09:00:00"}, {"made_at": "soon"}, {"extra": 1}, {"tables": {"a": {}}}],
)
def test_a_backup_json_with_wrong_values_is_told(file: Path, changed: dict[str, Any]) -> None:
    assert "no readable backup.json" in refusal(with_contents(file, **changed))


def test_a_file_packed_in_another_way_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("backup.json", "{}")
    assert "packed in an unusual way" in refusal(tmp_path / "x.zip")


def test_a_bomb_is_told_before_it_goes_off(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_UNSUSPICIOUS", 1024 * 1024)
    bomb = doctored(file, lambda members: members.update({"gold.jsonl": b" " * 50_000_000}))
    assert bomb.stat().st_size < 100_000
    assert "it would unpack to" in refusal(bomb)


def test_an_endless_line_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LINE_AT_MOST", 100_000)
    changed = doctored(file, lambda members: members.update({"gold.jsonl": b"7" * 150_000}))
    assert "gold.jsonl has a line of more than" in refusal(changed)


def test_an_oversized_backup_json_is_told(file: Path) -> None:
    def swell(members: dict[str, bytes]) -> None:
        contents = json.loads(members["backup.json"])
        members["backup.json"] = (json.dumps(contents) + " " * 2_000_000 + "x").encode()

    assert "no readable backup.json" in refusal(doctored(file, swell, repaired=False))


@pytest.fixture
def rows_of_users(file: Path) -> Path:
    def spoil(members: dict[str, bytes]) -> None:
        members["users.jsonl"] += b'{"id": 2}\n'

    return doctored(file, spoil)


def test_a_line_that_is_no_row_is_named(rows_of_users: Path) -> None:
    with opened(rows_of_users) as backup:
        backup.verify()
        with pytest.raises(DataInvalid, match=r"users\.jsonl line 2: its columns are not those"):
            list(backup.rows(table_of(User)))


def test_the_names_in_the_archive_are_those_of_the_tables(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        expected = {f"{table.name}.jsonl" for table in kept_tables()} | {"backup.json"}
        assert set(archive.namelist()) == expected
