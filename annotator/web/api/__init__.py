"""The HTTP API under /api/v1: JSON for scripts with a bearer token and for the labelling page.

Adding an operation: a view in the module of its group, a row in `operations.OPERATIONS`, and models
in `bodies` and `shapes` for what goes in and out; a test compares the rows with the routes.
"""

from flask import Blueprint

from annotator.web.api import assignments, documents, openapi, projects, sheets

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
for group in (assignments, sheets, projects, documents, openapi):
    blueprint.register_blueprint(group.blueprint)
