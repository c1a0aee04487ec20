import io
import stat
import zipfile

import pytest

from annotator.errors import DocumentRefused
from annotator.formats import archives, opened


def packed_as(files: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def names(data: bytes) -> list[str]:
    return [name for name, _ in opened("a.zip", data)]


def refusal(data: bytes) -> str:
    with pytest.raises(DocumentRefused) as refused:
        names(data)
    assert refused.value.where == "a.zip"
    assert refused.value.reason.endswith(".")
    return refused.value.reason


def test_its_files_come_by_their_paths_in_order() -> None:
    data = packed_as({"b/two.txt": "Two.", "a.CSV": "text\nOne.", "empty/": ""})
    assert list(opened("x.ZIP", data)) == [("a.CSV", b"text\nOne."), ("b/two.txt", b"Two.")]


def test_another_file_is_given_as_it_is() -> None:
    assert list(opened("a.txt", b"PK\x03\x04")) == [("a.txt", b"PK\x03\x04")]


def test_what_systems_leave_in_archives_and_what_is_not_read_is_passed_over() -> None:
    data = packed_as(
        {"a.txt": "One.", "__MACOSX/._a.txt": "x", ".hidden/b.txt": "x", "photo.jpg": "x"}
    )
    assert names(data) == ["a.txt"]


def test_an_archive_with_nothing_to_read_is_refused() -> None:
    assert "it holds no file that ends in .txt" in refusal(packed_as({"photo.jpg": "x"}))


@pytest.mark.parametrize(
    "name", ["../a.txt", "b/../../a.txt", "/etc/a.txt", "C:\\a.txt", "\\\\host\\share\\a.txt"]
)
def test_names_that_lead_out_of_it_are_refused(name: str) -> None:
    assert "would lie outside of the folder" in refusal(packed_as({name: "One."}))


@pytest.mark.parametrize("name", ["in.zip", "in.tar.gz", "in.7z"])
def test_an_archive_in_it_is_refused(name: str) -> None:
    assert "is an archive itself" in refusal(packed_as({"a.txt": "One.", name: "x"}))


def test_links_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in refusal(file.getvalue())


def test_encrypted_files_are_refused() -> None:
    data = bytearray(packed_as({"a.txt": "One."}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert "is encrypted" in refusal(bytes(data))


def test_other_ways_of_packing_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", "One.")
    assert "packed in a way that is not read" in refusal(file.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("it was unpacked")

    data = packed_as({"a.txt": b"0" * 10_000_000})
    monkeypatch.setattr(archives, "content", never)
    assert "times its size" in refusal(data)


def test_many_files_are_too_many_and_a_large_sum_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = packed_as({f"{number}.txt": "One." for number in range(5)})
    monkeypatch.setattr(archives, "MEMBERS_AT_MOST", 4)
    assert "it holds 5 files, and may hold 4" in refusal(data)
    monkeypatch.setattr(archives, "MEMBERS_AT_MOST", 5)
    monkeypatch.setattr(archives, "UNPACKED_AT_MOST", 19)
    assert "unpacked it would have 20 bytes" in refusal(data)


def test_a_size_that_lies_gives_no_more_than_it_says() -> None:
    data = bytearray(packed_as({"a.txt": b"0" * 50_000}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert "is damaged" in refusal(bytes(data))


@pytest.mark.parametrize("cut", [0, 10, 40])
def test_what_is_no_archive_or_cut_off_is_refused(cut: int) -> None:
    assert "not a ZIP archive, or it is damaged" in refusal(packed_as({"a.txt": "One."})[:cut])
