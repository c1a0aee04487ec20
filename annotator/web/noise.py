"""Suggestions of noise held against what was settled, and refitted to it by a lead."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from annotator.domain.noise import MADE_BY
from annotator.errors import AnnotatorError, Conflict, DataInvalid
from annotator.services import noise_refits as service
from annotator.store.queries import noise as queries
from annotator.store.queries.releases import last_job
from annotator.web.access import Policy, database, now, person, project, requires

REFITTING = "The refit is being made; nothing changes until you switch it on."
COMPUTING = "The suggestions are being computed anew."

blueprint = Blueprint("noise", __name__, url_prefix="/projects/<slug>/noise")


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page()


@blueprint.post("/refits")
@requires(Policy.PROJECT_LEAD)
def refit(slug: str) -> AnyResponse | tuple[str, int]:
    try:
        with database().write() as session:
            service.request_refit(session, project_id=project().id, actor_id=person().id, now=now())
    except (Conflict, DataInvalid) as error:
        return _page(refused=error), error.status
    return _back(slug, REFITTING)


@blueprint.post("/refits/<int:number>/use")
@requires(Policy.PROJECT_LEAD)
def use(slug: str, number: int) -> AnyResponse | tuple[str, int]:
    return _switch(slug, number)


@blueprint.post("/shipped/use")
@requires(Policy.PROJECT_LEAD)
def use_shipped(slug: str) -> AnyResponse | tuple[str, int]:
    return _switch(slug, None)


def _switch(slug: str, number: int | None) -> AnyResponse | tuple[str, int]:
    try:
        with database().write() as session:
            service.switch(
                session, project_id=project().id, number=number, actor_id=person().id, now=now()
            )
    except Conflict as error:
        return _page(refused=error), error.status
    return _back(slug, COMPUTING)


def _back(slug: str, told: str) -> AnyResponse:
    flash(told, "success")
    return redirect(url_for("noise.index", slug=slug), 303)


def _page(*, refused: AnnotatorError | None = None) -> str:
    with database().read() as session:
        standing = service.standing(session, project().id)
        refits = queries.refits(session, project().id)
        jobs = {
            kind: last_job(session, project_id=project().id, kind=kind)
            for kind in (service.REFIT, service.SUGGEST)
        }
    return render_template(
        "noise/index.html",
        standing=standing,
        refits=refits,
        making=jobs[service.REFIT],
        computing=jobs[service.SUGGEST],
        shipped=MADE_BY,
        refused=refused,
    )
