"""A look at the files of an import before anything is stored: what was understood of them.

Read in the very way that the import reads, and compared with what the project holds. The result is
plain JSON, since the background process makes it and a page shows it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.document import ImportRecord, text_hash
from annotator.domain.language import COMMON_LANGUAGES, document_language
from annotator.domain.segmentation import Segmented, segment
from annotator.services.documents.importing import SAME_IDENTITY
from annotator.services.documents.intake import STATUSES, Incoming, classify
from annotator.services.documents.reading import FileRead, Found, Reading
from annotator.services.documents.sources import WITHDRAWN, known_sources
from annotator.store.corpus import Project

FILES_AT_MOST: Final = 500
REFUSALS_AT_MOST: Final = 200
# Of each kind of file, so that the first of them do not hide the others.
SAMPLES_OF_A_KIND: Final = 2
PARAGRAPHS_SHOWN: Final = 4
CHARACTERS_SHOWN: Final = 240
TOLD_OF_A_FILE: Final = 4
MISREAD_SHOWN: Final = 100
_BEFORE_IT: Final = 40
_AT_ONCE: Final = 500


def review(
    session: Session, *, project_id: int, files: Iterable[tuple[str, bytes]], reading: Reading
) -> dict[str, Any]:
    """What these files hold and what an import would do with them. Only reads.

    `files`: a line for each (kind, encoding, columns, `used` ones by field, documents, paragraphs,
    `told`, `refused`), at most `FILES_AT_MOST`; `counts` by status; `paragraphs`, `wrapped`,
    `languages`, `sources` and `samples` of the documents that can be taken; `misread`: lines that
    were read with a wrong encoding before, with what they were, `misread_lines` in all, `repaired`
    or not.
    """
    expected = session.scalars(select(Project.languages).where(Project.id == project_id)).one()
    looking = _Looking(session, project_id, tuple(expected) or COMMON_LANGUAGES)
    for file in reading.files(files):
        looking.at(file)
    return looking.result() | {"repaired": reading.asked.repair}


@dataclass(slots=True)
class _Looking:
    session: Session
    project_id: int
    expected: tuple[str, ...]
    sources: dict[str, tuple[int, bool]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    hidden_files: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    columns: dict[str, None] = field(default_factory=dict)
    sampled: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)
    misread: list[dict[str, Any]] = field(default_factory=list)
    misread_lines: int = 0
    paragraphs: int = 0
    wrapped: int = 0
    waiting: list[Incoming] = field(default_factory=list)
    # Text hash and place by source and key, as the import compares the documents of one batch.
    seen: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sources = known_sources(self.session, project_id=self.project_id)

    def at(self, file: FileRead) -> None:
        before = self.paragraphs
        refused = [self._take(one, file) for one in file.found]
        reasons = [reason for reason in refused if reason is not None]
        if file.understood is not None:
            self.columns.update(dict.fromkeys(file.understood.columns[:100]))
        if len(self.files) == FILES_AT_MOST and not reasons:
            self.hidden_files += 1
            return
        self.files.append(_line(file, self.paragraphs - before, reasons))

    def result(self) -> dict[str, Any]:
        self._classify()
        return {
            "files": self.files,
            "hidden_files": self.hidden_files,
            "counts": {status: self.counts[status] for status in STATUSES},
            "refusals": self.refusals[:REFUSALS_AT_MOST],
            "paragraphs": self.paragraphs,
            "wrapped": self.wrapped,
            "languages": self.languages.most_common(20),
            "sources": self.by_source.most_common(20),
            "columns": list(self.columns)[:100],
            "samples": self.samples,
            "misread": self.misread,
            "misread_lines": self.misread_lines,
        }

    def _take(self, one: Found, file: FileRead) -> str | None:
        """Why it cannot be taken, or None."""
        if one.record is None:
            return self._refuse(one.where, one.reason)
        source = one.record.source or ""
        source_id, withdrawn = self.sources.get(source, (0, False))
        if withdrawn:
            return self._refuse(one.where, WITHDRAWN.format(name=source))
        digest = text_hash(one.record.text)
        identity = (str(source_id or source), one.record.key)
        if identity in self.seen:
            before, where = self.seen[identity]
            if before != digest:
                return self._refuse(one.where, SAME_IDENTITY.format(first=where))
            self.counts["unchanged"] += 1
            return None
        self.seen[identity] = (digest, one.where)
        cut = segment(one.record.text, wrapped=one.record.wrapped)
        lang = one.record.lang or document_language(cut.pieces, self.expected)
        self.paragraphs += len(cut.pieces)
        self.wrapped += one.record.wrapped
        self.languages[lang or ""] += 1
        self.by_source[source] += 1
        self._note_misread(one.record)
        kind = file.understood.kind if file.understood else ""
        self.sampled[kind] += 1
        if self.sampled[kind] <= SAMPLES_OF_A_KIND:
            self.samples.append(_sample(one.record, cut, lang, file.name))
        self._wait(Incoming(one.record, one.file_name, source_id, digest, Segmented("", ())))
        return None

    def _note_misread(self, record: ImportRecord) -> None:
        self.misread_lines += len(record.misread)
        for line in record.misread[: max(0, MISREAD_SHOWN - len(self.misread))]:
            before, after = line.difference(_BEFORE_IT, CHARACTERS_SHOWN)
            self.misread.append(
                {"where": record.where, "line": line.line, "before": before, "after": after}
            )

    def _refuse(self, where: str, reason: str) -> str:
        self.counts["refused"] += 1
        self.refusals.append(f"{where}: {reason}")
        return f"{where}: {reason}"

    def _wait(self, one: Incoming) -> None:
        # Only its identity is compared; the texts of all files would fill the memory.
        one.record = replace(one.record, text="", markup=None, misread=())
        self.waiting.append(one)
        if len(self.waiting) >= _AT_ONCE:
            self._classify()

    def _classify(self) -> None:
        classify(self.session, self.waiting)
        for one in self.waiting:
            self.counts[one.status] += 1
            if one.reason is not None:
                self.refusals.append(f"{one.record.where}: {one.reason}")
        self.waiting.clear()


def _line(file: FileRead, paragraphs: int, refused: list[str]) -> dict[str, Any]:
    understood = file.understood
    told = dict.fromkeys(
        sentence for one in file.found if one.record is not None for sentence in one.record.told
    )
    return {
        "name": file.name,
        "kind": understood.kind if understood else None,
        "encoding": understood.encoding if understood else None,
        "columns": list(understood.columns[:20]) if understood else [],
        "used": dict(understood.used) if understood else {},
        "documents": len(file.found) - len(refused),
        "paragraphs": paragraphs,
        "told": list(told)[:TOLD_OF_A_FILE],
        "refused": refused[:TOLD_OF_A_FILE],
    }


def _sample(record: ImportRecord, cut: Segmented, lang: str | None, file: str) -> dict[str, Any]:
    return {
        "where": record.where,
        "file": file,
        "source": record.source,
        "title": record.title,
        "byline": record.byline,
        "url": record.url,
        "published_on": record.published_on.isoformat() if record.published_on else None,
        "lang": lang,
        "paragraphs": len(cut.pieces),
        "first": [_clipped(piece.text) for piece in cut.pieces[:PARAGRAPHS_SHOWN]],
    }


def _clipped(text: str) -> str:
    return f"{text[:CHARACTERS_SHOWN]}…" if len(text) > CHARACTERS_SHOWN else text
