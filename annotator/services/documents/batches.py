"""The two jobs of an import by form: look at the files that were sent, then store their documents.

Small ones are done while the person waits, others in the background; either way the job keeps what
came out, so that its page can be shown again.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.formats.asking import Asked, Lines
from annotator.services import jobs
from annotator.services.documents import uploads
from annotator.services.documents.importing import ImportReport, import_found
from annotator.services.documents.reading import Found, Reading
from annotator.services.documents.reviewing import review
from annotator.services.documents.uploads import Upload
from annotator.services.jobs import LeasedJob
from annotator.store.publishing import Job

REVIEW: Final = "review"
IMPORT: Final = "import"
LINES_AT_MOST: Final = 500
# Of the work of an import, reading is the smaller part, and the one that can say how far it is.
_READING_SHARE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Wish:
    """How the files of an upload are to be read, and what is to be done if some are refused."""

    upload: str
    source_name: str = ""
    text_column: str = ""
    encoding: str = "utf-8"
    lines: Lines = "auto"
    repair: bool = False
    skip_refused: bool = False

    @property
    def reading(self) -> Reading:
        mapping = {"text": self.text_column} if self.text_column else {}
        return Reading(Asked(self.encoding, mapping, self.lines, self.repair), self.source_name)


def review_upload(
    session: Session, *, project_id: int, upload: Upload, wish: Wish
) -> dict[str, Any]:
    """What `reviewing.review` makes of an upload. Only reads."""
    return review(session, project_id=project_id, files=upload.contents(), reading=wish.reading)


def import_upload(
    session: Session,
    *,
    project_id: int,
    upload: Upload,
    wish: Wish,
    actor_id: int | None,
    now: datetime,
) -> dict[str, Any]:
    """Store the documents of an upload; gives the report as JSON.

    Raises:
        ImportRefused: something was refused, and the good ones alone were not asked for.
    """
    report = import_found(
        session,
        project_id=project_id,
        found=wish.reading.documents(upload.contents()),
        actor_id=actor_id,
        now=now,
        keep_going=wish.skip_refused,
    )
    return as_json(report)


def queue(
    session: Session,
    *,
    project_id: int,
    kind: str,
    wish: Wish,
    actor_id: int | None,
    now: datetime,
) -> Job:
    """Leave a review or an import to the background.

    Raises:
        Conflict: an import of this project is under way.
    """
    return jobs.enqueue(
        session,
        project_id=project_id,
        kind=kind,
        payload=asdict(wish),
        actor_id=actor_id,
        now=now,
        alone=kind == IMPORT,
    )


def note_done(
    session: Session,
    *,
    project_id: int,
    kind: str,
    wish: Wish,
    result: dict[str, Any],
    actor_id: int | None,
    now: datetime,
) -> Job:
    """Keep what came out of a review or an import that was done at once."""
    return jobs.note_done(
        session,
        project_id=project_id,
        kind=kind,
        payload=asdict(wish),
        result=result,
        actor_id=actor_id,
        now=now,
    )


@dataclass(slots=True)
class PreparedReview:
    result: dict[str, Any]

    def conclude(self, session: Session, *, now: datetime) -> dict[str, Any]:  # noqa: ARG002
        """Nothing is stored but the result."""
        return self.result

    def discard(self) -> None:
        """There is nothing to leave behind."""


@dataclass(slots=True)
class PreparedImport:
    """Documents that were read, to be stored in one transaction."""

    job: LeasedJob
    wish: Wish
    found: list[Found]

    def conclude(self, session: Session, *, now: datetime) -> dict[str, Any]:
        """Raises:
        ImportRefused: something was refused, and the good ones alone were not asked for.
        """
        report = import_found(
            session,
            project_id=self.job.project_id,
            found=self.found,
            actor_id=self.job.created_by_id,
            now=now,
            keep_going=self.wish.skip_refused,
        )
        return as_json(report)

    def discard(self) -> None:
        self.found.clear()


def prepare_review(
    session: Session, *, settings: Settings, job: LeasedJob, progress: Callable[[float], None]
) -> PreparedReview:
    """Raises:
    Conflict: the files are gone.
    """
    wish = Wish(**job.payload)
    files = uploads.kept(settings.home, wish.upload).contents(progress)
    return PreparedReview(
        review(session, project_id=job.project_id, files=files, reading=wish.reading)
    )


def prepare_import(
    session: Session,  # noqa: ARG001 - a `Kind` is given one
    *,
    settings: Settings,
    job: LeasedJob,
    progress: Callable[[float], None],
) -> PreparedImport:
    """Raises:
    Conflict: the files are gone.
    """
    wish = Wish(**job.payload)
    upload = uploads.kept(settings.home, wish.upload)
    files = upload.contents(lambda share: progress(_READING_SHARE * share))
    return PreparedImport(job, wish, list(wish.reading.documents(files)))


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report with a line for every refusal, and for as many others as a page shows."""
    refused = [one for one in report.documents if one.reason is not None]
    others = [one for one in report.documents if one.reason is None]
    lines = [*refused, *others][:LINES_AT_MOST]
    return {
        "counts": report.counts,
        "paragraphs": report.paragraphs,
        "suggestions": report.suggestions,
        "documents": [asdict(one) for one in lines],
        "hidden": len(report.documents) - len(lines),
    }
