"""Opening a table of labels: what kind of file it is, unpacked and decoded as it is read.

Nothing is held but the portion being read, so that a file of any size can be.
"""

import gzip
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from annotator.errors import DataInvalid
from annotator.formats.decoding import EMPTY
from annotator.formats.guessing import likely_encoding

Kind = Literal["csv", "jsonl", "parquet"]
Progress = Callable[[float], None]

LINE_AT_MOST: Final = 20_000_000
NOT_THERE: Final = "there is no such file: check the path."
A_FOLDER: Final = "it is a folder: name one file in it."
NOT_READ: Final = "it cannot be read ({detail}): check the file and who may read it."
A_WORKBOOK: Final = "it is a spreadsheet or a ZIP archive: save the sheet as CSV."
AN_ARRAY: Final = "it is one JSON array: write one JSON object on each line, without commas."
UTF16: Final = "it is UTF-16, not UTF-8: save it as UTF-8."
NOT_UTF8: Final = "not UTF-8 (byte 0x{byte:02X}); save the file as UTF-8."
LOOKS_LIKE: Final = "not UTF-8 (byte 0x{byte:02X}); it looks like {likely}: save the file as UTF-8."
LONG_LINE: Final = "the line has more than {most:,} bytes, which no row of labels needs."
BROKEN_GZIP: Final = "it cannot be unpacked ({detail}): pack or copy it again."

_PARQUET: Final = b"PAR1"
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = 4_096
_AT_ONCE: Final = 1 << 20
_SUFFIXES: Final[dict[str, Kind]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}


def refused(
    name: str, sentence: str, *, line: int | None = None, noun: str = "line"
) -> DataInvalid:
    where = name if line is None else f"{name} {noun} {line}"
    return DataInvalid(f"{where}: {sentence}")


@dataclass(slots=True)
class Opened:
    """A file with its kind. `blocks` can be read once."""

    path: Path
    kind: Kind
    _file: BinaryIO
    _raw: BinaryIO
    _size: int
    _progress: Progress = field(default=lambda _: None)

    @property
    def name(self) -> str:
        return self.path.name

    def told(self, share: float) -> None:
        self._progress(share)

    def blocks(self) -> Iterator[tuple[int, str]]:
        """Whole lines, as text, with the number of the first.

        Raises `DataInvalid` with the line for what is not UTF-8.
        """
        line = 1
        while block := self._block(line):
            yield line, self._decoded(block.removeprefix(_BOM) if line == 1 else block, line)
            line += block.count(b"\n")
            self.told(self._raw.tell() / self._size if self._size else 0.0)

    def _block(self, line: int) -> bytes:
        try:
            block = self._file.read(_AT_ONCE)
            rest = self._file.readline(LINE_AT_MOST) if block else b""
        except (OSError, EOFError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
            raise refused(self.name, BROKEN_GZIP.format(detail=error)) from error
        if len(rest) == LINE_AT_MOST:
            number = line + block.count(b"\n")
            raise refused(self.name, LONG_LINE.format(most=LINE_AT_MOST), line=number)
        return block + rest

    def _decoded(self, block: bytes, line: int) -> str:
        try:
            return block.decode()
        except UnicodeDecodeError as error:
            likely = likely_encoding(block, error.start)
            sentence = (LOOKS_LIKE if likely else NOT_UTF8).format(
                byte=block[error.start], likely=likely
            )
            number = line + block.count(b"\n", 0, error.start)
            raise refused(self.name, sentence, line=number) from error


@contextmanager
def opened(path: Path, progress: Progress | None = None) -> Iterator[Opened]:
    """The file at `path`, by its content where that tells, else by its suffix.

    `progress` is told the share that is read, 0 to 1. Raises `DataInvalid` for a file that is not
    there, is a folder, is empty, or is no text table.
    """
    if path.is_dir():
        raise refused(path.name, A_FOLDER)
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise refused(str(path), NOT_THERE) from error
    except OSError as error:
        raise refused(path.name, NOT_READ.format(detail=error.strerror)) from error
    with raw:
        size = os.fstat(raw.fileno()).st_size
        packed = raw.peek(_HEAD).startswith(_GZIP)
        file: Any = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
        kind = _kind(path, file, packed=packed)
        yield Opened(path, kind, file, raw, size, progress or (lambda _: None))


def _kind(path: Path, file: Any, *, packed: bool) -> Kind:  # noqa: ANN401 - any buffered reader
    try:
        head = bytes(file.peek(_HEAD))
    except (OSError, EOFError) as error:
        raise refused(path.name, BROKEN_GZIP.format(detail=error)) from error
    if not head:
        raise refused(path.name, EMPTY)
    if head.startswith(_PARQUET) and not packed:
        return "parquet"
    if head.startswith(_ZIP):
        raise refused(path.name, A_WORKBOOK)
    if head.startswith(_UTF16):
        raise refused(path.name, UTF16)
    begins = head.removeprefix(_BOM).lstrip()[:1]
    suffix = (path.with_suffix("") if packed else path).suffix.lower()
    if suffix in {".json", ""} and begins == b"[":
        raise refused(path.name, AN_ARRAY)
    return _SUFFIXES.get(suffix, "jsonl" if begins == b"{" else "csv")
