"""Bringing documents in: the files are looked at first, and stored when the lead has seen that.

An upload is small (read and stored while the person waits) or left to the background; the pages are
the same. What is shown is kept with the job, so that it can be loaded again.
"""

import time
from pathlib import PureWindowsPath
from typing import Any, cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from annotator.config import Settings
from annotator.errors import Conflict, DataInvalid, ImportRefused, NotFound
from annotator.formats import ENCODINGS, SUFFIXES
from annotator.services.documents import batches, uploads
from annotator.services.documents.batches import IMPORT, REVIEW, Wish
from annotator.services.documents.uploads import Upload
from annotator.store.publishing import Job
from annotator.store.queries import access
from annotator.web.access import NO_SUCH_PAGE, Policy, database, now, person, project, requires

FILES_NEEDED = "Choose at least one file."
DISCARDED = "The files were discarded; nothing was imported."
LINES = (
    ("auto", "as each document looks"),
    ("paragraphs", "each line is a paragraph"),
    ("wrapped", "blank lines end a paragraph"),
)

blueprint = Blueprint("imports", __name__, url_prefix="/projects/<slug>/documents/imports")


class ReadingForm(FlaskForm):  # type: ignore[misc]
    """How files are to be read. The shape only; `formats` and `services` say what can be read."""

    source_name = StringField("Source", render_kw={"autocomplete": "off"})
    text_column = StringField("Column with the text", render_kw={"autocomplete": "off"})
    encoding = SelectField(
        "Encoding", choices=[SelectChoice(name, name) for name in ENCODINGS], default="utf-8"
    )
    lines = SelectField(
        "Line breaks", choices=[SelectChoice(*each) for each in LINES], default="auto"
    )
    repair = BooleanField("Repair lines that were read with a wrong encoding before")

    def wish(self, token: str) -> Wish:
        return Wish(
            token,
            source_name=(self.source_name.data or "").strip(),
            text_column=(self.text_column.data or "").strip(),
            encoding=self.encoding.data,
            lines=self.lines.data,
            repair=self.repair.data,
        )


class UploadForm(ReadingForm):
    files = MultipleFileField(
        "Files",
        validators=[FileRequired(FILES_NEEDED)],
        render_kw={"accept": ",".join(SUFFIXES), "multiple": True},
    )


@blueprint.get("/<int:import_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, import_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(_job(import_id))


@blueprint.post("/<int:import_id>")
@requires(Policy.PROJECT_LEAD)
def read_again(slug: str, import_id: int) -> AnyResponse | tuple[str, int]:  # noqa: ARG001 - see above
    """Look at the same files, read in another way."""
    job = _job(import_id)
    form = ReadingForm()
    if not form.validate():
        return _page(job, form=form), 422
    try:
        upload = _upload(job)
        return _to(begin_review(upload, form.wish(upload.token)))
    except Conflict as error:
        return _page(job, form=form, problem=error), error.status


@blueprint.post("/<int:import_id>/store")
@requires(Policy.PROJECT_LEAD)
def store(slug: str, import_id: int) -> AnyResponse | tuple[str, int]:  # noqa: ARG001 - see above
    """Store what was looked at, as it was read there."""
    job = _job(import_id)
    sent = dict(job.payload, skip_refused="skip_refused" in request.form)
    try:
        return _to(_begin_import(_upload(job), Wish(**sent)))
    except (ImportRefused, Conflict) as error:
        return _page(job, problem=error), error.status


@blueprint.post("/<int:import_id>/discard")
@requires(Policy.PROJECT_LEAD)
def discard(slug: str, import_id: int) -> AnyResponse:
    uploads.discard(_settings().home, _job(import_id).payload["upload"])
    flash(DISCARDED, "success")
    return redirect(url_for("documents.index", slug=slug), 303)


def take_files(form: UploadForm) -> AnyResponse:
    """Keep the files that were sent, look at them, and show what was understood."""
    home = _settings().home
    uploads.discard_old(home, now=time.time())
    # Some browsers send the path with the name.
    files = [(PureWindowsPath(file.filename or "").name, file.stream) for file in form.files.data]
    upload = uploads.keep(home, files)
    return _to(begin_review(upload, form.wish(upload.token)))


def begin_review(upload: Upload, wish: Wish) -> Job:
    facts: dict[str, Any] = {
        "project_id": project().id, "wish": wish, "actor_id": person().id, "now": now(),
    }  # fmt: skip
    if not upload.is_small:
        with database().write() as session:
            return batches.queue(session, **facts, kind=REVIEW)
    with database().read() as session:
        result = batches.review_upload(session, project_id=project().id, wish=wish, upload=upload)
    with database().write() as session:
        return batches.note_done(session, **facts, kind=REVIEW, result=result)


def _begin_import(upload: Upload, wish: Wish) -> Job:
    facts: dict[str, Any] = {
        "project_id": project().id, "wish": wish, "actor_id": person().id, "now": now(),
    }  # fmt: skip
    with database().write() as session:
        if not upload.is_small:
            return batches.queue(session, **facts, kind=IMPORT)
        result = batches.import_upload(session, **facts, upload=upload)
        return batches.note_done(session, **facts, kind=IMPORT, result=result)


def _job(import_id: int) -> Job:
    with database().read() as session:
        found = access.job_for(
            session, project_id=project().id, job_id=import_id, kinds=(REVIEW, IMPORT)
        )
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def _upload(job: Job) -> Upload:
    return uploads.kept(_settings().home, job.payload["upload"])


def _to(job: Job) -> AnyResponse:
    return redirect(url_for("imports.show", slug=project().slug, import_id=job.id), 303)


def _page(
    job: Job, *, form: ReadingForm | None = None, problem: DataInvalid | Conflict | None = None
) -> str:
    form = form or ReadingForm(data=job.payload)
    if job.state in {"queued", "running"}:
        return render_template("imports/under_way.html", job=job, reviewing=job.kind == REVIEW)
    if job.kind == IMPORT and job.state == "done":
        return render_template("imports/report.html", report=job.result)
    return render_template(
        "imports/review.html", job=job, form=form, review=job.result, problem=problem
    )


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["annotator.settings"])
