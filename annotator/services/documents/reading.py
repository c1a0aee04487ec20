"""Reading the files of an import: archives opened, each document with its source, or why not.

Nothing is stored here: an import and the look at it beforehand read in the same way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from annotator import formats
from annotator.domain.document import ImportRecord
from annotator.domain.plain_text import strange_character
from annotator.errors import DocumentRefused
from annotator.formats.asking import Asked, Understood

SOURCE_AT_MOST = 200
# PostgreSQL cannot index more; addresses longer than this are no addresses.
KEY_BYTES_AT_MOST = 2_000

NAME_STRANGE = "its name holds the character {character}: give the file another name."
NO_SOURCE = "it does not say which source it is from: name the source of this import."
SOURCE_TOO_LONG = f"the name of its source is too long: {SOURCE_AT_MOST} characters are the limit."
SOURCE_STRANGE = "the name of its source holds the control character {character}: take it out."
KEY_TOO_LONG = (
    f"its id is too long: {KEY_BYTES_AT_MOST:,} bytes are the limit; give it a shorter id."
)


@dataclass(frozen=True, slots=True)
class Found:
    """A record of a file, or why there is none; a record here names its source."""

    where: str
    file_name: str
    record: ImportRecord | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file and all that was found in it; `understood` is None if it could not be read."""

    name: str
    understood: Understood | None
    found: list[Found]


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read. A document is of the source that it names; else of `source_name`; else of the
    folder that it lies in, inside of an archive; else of what its page calls its site.
    """

    asked: Asked = field(default_factory=Asked)
    source_name: str | None = None

    def documents(self, files: Iterable[tuple[str, bytes]]) -> Iterator[Found]:
        for file in self.files(files):
            yield from file.found

    def files(self, files: Iterable[tuple[str, bytes]]) -> Iterator[FileRead]:
        """Every file, those in archives one by one; an archive that is refused counts as one."""
        for name, data in files:
            try:
                _check_name(name)
                told = formats.passed_over(name, data)
                for inside, content in formats.opened(name, data):
                    file = self._file(inside, content)
                    told = _tell(file, told)
                    yield file
            except DocumentRefused as error:
                yield FileRead(name, None, [Found(error.where, name, reason=error.reason)])

    def _file(self, name: str, data: bytes) -> FileRead:
        try:
            _check_name(name)
            understood = formats.understand(name, data, self._asked_of(name))
        except DocumentRefused as error:
            return FileRead(name, None, [Found(error.where, name, reason=error.reason)])
        return FileRead(name, understood, [self._checked(one, name) for one in understood.records])

    def _asked_of(self, name: str) -> Asked:
        """What is said of columns concerns the tables of an import, not the texts beside them."""
        has_columns = PurePosixPath(name).suffix.lower() not in formats.PAGES
        return self.asked if has_columns else replace(self.asked, mapping={})

    def _checked(self, one: ImportRecord, name: str) -> Found:
        folder = PurePosixPath(name).parent.name
        said = (one.source, (self.source_name or "").strip(), folder, one.publisher)
        source = next((each for each in said if each), "")
        reason = _why_not(source, one.key)
        if reason is not None:
            return Found(one.where, name, reason=reason)
        return Found(one.where, name, replace(one, source=source))


def _tell(file: FileRead, told: tuple[str, ...]) -> tuple[str, ...]:
    """Tell it with the first document of the file; gives what is still to be told, if it has none.

    What concerns a whole archive is told with the first document in it.
    """
    for place, one in enumerate(file.found if told else ()):
        if one.record is not None:
            record = replace(one.record, told=told + one.record.told)
            file.found[place] = replace(one, record=record)
            return ()
    return told


def _check_name(name: str) -> None:
    """A file's name becomes the id of its document, and systems allow nearly anything in it."""
    if strange := strange_character(name):
        shown = "".join(char if char.isprintable() else "�" for char in name)
        raise DocumentRefused(shown, NAME_STRANGE.format(character=strange))


def _why_not(source: str, key: str) -> str | None:
    if not source:
        return NO_SOURCE
    if len(source) > SOURCE_AT_MOST:
        return SOURCE_TOO_LONG
    if strange := strange_character(source):
        return SOURCE_STRANGE.format(character=strange)
    return KEY_TOO_LONG if len(key.encode()) > KEY_BYTES_AT_MOST else None
