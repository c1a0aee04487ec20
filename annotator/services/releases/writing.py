"""A release is written into an empty folder: tables, codebook, agreement, README, manifest."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain import dataset, manifest
from annotator.domain.dataset import Row, Table
from annotator.domain.exclusions import EXCLUSIONS
from annotator.domain.manifest import Format, Manifest
from annotator.errors import DataInvalid
from annotator.formats import table_csv, table_jsonl, table_parquet
from annotator.services import judging
from annotator.services.agreement import REPLICATES, scored
from annotator.services.codebooks import codebook_of, latest
from annotator.services.judging import Judgments
from annotator.services.releases import staging
from annotator.services.releases.readme import readme
from annotator.services.releases.tables import Corpus, annotations, annotators
from annotator.services.scoring_frame import DEFAULT_SEED, comparable
from annotator.store.corpus import Document, Project
from annotator.store.labelling import CodebookVersion
from annotator.store.queries import judgments as facts
from annotator.store.queries import releases as queries

FORMATS: Final[tuple[Format, ...]] = ("csv", "jsonl", "parquet")
NOTHING_TO_RELEASE = (
    "The project “{slug}” has no documents, so there is nothing to release; import some first."
)

Progress = Callable[[float], None]


def _no_progress(_share: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Options:
    """What of the same data makes another release. `seed` is a whole number from 0."""

    seed: int = DEFAULT_SEED
    replicates: int = REPLICATES
    formats: tuple[Format, ...] = FORMATS

    def as_json(self) -> dict[str, Any]:
        return {"seed": self.seed, "replicates": self.replicates, "formats": list(self.formats)}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Options":
        return cls(given["seed"], given["replicates"], tuple(given["formats"]))


def write_release(
    session: Session,
    *,
    project_id: int,
    folder: Path,
    options: Options,
    progress: Progress = _no_progress,
) -> Manifest:
    """Fill an empty folder with a release; the manifest comes last.

    Raises:
        DataInvalid: the project has no documents.
        Unavailable: a table cannot be written.
        OSError: the disk is full or cannot be written to.
    """
    require_documents(session, project_id)
    project = session.get_one(Project, project_id)
    judgments = judging.project_judgments(session, project_id=project_id, seed=options.seed)
    version, comparable = _versions(session, project_id, judgments)
    progress(0.1)
    figures = scored(judgments, replicates=options.replicates)
    progress(0.4)
    corpus = Corpus.of(
        session,
        project_id=project_id,
        questions=judgments.questions,
        versions=comparable,
        rows=judgments.rows,
    )
    counts = _write_tables(folder, judgments, corpus, options.formats)
    progress(0.9)
    (folder / "codebook.yaml").write_text(version.yaml, encoding="utf-8", newline="")
    _write_json(folder / "agreement.json", figures)
    codebook = codebook_of(version)
    made = Manifest(
        format=manifest.FORMAT,
        format_version=manifest.FORMAT_VERSION,
        project=manifest.ReleasedProject(slug=project.slug, title=project.title),
        codebook=manifest.ReleasedCodebook(
            code=codebook.code, version=version.number, content_hash=codebook.content_hash
        ),
        rounds=_rounds(session, project_id, judgments),
        seed=options.seed,
        replicates=options.replicates,
        formats=options.formats,
        counts=counts,
        excluded=_excluded(judgments),
        gold_left_out=corpus.gold.left_out,
        agreement={entry["question"]: manifest.summary(entry) for entry in figures["questions"]},
        texts_licence=manifest.TEXTS_UNLICENSED,
        csv=manifest.CSV_SAFE,
        recompute=manifest.RECOMPUTE,
        files={},
    )
    (folder / "README.md").write_text(readme(made, figures, codebook), encoding="utf-8", newline="")
    made = made.model_copy(update={"files": _hashed(folder)})
    _write_json(folder / manifest.NAME, made.model_dump(mode="json"))
    return made


_LINE_WRITERS: Final = {"csv": table_csv.writer, "jsonl": table_jsonl.writer}


def _write_tables(
    folder: Path, judgments: Judgments, corpus: Corpus, formats: Sequence[Format]
) -> dict[str, int]:
    asked = dataset.tables(question.code for question in judgments.questions)
    rows: dict[str, Callable[[], Iterable[Row]]] = {
        "annotations": lambda: annotations(judgments.rows),
        "items": corpus.items,
        "annotators": lambda: annotators(judgments.rows),
        "sources": corpus.sources,
    }
    return {
        name: _write_table(folder, table, rows[name](), formats) for name, table in asked.items()
    }


def _write_table(folder: Path, table: Table, rows: Iterable[Row], formats: Sequence[Format]) -> int:
    # Parquet is made from the JSON Lines, which are taken away again where nobody asked for them.
    lines = folder / f"{table.name}{table_jsonl.SUFFIX}"
    written = [name for name in _LINE_WRITERS if name in formats or name == "jsonl"]
    count = 0
    with ExitStack() as stack:
        writers = [
            stack.enter_context(_LINE_WRITERS[name](folder / f"{table.name}.{name}", table))
            for name in written
        ]
        for row in rows:
            count += 1
            for write in writers:
                write(row)
    if "parquet" in formats:
        table_parquet.convert(lines, folder / f"{table.name}{table_parquet.SUFFIX}", table)
    if "jsonl" not in formats:
        lines.unlink()
    return count


def require_documents(session: Session, project_id: int) -> None:
    """Raises:
    DataInvalid: the project has no documents.
    """
    documents = select(Document.id).where(Document.project_id == project_id)
    if session.scalars(documents.limit(1)).first() is None:
        slug = session.get_one(Project, project_id).slug
        raise DataInvalid(NOTHING_TO_RELEASE.format(slug=slug))


def _versions(
    session: Session, project_id: int, judgments: Judgments
) -> tuple[CodebookVersion, frozenset[int]]:
    """The codebook of the release, and the numbers of those whose labels mean the same."""
    if judgments.codebook_version is None:
        newest = latest(session, project_id)
        return newest, frozenset({newest.number})
    versions = facts.versions(session, project_id)
    return (
        versions[judgments.codebook_version],
        comparable(versions, judgments.codebook_version),
    )


def _rounds(
    session: Session, project_id: int, judgments: Judgments
) -> tuple[manifest.ReleasedRound, ...]:
    return tuple(
        manifest.ReleasedRound(
            name=each.name,
            kind=each.kind,
            codebook_version=version,
            overlap=each.overlap,
            sample_share=float(f"{each.sample_share:.12g}"),
            blind=each.blind,
            seed=each.seed,
            closed=each.closed_at is not None,
            scored=each.name in judgments.scored,
        )
        for each, version in queries.rounds(session, project_id)
    )


def _excluded(judgments: Judgments) -> dict[str, int]:
    found = Counter(row.excluded for row in judgments.rows)
    return {code: found[code] for code in EXCLUSIONS if found[code]}


def _hashed(folder: Path) -> dict[str, manifest.ReleasedFile]:
    return {
        name: manifest.ReleasedFile(
            bytes=(folder / name).stat().st_size, sha256=staging.sha256_of(folder / name)
        )
        for name in staging.files_in(folder)
    }


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="")
