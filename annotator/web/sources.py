"""The publishers of a project's documents, and what hides them from annotators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from annotator.errors import DataInvalid, NotFound
from annotator.services.documents.sources import describe_source
from annotator.services.mask_review import review
from annotator.store.queries import access
from annotator.store.queries import sources as queries
from annotator.store.queries.sources import SourceShown
from annotator.web.access import (
    NO_SUCH_PAGE,
    Policy,
    database,
    now,
    person,
    project,
    requires,
)

SAVED = "Saved."

blueprint = Blueprint("sources", __name__, url_prefix="/projects/<slug>/sources")


class SourceForm(FlaskForm):  # type: ignore[misc]
    """One entry a line; `services.sources` says what a domain or alias may be."""

    domains = TextAreaField("Domains", render_kw={"rows": 4, "spellcheck": "false"})
    aliases = TextAreaField("Other names", render_kw={"rows": 6, "spellcheck": "false"})
    exemptions = TextAreaField(
        "Words that stay visible", render_kw={"rows": 3, "spellcheck": "false"}
    )


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        sources = queries.sources(session, project_id=project().id)
    return render_template("sources/index.html", sources=sources)


@blueprint.get("/<int:source_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, source_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    source = _source(source_id)
    form = SourceForm(
        domains="\n".join(source.domains),
        aliases="\n".join(source.aliases),
        exemptions="\n".join(source.exemptions),
    )
    return render_template("sources/show.html", source=source, form=form)


@blueprint.get("/<int:source_id>/mask")
@requires(Policy.PROJECT_LEAD)
def mask(slug: str, source_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        source = access.source_for(session, project_id=project().id, source_id=source_id)
        if source is None:
            raise NotFound(NO_SUCH_PAGE)
        shown, found = queries.source_shown(session, source), review(session, source)
    return render_template("sources/mask.html", source=shown, review=found)


@blueprint.post("/<int:source_id>")
@requires(Policy.PROJECT_LEAD)
def describe(slug: str, source_id: int) -> AnyResponse | tuple[str, int]:
    shown, form = _source(source_id), SourceForm()
    try:
        with database().write() as session:
            source = access.source_for(session, project_id=project().id, source_id=source_id)
            if source is None:
                raise NotFound(NO_SUCH_PAGE)
            describe_source(
                session,
                source=source,
                domains=(form.domains.data or "").splitlines(),
                aliases=(form.aliases.data or "").splitlines(),
                exemptions=(form.exemptions.data or "").splitlines(),
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        page = render_template("sources/show.html", source=shown, form=form, problem=str(error))
        return page, error.status
    flash(SAVED, "success")
    return redirect(url_for("sources.show", slug=slug, source_id=source_id), 303)


def _source(source_id: int) -> SourceShown:
    with database().read() as session:
        source = access.source_for(session, project_id=project().id, source_id=source_id)
        if source is None:
            raise NotFound(NO_SUCH_PAGE)
        return queries.source_shown(session, source)
