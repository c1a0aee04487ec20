"""The publishers of a project's documents, and what hides them from annotators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, TextAreaField

from annotator.errors import Conflict, DataInvalid, NotFound
from annotator.services.documents import settled_noise
from annotator.services.documents.merging import merge_source, take_out_source
from annotator.services.documents.sources import describe_source
from annotator.services.documents.withdrawing import restore_source, withdraw_source
from annotator.services.mask_review import review
from annotator.services.source_rating import reliability_of
from annotator.store.queries import access, corpus_figures
from annotator.store.queries import sources as queries
from annotator.web.access import (
    LARGEST_ID,
    NO_SUCH_PAGE,
    Policy,
    database,
    now,
    person,
    project,
    requires,
)
from annotator.web.corpus_tables import by_language

SAVED = "Saved."
MERGED = "“{name}” is merged into this source; documents moved: {documents:,}."
TAKEN_OUT = "The source stands on its own again; documents moved back: {documents:,}."
WITHDRAWN = (
    "The source is withdrawn with {documents:,} documents; open tasks taken back: {tasks:,}. "
    "Labels are kept."
)
RESTORED = "The source is in use again with {documents:,} documents; tasks open again: {tasks:,}."

blueprint = Blueprint("sources", __name__, url_prefix="/projects/<slug>/sources")


class SourceForm(FlaskForm):  # type: ignore[misc]
    """One entry a line; `services.sources` says what a domain or alias may be."""

    name = StringField("Name")
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
        left_out = queries.left_out(session, project_id=project().id)
    return render_template("sources/index.html", sources=sources, left_out=left_out)


@blueprint.get("/<int:source_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, source_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(source_id)


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
    form = SourceForm()
    try:
        with database().write() as session:
            source = access.source_for(session, project_id=project().id, source_id=source_id)
            if source is None:
                raise NotFound(NO_SUCH_PAGE)
            describe_source(
                session,
                source=source,
                name=form.name.data,
                domains=(form.domains.data or "").splitlines(),
                aliases=(form.aliases.data or "").splitlines(),
                exemptions=(form.exemptions.data or "").splitlines(),
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        return _page(source_id, form=form, problem=str(error)), error.status
    flash(SAVED, "success")
    return redirect(url_for("sources.show", slug=slug, source_id=source_id), 303)


@blueprint.post("/<int:source_id>/merge")
@requires(Policy.PROJECT_LEAD)
def merge(slug: str, source_id: int) -> AnyResponse | tuple[str, int]:
    chosen = min(max(0, request.form.get("into", 0, type=int)), LARGEST_ID)
    try:
        with database().write() as session:
            source = access.source_for(session, project_id=project().id, source_id=source_id)
            if source is None:
                raise NotFound(NO_SUCH_PAGE)
            into = access.source_for(session, project_id=project().id, source_id=chosen)
            moved = merge_source(session, source=source, into=into, actor_id=person().id, now=now())
    except DataInvalid as error:
        return _page(source_id, problem=str(error)), error.status
    flash(MERGED.format(name=source.name, documents=moved), "success")
    return redirect(url_for("sources.show", slug=slug, source_id=chosen), 303)


@blueprint.post("/<int:source_id>/take-out")
@requires(Policy.PROJECT_LEAD)
def take_out(slug: str, source_id: int) -> AnyResponse | tuple[str, int]:
    try:
        with database().write() as session:
            source = access.source_for(session, project_id=project().id, source_id=source_id)
            if source is None:
                raise NotFound(NO_SUCH_PAGE)
            moved = take_out_source(session, source=source, actor_id=person().id, now=now())
    except (DataInvalid, Conflict) as error:
        return _page(source_id, problem=str(error)), error.status
    flash(TAKEN_OUT.format(documents=moved), "success")
    return redirect(url_for("sources.show", slug=slug, source_id=source_id), 303)


@blueprint.post("/<int:source_id>/withdraw")
@requires(Policy.PROJECT_LEAD)
def withdraw(slug: str, source_id: int) -> AnyResponse | tuple[str, int]:
    try:
        with database().write() as session:
            source = access.source_for(session, project_id=project().id, source_id=source_id)
            if source is None:
                raise NotFound(NO_SUCH_PAGE)
            taken = withdraw_source(session, source=source, actor_id=person().id, now=now())
    except DataInvalid as error:
        return _page(source_id, problem=str(error)), error.status
    flash(WITHDRAWN.format(documents=taken.documents, tasks=taken.assignments), "success")
    return redirect(url_for("sources.show", slug=slug, source_id=source_id), 303)


@blueprint.post("/<int:source_id>/restore")
@requires(Policy.PROJECT_LEAD)
def restore(slug: str, source_id: int) -> AnyResponse:
    with database().write() as session:
        source = access.source_for(session, project_id=project().id, source_id=source_id)
        if source is None:
            raise NotFound(NO_SUCH_PAGE)
        taken = restore_source(session, source=source, actor_id=person().id, now=now())
    flash(RESTORED.format(documents=taken.documents, tasks=taken.assignments), "success")
    return redirect(url_for("sources.show", slug=slug, source_id=source_id), 303)


def _page(source_id: int, *, form: SourceForm | None = None, problem: str | None = None) -> str:
    with database().read() as session:
        source = access.source_for(session, project_id=project().id, source_id=source_id)
        if source is None:
            raise NotFound(NO_SUCH_PAGE)
        shown = queries.source_shown(session, source)
        others = queries.sources(session, project_id=project().id)
        figures = settled_noise.figures(session, project_id=project().id, source_id=source.id)
        lines = corpus_figures.repeated_lines(session, source_id=source.id)
        reliability = reliability_of(session, source_id=source.id, user_id=person().id)
    form = form or SourceForm(
        name=shown.name,
        domains="\n".join(shown.domains),
        aliases="\n".join(shown.aliases),
        exemptions="\n".join(shown.exemptions),
    )
    return render_template(
        "sources/show.html",
        source=shown,
        others=[each for each in others if each.id != shown.id],
        languages=by_language(figures),
        lines=lines,
        reliability=reliability,
        form=form,
        problem=problem,
    )
