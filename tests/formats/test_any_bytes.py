"""Whatever is brought, it is either read or refused in one sentence that names the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.document import ImportRecord
from annotator.domain.segmentation import segment
from annotator.errors import DocumentRefused
from annotator.formats import ENCODINGS, READERS, read_file

# Bytes that mean something to one of the readers are met far too seldom by chance.
MEANT = st.sampled_from(
    [
        b'"', b"\n", b"\r", b",", b";", b"{", b"}", b"[", b":", b"\\", b"\\ud800", b"\\u0000",
        b"text", b"id", b'{"text": "', b"a", b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf",
        b"\xc2\x85", b"1e999", b"NaN", b"\t", b"<p>", b"</p>", b"<!--", b"<script>", b"<br",
        b"&#0;", b"&#xd800;", b"&#129;", b"<title>", b"PK\x03\x04", b"PAR1",
    ]
)  # fmt: skip
PIECES = st.lists(st.one_of(MEANT, st.binary(max_size=3)), max_size=30)
STARTS = {
    ".csv": b"text,id\n",
    ".tsv": b"text\tid\n",
    ".jsonl": b'{"text": "One."}\n',
    ".json": b'[{"data": {"text": "One."}},',
    ".html": b"<html><body><p>One.",
    ".xlsx": b"PK\x03\x04",
}


def read_or_refused(name: str, data: bytes, encoding: str) -> list[ImportRecord] | DocumentRefused:
    try:
        return read_file(name, data, encoding=encoding)
    except DocumentRefused as refusal:
        return refusal


def check(name: str, data: bytes, encoding: str = "utf-8") -> None:
    found = read_or_refused(name, data, encoding)
    if isinstance(found, DocumentRefused):
        assert str(found).startswith(name)
        assert str(found).endswith(".")
        return
    assert len({(record.source, record.key) for record in found}) == len(found) > 0
    for record in found:
        assert segment(record.text).pieces
        assert record.where.startswith(name)
        record.text.encode()


@pytest.mark.parametrize("suffix", READERS)
@settings(deadline=None)  # two slow cores are shared
@given(pieces=PIECES)
def test_any_bytes_are_read_or_refused(suffix: str, pieces: list[bytes]) -> None:
    data = b"".join(pieces)

    check(f"a{suffix}", data)
    check(f"a{suffix}", STARTS.get(suffix, b"") + data)


@given(encoding=st.sampled_from(ENCODINGS), pieces=PIECES)
def test_any_bytes_are_read_or_refused_in_any_encoding(encoding: str, pieces: list[bytes]) -> None:
    check("a.txt", b"".join(pieces), encoding)


@given(name=st.text(max_size=12), pieces=PIECES)
def test_any_name_is_read_or_refused(name: str, pieces: list[bytes]) -> None:
    check(name, b"".join(pieces))
