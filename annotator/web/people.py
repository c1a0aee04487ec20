"""Who may sign in: administrators add people, send links, give roles, disable and enable."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from annotator.errors import Conflict, DataInvalid
from annotator.services import people
from annotator.store.people import USER_ROLES
from annotator.store.queries import people as queries
from annotator.web.access import Policy, database, now, person, requires
from annotator.web.sign_in import Page

NAME_NEEDED = "Type the name that the person signs in with."
ROLE_NEEDED = "Choose what the person may do."
DISABLED = "{name} can no longer sign in. What they labelled stays."
ENABLED = "{name} can sign in again."
ROLE_CHANGED = "{name} has the role {role} now, and was signed out."
ROLE_MEANS = {
    "admin": "Administrator: everything, and people",
    "lead": "Lead: makes projects and leads them",
    "annotator": "Annotator: labels what is assigned",
}

blueprint = Blueprint("people", __name__, url_prefix="/people")


class AddPersonForm(FlaskForm):  # type: ignore[misc]
    """The shape only; `person_name` says which names can be, `people` who has one already."""

    name = StringField(
        "Name",
        validators=[InputRequired(NAME_NEEDED)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    role = SelectField(
        "Role",
        choices=[SelectChoice(role, ROLE_MEANS[role]) for role in reversed(USER_ROLES)],
        validators=[InputRequired(ROLE_NEEDED)],
    )


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that is shown once."""

    name: str
    address: str


@blueprint.get("")
@requires(Policy.ADMIN)
def index() -> str:
    return _page(AddPersonForm())


@blueprint.post("")
@requires(Policy.ADMIN)
def add() -> Page:
    form = AddPersonForm()
    if not form.validate():
        return _page(form), 422
    me = person()
    try:
        with database().write() as session:
            user = people.add_person(
                session, name=form.name.data, role=form.role.data, actor_id=me.id, now=now()
            )
            token = people.invite(session, user_id=user.id, actor_id=me.id, now=now())
    except (DataInvalid, Conflict) as error:
        form.name.errors = [str(error)]
        return _page(form), error.status
    return _page_with_link(user.name, token)


@blueprint.post("/<int:user_id>/invite")
@requires(Policy.ADMIN)
def invite(user_id: int) -> Page:
    with database().write() as session:
        token = people.invite(session, user_id=user_id, actor_id=person().id, now=now())
    return _page_with_link(_name(user_id), token)


@blueprint.post("/<int:user_id>/disable")
@requires(Policy.ADMIN)
def disable(user_id: int) -> AnyResponse:
    with database().write() as session:
        people.disable(session, user_id=user_id, actor_id=person().id, now=now())
    return _back(DISABLED.format(name=_name(user_id)))


@blueprint.post("/<int:user_id>/enable")
@requires(Policy.ADMIN)
def enable(user_id: int) -> AnyResponse:
    with database().write() as session:
        people.enable(session, user_id=user_id, actor_id=person().id, now=now())
    return _back(ENABLED.format(name=_name(user_id)))


@blueprint.post("/<int:user_id>/role")
@requires(Policy.ADMIN)
def change_role(user_id: int) -> AnyResponse:
    role = request.form.get("role", "")
    with database().write() as session:
        people.change_role(session, user_id=user_id, role=role, actor_id=person().id, now=now())
    return _back(ROLE_CHANGED.format(name=_name(user_id), role=role))


def _name(user_id: int) -> str:
    with database().read() as session:
        return queries.name_of(session, user_id=user_id)


def _back(sentence: str) -> AnyResponse:
    flash(sentence, "success")
    return redirect(url_for("people.index"), 303)


def _page_with_link(name: str, token: str) -> Page:
    """The link is shown in the answer itself, so that it is kept nowhere on the way."""
    address = url_for("sign_in.invite", token=token, _external=True)
    page = _page(AddPersonForm(formdata=None), new_link=NewLink(name, address))
    return page, HTTPStatus.CREATED


def _page(form: AddPersonForm, *, new_link: NewLink | None = None) -> str:
    with database().read() as session:
        rows = queries.people(session, now=now())
    return render_template(
        "people/index.html",
        form=form,
        people=rows,
        roles=tuple(reversed(USER_ROLES)),
        new_link=new_link,
        hours=int(people.INVITE_LIFETIME.total_seconds() // 3600),
    )
