"""What one has to label next, and saving, skipping and flagging it."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify

from annotator.domain.saving import Save
from annotator.domain.spans import Span
from annotator.services import annotating
from annotator.store.queries.labelling import DocumentShown, SourceShown, Task
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.api.bodies import (
    AnnotationBody,
    NextQuery,
    ReasonBody,
)
from annotator.web.api.reading import body, query

ONE = "/assignments/<int:assignment_id>"

blueprint = Blueprint("assignments", __name__)


@blueprint.get("/projects/<slug>/next")
@requires(Policy.MEMBER)
def upcoming(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    n = query(NextQuery).n
    with database().read() as session:
        found = annotating.next_assignments(
            session, project_id=project().id, user_id=person().id, n=n
        )
    tasks = [task_json(task) for task in found.assignments]
    return jsonify(assignments=tasks, remaining=found.remaining)


@blueprint.put(f"{ONE}/annotation")
@requires(Policy.ASSIGNEE)
def save(assignment_id: int) -> tuple[Response, int]:
    sent = _save(body(AnnotationBody))
    with database().write() as session:
        saved = annotating.save_annotation(
            session, assignment_id=assignment_id, user_id=person().id, save=sent, now=now()
        )
    is_first = saved.created and saved.revision == 1
    return jsonify(revision=saved.revision), 201 if is_first else 200


@blueprint.post(f"{ONE}/skip")
@requires(Policy.ASSIGNEE)
def skip(assignment_id: int) -> Response:
    reason = body(ReasonBody).reason
    with database().write() as session:
        annotating.skip(
            session, assignment_id=assignment_id, user_id=person().id, reason=reason, now=now()
        )
    return jsonify(state="skipped")


@blueprint.post(f"{ONE}/flag")
@requires(Policy.ASSIGNEE)
def flag(assignment_id: int) -> Response:
    reason = body(ReasonBody).reason
    with database().write() as session:
        annotating.flag(
            session, assignment_id=assignment_id, user_id=person().id, note=reason, now=now()
        )
    return jsonify(flagged=True)


def task_json(task: Task) -> dict[str, Any]:
    """An assignment as it is sent; what is to be labelled stands under the name of its scope."""
    return {
        "id": task.id,
        "scope": task.scope,
        "round": task.round_name,
        "revision": task.revision,
        "answers": task.answers,
        "spans": task.spans,
        "note": task.note,
        task.scope: _subject(task),
    }


def _subject(task: Task) -> dict[str, Any] | None:
    if task.paragraph is not None:
        return asdict(task.paragraph)
    if task.document is not None:
        return _document(task.document)
    return None if task.source is None else _source(task.source)


def _document(shown: DocumentShown) -> dict[str, Any]:
    return asdict(shown) | {"published_on": _day(shown.published_on)}


def _source(shown: SourceShown) -> dict[str, Any]:
    return {
        "id": shown.id,
        "name": shown.name,
        "domains": shown.domains,
        "documents": [
            {"title": title, "url": url, "published_on": _day(day)}
            for title, url, day in shown.documents
        ],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _save(sent: AnnotationBody) -> Save:
    return Save(
        save_id=str(sent.save_id),
        seen_revision=sent.seen_revision,
        answers=sent.answers,
        spans=tuple(
            Span(span.question, span.label, span.start, span.end, span.quote) for span in sent.spans
        ),
        seconds=sent.seconds,
        note=sent.note,
        context_before=sent.context_before,
        context_after=sent.context_after,
    )
