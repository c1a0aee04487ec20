"""Bringing documents into a project: read, cut, stored, linked to repeats, looked at for noise.

An import is whole or none unless the person asks to keep the good documents of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator import formats
from annotator.domain.document import ImportRecord, text_hash
from annotator.domain.plain_text import strange_character
from annotator.domain.segmentation import Segmented, segment
from annotator.errors import DataInvalid, DocumentRefused, ImportRefused
from annotator.services.documents.clustering import cluster_exact
from annotator.services.documents.inspecting import inspect
from annotator.services.documents.intake import STATUSES, Circumstances, Incoming, Status, store
from annotator.services.documents.repeats import newly_repeated
from annotator.services.documents.sources import Sources
from annotator.services.masking import mark_blindable
from annotator.store.audit import record
from annotator.store.corpus import Project
from annotator.store.queries.documents import tell_planner

SOURCE_AT_MOST = 200
# PostgreSQL cannot index more; addresses longer than this are no addresses.
KEY_BYTES_AT_MOST = 2_000
_PARAGRAPHS_AT_ONCE = 5_000
_PARAGRAPHS_FOR_THE_PLANNER = 1_000

NO_FILES = "No file was given: name at least one."
NAME_STRANGE = "its name holds the character {character}: give the file another name."
NO_SOURCE = "it does not say which source it is from: name the source of this import."
SOURCE_TOO_LONG = f"the name of its source is too long: {SOURCE_AT_MOST} characters are the limit."
SOURCE_STRANGE = "the name of its source holds the control character {character}: take it out."
KEY_TOO_LONG = (
    f"its id is too long: {KEY_BYTES_AT_MOST:,} bytes are the limit; give it a shorter id."
)
SAME_IDENTITY = (
    "it has the same source and id as {first}, but another text: give each an id of its own."
)
TWICE = "The same document as {first}."


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of one document, or of one file that could not be read.

    `reason` is set if and only if it was refused; `told` is what the person should know besides.
    """

    where: str
    status: Status
    source: str | None = None
    document_id: int | None = None
    version_id: int | None = None
    paragraphs: int = 0
    suggestions: int = 0
    told: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def refusal(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One line per document, in the order read."""

    documents: tuple[DocumentReport, ...]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(one.status for one in self.documents)
        return {status: counted[status] for status in STATUSES}

    @property
    def paragraphs(self) -> int:
        """Paragraphs stored by this import."""
        return sum(one.paragraphs for one in self.documents)

    @property
    def suggestions(self) -> int:
        return sum(one.suggestions for one in self.documents)


def import_files(
    session: Session,
    *,
    project_id: int,
    files: Iterable[tuple[str, bytes]],
    source_name: str | None,
    encoding: str = "utf-8",
    mapping: Mapping[str, str] | None = None,
    actor_id: int | None,
    now: datetime,
    keep_going: bool = False,
) -> ImportReport:
    """Read and store the documents of these files, given as (name, content); read one by one.

    A document that does not name its source is from `source_name`. The same document again (source
    and id, or address, or file name) is unchanged if its text is, else it gets a new version.

    Args:
        session: of a writing transaction.
        project_id: the project they go into.
        files: names end in .txt, .csv, .jsonl or .ndjson.
        source_name: for documents that do not say theirs.
        encoding: one of `formats.ENCODINGS`.
        mapping: which column holds a field where its name does not say so, `{"text": "body"}`.
        actor_id: who brings them.
        now: the moment of the import.
        keep_going: store the good ones; else one refusal refuses all.

    Raises:
        ImportRefused: every file and row that cannot be taken, and nothing may be committed.
    """
    # Two imports into one project at once would each make the same cluster; this lets one wait.
    project = session.scalars(
        select(Project).where(Project.id == project_id).with_for_update(key_share=True)
    ).one()
    around = Circumstances(project.id, actor_id, now)
    sources = Sources.of_project(session, project_id=project.id, now=now)
    taking = _Taking(session, around, sources, keep_going)
    for found in _Reading(encoding, mapping, source_name).documents(files):
        taking.take(found)
    report = taking.finish()
    mark_blindable(session, project_id=project.id)
    _record(session, report, project_id, actor_id, now)
    return report


def import_by_source(
    session: Session,
    *,
    project_id: int,
    files: Mapping[str, Iterable[tuple[str, bytes]]],
    encoding: str = "utf-8",
    mapping: Mapping[str, str] | None = None,
    actor_id: int | None,
    now: datetime,
    keep_going: bool = False,
) -> ImportReport:
    """Several imports as one, whole or none: files by the name of their source.

    The rest is as in `import_files`.

    Raises:
        ImportRefused: every file and row that cannot be taken, and nothing may be committed.
    """
    documents: list[DocumentReport] = []
    for source_name, some in files.items():
        report = import_files(
            session,
            project_id=project_id,
            files=some,
            source_name=source_name,
            encoding=encoding,
            mapping=mapping,
            actor_id=actor_id,
            now=now,
            keep_going=True,
        )
        documents.extend(report.documents)
    refusals = [one.refusal for one in documents if one.reason is not None]
    if refusals and not keep_going:
        raise ImportRefused(refusals)
    return ImportReport(tuple(documents))


@dataclass(frozen=True, slots=True)
class _Found:
    """A record of a file, or why there is none; a record here names its source."""

    where: str
    file_name: str
    record: ImportRecord | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: str
    mapping: Mapping[str, str] | None
    source_name: str | None

    def documents(self, files: Iterable[tuple[str, bytes]]) -> Iterator[_Found]:
        for name, data in files:
            try:
                _check_name(name)
                records = formats.read_file(
                    name, data, encoding=self.encoding, mapping=self.mapping
                )
            except DocumentRefused as error:
                yield _Found(error.where, name, reason=error.reason)
            else:
                for one in records:
                    yield self._checked(one, name)

    def _checked(self, one: ImportRecord, name: str) -> _Found:
        source = one.source or (self.source_name or "").strip()
        reason = _why_not(source, one.key)
        if reason is not None:
            return _Found(one.where, name, reason=reason)
        return _Found(one.where, name, replace(one, source=source))


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


@dataclass(slots=True)
class _Taking:
    """The state of one import: what waits to be stored, and a line for everything seen.

    From the first refusal on nothing more is stored, but all is still read: the person gets the
    whole list of what to mend.
    """

    session: Session
    around: Circumstances
    sources: Sources
    keep_going: bool
    lines: list[DocumentReport] = field(default_factory=list)
    # By the place of their line.
    waiting: dict[int, Incoming] = field(default_factory=dict)
    paragraphs_waiting: int = 0
    seen: dict[tuple[int, str], Incoming] = field(default_factory=dict)
    refused: bool = False

    def take(self, found: _Found) -> None:
        if found.record is None:
            self._refuse(found, found.reason)
            return
        try:
            cut = segment(found.record.text)
            source = self.sources.of(found.record)
        except DataInvalid as error:
            self._refuse(found, str(error))
            return
        digest = text_hash(found.record.text)
        first = self.seen.get((source.id, found.record.key))
        if first is None:
            self._wait(Incoming(found.record, found.file_name, source.id, digest, cut))
        elif first.text_hash == digest:
            self._again(found, first)
        else:
            self._refuse(found, SAME_IDENTITY.format(first=first.record.where))

    def finish(self) -> ImportReport:
        """Raises:
        ImportRefused: something was refused, and the good ones alone were not asked for.
        """
        self._store_waiting()
        if not self.lines:
            raise ImportRefused([NO_FILES])
        if self.refused and not self.keep_going:
            raise ImportRefused([line.refusal for line in self.lines if line.reason])
        self._link_and_inspect()
        return ImportReport(tuple(self.lines))

    def _refuse(self, found: _Found, reason: str) -> None:
        self.refused = True
        self.lines.append(DocumentReport(found.where, "refused", reason=reason))

    def _again(self, found: _Found, first: Incoming) -> None:
        told = (TWICE.format(first=first.record.where),)
        self.lines.append(DocumentReport(found.where, "unchanged", first.record.source, told=told))

    def _wait(self, one: Incoming) -> None:
        self.seen[one.source_id, one.record.key] = one
        self.waiting[len(self.lines)] = one
        self.lines.append(DocumentReport(one.record.where, "new", one.record.source))
        self.paragraphs_waiting += len(one.cut.pieces)
        if self.paragraphs_waiting >= _PARAGRAPHS_AT_ONCE:
            self._store_waiting()

    def _store_waiting(self) -> None:
        if self.keep_going or not self.refused:
            store(self.session, list(self.waiting.values()), self.around)
            for place, one in self.waiting.items():
                self.lines[place] = _line(one)
                self.refused |= one.status == "refused"
        for one in self.waiting.values():
            # Only its identity is needed from here on; the texts would fill the memory.
            one.cut = Segmented("", ())
            one.record = replace(one.record, text="")
        self.waiting.clear()
        self.paragraphs_waiting = 0

    def _link_and_inspect(self) -> None:
        new = [line.version_id for line in self.lines if line.version_id is not None]
        if not new:
            return
        project_id = self.around.project_id
        if sum(line.paragraphs for line in self.lines) > _PARAGRAPHS_FOR_THE_PLANNER:
            tell_planner(self.session)
        cluster_exact(self.session, project_id=project_id, version_ids=new)
        old = newly_repeated(self.session, project_id=project_id, since_version_id=min(new))
        found = inspect(self.session, project_id=project_id, version_ids=new + old)
        self.lines = [
            replace(line, suggestions=found.get(line.version_id or 0, 0)) for line in self.lines
        ]


def _line(one: Incoming) -> DocumentReport:
    stored = one.status in {"new", "changed"}
    return DocumentReport(
        where=one.record.where,
        status=one.status,
        source=one.record.source,
        document_id=one.document_id,
        version_id=one.version_id,
        paragraphs=len(one.cut.pieces) if stored else 0,
        told=one.record.told + one.told,
        reason=one.reason,
    )


def _record(
    session: Session, report: ImportReport, project_id: int, actor_id: int | None, now: datetime
) -> None:
    record(
        session,
        action="documents.imported",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        paragraphs=report.paragraphs,
        **report.counts,
    )
