"""Files whose bytes say nothing of when and where they were written."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

# The first moment that a ZIP file can name.
MOMENT: Final = (1980, 1, 1, 0, 0, 0)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def entry(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A file to write within an archive; its size need not be known."""
    info = zipfile.ZipInfo(name, MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as file:
        yield file
