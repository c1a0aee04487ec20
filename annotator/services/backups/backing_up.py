"""A copy of the whole database in one file, made while people work.

All of it is read in one transaction, so it is the state of one moment. The same file can be
restored into either database.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from annotator import __version__
from annotator.errors import Conflict, DataInvalid, Unavailable
from annotator.services.backups.archive import CONTENTS, Contents, TableContents, member, opened
from annotator.services.backups.rows import RowWriter, kept_tables
from annotator.store import migrating

_ROWS_AT_ONCE: Final = 1_000
# It holds texts, the hashes of passwords and the keys of pseudonyms: for its owner only.
_OWNER_ONLY: Final = 0o600

EXISTS = "{file} exists already; a backup is never written over anything: choose another name."
NO_FOLDER = "There is no folder {folder}; make it first, or name another."
DISK_FULL = "The disk is full, so {file} was not written; free some space and try again."
NOT_WRITABLE = "{file} cannot be written ({detail}); check the rights of its folder."
NOT_AS_WRITTEN = (
    "What was written to {file} could not be read back, so nothing was kept; check the disk. {why}"
)


def back_up(session: Session, *, file: Path, now: datetime) -> Contents:
    """Write all that people made into `file`, whole or not at all, and read it back.

    Args:
        session: of a reading transaction.
        file: must not exist yet.
        now: the moment that the backup states.

    Raises:
        Conflict: `file` exists.
        DataInvalid: its folder does not.
        Unavailable: the disk is full, cannot be written to, or does not keep what is written.
    """
    if not file.parent.is_dir():
        raise DataInvalid(NO_FOLDER.format(folder=file.parent))
    _require_free(file)
    unfinished = file.with_name(f".{file.name}.unfinished-{secrets.token_hex(4)}")
    try:
        with _written(file):
            contents = _write(session, unfinished, now)
        _read_back(unfinished, file)
        _require_free(file)
        with _written(file):
            unfinished.rename(file)
            _sync(file.parent)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    return contents


def _write(session: Session, path: Path, now: datetime) -> Contents:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        contents = _write_archive(session, file, now)
        file.flush()
        os.fsync(file.fileno())
    return contents


def _write_archive(session: Session, file: BinaryIO, now: datetime) -> Contents:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        contents = Contents(
            program=__version__,
            revision=migrating.revisions()[-1],
            made_at=now,
            tables={table.name: _write_table(session, archive, table) for table in kept_tables()},
        )
        archive.writestr(CONTENTS, contents.model_dump_json(indent=2) + "\n")
    return contents


def _write_table(session: Session, archive: zipfile.ZipFile, table: Table) -> TableContents:
    digest = hashlib.sha256()
    rows = size = 0
    # The size is not known before: the longer header takes any.
    with archive.open(member(table), "w", force_zip64=True) as sink:
        for line in _lines(session, table):
            sink.write(line)
            digest.update(line)
            rows, size = rows + 1, size + len(line)
    return TableContents(rows=rows, bytes=size, sha256=digest.hexdigest())


def _lines(session: Session, table: Table) -> Iterator[bytes]:
    writer = RowWriter(table)
    in_order = select(table).order_by(*table.primary_key.columns)
    for row in session.execute(in_order.execution_options(yield_per=_ROWS_AT_ONCE)):
        yield writer.line(row)


def _read_back(written: Path, file: Path) -> None:
    try:
        with opened(written) as backup:
            backup.verify()
    except DataInvalid as error:
        raise Unavailable(NOT_AS_WRITTEN.format(file=file, why=error)) from error


def _require_free(file: Path) -> None:
    if file.is_symlink() or file.exists():
        raise Conflict(EXISTS.format(file=file))


@contextlib.contextmanager
def _written(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(DISK_FULL.format(file=file)) from error
        raise Unavailable(NOT_WRITABLE.format(file=file, detail=error.strerror)) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
