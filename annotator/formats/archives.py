"""Opening a ZIP archive that may have been made to do harm; Excel files are such archives, too.

What the directory of the archive says of sizes is believed: no more than that is ever unpacked.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PureWindowsPath
from typing import Final

from annotator.errors import DocumentRefused

MEMBERS_AT_MOST: Final = 2_000
UNPACKED_AT_MOST: Final = 200_000_000
ARCHIVE_AT_MOST: Final = 200_000_000
RATIO_AT_MOST: Final = 100
# A short text of blank lines is packed well, and harms nobody.
RATIO_COUNTS_FROM: Final = 1_000_000

NOT_A_ZIP = "it is not a ZIP archive, or it is damaged ({detail}): make it again."
TOO_BIG = "it has {size:,} bytes, and an archive may have {most:,}: split it into several."
TOO_MANY = "it holds {count:,} files, and may hold {most:,}: split it into several archives."
BOMB = (
    "unpacked it would have {size:,} bytes, {ratio:,} times its size, and may have {most:,} and "
    "{ratio_most} times: nothing was unpacked; split it into several archives."
)
ENCRYPTED = (
    "{name} in it is encrypted: unpack it and bring the files, or make it without a password."
)
LINK = "{name} in it is a link and no file: put the file itself into the archive."
OUTSIDE = (
    "{name} in it would lie outside of the folder it is unpacked in: make the archive again from "
    "within the folder."
)
METHOD = "{name} in it is packed in a way that is not read here: make the archive with plain ZIP."
DAMAGED = "{name} in it is damaged ({detail}): make the archive again."


@contextmanager
def opened(name: str, data: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, once nothing speaks against it.

    Raises:
        DocumentRefused: it is none, or too large, or holds links, names that lead out of it, or
            what is encrypted or packed in other ways.
    """
    if len(data) > ARCHIVE_AT_MOST:
        raise DocumentRefused(name, TOO_BIG.format(size=len(data), most=ARCHIVE_AT_MOST))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, EOFError, NotImplementedError) as error:
        raise DocumentRefused(name, NOT_A_ZIP.format(detail=error)) from error
    with archive:
        _check_size(name, archive.infolist(), len(data))
        for member in archive.infolist():
            _check_member(name, member)
        yield archive


def content(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member.

    Raises:
        DocumentRefused: they are damaged.
    """
    try:
        with archive.open(member) as file:
            return file.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        sentence = DAMAGED.format(name=_shown(member), detail=error)
        raise DocumentRefused(name, sentence) from error


def _check_size(name: str, members: list[zipfile.ZipInfo], packed: int) -> None:
    if len(members) > MEMBERS_AT_MOST:
        sentence = TOO_MANY.format(count=len(members), most=MEMBERS_AT_MOST)
        raise DocumentRefused(name, sentence)
    size = sum(member.file_size for member in members)
    ratio = size // max(1, packed)
    if size > UNPACKED_AT_MOST or (size > RATIO_COUNTS_FROM and ratio > RATIO_AT_MOST):
        sentence = BOMB.format(
            size=size, ratio=ratio, most=UNPACKED_AT_MOST, ratio_most=RATIO_AT_MOST
        )
        raise DocumentRefused(name, sentence)


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    # Names are never used as paths here; whoever makes such an archive means harm all the same.
    path = PureWindowsPath(member.filename)
    mode = member.external_attr >> 16
    if ".." in path.parts or path.is_absolute() or path.drive or path.root:
        raise DocumentRefused(name, OUTSIDE.format(name=_shown(member)))
    if member.flag_bits & 0x1:
        raise DocumentRefused(name, ENCRYPTED.format(name=_shown(member)))
    if stat.S_ISLNK(mode):
        raise DocumentRefused(name, LINK.format(name=_shown(member)))
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DocumentRefused(name, METHOD.format(name=_shown(member)))


def _shown(member: zipfile.ZipInfo) -> str:
    plain = "".join(char if char.isprintable() else "�" for char in member.filename[:120])
    return f"“{plain}”"
