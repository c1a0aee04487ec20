"""Text goes over the wire compressed; a slow line is where annotators wait.

Left alone: downloads, which stream, and every page but those for labelling. A page that repeats
what was typed beside a secret could tell the secret by its compressed length (BREACH); those for
labelling, the API and static files repeat nothing of a request but codes that they know.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

LEVEL = 6
# Below this a packet is a packet.
WORTH_IT = 1_000
AT_MOST = 2_000_000
TYPES = frozenset({"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"})
BLUEPRINTS = ("assets", "cleaning", "labelling", "api.")
GUIDE = "codebooks.guide"


def install(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _may(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") == 0:
        return response
    raw = response.get_data()
    if not WORTH_IT <= len(raw) <= AT_MOST:
        return response
    is_file = request.endpoint == "assets.file"
    response.set_data(_of_file(raw) if is_file else gzip.compress(raw, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _may(response: Response) -> bool:
    endpoint = request.endpoint or ""
    return (
        (endpoint.startswith(BLUEPRINTS) or endpoint == GUIDE)
        and response.mimetype in TYPES
        and "Content-Encoding" not in response.headers
        and not response.headers.get("Content-Disposition", "").startswith("attachment")
        and response.status_code not in {204, 206, 304}
    )


@lru_cache(maxsize=64)
def _of_file(raw: bytes) -> bytes:
    """Files of static/ are compressed once, as small as can be."""
    return gzip.compress(raw, 9, mtime=0)
