"""Releases: exported where a person says, or made in the background, numbered and kept.

`prepare` and `conclude` are the two halves of the job behind a numbered release. The number is
given by making the release and stands nowhere in its folder: exporting the same data again gives
the same bytes.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.domain import manifest
from annotator.domain.manifest import Manifest
from annotator.errors import DataInvalid, NotFound
from annotator.services import jobs
from annotator.services.jobs import LeasedJob
from annotator.services.releases import staging
from annotator.services.releases.staging import StagedFolder
from annotator.services.releases.writing import (
    Options,
    Progress,
    require_documents,
    write_release,
)
from annotator.store.audit import record
from annotator.store.corpus import Project
from annotator.store.publishing import Job, Release

JOB: Final = "release"

NO_SUCH_RELEASE = "The project has no release {number}."
NO_SUCH_FILE = "Release {number} has no file “{name}”."
FILES_GONE = (
    "The files of release {number} are not in {folder} any more; bring them back from a backup."
)


def export(
    session: Session, *, project_id: int, target: Path, options: Options | None = None
) -> Manifest:
    """Write a release to `target`, whole or not at all. It gets no number and is not remembered.

    Raises:
        Conflict: `target` exists and is not an empty folder.
        DataInvalid: the project has no documents.
        Unavailable: the disk is full or cannot be written to.
    """
    with staging.whole(target) as folder:
        return write_release(
            session, project_id=project_id, folder=folder, options=options or Options()
        )


def request_release(
    session: Session, *, project_id: int, options: Options, actor_id: int | None, now: datetime
) -> Job:
    """Queue the making of a numbered release.

    Raises:
        Conflict: one is being made already.
        DataInvalid: the project has no documents.
    """
    require_documents(session, project_id)
    return jobs.enqueue(
        session,
        project_id=project_id,
        kind=JOB,
        payload=options.as_json(),
        actor_id=actor_id,
        now=now,
    )


@dataclass(slots=True)
class PreparedRelease:
    """A release whose folder is written and which waits for its number."""

    staged: StagedFolder
    archive: Path
    manifest: dict[str, Any]
    job: LeasedJob
    slug: str
    changes: dict[str, Any] | None = None

    def conclude(self, session: Session, *, now: datetime) -> dict[str, Any]:
        """Number the release and name its folder, unless it is the same as the last one.

        Returns `{"number": n, "changed": bool}`.

        Raises:
            Conflict: someone else made a release at the same moment.
            Unavailable: the disk is full or cannot be written to.
        """
        last = _last_release(session, self.job.project_id)
        if last is not None and last.manifest == self.manifest:
            self.discard()
            return {"number": last.number, "changed": False}
        number = 1 if last is None else last.number + 1
        folder = _free_folder(self.staged.path.parent, f"{self.slug}-release-{number}")
        release = Release(
            project_id=self.job.project_id,
            number=number,
            seed=self.manifest["seed"],
            options=self.job.payload,
            manifest=self.manifest,
            changes=self.changes,
            folder=folder.name,
            made_at=now,
            made_by_id=self.job.created_by_id,
        )
        session.add(release)
        session.flush()
        record(
            session,
            action="release.made",
            at=now,
            actor_id=self.job.created_by_id,
            project_id=self.job.project_id,
            object_id=release.id,
            number=number,
        )
        self._publish(folder)
        return {"number": number, "changed": True}

    def discard(self) -> None:
        self.staged.discard()
        self.archive.unlink(missing_ok=True)

    def _publish(self, folder: Path) -> None:
        self.staged.publish(folder)
        archive = folder.with_name(f"{folder.name}.zip")
        with staging.written(archive):
            self.archive = self.archive.replace(archive)


def prepare(
    session: Session, *, settings: Settings, job: LeasedJob, progress: Progress
) -> PreparedRelease:
    """Write the folder of a numbered release and its archive, under hidden names.

    Raises:
        DataInvalid: the project has no documents.
        Unavailable: the disk is full or cannot be written to.
    """
    project = session.get_one(Project, job.project_id)
    place = settings.exports / f"{project.slug}-release"
    staged = staging.stage(place, mark=f"job-{job.id}")
    archive = staged.path.with_name(f"{staged.path.name}.zip")
    prepared = PreparedRelease(staged, archive, {}, job, project.slug)
    try:
        with staging.written(place):
            made = write_release(
                session,
                project_id=job.project_id,
                folder=staged.path,
                options=Options.from_json(job.payload),
                progress=progress,
            )
        prepared.manifest = made.model_dump(mode="json")
        prepared.changes = _changes(_last_release(session, job.project_id), staged.path, settings)
        staging.write_zip(staged.path, archive, inside=f"{project.slug}-release")
    except BaseException:
        prepared.discard()
        raise
    progress(1.0)
    return prepared


def file_of(
    session: Session, *, settings: Settings, project_id: int, number: int, name: str
) -> Path:
    """Where a file of a numbered release lies; only what its manifest names, and the manifest.

    Raises:
        NotFound: there is no such release or file, or the folder was taken away.
    """
    release = _release(session, project_id, number)
    if name not in {manifest.NAME, *release.manifest["files"]}:
        raise NotFound(NO_SUCH_FILE.format(number=number, name=name))
    return _present(settings.exports / release.folder / name, number)


def archive_of(session: Session, *, settings: Settings, project_id: int, number: int) -> Path:
    """Where the archive of a numbered release lies.

    Raises:
        NotFound: there is no such release, or the archive was taken away.
    """
    release = _release(session, project_id, number)
    return _present(settings.exports / f"{release.folder}.zip", number)


def _changes(last: Release | None, folder: Path, settings: Settings) -> dict[str, Any] | None:
    """None before there is anything to compare with, or where its files cannot be read any more."""
    # It loads numpy, which the web process must not do: it only asks for releases.
    from annotator.services.releases.comparing import compare  # noqa: PLC0415

    if last is None:
        return None
    try:
        found = compare(settings.exports / last.folder, folder, against=last.number)
    except DataInvalid:
        return None
    return found.model_dump(mode="json")


def _last_release(session: Session, project_id: int) -> Release | None:
    newest = select(Release).where(Release.project_id == project_id).order_by(Release.number.desc())
    return session.scalars(newest.limit(1)).first()


def _release(session: Session, project_id: int, number: int) -> Release:
    found = session.scalars(
        select(Release).where(Release.project_id == project_id, Release.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound(NO_SUCH_RELEASE.format(number=number))
    return found


def _present(path: Path, number: int) -> Path:
    if not path.is_file():
        raise NotFound(FILES_GONE.format(number=number, folder=path.parent))
    return path


def _free_folder(parent: Path, name: str) -> Path:
    """`name`, or with a letter if another installation put a folder of that name there before."""
    suffixes = ("", *(f".{number}" for number in range(2, 1000)))
    places = (parent / f"{name}{suffix}" for suffix in suffixes)
    return next(place for place in places if not place.exists())
