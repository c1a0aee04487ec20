"""What one has to label next, and saving, skipping and flagging it."""

from flask import Blueprint, Response, jsonify

from annotator.domain.saving import Save
from annotator.domain.spans import Span
from annotator.services import annotating, cleaning, sheets
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.api.bodies import AnnotationBody, NextQuery, PageBody, ReasonBody
from annotator.web.api.reading import body, query
from annotator.web.api.sheets import task_json

ONE = "/assignments/<int:assignment_id>"

blueprint = Blueprint("assignments", __name__)


@blueprint.get("/projects/<slug>/next")
@requires(Policy.MEMBER)
def upcoming(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    n = query(NextQuery).n
    with database().read() as session:
        found = sheets.next_assignments(session, project_id=project().id, user_id=person().id, n=n)
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


@blueprint.post("/projects/<slug>/annotations")
@requires(Policy.MEMBER)
def save_page(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    sent = body(PageBody).saves
    with database().write() as session:
        saved = cleaning.save_page(
            session,
            project_id=project().id,
            user_id=person().id,
            saves=[(one.assignment, _save(one)) for one in sent],
            now=now(),
        )
    return jsonify(
        saved=[
            {"assignment": one.assignment, "revision": saved[one.assignment].revision}
            for one in sent
        ]
    )


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
        suggestion_shown=sent.suggestion_shown,
        settled_seen=sent.settled_seen,
    )
