"""The cookie of a signed-in browser: given at sign-in, renewed, taken back at sign-out."""

from flask import request
from flask import session as page_session
from werkzeug.wrappers import Response

from annotator.services.sessions import Browser
from annotator.web.access import session_cookie

# The first that fits wins: every browser claims to be some of those after it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def give(response: Response, token: str) -> Response:
    """Without an age of its own: a browser that is closed forgets it."""
    response.set_cookie(
        session_cookie(), token, path="/", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def take(response: Response) -> Response:
    response.delete_cookie(
        session_cookie(), path="/", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def sent() -> str | None:
    return request.cookies.get(session_cookie())


def browser() -> Browser:
    """Who asks, in words that the owner of a session recognises: `Firefox on Linux`."""
    agent = request.user_agent.string
    name = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    known = " on ".join(filter(None, (name, system)))
    return Browser(address=request.remote_addr, name=known or agent or None)


def renew_page_session(user_id: int) -> None:
    """Give another person's page another CSRF seed; the same person keeps theirs.

    A labelling page left open over an expired sign-in can then still save, once its annotator has
    signed in again in another tab. The id kept here is never believed as to who someone is.
    """
    if page_session.get("signed_in_last") != user_id:
        page_session.clear()
    page_session["signed_in_last"] = user_id
