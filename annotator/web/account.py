"""One's own account: the password, the browsers that are signed in, the tokens for scripts."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField
from wtforms.validators import InputRequired

from annotator.errors import DataInvalid, SignInNeeded
from annotator.services import api_tokens, passwords, people, sessions
from annotator.services.accounts import ABSOLUTE_LIMIT, IDLE_LIMIT
from annotator.services.passwords import ChosenPassword
from annotator.store.queries import people as queries
from annotator.web import session_cookie
from annotator.web.access import SIGN_IN_FIRST, Policy, database, now, person, requires
from annotator.web.sign_in import NewPasswordForm, Page, try_password

CURRENT_NEEDED = "Type the password you have now."
CURRENT_WRONG = "This is not the password you have now; type it again."
CHANGED = "Your password is changed. All other browsers were signed out."
SESSION_ENDED = "That browser is signed out."
TOKEN_REVOKED = "The token no longer works."  # noqa: S105 - a sentence

blueprint = Blueprint("account", __name__, url_prefix="/account")


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        "Password now",
        validators=[InputRequired(CURRENT_NEEDED)],
        render_kw={"autocomplete": "current-password"},
    )


class EmptyForm(FlaskForm):  # type: ignore[misc]
    """A button: nothing but the CSRF token."""


@blueprint.get("")
@requires(Policy.SIGNED_IN)
def index() -> str:
    return _page(ChangePasswordForm())


@blueprint.post("/password")
@requires(Policy.SIGNED_IN)
def change_password() -> Page:
    form = ChangePasswordForm()
    if not form.validate():
        return _page(form), 422
    chosen = _chosen(form)
    if chosen is None:
        return _page(form), 422
    tried = try_password(name=person().name, password=form.current.data)
    with database().write() as session:
        user = sessions.confirmed(session, attempt=tried.attempt, verdict=tried.verdict, now=now())
        if user is not None:
            token = people.change_password(
                session, user_id=user.id, session_id=_session_id(), password=chosen, now=now()
            )
    if user is None:
        form.current.errors = [CURRENT_WRONG]
        return _page(form), 422
    flash(CHANGED, "success")
    return session_cookie.give(redirect(url_for("account.index"), 303), token)


@blueprint.post("/sessions/<int:session_id>/end")
@requires(Policy.SIGNED_IN)
def end_session(session_id: int) -> AnyResponse:
    with database().write() as session:
        sessions.end_session(session, session_id=session_id, user_id=person().id, now=now())
    flash(SESSION_ENDED, "success")
    return redirect(url_for("account.index"), 303)


@blueprint.post("/tokens")
@requires(Policy.SIGNED_IN)
def make_token() -> Page:
    """The one page that shows the token; no redirect, so that it is kept nowhere on the way."""
    me = person()
    with database().write() as session:
        token = api_tokens.make_token(session, user_id=me.id, actor_id=me.id, now=now())
    return _page(ChangePasswordForm(), new_token=token), 201


@blueprint.post("/tokens/<int:token_id>/revoke")
@requires(Policy.SIGNED_IN)
def revoke_token(token_id: int) -> AnyResponse:
    with database().write() as session:
        api_tokens.revoke_token(session, token_id=token_id, user_id=person().id, now=now())
    flash(TOKEN_REVOKED, "success")
    return redirect(url_for("account.index"), 303)


def _chosen(form: ChangePasswordForm) -> ChosenPassword | None:
    """The new password, or None with the reason at its field."""
    with database().read() as session:
        context = people.password_context(session, user_id=person().id)
    try:
        return passwords.choose(form.password.data, context=context)
    except DataInvalid as error:
        form.password.errors = [str(error)]
        return None


def _session_id() -> int:
    session_id = person().session_id
    if session_id is None:
        raise SignInNeeded(SIGN_IN_FIRST)
    return session_id


def _page(form: ChangePasswordForm, *, new_token: str | None = None) -> str:
    me = person()
    with database().read() as session:
        mine = queries.sessions_of(
            session,
            user_id=me.id,
            idle_since=now() - IDLE_LIMIT,
            begun_since=now() - ABSOLUTE_LIMIT,
        )
        tokens = queries.tokens_of(session, user_id=me.id)
    return render_template(
        "account/index.html", form=form, sessions=mine, tokens=tokens, new_token=new_token
    )
