"""One JSON line for each request, in UTC, with an id that the response carries too.

Neither cookies, tokens, passwords nor text of documents are ever logged.
"""

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

# The token of an invite is the one secret that stands in an address.
_INVITE = re.compile(r"(?<=/invite/).+")


def configure() -> None:
    """Write JSON lines to standard error; called once, by the commands that serve."""
    # Waitress would say at every request that it waits for a thread, in a line that is no JSON.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def install(app: Flask) -> None:
    # Flask would say of a failure what `errors` says already, with the address as it came.
    app.logger.disabled = True
    app.before_request(_begin)
    app.after_request(_end)


def figures_differed(project_id: int, questions: list[str]) -> None:
    """Figures that were kept were not those of a recount, which must never happen."""
    structlog.get_logger().error("agreement.differed", project=project_id, questions=questions)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    if "began" not in g:
        return response
    response.headers["X-Request-Id"] = g.request_id
    structlog.get_logger().info(
        "request",
        method=request.method,
        path=_INVITE.sub("…", request.path),
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 2),
        user=current_user.get_id() if "_login_user" in g else None,
    )
    return response
