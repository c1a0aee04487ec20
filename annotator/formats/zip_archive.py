"""ZIP: the files in it, each read as if it had come by itself, under its path in the archive.

What systems put into archives beside the files (hidden files, `__MACOSX`) is passed over, and so is
what cannot be read here, such as pictures beside a text. An archive in an archive is refused: it is
how archives are made that never end.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from annotator.errors import DocumentRefused
from annotator.formats import archives
from annotator.formats.fields import quoted

NESTED = "{name} in it is an archive itself: unpack it, and bring its files or that archive."
NOTHING_TO_READ = "it holds no file that ends in {suffixes}."
_ARCHIVES: Final = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
_OF_SYSTEMS: Final = frozenset({"__MACOSX"})


def members(name: str, data: bytes, *, suffixes: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every file whose name ends in one of `suffixes`, in the order of paths.

    Raises:
        DocumentRefused: what `archives.opened` refuses, an archive in it, or nothing to read.
    """
    with archives.opened(name, data) as archive:
        found = {}
        for member in archive.infolist():
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if member.is_dir() or _is_hidden(path):
                continue
            if path.suffix.lower() in _ARCHIVES:
                raise DocumentRefused(name, NESTED.format(name=quoted(path.as_posix())))
            if path.suffix.lower() in suffixes:
                found[path.as_posix()] = member
        if not found:
            raise DocumentRefused(name, NOTHING_TO_READ.format(suffixes=", ".join(suffixes)))
        for path_name in sorted(found):
            yield path_name, archives.content(name, archive, found[path_name])


def _is_hidden(path: PurePosixPath) -> bool:
    return any(part.startswith(".") or part in _OF_SYSTEMS for part in path.parts)
