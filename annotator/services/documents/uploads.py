"""Files that wait on the disk of the server, from when they are sent until they are imported.

Each upload is a folder of its own under the home folder, which nobody else may read. It is kept for
a day, so that an import can be tried again; nothing of it is in the database.
"""

import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from annotator.errors import Conflict, Unavailable

FOLDER: Final = "incoming"
KEPT_SECONDS: Final = 24 * 3600
# Read while the person waits; what is larger is left to the background.
SMALL_AT_MOST: Final = 1_000_000
GONE = "The files of this import are not there any more: bring them again."
DISK_FULL = "The disk of the server is full, so the files were not taken; free some space."
NOT_WRITABLE = "The files could not be stored on the server ({detail}); check its home folder."

_INDEX: Final = "files.json"
_TOKEN = re.compile(r"[0-9a-f]{32}")
# Unpacked they hold far more than their size says, or need what the web process does not load.
_NOT_SMALL: Final = frozenset({".zip", ".xlsx", ".parquet"})


@dataclass(frozen=True, slots=True)
class Upload:
    """`token` names its folder; `names` are the files in the order they were sent."""

    folder: Path
    names: tuple[str, ...]

    @property
    def token(self) -> str:
        return self.folder.name

    @property
    def size(self) -> int:
        """In bytes, all files together."""
        return sum(self._path(number).stat().st_size for number in range(len(self.names)))

    @property
    def is_small(self) -> bool:
        suffixes = {PurePosixPath(name).suffix.lower() for name in self.names}
        return not suffixes & _NOT_SMALL and self.size <= SMALL_AT_MOST

    def contents(
        self, progress: Callable[[float], None] = lambda _: None
    ) -> Iterator[tuple[str, bytes]]:
        """(name, bytes) one by one; `progress` is told the share that was read.

        Raises:
            Conflict: the files are gone.
        """
        total, read = self.size or 1, 0
        for number, name in enumerate(self.names):
            try:
                data = self._path(number).read_bytes()
            except FileNotFoundError as error:
                raise Conflict(GONE) from error
            yield name, data
            read += len(data)
            progress(read / total)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}"


def keep(home: Path, files: Iterable[tuple[str, BinaryIO]]) -> Upload:
    """Store files under a new token, all of them or none.

    Raises:
        Unavailable: the disk is full or cannot be written to.
    """
    place = home / FOLDER
    folder = place / secrets.token_hex(16)
    names: list[str] = []
    with _disk():
        folder.mkdir(parents=True, mode=0o700)
        try:
            for number, (name, stream) in enumerate(files):
                names.append(name)
                with (folder / f"{number:06}").open("wb") as file:
                    shutil.copyfileobj(stream, file)
            # Names may hold what no file name may; they are never used as paths.
            (folder / _INDEX).write_text(json.dumps(names), encoding="ascii")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return Upload(folder, tuple(names))


def kept(home: Path, token: str) -> Upload:
    """The upload of this name.

    Raises:
        Conflict: it was discarded, or a day has passed.
    """
    folder = home / FOLDER / token
    try:
        if not _TOKEN.fullmatch(token):
            raise Conflict(GONE)
        names = json.loads((folder / _INDEX).read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise Conflict(GONE) from error
    return Upload(folder, tuple(names))


def discard(home: Path, token: str) -> None:
    """Remove the files; nothing happens if they are gone already."""
    if _TOKEN.fullmatch(token):
        shutil.rmtree(home / FOLDER / token, ignore_errors=True)


def discard_old(home: Path, *, now: float) -> None:
    """Remove what was sent longer ago than `KEPT_SECONDS`; `now` is in seconds of the epoch."""
    place = home / FOLDER
    if not place.is_dir():
        return
    for folder in place.iterdir():
        if _TOKEN.fullmatch(folder.name) and folder.stat().st_mtime < now - KEPT_SECONDS:
            discard(home, folder.name)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        detail = os.strerror(error.errno) if error.errno else str(error)
        raise Unavailable(DISK_FULL if full else NOT_WRITABLE.format(detail=detail)) from error
