"""The OpenAPI 3.1 document, made of the models and the table of operations."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any, Literal

from flask import Blueprint, Response, current_app, json
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from annotator import __version__
from annotator.web.access import LARGEST_ID, SESSION_COOKIE, Policy, policy_of, requires
from annotator.web.api import shapes
from annotator.web.api.operations import JSON, JSON_LINES, OPERATIONS, Operation

DESCRIPTION = (
    "Labels in and out for scripts and for the labelling page. Every error is JSON with one "
    "sentence under `error` that says what is wrong and what to do."
)
REF = "#/components/schemas/{model}"
# The addresses of an import are those of a browser's upload form.
FILES = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
PARAMETERS: dict[str, dict[str, Any]] = {
    "slug": {"type": "string", "minLength": 2, "maxLength": 40, "pattern": "^[a-z0-9-]{2,40}$"},
    "assignment_id": {"type": "integer", "minimum": 0, "maximum": LARGEST_ID},
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "Made on one's account page."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "Of a browser that is signed in; named __Host-… on https.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "As in pages.",
    },
}
ALWAYS = {"X-Request-Id": "Stands in the server's log, too."}
HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "Seconds to wait."},
}
MEANS = {
    400: "The CSRF token is missing or stale.",
    401: "Nobody is signed in, or the token is revoked.",
    403: "For leads of the project only.",
    404: "It does not exist, or is not for the caller.",
    409: "Someone else was first, or the round is closed: nothing was saved.",
    413: "The body is too large.",
    415: "The body is not of a type that is taken here.",
    422: "What was sent cannot be taken: nothing was saved.",
    500: "A fault of the server, noted in its log.",
    503: "The database does not answer or the disk is full: try again.",
}

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
@requires(Policy.PUBLIC)
def document() -> Response:
    leads = frozenset(
        one.endpoint
        for one in OPERATIONS
        if policy_of(current_app, one.endpoint) is Policy.PROJECT_LEAD
    )
    return Response(_rendered(leads), mimetype=JSON)


@cache
def _rendered(leads: frozenset[str]) -> str:
    return json.dumps(made(leads), ensure_ascii=False, sort_keys=False)


def made(leads: frozenset[str]) -> dict[str, Any]:
    """The document; `leads` are the endpoints that only leads may call."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(
            one, for_leads=one.endpoint in leads
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Annotator",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": SECURITY},
    }


def _operation(one: Operation, *, for_leads: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.endpoint.rsplit(".", 1)[-1],
        "tags": [one.endpoint.split(".")[1]],
        "summary": one.summary,
        "parameters": [*_path_parameters(one), *_query_parameters(one)],
        "security": _security(one),
        "responses": _responses(one, for_leads=for_leads),
    }
    if one.body is not None:
        told["requestBody"] = {"required": True, "content": _contents(one)}
    return told


def _path_parameters(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": PARAMETERS[name]}
        for name in re.findall(r"{(\w+)}", one.path)
    ]


def _query_parameters(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    found = one.query.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in found.items()]


def _security(one: Operation) -> list[dict[str, list[str]]]:
    by_page: dict[str, list[str]] = {"session": []}
    if one.changes:
        by_page["csrf"] = []
    return [{"token": []}, by_page]


def _contents(one: Operation) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    if one.body is not None:
        contents[JSON] = {"schema": _ref(one.body)}
    if one.files is not None:
        schema = one.files.model_json_schema()
        schema["properties"]["files"] = FILES
        contents["multipart/form-data"] = {"schema": schema | {"required": ["files"]}}
    return contents


def _responses(one: Operation, *, for_leads: bool) -> dict[str, Any]:
    kind = JSON_LINES if one.lines else JSON
    good = {
        str(status): _response(HTTPStatus(status).phrase, model, kind, status)
        for status, model in one.answers.items()
    }
    bad = {
        str(status): _response(MEANS[status], model, JSON, status)
        for status, model in sorted(errors_of(one, for_leads=for_leads).items())
    }
    return good | bad


def errors_of(one: Operation, *, for_leads: bool) -> dict[int, type[BaseModel]]:
    """The errors that an operation may answer with."""
    found: dict[int, type[BaseModel]] = dict.fromkeys((401, 404, 500, 503), shapes.Error)
    if for_leads:
        found[403] = shapes.Error
    if one.query is not None:
        found[422] = shapes.Problems
    if one.changes:
        found |= {400: shapes.Error, 409: shapes.Clash, 422: shapes.Problems}
        found |= {413: shapes.Error, 415: shapes.Error}
    return found | dict(one.errors)


def _response(means: str, model: type[BaseModel], kind: str, status: int) -> dict[str, Any]:
    headers = ALWAYS | HEADERS.get(HTTPStatus(status), {})
    return {
        "description": means,
        "headers": {
            name: {"description": text, "required": True, "schema": {"type": "string"}}
            for name, text in headers.items()
        },
        "content": {kind: {"schema": _ref(model)}},
    }


def _schemas() -> dict[str, Any]:
    models: set[tuple[type[BaseModel], Literal["validation", "serialization"]]] = set()
    for one in OPERATIONS:
        given = (*one.answers.values(), *errors_of(one, for_leads=True).values())
        models |= {(model, "serialization") for model in given}
        if one.body is not None:
            models.add((one.body, "validation"))
    in_order = sorted(models, key=lambda pair: pair[0].__name__)
    _, schemas = models_json_schema(in_order, ref_template=REF)
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}
