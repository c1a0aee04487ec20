"""A person's projects, a new one, and the page that says what comes next in one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from annotator.errors import DataInvalid
from annotator.services import projects
from annotator.services.adjudication.policies import preview_of
from annotator.store.queries import projects as queries
from annotator.web.access import Policy, database, dockets, now, person, project, requires
from annotator.web.next_step import steps

SLUG_NEEDED = "Give the project a short name for its address, such as russia-china."
TITLE_NEEDED = "Give the project a title."
LANGUAGES_NEEDED = "Say which languages the documents are in, such as en, ru."
CREATED = "The project is ready. Next: bring in documents."

blueprint = Blueprint("projects", __name__, url_prefix="/projects")


class ProjectForm(FlaskForm):  # type: ignore[misc]
    """The shape only; `services.projects` says which names and languages can be."""

    title = StringField("Title", validators=[InputRequired(TITLE_NEEDED)])
    slug = StringField(
        "Short name",
        validators=[InputRequired(SLUG_NEEDED)],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    languages = StringField("Languages", default="en", validators=[InputRequired(LANGUAGES_NEEDED)])
    source_blind = BooleanField("Hide the publisher while people label", default=True)


@blueprint.get("")
@requires(Policy.SIGNED_IN)
def index() -> str:
    me = person()
    with database().read() as session:
        mine = queries.projects_of(session, user_id=me.id, is_admin=me.role == "admin")
    return render_template("projects/index.html", projects=mine)


@blueprint.get("/new")
@requires(Policy.PROJECT_MAKER)
def new() -> str:
    return render_template("projects/new.html", form=ProjectForm())


@blueprint.post("")
@requires(Policy.PROJECT_MAKER)
def create() -> str | AnyResponse | tuple[str, int]:
    form = ProjectForm()
    if not form.validate():
        return render_template("projects/new.html", form=form), 422
    try:
        with database().write() as session:
            made = projects.create_project(
                session,
                slug=form.slug.data.strip(),
                title=form.title.data,
                languages=form.languages.data.replace(",", " ").split(),
                source_blind=form.source_blind.data,
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        return render_template("projects/new.html", form=form, problem=str(error)), 422
    flash(CREATED, "success")
    return redirect(url_for("projects.overview", slug=made.slug), 303)


@blueprint.get("/<slug>")
@requires(Policy.MEMBER)
def overview(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    here = project()
    with database().read() as session:
        own = queries.own_progress(session, project_id=here.id, user_id=person().id)
        if not here.is_lead:
            return render_template("projects/progress.html", own=own)
        state = queries.overview(session, project_id=here.id)
    disputed, agreed = dockets().look(
        here.id, lambda _, docket: (len(docket.disputes), preview_of(docket).decided)
    )
    return render_template(
        "projects/overview.html",
        state=state,
        own=own,
        disputed=disputed,
        steps=steps(state, disputed=disputed, agreed=agreed),
    )
