"""Tasks as JSON: the bare one that scripts ask for, and the sheet that the labelling page shows."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify

from annotator.services import cleaning, sheets
from annotator.services.sheets import Ahead, Sheet
from annotator.store.queries.labelling import Task
from annotator.store.queries.progress import RoundProgress
from annotator.store.queries.wholes import DocumentShown, SourceShown
from annotator.web.access import Policy, database, person, project, requires
from annotator.web.api.bodies import ContextQuery, NextQuery
from annotator.web.api.reading import query

blueprint = Blueprint("sheets", __name__)


@blueprint.get("/projects/<slug>/sheets")
@requires(Policy.MEMBER)
def ahead(slug: str) -> Response:  # noqa: ARG001 - `project()` has loaded it
    n = query(NextQuery).n
    with database().read() as session:
        found = sheets.next_sheets(session, project_id=project().id, user_id=person().id, n=n)
    return jsonify(ahead_json(found))


@blueprint.get("/assignments/<int:assignment_id>")
@requires(Policy.ASSIGNEE)
def show(assignment_id: int) -> Response:
    me = person().id
    with database().read() as session:
        sheet = sheets.sheet_of(session, project_id=None, assignment_id=assignment_id, user_id=me)
        previous = sheets.previous_id(session, sheet=sheet, user_id=me)
    return jsonify(sheet_json(sheet) | {"previous": previous})


@blueprint.get("/assignments/<int:assignment_id>/context")
@requires(Policy.ASSIGNEE)
def context(assignment_id: int) -> Response:
    asked = query(ContextQuery)
    with database().read() as session:
        found = sheets.context(
            session,
            assignment_id=assignment_id,
            user_id=person().id,
            before=asked.before,
            after=asked.after,
        )
    return jsonify(before=found.before, after=found.after)


def ahead_json(found: Ahead) -> dict[str, Any]:
    """What a labelling page needs to go on without asking for each task."""
    return {
        "sheets": [sheet_json(sheet) for sheet in found.sheets],
        "remaining": found.remaining,
        "rounds": [round_json(each) for each in found.rounds],
    }


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    task = sheet.task
    return task_json(task) | {
        "form": sheet.form,
        "state": task.state,
        "can_be_saved": task.can_be_saved,
        "skip_reason": task.skip_reason,
        "flag_note": task.flag_note,
        "place": None if sheet.place is None else asdict(sheet.place),
        "cleaned_whole": cleaning.is_cleaned_whole(sheet),
    }


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
        "hints": task.hints,
        "odd": [{"start": odd.start, "end": odd.end, "what": odd.what} for odd in task.odd],
        "suggestion": None if task.suggestion is None else asdict(task.suggestion),
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


def round_json(each: RoundProgress) -> dict[str, Any]:
    """How far one person is in a round."""
    return {
        "round": each.name,
        "kind": each.kind,
        "open": each.is_open,
        "done": each.done,
        "skipped": each.skipped,
        "left": each.left,
    }
