"""Documents of a project: the list, the import, and each with what the machine thinks of it."""

from collections.abc import Iterator
from pathlib import PureWindowsPath

from flask import Blueprint, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from annotator.errors import ImportRefused, NotFound
from annotator.formats import ENCODINGS, READERS
from annotator.services.documents.importing import ImportReport, import_files
from annotator.store.queries import access
from annotator.store.queries import documents as queries
from annotator.web.access import (
    NO_SUCH_PAGE,
    Policy,
    database,
    now,
    person,
    project,
    requires,
)

FILES_NEEDED = "Choose at least one file."
SHOWN_AT_MOST = 500

blueprint = Blueprint("documents", __name__, url_prefix="/projects/<slug>/documents")


class ImportForm(FlaskForm):  # type: ignore[misc]
    """The shape only; `formats` and `services.importing` say what can be read."""

    files = MultipleFileField(
        "Files",
        validators=[FileRequired(FILES_NEEDED)],
        render_kw={"accept": ",".join(READERS), "multiple": True},
    )
    source_name = StringField("Source", render_kw={"autocomplete": "off"})
    text_column = StringField("Column with the text", render_kw={"autocomplete": "off"})
    encoding = SelectField(
        "Encoding", choices=[SelectChoice(name, name) for name in ENCODINGS], default="utf-8"
    )
    keep_going = BooleanField("Import the good ones and skip the refused")


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(ImportForm())


@blueprint.post("")
@requires(Policy.PROJECT_LEAD)
def bring_in(slug: str) -> tuple[str, int]:  # noqa: ARG001 - `project()` has loaded it
    form = ImportForm()
    if not form.validate():
        return _page(form), 422
    try:
        report = _import(form)
    except ImportRefused as error:
        return _page(form, refusals=error.refusals), error.status
    # The answer itself is the report: it names every file, and loading it again changes nothing.
    return render_template("documents/imported.html", report=report, at_most=SHOWN_AT_MOST), 200


@blueprint.get("/<int:document_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, document_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        found = access.document_for(session, project_id=project().id, document_id=document_id)
        if found is None:
            raise NotFound(NO_SUCH_PAGE)
        document = queries.document(session, document_id=found.id)
    return render_template("documents/show.html", document=document)


def _import(form: ImportForm) -> ImportReport:
    text_column = (form.text_column.data or "").strip()
    with database().write() as session:
        return import_files(
            session,
            project_id=project().id,
            files=_contents(form.files.data),
            source_name=form.source_name.data,
            encoding=form.encoding.data,
            mapping={"text": text_column} if text_column else None,
            actor_id=person().id,
            now=now(),
            keep_going=form.keep_going.data,
        )


def _contents(files: list[FileStorage]) -> Iterator[tuple[str, bytes]]:
    """One file at a time; some browsers send the path with the name."""
    for file in files:
        yield PureWindowsPath(file.filename or "").name, file.read()


def _page(form: ImportForm, *, refusals: list[str] | None = None) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    with database().read() as session:
        total = queries.how_many(session, project_id=project().id)
        documents = queries.documents(session, project_id=project().id, page=page)
    return render_template(
        "documents/index.html",
        form=form,
        documents=documents,
        total=total,
        page=page,
        pages=-(-total // queries.ON_A_PAGE),
        refusals=refusals,
    )
