"""Signing in and out, and the page behind a one-time invite link."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as page_session
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from annotator.errors import DataInvalid
from annotator.services import passwords, people, sessions
from annotator.services.passwords import Verdict
from annotator.services.people import Invited
from annotator.services.sessions import Attempt, Entry
from annotator.web import session_cookie
from annotator.web.access import Policy, database, now, person_or_none, requires

Page = AnyResponse | tuple[str, int]

WRONG = (
    "Name and password do not fit together, or the account is disabled; "
    "an administrator can send you a new link."
)
NAME_NEEDED = "Type your name."
PASSWORD_NEEDED = "Type your password."  # noqa: S105 - a sentence
NEW_PASSWORD_NEEDED = "Type the password you want to have."  # noqa: S105 - a sentence
NOT_THE_SAME = "The two passwords are not the same; type them again."

blueprint = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        "Name",
        validators=[InputRequired(NAME_NEEDED)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        validators=[InputRequired(PASSWORD_NEEDED)],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """The shape only; which passwords will do is for `password_rules` to say."""

    password = PasswordField(
        "New password",
        validators=[InputRequired(NEW_PASSWORD_NEEDED)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "New password again",
        validators=[EqualTo("password", NOT_THE_SAME)],
        render_kw={"autocomplete": "new-password"},
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """A counted try and what came of it."""

    attempt: Attempt
    verdict: Verdict


@blueprint.get("/login")
@requires(Policy.PUBLIC)
def login() -> AnyResponse | str:
    if person_or_none() is not None:
        return redirect(next_page())
    return render_template("sign_in/login.html", form=SignInForm())


@blueprint.post("/login")
@requires(Policy.PUBLIC)
def enter() -> Page:
    form = SignInForm()
    if not form.validate():
        return render_template("sign_in/login.html", form=form), 422
    tried = try_password(name=form.name.data, password=form.password.data)
    with database().write() as session:
        entry = sessions.finish_sign_in(
            session,
            attempt=tried.attempt,
            verdict=tried.verdict,
            browser=session_cookie.browser(),
            now=now(),
        )
        if entry is not None:
            sessions.end_session_of_token(session, token=session_cookie.sent(), now=now())
    if entry is None:
        form.password.errors = [WRONG]
        return render_template("sign_in/login.html", form=form), 401
    return _entered(entry, next_page())


@blueprint.post("/logout")
@requires(Policy.PUBLIC)
def logout() -> AnyResponse:
    """Open to everyone, so that a session that has run out can be left too."""
    with database().write() as session:
        sessions.end_session_of_token(session, token=session_cookie.sent(), now=now())
    page_session.clear()
    return session_cookie.take(redirect(url_for("sign_in.login"), 303))


@blueprint.get("/invite/<token>")
@requires(Policy.PUBLIC)
def invite(token: str) -> str:
    return _invite_page(_invited(token), NewPasswordForm())


@blueprint.post("/invite/<token>")
@requires(Policy.PUBLIC)
def accept_invite(token: str) -> Page:
    invited = _invited(token)
    form = NewPasswordForm()
    if not form.validate():
        return _invite_page(invited, form), 422
    try:
        chosen = passwords.choose(form.password.data, context=invited.context)
    except DataInvalid as error:
        form.password.errors = [str(error)]
        return _invite_page(invited, form), 422
    with database().write() as session:
        user_id = people.accept_invite(session, token=token, password=chosen, now=now())
        sessions.end_session_of_token(session, token=session_cookie.sent(), now=now())
        entry = sessions.begin_session(
            session, user_id=user_id, browser=session_cookie.browser(), now=now()
        )
    return _entered(entry, url_for("health.home"))


def try_password(*, name: str, password: str) -> Tried:
    """Count a try and check the password, which is too slow for a transaction.

    Raises:
        TooManyTries: of this name or from this address.
    """
    with database().write() as session:
        attempt = sessions.begin_sign_in(
            session, name=name, address=request.remote_addr or "", now=now()
        )
    return Tried(attempt, passwords.check(password, attempt.password_hash))


def next_page() -> str:
    """Where `next` points, if that is a page of ours; else the list of projects."""
    wanted = request.args.get("next", "")
    return wanted if is_local(wanted) else url_for("health.home")


def is_local(address: str) -> bool:
    """A path on this server and nothing else, also as browsers read it.

    They take a backslash for a slash and leave out tabs and line breaks, so that an address with
    one of these after the first slash could lead elsewhere.
    """
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return False
    if not address.isprintable() or " " in address:
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def _entered(entry: Entry, address: str) -> AnyResponse:
    session_cookie.renew_page_session(entry.user_id)
    return session_cookie.give(redirect(address, 303), entry.token)


def _invited(token: str) -> Invited:
    with database().read() as session:
        return people.invited(session, token=token, now=now())


def _invite_page(invited: Invited, form: NewPasswordForm) -> str:
    return render_template("sign_in/invite.html", form=form, invited=invited)
