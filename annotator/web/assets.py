"""Style sheets and scripts, under an address that names their content, so that browsers keep them.

The fingerprint is a folder of the path, not a query: modules that import one another by relative
path then stay in the same version.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for
from werkzeug.security import safe_join

from annotator.errors import NotFound
from annotator.web.access import NO_SUCH_PAGE, Policy, requires

STATIC = Path(__file__).parent / "static"
# Not asked of the machine, which may know other ones.
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
COMMENTS = {
    ".css": re.compile(r"/\*.*?\*/\n?", re.DOTALL),
    ".js": re.compile(r"^\s*//.*\n", re.MULTILINE),
}
IMPORTED = re.compile(r'^import .* from "\./([a-z_]+\.js)";$', re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(asset=asset, modules=modules)


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


@cache
def modules(folder: str) -> tuple[str, ...]:
    """The scripts in a folder of static/ that a page loads at once: those that are imported."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (STATIC / folder).glob("*.js")}
    named = {name for text in texts.values() for name in IMPORTED.findall(text)}
    return tuple(f"{folder}/{name}" for name in sorted(named & texts.keys()))


@blueprint.get("/static/<version>/<path:name>")
@requires(Policy.PUBLIC)
def file(version: str, name: str) -> Response:
    """Raises:
    NotFound: there is no such file.
    """
    path = safe_join(str(STATIC), name)
    if path is None or not Path(path).is_file():
        raise NotFound(NO_SUCH_PAGE)
    response = Response(_content(Path(path)), mimetype=TYPES[Path(path).suffix])
    # Another version's address gets today's file, but nobody may keep it under that address.
    response.headers["Cache-Control"] = FOREVER if version == fingerprint() else "no-store"
    response.set_etag(fingerprint())
    response.make_conditional(request)
    return response


@cache
def _content(path: Path) -> str:
    """The text of a file without its comments: they are for readers of the code alone."""
    comment = COMMENTS.get(path.suffix)
    text = path.read_text(encoding="utf-8")
    return comment.sub("", text) if comment else text
