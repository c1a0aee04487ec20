"""Who works in a project, and as what."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from annotator.errors import DataInvalid
from annotator.services import projects
from annotator.store.queries import projects as queries
from annotator.web.access import Policy, database, now, person, project, requires

NAME_NEEDED = "Type the name that the person signs in with."
ROLE_NEEDED = "Choose what the person does here."
ADDED = "{name} is in the project now."
REMOVED = "The person is no longer in the project. Their labels stay."
ROLE_CHANGED = "The role was changed to {role}."
ROLES = {
    "annotator": "Annotator: labels what is assigned",
    "lead": "Lead: sees and decides everything here",
}

blueprint = Blueprint("members", __name__, url_prefix="/projects/<slug>/members")


class MemberForm(FlaskForm):  # type: ignore[misc]
    """The shape only; `services.projects` says who can be added."""

    name = StringField(
        "Name",
        validators=[InputRequired(NAME_NEEDED)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    role = SelectField(
        "Role",
        choices=[SelectChoice(role, means) for role, means in ROLES.items()],
        validators=[InputRequired(ROLE_NEEDED)],
    )


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(MemberForm())


@blueprint.post("")
@requires(Policy.PROJECT_LEAD)
def add(slug: str) -> AnyResponse | tuple[str, int]:
    form = MemberForm()
    if not form.validate():
        return _page(form), 422
    try:
        with database().write() as session:
            projects.add_member(
                session,
                project_id=project().id,
                name=form.name.data,
                role=form.role.data,
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        form.name.errors = [str(error)]
        return _page(form), error.status
    return _back(slug, ADDED.format(name=form.name.data.strip()))


@blueprint.post("/<int:user_id>/remove")
@requires(Policy.PROJECT_LEAD)
def remove(slug: str, user_id: int) -> AnyResponse:
    with database().write() as session:
        projects.remove_member(
            session, project_id=project().id, user_id=user_id, actor_id=person().id, now=now()
        )
    return _back(slug, REMOVED)


@blueprint.post("/<int:user_id>/role")
@requires(Policy.PROJECT_LEAD)
def change_role(slug: str, user_id: int) -> AnyResponse:
    role = request.form.get("role", "")
    with database().write() as session:
        projects.change_member_role(
            session,
            project_id=project().id,
            user_id=user_id,
            role=role,
            actor_id=person().id,
            now=now(),
        )
    return _back(slug, ROLE_CHANGED.format(role=role))


def _back(slug: str, sentence: str) -> AnyResponse:
    flash(sentence, "success")
    return redirect(url_for("members.index", slug=slug), 303)


def _page(form: MemberForm) -> str:
    with database().read() as session:
        members = queries.members(session, project_id=project().id)
    return render_template("members/index.html", form=form, members=members, roles=ROLES)
