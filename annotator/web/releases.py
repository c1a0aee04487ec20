"""Releases of a project: make one in the background, look at what it holds, download it."""

import shlex
from pathlib import Path
from typing import cast

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
)
from flask import url_for as address
from werkzeug.wrappers import Response as AnyResponse

from annotator.config import Settings
from annotator.domain.exclusions import WHY
from annotator.domain.release_changes import Changes
from annotator.errors import AnnotatorError, Conflict, DataInvalid, NotFound
from annotator.services.releases import releasing
from annotator.services.releases.offering import offer
from annotator.services.releases.previewing import Preview, preview
from annotator.services.releases.writing import Options
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
from annotator.web.release_form import ReleaseForm, release_form
from annotator.web.security import DOWNLOAD_POLICY

QUEUED = "The release is being made; this page shows how far it is."
CHECK = "check"
KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown; charset=utf-8",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
}

blueprint = Blueprint("releases", __name__, url_prefix="/projects/<slug>/releases")


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(_form())


@blueprint.post("")
@requires(Policy.PROJECT_LEAD)
def make(slug: str) -> AnyResponse | tuple[str, int] | str:
    """Make a release, or with `step=check` only count what it would hold."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        options = form.options()
        if request.form.get("step") == CHECK:
            return _page(form, found=_preview(options))
        with database().write() as session:
            releasing.request_release(
                session,
                project_id=project().id,
                options=options,
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
    changes = None if release.changes is None else Changes.model_validate(release.changes)
    return render_template(
        "releases/show.html", release=release, folder=folder, why=WHY, changes=changes
    )


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


def _form() -> ReleaseForm:
    with database().read() as session:
        offered = offer(session, project().id)
        last = queries.last_options(session, project().id)
    return release_form(offered, None if last is None else Options.from_json(last))


def _preview(options: Options) -> Preview:
    with database().read() as session:
        return preview(session, project_id=project().id, choices=options.choices)


def _page(
    form: ReleaseForm, *, refused: AnnotatorError | None = None, found: Preview | None = None
) -> str:
    with database().read() as session:
        releases = queries.releases(session, project().id)
        job = queries.last_job(session, project_id=project().id, kind=releasing.JOB)
    return render_template(
        "releases/index.html", form=form, releases=releases, job=job, refused=refused, found=found
    )


def _sent(path: Path, name: str) -> Response:
    """A download that no browser runs: an attachment, in a sandbox, under a name of ours."""
    kind = KINDS.get(path.suffix, "application/octet-stream")
    response = send_file(path, mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    # Flask lets browsers keep a file; these are people's labels.
    response.headers["Cache-Control"] = "no-store"
    return response
