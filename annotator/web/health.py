"""Is the server ready? For a supervisor or a load balancer."""

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from annotator.store.queries import access as queries
from annotator.web.access import Policy, database, requires

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@requires(Policy.PUBLIC)
def healthz() -> Response:
    """200 when the database answers, else 503 by the one error handler."""
    with database().read() as session:
        queries.ping(session)
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/")
@requires(Policy.PUBLIC)
def home() -> AnyResponse:
    return redirect(url_for("projects.index"))
