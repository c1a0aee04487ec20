"""Bringing documents in through the API, as JSON or as files."""

import json
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from annotator.errors import AnswersInvalid
from annotator.formats import ENCODINGS
from annotator.services.documents.importing import DocumentReport, ImportReport, import_files
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.api.bodies import DocumentBody, ImportBody, ImportFields
from annotator.web.api.reading import body, told

FILES = "files"
MULTIPART = "multipart/form-data"
# Stands in messages, with the line, which is the number of the document.
SENT = "documents.jsonl"
ENCODING_WRONG = "This is not an encoding that can be read here: choose among {known}."
NOT_A_FIELD = "Files are sent in the field “files”: send this one there, too."

blueprint = Blueprint("documents", __name__, url_prefix="/projects/<slug>")


@blueprint.post("/documents")
@requires(Policy.PROJECT_LEAD)
def bring_in(slug: str) -> tuple[Response, int]:  # noqa: ARG001 - `project()` has loaded it
    report = _from_files() if request.mimetype == MULTIPART else _from_json()
    stored = report.counts["new"] + report.counts["changed"]
    return jsonify(_imported(report)), 201 if stored else 200


def _from_json() -> ImportReport:
    sent = body(ImportBody)
    lines = "\n".join(map(_line, sent.documents))
    return _import(
        [(SENT, lines.encode())],
        source_name=sent.source,
        lines=sent.lines,
        keep_going=sent.keep_going,
    )


def _from_files() -> ImportReport:
    fields = told(lambda: ImportFields.model_validate(request.form.to_dict()))
    if fields.encoding not in ENCODINGS:
        raise AnswersInvalid({"encoding": ENCODING_WRONG.format(known=", ".join(ENCODINGS))})
    strangers = {name: NOT_A_FIELD for name in request.files if name != FILES}
    if strangers:
        raise AnswersInvalid(strangers)
    return _import(
        _contents(request.files.getlist(FILES)),
        source_name=fields.source,
        encoding=fields.encoding,
        mapping={"text": fields.text_column} if fields.text_column else None,
        lines=fields.lines,
        keep_going=fields.keep_going == "true",
    )


def _import(files: Any, **given: Any) -> ImportReport:  # noqa: ANN401 - see import_files
    with database().write() as session:
        return import_files(
            session,
            project_id=project().id,
            files=files,
            actor_id=person().id,
            now=now(),
            **given,
        )


def _line(document: DocumentBody) -> str:
    return json.dumps(document.model_dump(exclude_none=True), ensure_ascii=False)


def _contents(files: list[FileStorage]) -> Iterator[tuple[str, bytes]]:
    """One file at a time; some programs send the path with the name."""
    for file in files:
        yield PureWindowsPath(file.filename or "").name, file.read()


def _imported(report: ImportReport) -> dict[str, Any]:
    return {
        **report.counts,
        "paragraphs": report.paragraphs,
        "suggestions": report.suggestions,
        "documents": [_document(each) for each in report.documents],
    }


def _document(one: DocumentReport) -> dict[str, Any]:
    return {
        "where": one.where,
        "status": one.status,
        "source": one.source,
        "document_id": one.document_id,
        "paragraphs": one.paragraphs,
        "suggestions": one.suggestions,
        "told": one.told,
        "reason": one.reason,
    }
