"""ZIP: the files in it, each read as if it had come by itself, under its path in the archive.

What systems put into archives beside the files (hidden files, `__MACOSX`) is passed over, and so is
what cannot be read here, such as pictures beside a text; that is told. An archive in an archive is
refused: it is how archives are made that never end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath, PurePosixPath
from typing import Final

from annotator.errors import DocumentRefused
from annotator.formats import archives
from annotator.formats.fields import quoted

NESTED = "{name} in it is an archive itself: unpack it, and bring its files or that archive."
NOTHING_TO_READ = "it holds no file that ends in {suffixes}."
PASSED_OVER: Final = "Passed over in {name}, since it cannot be read here: {kinds}."
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


def passed_over(name: str, data: bytes, *, suffixes: Sequence[str]) -> tuple[str, ...]:
    """A sentence on the files that `members` does not give, if there are any; hidden ones are none.

    Raises:
        DocumentRefused: what `archives.opened` refuses.
    """
    with archives.opened(name, data) as archive:
        paths = [
            PurePosixPath(member.filename.replace("\\", "/"))
            for member in archive.infolist()
            if not member.is_dir()
        ]
    left = [one for one in paths if not _is_hidden(one) and one.suffix.lower() not in suffixes]
    return (PASSED_OVER.format(name=name, kinds=by_suffix(left)),) if left else ()


def by_suffix(paths: Iterable[PurePath]) -> str:
    """How many files there are of each kind, such as “.docx (3), .pdf (1)”."""
    counted = Counter(path.suffix.lower() or "no suffix" for path in paths)
    return ", ".join(f"{suffix} ({count:,})" for suffix, count in sorted(counted.items()))


def _is_hidden(path: PurePosixPath) -> bool:
    return any(part.startswith(".") or part in _OF_SYSTEMS for part in path.parts)
