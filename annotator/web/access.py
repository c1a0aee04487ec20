"""Who may do what: every view declares a policy, and everything else is closed.

A policy that names a project loads it once, by its slug, together with the caller's role in it: the
view finds it as `project()`. What does not exist and what is not for the caller answer alike, 404;
a member who is not a lead gets 403 on a lead's page. Views get any other object through the one
getter for it in `annotator.store.queries.access`, which always asks for the project or the person.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar, cast

from flask import Flask, current_app, g, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from werkzeug.routing import IntegerConverter, ValidationError

from annotator.domain.plain_text import strange_character
from annotator.errors import Forbidden, NotFound, SignInNeeded, Unavailable
from annotator.services import accounts
from annotator.services.accounts import Person
from annotator.services.adjudication.keeping import Dockets
from annotator.services.live import LiveAgreement
from annotator.store.database import Database
from annotator.store.queries import access as queries
from annotator.store.queries.access import ProjectRole

SESSION_COOKIE = "annotator_session"
BEARER = "Bearer "
LARGEST_ID = 2**31 - 1
API = "/api/"

NO_SUCH_PAGE = "There is nothing here, or it is not for you."
LEADS_ONLY = "Only a lead of this project may do this; ask one of them."
ADMINS_ONLY = "Only an administrator may do this; ask one of them."
PROJECT_MAKERS_ONLY = "Only leads and administrators may do this; ask one of them."
SIGN_IN_FIRST = "Sign in first."


class Policy(StrEnum):
    """Who may call a view. The last four find the project or assignment in the address."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    PROJECT_MAKER = "project-maker"  # a lead or an administrator of the whole installation
    ADMIN = "admin"
    MEMBER = "member"
    PROJECT_LEAD = "project-lead"
    ASSIGNEE = "assignee"  # the view gets the assignment by its id and the caller's


OF_PROJECTS = frozenset({Policy.MEMBER, Policy.PROJECT_LEAD})


class UndeclaredPolicy(RuntimeError):
    """A programming error: the application does not start with such a view."""


View = TypeVar("View", bound=Callable[..., object])
_ATTRIBUTE = "annotator_policy"


def requires(policy: Policy) -> Callable[[View], View]:
    """Declare the policy of a view; goes below the route decorator."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, policy)
        return view

    return declare


class SignedIn(UserMixin):  # type: ignore[misc]
    """The caller, as Flask-Login wants it."""

    def __init__(self, person: Person, *, by_token: bool) -> None:
        self.person = person
        self.id = person.id
        self.name = person.name
        self.role = person.role
        self.by_token = by_token


class RowId(IntegerConverter):
    """`<int:…>` in an address: what no row can have as its id is no page, rather than an error."""

    # Python refuses to read a number of thousands of digits.
    regex = r"\d{1,10}"

    def to_python(self, value: str) -> int:
        number = int(super().to_python(value))
        if number > LARGEST_ID:
            raise ValidationError
        return number


def install(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
    manager = LoginManager()
    manager.init_app(app)
    manager.request_loader(_load_caller)
    app.before_request(_authorise)
    app.context_processor(lambda: {"person": person_or_none(), "project": project_or_none()})
    app.jinja_env.globals["has_page"] = lambda endpoint: endpoint in app.view_functions


def require_policies(app: Flask) -> None:
    """Raises:
    UndeclaredPolicy: a view says nothing of who may call it, or names a project that its address
        does not.
    """
    for endpoint, view in app.view_functions.items():
        if not isinstance(getattr(view, _ATTRIBUTE, None), Policy):
            raise UndeclaredPolicy(f"{endpoint} declares no policy")
    for rule in app.url_map.iter_rules():
        if policy_of(app, rule.endpoint) in OF_PROJECTS and "slug" not in rule.arguments:
            raise UndeclaredPolicy(f"{rule.endpoint} is of a project, but {rule.rule} names none")


def policy_of(app: Flask, endpoint: str) -> Policy:
    return cast("Policy", getattr(app.view_functions[endpoint], _ATTRIBUTE))


def now() -> datetime:
    """The moment of the request; the one clock of the web."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast("datetime", g.now)


def database() -> Database:
    return cast("Database", current_app.extensions["annotator.database"])


def live_agreement() -> LiveAgreement:
    return cast("LiveAgreement", current_app.extensions["annotator.live_agreement"])


def dockets() -> Dockets:
    return cast("Dockets", current_app.extensions["annotator.dockets"])


def person() -> Person:
    """The caller of a view that needs someone signed in."""
    found = person_or_none()
    if found is None:
        raise SignInNeeded(SIGN_IN_FIRST)
    return found


def person_or_none() -> Person | None:
    # One look through the proxy, since every request does it several times.
    return cast("Person | None", getattr(current_user, "person", None))


def project() -> ProjectRole:
    """The project in the address, with the caller's role in it."""
    found = project_or_none()
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def project_or_none() -> ProjectRole | None:
    return cast("ProjectRole | None", g.get("project"))


def cookie_acts() -> bool:
    """Whether a cookie may act for the caller, so that another site could have sent this request.

    On pages even signing in can be forged. The API takes tokens, and without either of the two it
    does nothing but ask who is there.
    """
    if not request.path.startswith(API):
        return True
    return bool(current_user.is_authenticated and not current_user.by_token)


def do_not_ask_who() -> None:
    """Show what remains of this request to nobody in particular.

    The page that says that the database is away must not wait for it once more.
    """
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps the caller


def session_cookie() -> str:
    """`__Host-` binds the cookie to this host, but browsers take it over https only."""
    return f"__Host-{SESSION_COOKIE}" if request.is_secure else SESSION_COOKIE


def _load_caller(_request: object) -> SignedIn | None:
    header = request.headers.get("Authorization", "")
    # Tokens open the API and nothing else: one that leaks from a script cannot change a password.
    by_token = header.startswith(BEARER) and request.path.startswith(API)
    secret = header.removeprefix(BEARER) if by_token else request.cookies.get(session_cookie())
    if not secret:
        return None
    with database().look() as connection:
        if by_token:
            found = accounts.person_of_token(connection, token=secret)
        else:
            found = accounts.person_of_session(connection, token=secret, now=now())
    if found is None:
        return None
    if found.session_id is not None and accounts.is_stale(found, now=now()):
        # On a full or read-only disk one can still read, until the session runs out.
        with suppress(Unavailable), database().write() as session:
            accounts.touch_session(session, session_id=found.session_id, now=now())
    return SignedIn(found, by_token=by_token)


def _authorise() -> None:
    if request.endpoint is None:
        return  # no such address: the 404 comes from the routing
    policy = policy_of(current_app, request.endpoint)
    if policy is Policy.PUBLIC:
        return
    caller = person()
    if policy is Policy.ADMIN and caller.role != "admin":
        raise Forbidden(ADMINS_ONLY)
    if policy is Policy.PROJECT_MAKER and caller.role not in {"admin", "lead"}:
        raise Forbidden(PROJECT_MAKERS_ONLY)
    if policy in OF_PROJECTS:
        g.project = _project_for(caller)
        if policy is Policy.PROJECT_LEAD and not g.project.is_lead:
            raise Forbidden(LEADS_ONLY)


def _project_for(caller: Person) -> ProjectRole:
    slug = (request.view_args or {})["slug"]
    if strange_character(slug):
        # PostgreSQL takes no NUL, and no short name holds any of these.
        raise NotFound(NO_SUCH_PAGE)
    with database().look() as connection:
        found = queries.project_for(
            connection, slug=slug, user_id=caller.id, is_admin=caller.role == "admin"
        )
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found
