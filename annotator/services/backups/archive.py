"""The file of a backup: a ZIP archive of one JSON Lines file for each table, and `backup.json`.

`backup.json` names the schema and the rows, bytes and SHA-256 of each file, so that a damaged
backup is told from a good one before anything is touched. Nothing is ever unpacked to the disk: the
names in the archive are compared with the ones that must be there, and each file is read line by
line.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Table

from annotator.errors import DataInvalid
from annotator.services.backups.rows import RowReader, Values, kept_tables

CONTENTS: Final = "backup.json"
_CONTENTS_AT_MOST: Final = 1024 * 1024
# A document of 20 MB, the most that is imported, can be one paragraph.
_LINE_AT_MOST: Final = 256 * 1024 * 1024
# Rows that differ little shrink to a fiftieth. What shrank further, and is large, is a trap.
_RATIO_AT_MOST: Final = 300
_UNSUSPICIOUS: Final = 100 * 1024 * 1024
_READ_AT_ONCE: Final = 1024 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

NOT_A_BACKUP = "{file} is not a file that `annotator backup` wrote ({detail})."
CUT_OR_CHANGED = (
    "{file} was cut short or changed after it was written ({detail}); use another copy of it."
)
NO_CONTENTS = "it has no readable backup.json"
WRONG_FILES = "its files are not those that backup.json and this version of the program name"
TOO_DENSE = "it would unpack to {size:,} bytes, over 300 times its size"
WRONG_HASH = "{name} does not have the rows and the SHA-256 that backup.json states"
LONG_LINE = "{name} has a line of more than 256 MB"
WRONG_ROW = "{name} line {number}: {detail}"


class TableContents(BaseModel):
    """What the file of one table holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: Annotated[int, Field(ge=0)]
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Contents(BaseModel):
    """What a backup holds; `program` is the version that wrote it, `revision` its schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["annotator-backup/1"] = "annotator-backup/1"
    program: str
    revision: str
    made_at: AwareDatetime
    tables: dict[str, TableContents]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def member(table: Table | str) -> str:
    """The name that a table's file has in the archive."""
    return f"{table}.jsonl"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is open for reading."""

    file: Path
    contents: Contents
    _archive: zipfile.ZipFile

    def verify(self) -> None:
        """Read everything and compare it with `backup.json`; changes nothing.

        Raises:
            DataInvalid: the file was cut short or changed, or holds other tables than this version.
        """
        self._check_members()
        for name in self.contents.tables:
            for _line in self._lines(name):
                pass

    def rows(self, table: Table) -> Iterator[tuple[Values, int]]:
        """The rows of a table, each with the bytes of its line.

        Raises:
            DataInvalid: a line does not fit the table, or the whole is not what was written.
        """
        reader = RowReader(table)
        for number, line in enumerate(self._lines(table.name), start=1):
            try:
                yield reader.values(line), len(line)
            except ValueError as error:
                detail = WRONG_ROW.format(name=member(table), number=number, detail=error)
                raise DataInvalid(NOT_A_BACKUP.format(file=self.file, detail=detail)) from error

    def _check_members(self) -> None:
        expected = {table.name for table in kept_tables()}
        named = sorted([CONTENTS, *map(member, expected)])
        members = self._archive.infolist()
        if self.contents.tables.keys() != expected or named != sorted(
            entry.filename for entry in members
        ):
            raise DataInvalid(NOT_A_BACKUP.format(file=self.file, detail=WRONG_FILES))
        size = sum(entry.file_size for entry in members)
        if size > _UNSUSPICIOUS and size > _RATIO_AT_MOST * self.file.stat().st_size:
            detail = TOO_DENSE.format(size=size)
            raise DataInvalid(NOT_A_BACKUP.format(file=self.file, detail=detail))

    def _lines(self, name: str) -> Iterator[bytes]:
        stated = self.contents.tables[name]
        digest = hashlib.sha256()
        rows = size = 0
        with _as_damage(self.file), _opened(self._archive, member(name)) as stream:
            while line := stream.readline(_LINE_AT_MOST):
                if len(line) == _LINE_AT_MOST:
                    self._refuse(LONG_LINE.format(name=member(name)))
                digest.update(line)
                rows, size = rows + 1, size + len(line)
                yield line
        if stated != TableContents(rows=rows, bytes=size, sha256=digest.hexdigest()):
            self._refuse(WRONG_HASH.format(name=member(name)))

    def _refuse(self, detail: str) -> None:
        raise DataInvalid(CUT_OR_CHANGED.format(file=self.file, detail=detail))


@contextmanager
def opened(file: Path) -> Iterator[Backup]:
    """A backup to read from; `verify` has not been called on it.

    Raises:
        DataInvalid: the file cannot be read, or is no backup.
    """
    with _as_damage(file):
        archive = zipfile.ZipFile(file)
    with archive:
        yield Backup(file, _contents(file, archive), archive)


def _contents(file: Path, archive: zipfile.ZipFile) -> Contents:
    try:
        with _as_damage(file), _opened(archive, CONTENTS) as stream:
            data = stream.read(_CONTENTS_AT_MOST)
            return Contents.model_validate_json(data if not stream.read(1) else b"")
    except (KeyError, ValidationError) as error:
        raise DataInvalid(NOT_A_BACKUP.format(file=file, detail=NO_CONTENTS)) from error


@contextmanager
def _opened(archive: zipfile.ZipFile, name: str) -> Iterator[io.BufferedReader]:
    entry = archive.getinfo(name)
    if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
        raise zipfile.BadZipFile(f"{name} is encrypted or packed in an unusual way")
    with archive.open(entry) as packed:
        # The archive's own readline is slow; ZipExtFile is all of a raw stream that it needs.
        yield io.BufferedReader(cast("io.RawIOBase", packed), _READ_AT_ONCE)


@contextmanager
def _as_damage(file: Path) -> Iterator[None]:
    try:
        yield
    # zipfile says NotImplementedError of a member that claims to be packed in a way unknown to it.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        detail = (str(error) if not isinstance(error, OSError) else error.strerror) or "unreadable"
        raise DataInvalid(CUT_OR_CHANGED.format(file=file, detail=detail.rstrip("."))) from error
