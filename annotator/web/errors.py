"""Every failure ends here: one sentence and the right status, as a page or as JSON.

Views catch only what must bring the form back with what the person typed.
"""

from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from annotator.errors import (
    AnnotatorError,
    AnswersInvalid,
    BeingCounted,
    ImportRefused,
    SavesRefused,
    SignInNeeded,
    StaleAnnotation,
    TooManyTries,
    Unavailable,
)
from annotator.web import access
from annotator.web.access import API

READING = frozenset({"GET", "HEAD"})
RETRY_SECONDS = 5
FORGED = (
    "This page has gone stale or was not one of ours, so nothing was saved; "
    "load it again and repeat what you did."
)
NOT_THIS_HOST = (
    "The server does not answer to this name; whoever runs it can add the name to "
    "ANNOTATOR_TRUSTED_HOSTS.\n"
)
UNEXPECTED = "Something went wrong on the server; nothing was saved. It has been noted in the log."
SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing here, or it is not for you.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that kind of request.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too large; a file may have 20 MB, a whole "
    "import 200 MB. Send it in parts.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The request must carry JSON (Content-Type: "
    "application/json).",
}


def install(app: Flask) -> None:
    app.register_error_handler(AnnotatorError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, _unexpected)


def _ours(error: AnnotatorError) -> AnyResponse:
    if isinstance(error, SignInNeeded) and not _wants_json() and request.method in READING:
        return redirect(url_for("sign_in.login", next=request.full_path.rstrip("?")))
    if isinstance(error, Unavailable):
        access.do_not_ask_who()
        # The person reads that the database is away; why, only the operator can use.
        structlog.get_logger().error("database.unavailable", cause=str(error.__cause__))
    response = _answer(error.status, str(error), **_more(error))
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, SignInNeeded) and _wants_json():
        response.headers["WWW-Authenticate"] = access.BEARER.strip()
    if isinstance(error, (BeingCounted, Unavailable)):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if isinstance(error, BeingCounted) and request.method in READING:
        response.headers["Refresh"] = str(RETRY_SECONDS)
    return response


def _more(error: AnnotatorError) -> dict[str, object]:
    if isinstance(error, AnswersInvalid):
        return {"problems": error.problems}
    if isinstance(error, StaleAnnotation):
        return {
            "annotation": error.annotation,
            "revision": error.revision,
            "settled": error.settled,
        }
    if isinstance(error, ImportRefused):
        return {"refusals": error.refusals}
    if isinstance(error, SavesRefused):
        refused = error.refused.items()
        return {"refused": [_refused(assignment_id, why) for assignment_id, why in refused]}
    return {}


def _refused(assignment_id: int, error: AnnotatorError) -> dict[str, object]:
    """As if it had been sent alone."""
    said = {"assignment": assignment_id, "status": error.status, "error": str(error)}
    return said | _more(error)


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    status = HTTPStatus(error.code)
    if isinstance(error, SecurityError) and not _wants_json():
        # No page: without a host that is trusted, no address can be made for its links.
        return Response(NOT_THIS_HOST, status, mimetype="text/plain")
    response = _answer(status, _sentence(error, status))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _sentence(error: HTTPException, status: HTTPStatus) -> str:
    if isinstance(error, CSRFError):
        return FORGED
    if isinstance(error, SecurityError):
        return NOT_THIS_HOST.strip()
    return SENTENCES.get(status) or error.description or status.phrase


def _unexpected(error: BaseException) -> Response:
    cause = getattr(error, "original_exception", None) or error
    structlog.get_logger().error("request.failed", exc_info=cause)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)


def _wants_json() -> bool:
    return request.path.startswith(API)


def _answer(status: int, sentence: str, **more: object) -> Response:
    if _wants_json():
        response = jsonify({"error": sentence, **more})
    else:
        page = render_template("errors/error.html", sentence=sentence, status=HTTPStatus(status))
        response = Response(page)
    response.status_code = status
    return response
