"""The OpenAPI document says of every operation what the running application does."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from annotator import paths
from annotator.web.api.openapi import MEANS
from annotator.web.api.operations import OPERATIONS
from tests.web.api.conftest import API, Case

EXAMPLES = 10
# Ten sentences are enough to see what is wrong, and the search for more takes minutes.
MOST_FAULTS = 10
SEED = 1
SLUG = re.compile(r"[a-z0-9-]{2,40}")
NOISE = {"content": ["boilerplate"]}
# This check asks the WSGI client to limit redirects, which it cannot; `tests/test_routes.py` walks
# every address without a token instead.
LEFT_OUT = ("ignored_auth",)
# The answers to valid input depend on the codebook and the database, not on the shape alone.
NOT_FOR_US = ("positive_data_acceptance",)

# Everything the API may answer at all; an error without a sentence for it would fail at start.
STATUSES = {200, 201} | set(MEANS)


@pytest.fixture
def document(app: Flask) -> Any:
    return FlaskClient(app).get(f"{API}/openapi.json").get_json()


@dataclass
class Run:
    """What came of calling everything: statuses by operation, and what contradicts the document."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def take(self, event: Any) -> None:
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            cause = getattr(event, "value", None) or getattr(event, "exception", None)
            self.faults.append(f"{getattr(event, 'label', '')}: {cause!r}")
        if isinstance(event, events.ScenarioFinished):
            self._take_calls(event.recorder)

    def _take_calls(self, recorder: Any) -> None:
        for call in recorder.interactions.values():
            method = call.request.method
            if recorder.label.startswith(method):
                self.statuses[recorder.label, call.response.status_code] += 1
        for check in itertools.chain.from_iterable(recorder.checks.values()):
            if check.failure_info is not None:
                said = check.failure_info
                self.faults.append(f"{recorder.label} {said.failure}\n{said.code_sample}")


def engine_for(case: Case, token: str, *, always: dict[str, Any]) -> Any:
    """`always` are parameters of the path that all calls have, `{"slug": "news"}`."""
    checks = {name: {"enabled": False} for name in (*LEFT_OUT, *NOT_FOR_US)}
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            # Its client for WSGI asks for compressed answers and cannot read them.
            "headers": {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            "max-failures": MOST_FAULTS,
            "generation": {
                "max-examples": EXAMPLES,
                "deterministic": True,
                "database": "none",
                "no-shrink": True,
            },
            "phases": {"stateful": {"enabled": False}},
            "checks": checks,
            "parameters": {f"path.{name}": value for name, value in always.items()},
        }
    )
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", case.app, config=config)
    _aim(schema, case)
    return from_schema(schema)


def _aim(schema: Any, case: Case) -> None:
    """Three calls of four go to what exists; every second save has answers that can be taken."""
    turns = itertools.count()
    ids = itertools.cycle([*case.mine, case.bobs[0]])

    @schema.hook  # type: ignore[untyped-decorator]
    def map_path_parameters(_context: Any, path_parameters: Any) -> Any:
        if not path_parameters or next(turns) % 4 == 0:
            return path_parameters
        found = dict(path_parameters)
        if SLUG.fullmatch(str(found.get("slug", ""))):
            found["slug"] = "news"
        if type(found.get("assignment_id")) is int and found["assignment_id"] >= 0:
            found["assignment_id"] = next(ids)
        return found

    @schema.hook  # type: ignore[untyped-decorator]
    def map_body(_context: Any, body: Any) -> Any:
        if not isinstance(body, dict) or not _are_answers(body.get("answers")):
            return body
        if next(turns) % 2 == 0:
            return body
        return body | {"answers": NOISE, "spans": [], "note": None, "seen_revision": 0}


def _are_answers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(labels, list) and all(isinstance(label, str) for label in labels)
        for labels in value.values()
    )


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize(
    ("caller", "always", "expected"),
    [
        (
            "alice",
            {},
            {
                ("PUT /assignments/{assignment_id}/annotation", 201),
                ("PUT /assignments/{assignment_id}/annotation", 404),
                ("PUT /assignments/{assignment_id}/annotation", 409),
                ("PUT /assignments/{assignment_id}/annotation", 422),
                ("POST /assignments/{assignment_id}/flag", 200),
                ("POST /projects/{slug}/annotations", 422),
                ("GET /projects/{slug}/next", 200),
                ("GET /projects/{slug}/agreement", 403),
                ("POST /projects/{slug}/documents", 403),
            },
        ),
        (
            "lena",
            {"slug": "news"},
            {
                ("GET /projects/{slug}/codebook", 200),
                ("GET /projects/{slug}/progress", 200),
                ("GET /projects/{slug}/agreement", 200),
                ("GET /projects/{slug}/annotations", 200),
                ("GET /projects/{slug}/annotations", 404),
                ("POST /projects/{slug}/documents", 422),
            },
        ),
    ],
)
def test_it_holds_for_whatever_is_sent(
    case: Case, caller: str, always: dict[str, Any], expected: set[tuple[str, int]]
) -> None:
    run = Run()
    for event in engine_for(case, getattr(case, caller).token, always=always).execute():
        run.take(event)
    assert not run.faults, "\n".join(run.faults)
    assert expected <= set(run.statuses)


def test_every_route_of_the_api_is_described_and_nothing_else(app: Flask) -> None:
    routes = {
        (rule.endpoint, method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API) and rule.endpoint != "api.openapi.document"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(one.endpoint, one.method, API + one.path) for one in OPERATIONS}


def test_the_document_is_open_to_everyone_and_cannot_be_changed(app: Flask) -> None:
    anonymous = FlaskClient(app)
    assert anonymous.get(f"{API}/openapi.json").status_code == 200
    assert anonymous.post(f"{API}/openapi.json").status_code == 405


def test_every_operation_says_who_it_is_for_and_what_can_go_wrong(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": API}]
    names = []
    for methods in document["paths"].values():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert operation["summary"]
            statuses = {int(status) for status in operation["responses"]}
            assert statuses <= STATUSES
            assert {401, 404, 500, 503} <= statuses
            schemes = [set(scheme) for scheme in operation["security"]]
            by_page = {"session"} if method == "get" else {"session", "csrf"}
            assert schemes == [{"token"}, by_page]
            if "requestBody" in operation:
                assert {400, 409, 413, 415, 422} <= statuses
    assert len(names) == len(set(names)) == len(OPERATIONS)


def test_only_what_leads_may_do_can_be_forbidden(document: Any) -> None:
    forbidden = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if "403" in operation["responses"]
    }
    assert forbidden == {"agreement", "annotations", "bring_in"}


def test_every_reference_leads_somewhere(document: Any) -> None:
    known = document["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/(\w+)"', str(document).replace("'", '"')))
    assert named == set(known)
    for name, schema in known.items():
        assert schema["type"] == "object", name


def test_the_guide_names_every_operation() -> None:
    guide = (paths.CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")
    for one in OPERATIONS:
        path = one.path.replace("{assignment_id}", "{id}")
        assert f"| `{one.method.upper()} {path}" in guide


def test_a_save_is_described_as_the_contract_has_it(document: Any) -> None:
    sent = document["components"]["schemas"]["AnnotationBody"]
    assert set(sent["required"]) == {"save_id", "seen_revision", "answers"}
    assert {"spans", "seconds", "note"} <= set(sent["properties"])
    assert sent["additionalProperties"] is False
    got = document["components"]["schemas"]["Assignment"]["properties"]
    assert {"id", "scope", "paragraph", "revision", "answers"} <= set(got)
