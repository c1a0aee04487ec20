"""Bringing documents into a project: read, cut, stored, linked to repeats, looked at for noise.

An import is whole or none unless the person asks to keep the good documents of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.document import text_hash
from annotator.domain.segmentation import Segmented, segment
from annotator.errors import DataInvalid, ImportRefused
from annotator.formats.asking import Asked, Lines
from annotator.services.documents.clustering import cluster_exact
from annotator.services.documents.inspecting import inspect
from annotator.services.documents.intake import STATUSES, Circumstances, Incoming, Status, store
from annotator.services.documents.near_clustering import cluster_near
from annotator.services.documents.reading import Found, Reading
from annotator.services.documents.repeats import newly_repeated
from annotator.services.documents.sources import Sources
from annotator.services.masking import mark_blindable
from annotator.store.audit import record
from annotator.store.corpus import Project
from annotator.store.queries.documents import tell_planner

_PARAGRAPHS_AT_ONCE = 5_000
_PARAGRAPHS_FOR_THE_PLANNER = 1_000

NO_FILES = "No file was given: name at least one."
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
    lines: Lines = "auto",
    repair: bool = False,
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
        files: names end in one of `formats.SUFFIXES`.
        source_name: for documents that do not say theirs.
        encoding: one of `formats.ENCODINGS`.
        mapping: which column holds a field where its name does not say so, `{"text": "body"}`.
        lines: whether each line is a paragraph; "auto" as the document looks.
        repair: take lines that were read with a wrong encoding before as they were meant.
        actor_id: who brings them.
        now: the moment of the import.
        keep_going: store the good ones; else one refusal refuses all.

    Raises:
        ImportRefused: every file and row that cannot be taken, and nothing may be committed.
    """
    reading = Reading(Asked(encoding, mapping or {}, lines, repair), source_name)
    return import_found(
        session,
        project_id=project_id,
        found=reading.documents(files),
        actor_id=actor_id,
        now=now,
        keep_going=keep_going,
    )


def import_found(
    session: Session,
    *,
    project_id: int,
    found: Iterable[Found],
    actor_id: int | None,
    now: datetime,
    keep_going: bool = False,
) -> ImportReport:
    """Store documents that were read before; the rest is as in `import_files`.

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
    for one in found:
        taking.take(one)
    report = taking.finish()
    mark_blindable(session, project_id=project.id)
    _record(session, report, project_id, actor_id, now)
    return report


def import_by_source(
    session: Session,
    *,
    project_id: int,
    files: Mapping[str | None, Iterable[tuple[str, bytes]]],
    encoding: str = "utf-8",
    mapping: Mapping[str, str] | None = None,
    lines: Lines = "auto",
    repair: bool = False,
    actor_id: int | None,
    now: datetime,
    keep_going: bool = False,
) -> ImportReport:
    """Several imports as one, whole or none: files by the name of their source, None for those that
    say it themselves.

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
            lines=lines,
            repair=repair,
            actor_id=actor_id,
            now=now,
            keep_going=True,
        )
        documents.extend(report.documents)
    refusals = [one.refusal for one in documents if one.reason is not None]
    if refusals and not keep_going:
        raise ImportRefused(refusals)
    return ImportReport(tuple(documents))


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

    def take(self, found: Found) -> None:
        if found.record is None:
            self._refuse(found, found.reason)
            return
        try:
            cut = segment(found.record.text, wrapped=found.record.wrapped)
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

    def _refuse(self, found: Found, reason: str) -> None:
        self.refused = True
        self.lines.append(DocumentReport(found.where, "refused", reason=reason))

    def _again(self, found: Found, first: Incoming) -> None:
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
            one.record = replace(one.record, text="", markup=None, misread=())
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
        cluster_near(
            self.session,
            project_id=project_id,
            version_ids=new,
            actor_id=self.around.actor_id,
            now=self.around.now,
        )
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
