"""Style sheets and scripts, under an address that names their content, so that browsers keep them.

The fingerprint is a folder of the path, not a query: modules that import one another by relative
path then stay in the same version.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, send_from_directory, url_for

from annotator.web.access import Policy, requires

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


@cache
def fingerprint() -> str:
    """Twelve hex digits that change with any file in static/."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file in static/."""
    return url_for("assets.file", version=fingerprint(), name=name)


@blueprint.get("/static/<version>/<path:name>")
@requires(Policy.PUBLIC)
def file(version: str, name: str) -> Response:
    response = send_from_directory(STATIC, name)
    # Another version's address gets today's file, but nobody may keep it under that address.
    response.headers["Cache-Control"] = FOREVER if version == fingerprint() else "no-store"
    return response
