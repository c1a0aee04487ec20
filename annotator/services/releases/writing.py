"""A release is written into an empty folder: tables, codebook, agreement, README, manifest."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain import dataset, manifest
from annotator.domain.dataset import Row, Table
from annotator.domain.manifest import Format, Manifest
from annotator.domain.release_choices import Choices, choices_of
from annotator.errors import DataInvalid
from annotator.formats import table_csv, table_jsonl, table_parquet
from annotator.formats.releases import Frozen
from annotator.services.agreement import REPLICATES
from annotator.services.releases import staging
from annotator.services.releases.citation import citation
from annotator.services.releases.foreign import write_foreign
from annotator.services.releases.readme import readme
from annotator.services.releases.reliability_table import reliability
from annotator.services.scoring_frame import DEFAULT_SEED
from annotator.store.corpus import Document, Project
from annotator.store.queries import releases as queries

if TYPE_CHECKING:
    from annotator.services.releases.content import Content

FORMATS: Final[tuple[Format, ...]] = manifest.TABLE_FORMATS
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
    choices: Choices = Choices()  # noqa: RUF009 - frozen

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "replicates": self.replicates,
            "formats": list(self.formats),
            "choices": self.choices.model_dump(mode="json"),
        }

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Options":
        """Those of a job that an older program queued have no choices."""
        choices = choices_of(given.get("choices", {}))
        return cls(given["seed"], given["replicates"], tuple(given["formats"]), choices)


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
        DataInvalid: the project has no documents, or no such question, language or source as the
            choices name.
        Unavailable: a table cannot be written.
        OSError: the disk is full or cannot be written to.
    """
    # It loads numpy, which the web process must not do: it only asks for releases.
    from annotator.services.releases.content import content_of  # noqa: PLC0415

    require_documents(session, project_id)
    content = content_of(
        session,
        project_id=project_id,
        seed=options.seed,
        replicates=options.replicates,
        choices=options.choices,
        progress=lambda share: progress(0.5 * share),
    )
    tables = dataset.tables(question.code for question in content.questions)
    counts = {}
    for name, rows in _rows(content).items():
        counts[name] = _write_table(folder, tables[name], rows(), options.formats)
        progress(0.5 + 0.4 * len(counts) / len(tables))
    (folder / "codebook.yaml").write_text(content.yaml, encoding="utf-8", newline="")
    _write_json(folder / "agreement.json", content.figures)
    made = _manifest(session, project_id, content, options, counts)
    for name, text in (
        ("README.md", readme(made, content.figures, content.codebook)),
        ("reliability.md", reliability(made, content.figures)),
        ("CITATION.cff", citation(made)),
    ):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    write_foreign(Frozen(folder, tables, content.codebook, made))
    if "jsonl" not in options.formats:
        for name in tables:
            (folder / f"{name}{table_jsonl.SUFFIX}").unlink()
    made = made.model_copy(update={"files": _hashed(folder)})
    _write_json(folder / manifest.NAME, made.model_dump(mode="json"))
    return made


def _rows(content: "Content") -> dict[str, Callable[[], Iterable[Row]]]:
    """What makes the rows of each table; sources count what items have passed."""
    return {
        "annotations": content.judged.annotations,
        "items": content.corpus.items,
        "labels": content.labels,
        "annotators": content.annotators,
        "sources": lambda: content.corpus.sources(content.codebook),
    }


def _manifest(
    session: Session, project_id: int, content: "Content", options: Options, counts: dict[str, int]
) -> Manifest:
    """Everything but the hashes."""
    project = session.get_one(Project, project_id)
    codebook, choices = content.codebook, options.choices
    return Manifest(
        format=manifest.FORMAT,
        format_version=manifest.FORMAT_VERSION,
        project=manifest.ReleasedProject(slug=project.slug, title=project.title),
        codebook=manifest.ReleasedCodebook(
            code=codebook.code, version=content.version, content_hash=codebook.content_hash
        ),
        rounds=_rounds(session, project_id, content.frame.scored),
        seed=options.seed,
        replicates=options.replicates,
        formats=options.formats,
        counts=counts,
        excluded=content.judged.excluded(),
        gold_left_out=content.corpus.gold.left_out,
        gold_methods=content.tally.methods(),
        no_gold=content.tally.reasons(),
        adjudications=manifest.ReleasedAdjudications(
            **queries.adjudications(session, project_id, content.codes)
        ),
        splits=content.corpus.splits(),
        choices=choices,
        languages=content.corpus.languages(),
        agreement={
            entry["question"]: manifest.summary(entry) for entry in content.figures["questions"]
        },
        texts_licence=choices.texts_licence,
        csv=manifest.CSV_SAFE,
        recompute=manifest.RECOMPUTE,
        files={},
    )


_LINE_WRITERS: Final = {"csv": table_csv.writer, "jsonl": table_jsonl.writer}


def _write_table(folder: Path, table: Table, rows: Iterable[Row], formats: Sequence[Format]) -> int:
    # Other formats are made from the JSON Lines, which are taken away at the end where nobody asked
    # for them.
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
    return count


def require_documents(session: Session, project_id: int) -> None:
    """Raises:
    DataInvalid: the project has no documents.
    """
    documents = select(Document.id).where(Document.project_id == project_id)
    if session.scalars(documents.limit(1)).first() is None:
        slug = session.get_one(Project, project_id).slug
        raise DataInvalid(NOTHING_TO_RELEASE.format(slug=slug))


def _rounds(
    session: Session, project_id: int, scored: Sequence[str]
) -> tuple[manifest.ReleasedRound, ...]:
    return tuple(
        manifest.ReleasedRound(
            name=each.name,
            kind=each.kind,
            codebook_version=version,
            overlap=each.overlap,
            sample_share=float(f"{each.sample_share:.12g}"),
            blind=each.blind,
            suggestions=each.suggestions,
            seed=each.seed,
            closed=each.closed_at is not None,
            scored=each.name in scored,
        )
        for each, version in queries.rounds(session, project_id)
    )


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
