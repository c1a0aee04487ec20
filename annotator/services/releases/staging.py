"""A folder that is there whole or not at all, and its hashes.

It is written beside its place under a hidden name, flushed to the disk, and renamed in one step.
What fails before leaves nothing; a process that is killed leaves only the hidden folder, without a
manifest.
"""

import errno
import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.errors import Conflict, Unavailable

DISK_FULL = "The disk is full, so {folder} was not written; free some space and try again."
NOT_WRITABLE = (
    "{folder} cannot be written ({detail}), so there is no release; check the rights of the folder."
)
EXISTS = (
    "{folder} exists and is not an empty folder; a release is never written over anything: choose "
    "another folder, or move this one away."
)
# The first moment that a ZIP file can name: its bytes must not tell when it was made.
_ZIP_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_BLOCK: Final = 1024 * 1024


@dataclass(slots=True)
class StagedFolder:
    """A hidden folder that is being filled; `publish` gives it its name, `discard` removes it."""

    path: Path

    def publish(self, target: Path) -> None:
        """Give the folder, flushed to the disk, its final name.

        Raises:
            Conflict: something is there already.
            Unavailable: the disk is full or cannot be written to.
        """
        with written(target):
            require_free(target)
            _flush(self.path)
            try:
                self.path.rename(target)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                    raise Conflict(EXISTS.format(folder=target)) from error
                raise
            _sync(target.parent)
        self.path = target

    def discard(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def stage(target: Path, *, mark: str | None = None) -> StagedFolder:
    """An empty hidden folder beside `target`, whose parents are made.

    With a `mark` what an earlier try of that mark left is removed first.

    Raises:
        Unavailable: the place cannot be written to.
    """
    mark = mark or secrets.token_hex(4)
    folder = target.parent / f".{target.name}.unfinished-{mark}"
    with written(target):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return StagedFolder(folder)


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `target` at the end of the block, or nothing does.

    Raises:
        Conflict: `target` exists and is not an empty folder.
        Unavailable: the disk is full or cannot be written to.
    """
    require_free(target)
    made = [each for each in target.parents if not each.exists()]
    staged = stage(target)
    try:
        with written(target):
            yield staged.path
        staged.publish(target)
    finally:
        if staged.path != target:
            staged.discard()
            _remove_empty(made)


def require_free(target: Path) -> None:
    """Raises:
    Conflict: `target` exists and is not an empty folder.
    """
    if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
        raise Conflict(EXISTS.format(folder=target))


@contextmanager
def written(target: Path) -> Iterator[None]:
    """Turns what the disk refuses into a sentence that names what was to be written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(DISK_FULL.format(folder=target)) from error
        detail = os.strerror(error.errno) if error.errno else "unknown"
        raise Unavailable(NOT_WRITABLE.format(folder=target, detail=detail)) from error


def files_in(folder: Path) -> list[str]:
    """The names of all files below the folder, with slashes, sorted by code point."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_zip(folder: Path, path: Path, *, inside: str) -> None:
    """All files of the folder in one archive, below a folder `inside`; always the same bytes.

    Raises:
        Unavailable: the disk is full or cannot be written to.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with written(path):
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in files_in(folder):
                    _add(archive, folder / name, f"{inside}/{name}")
            _sync(unfinished)
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    # Stated, so that large files get the longer header: the size is not known to be small.
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as sink:
        shutil.copyfileobj(source, sink, _BLOCK)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _flush(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_empty(folders: list[Path]) -> None:
    """Parents that were made for nothing, the innermost first."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
