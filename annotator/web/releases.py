"""Releases of a project: make one in the background, look at what it holds, download it."""

import shlex
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, flash, redirect, render_template, send_file
from flask import url_for as address
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from annotator.config import Settings
from annotator.domain.exclusions import WHY
from annotator.errors import AnnotatorError, Conflict, DataInvalid, NotFound
from annotator.services.releases import releasing
from annotator.services.releases.writing import Options
from annotator.services.scoring_frame import DEFAULT_SEED
from annotator.store.queries import releases as queries
from annotator.web.access import (
    NO_SUCH_PAGE,
    Policy,
    database,
    now,
    person,
    project,
    requires,
)
from annotator.web.security import DOWNLOAD_POLICY

QUEUED = "The release is being made; this page shows how far it is."
BAD_SEED = "The seed is a whole number from 0 to 2,147,483,647."
LARGEST_SEED = 2**31 - 1
KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown; charset=utf-8",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
}

blueprint = Blueprint("releases", __name__, url_prefix="/projects/<slug>/releases")


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """The shape only; what of it makes another release says `services.release_writing.Options`."""

    seed = IntegerField(
        "Seed",
        default=DEFAULT_SEED,
        validators=[
            InputRequired(BAD_SEED),
            NumberRange(min=0, max=LARGEST_SEED, message=BAD_SEED),
        ],
    )


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(ReleaseForm())


@blueprint.post("")
@requires(Policy.PROJECT_LEAD)
def make(slug: str) -> AnyResponse | tuple[str, int]:
    form = ReleaseForm()
    if not form.validate():
        return _page(form), 422
    try:
        with database().write() as session:
            releasing.request_release(
                session,
                project_id=project().id,
                options=Options(seed=form.seed.data),
                actor_id=person().id,
                now=now(),
            )
    except (Conflict, DataInvalid) as error:
        return _page(form, refused=error), error.status
    flash(QUEUED, "success")
    return redirect(address("releases.index", slug=slug), 303)


@blueprint.get("/<int:number>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, number: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        release = queries.release(session, project_id=project().id, number=number)
    if release is None:
        raise NotFound(NO_SUCH_PAGE)
    # To be pasted into a shell, so a space in the path is quoted.
    folder = shlex.quote(str(_settings().exports / release.folder))
    return render_template("releases/show.html", release=release, folder=folder, why=WHY)


@blueprint.get("/<int:number>/files/<path:name>")
@requires(Policy.PROJECT_LEAD)
def download(slug: str, number: int, name: str) -> Response:
    with database().read() as session:
        path = releasing.file_of(
            session, settings=_settings(), project_id=project().id, number=number, name=name
        )
    return _sent(path, f"{slug}-release-{number}-{name.replace('/', '-')}")


@blueprint.get("/<int:number>/archive")
@requires(Policy.PROJECT_LEAD)
def archive(slug: str, number: int) -> Response:
    with database().read() as session:
        path = releasing.archive_of(
            session, settings=_settings(), project_id=project().id, number=number
        )
    return _sent(path, f"{slug}-release-{number}.zip")


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["annotator.settings"])


def _page(form: ReleaseForm, *, refused: AnnotatorError | None = None) -> str:
    with database().read() as session:
        releases = queries.releases(session, project().id)
        job = queries.last_job(session, project_id=project().id, kind=releasing.JOB)
    return render_template(
        "releases/index.html", form=form, releases=releases, job=job, refused=refused
    )


def _sent(path: Path, name: str) -> Response:
    """A download that no browser runs: an attachment, in a sandbox, under a name of ours."""
    kind = KINDS.get(path.suffix, "application/octet-stream")
    response = send_file(path, mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    # Flask lets browsers keep a file; these are people's labels.
    response.headers["Cache-Control"] = "no-store"
    return response
