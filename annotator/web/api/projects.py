"""A project through the API: its codebook, how far it is, its agreement and its labels."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify

from annotator.domain.codebook import Codebook, Question
from annotator.domain.dataset import ANNOTATIONS, Row
from annotator.errors import NotFound
from annotator.services import agreement as scoring
from annotator.services import codebooks, judging
from annotator.services.releases import tables
from annotator.services.scoring_frame import SCOPES
from annotator.store.labelling import CodebookVersion
from annotator.store.queries import judgments as facts
from annotator.store.queries import progress as queries
from annotator.store.queries import rounds as round_queries
from annotator.store.queries.judgments import RoundFacts
from annotator.web.access import Policy, database, person, project, requires
from annotator.web.api.bodies import RoundQuery
from annotator.web.api.reading import query
from annotator.web.api.sheets import round_json
from annotator.web.security import DOWNLOAD_POLICY

JSON_LINES = "application/jsonl"
LINES_AT_ONCE = 500
NO_SUCH_ROUND = "The project has no round “{name}”: leave it out for the newest codebook."

blueprint = Blueprint("projects", __name__, url_prefix="/projects/<slug>")


@blueprint.get("/codebook")
@requires(Policy.MEMBER)
def codebook(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    name = query(RoundQuery).round
    with database().read() as session:
        if not name:
            return jsonify(_codebook(codebooks.latest(session, project().id), None))
        known = {each.name: each for each in facts.rounds(session, project().id)}
        if name not in known:
            raise NotFound(NO_SUCH_ROUND.format(name=name))
        asked = known[name]
        version = codebooks.numbered(session, project_id=project().id, number=asked.version)
        return jsonify(_codebook(version, asked))


@blueprint.get("/progress")
@requires(Policy.MEMBER)
def progress(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    me = project()
    with database().read() as session:
        mine = queries.progress(session, project_id=me.id, user_id=person().id)
        # How fast the others are is not for annotators.
        rounds = round_queries.rounds_shown(session, me.id) if me.is_lead else ()
    own = [round_json(each) for each in mine]
    return jsonify(rounds=own, people=[one for each in rounds for one in _people(each)])


@blueprint.get("/agreement")
@requires(Policy.PROJECT_LEAD)
def agreement(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    name = query(RoundQuery).round
    with database().read() as session:
        return jsonify(
            scoring.score_project(session, project_id=project().id, round_name=name or None)
        )


@blueprint.get("/annotations")
@requires(Policy.PROJECT_LEAD)
def annotations(slug: str) -> Response:
    """The lines of the table `annotations` of a release, as it would be made now."""
    name = query(RoundQuery).round
    with database().read() as session:
        found = judging.project_judgments(session, project_id=project().id, round_name=name or None)
    response = Response(_lines(tables.annotations(found.rows)), mimetype=JSON_LINES)
    response.headers["Content-Disposition"] = f"attachment; filename={slug}-annotations.jsonl"
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def _codebook(version: CodebookVersion, asked: RoundFacts | None) -> dict[str, Any]:
    found = codebooks.codebook_of(version)
    return {
        "version": version.number,
        "content_hash": version.content_hash,
        "code": found.code,
        "title": found.title,
        "languages": found.languages,
        "round": asked and asked.name,
        "questions": [each.model_dump(mode="json") for each in _questions(found, asked)],
    }


def _questions(found: Codebook, asked: RoundFacts | None) -> list[Question]:
    if asked is None:
        return list(found.asked.values())
    return [
        question
        for scope in SCOPES
        for question in found.expanded(scope, kind=asked.kind, blind=asked.blind)
    ]


def _people(each: round_queries.RoundShown) -> Iterator[dict[str, Any]]:
    for one in each.people:
        yield {
            "round": each.name,
            "name": one.name,
            "done": one.done,
            "skipped": one.skipped,
            "left": one.left,
            "flagged": one.flagged,
        }


def _lines(rows: Iterator[Row]) -> Iterator[str]:
    """Many rows in one piece: a server writes each piece by itself."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    names = ANNOTATIONS.names
    while piece := list(islice(rows, LINES_AT_ONCE)):
        yield "".join(f"{encode(dict(zip(names, row, strict=True)))}\n" for row in piece)
