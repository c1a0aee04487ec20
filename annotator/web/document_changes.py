"""What a lead changes of a document: its cut, what is said of it, and whether it is in use."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from annotator.domain.plain_text import strange_character
from annotator.errors import Conflict, DataInvalid, NotFound
from annotator.services.documents.cutting import Seen, merge_paragraphs, split_paragraph
from annotator.services.documents.editing import Description, describe_document
from annotator.services.documents.withdrawing import restore_document, withdraw_document
from annotator.store.corpus import Document
from annotator.store.queries import access
from annotator.store.queries import sources as source_queries
from annotator.store.queries.document_page import ON_A_PAGE
from annotator.web.access import NO_SUCH_PAGE, Policy, database, now, person, project, requires
from annotator.web.documents import document_view

SPLIT = "Split into paragraphs {first} and {second}."
MERGED = "Merged into paragraph {number}."
SAVED = "Saved."
WITHDRAWN = "The document is withdrawn: no new work, no release. Its labels are kept.{work}"
RESTORED = "The document is in use again.{work}"
TAKEN_BACK = " Open tasks taken back: {count:,}."
GIVEN_BACK = " Tasks open again: {count:,}."
NO_CONTROLS = "The words hold the character {code}, which no text here has: copy others."

blueprint = Blueprint(
    "document_changes", __name__, url_prefix="/projects/<slug>/documents/<int:document_id>"
)


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """The shape only; `services.documents.editing` says what each field may be."""

    title = StringField("Title")
    byline = StringField("Author")
    published_on = StringField("Date", render_kw={"placeholder": "2025-01-31"})
    lang = StringField("Language", render_kw={"placeholder": "en", "autocapitalize": "none"})
    url = StringField("Address", render_kw={"inputmode": "url"})
    key = StringField("Id")
    source_id = SelectField("Source", coerce=int, validate_choice=False)


@blueprint.post("/split")
@requires(Policy.PROJECT_LEAD)
def split(slug: str, document_id: int) -> AnyResponse | tuple[str, int]:
    words, at = request.form.get("words", ""), request.form.get("at", type=int)
    if code := strange_character(words):
        return document_view(document_id, problem=NO_CONTROLS.format(code=code)), 422
    try:
        with database().write() as session:
            made = split_paragraph(
                session,
                document=_there(
                    access.document_for(session, project_id=project().id, document_id=document_id)
                ),
                position=_position(),
                words=words,
                at=at,
                seen=_seen(),
                actor_id=person().id,
                now=now(),
            )
    except (DataInvalid, Conflict) as error:
        return document_view(document_id, problem=str(error)), error.status
    first, second = made.numbers
    flash(SPLIT.format(first=first, second=second), "success")
    return _to(slug, document_id, number=first)


@blueprint.post("/merge")
@requires(Policy.PROJECT_LEAD)
def merge(slug: str, document_id: int) -> AnyResponse | tuple[str, int]:
    try:
        with database().write() as session:
            made = merge_paragraphs(
                session,
                document=_there(
                    access.document_for(session, project_id=project().id, document_id=document_id)
                ),
                position=_position(),
                seen=_seen(),
                actor_id=person().id,
                now=now(),
            )
    except (DataInvalid, Conflict) as error:
        return document_view(document_id, problem=str(error)), error.status
    flash(MERGED.format(number=made.numbers[0]), "success")
    return _to(slug, document_id, number=made.numbers[0])


@blueprint.get("/edit")
@requires(Policy.PROJECT_LEAD)
def edit(slug: str, document_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _edit_page(document_id)


@blueprint.post("/edit")
@requires(Policy.PROJECT_LEAD)
def describe(slug: str, document_id: int) -> AnyResponse | tuple[str, int]:
    form = DocumentForm()
    try:
        with database().write() as session:
            describe_document(
                session,
                document=_there(
                    access.document_for(session, project_id=project().id, document_id=document_id)
                ),
                description=_description(form),
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        return _edit_page(document_id, form, problem=error), error.status
    flash(SAVED, "success")
    return _to(slug, document_id)


@blueprint.post("/withdraw")
@requires(Policy.PROJECT_LEAD)
def withdraw(slug: str, document_id: int) -> AnyResponse:
    with database().write() as session:
        document = _there(
            access.document_for(session, project_id=project().id, document_id=document_id)
        )
        taken = withdraw_document(session, document=document, actor_id=person().id, now=now())
    work = TAKEN_BACK.format(count=taken.assignments) if taken.assignments else ""
    flash(WITHDRAWN.format(work=work), "success")
    return _to(slug, document_id)


@blueprint.post("/restore")
@requires(Policy.PROJECT_LEAD)
def restore(slug: str, document_id: int) -> AnyResponse | tuple[str, int]:
    try:
        with database().write() as session:
            document = _there(
                access.document_for(session, project_id=project().id, document_id=document_id)
            )
            taken = restore_document(session, document=document, actor_id=person().id, now=now())
    except DataInvalid as error:
        return document_view(document_id, problem=str(error)), error.status
    work = GIVEN_BACK.format(count=taken.assignments) if taken.assignments else ""
    flash(RESTORED.format(work=work), "success")
    return _to(slug, document_id)


def _description(form: DocumentForm) -> Description:
    return Description(
        title=form.title.data or "",
        url=form.url.data or "",
        byline=form.byline.data or "",
        published_on=form.published_on.data or "",
        lang=form.lang.data or "",
        key=form.key.data or "",
        source_id=form.source_id.data if isinstance(form.source_id.data, int) else 0,
    )


def _edit_page(
    document_id: int, form: DocumentForm | None = None, *, problem: DataInvalid | None = None
) -> str:
    with database().read() as session:
        document = _there(
            access.document_for(session, project_id=project().id, document_id=document_id)
        )
        sources = source_queries.sources(session, project_id=project().id)
    form = form or DocumentForm(obj=document)
    form.source_id.choices = [SelectChoice(str(each.id), each.name) for each in sources]
    return render_template("documents/edit.html", document=document, form=form, problem=problem)


def _there(document: Document | None) -> Document:
    if document is None:
        raise NotFound(NO_SUCH_PAGE)
    return document


def _seen() -> Seen:
    return Seen(_form_number("seen_version"), _form_number("seen_cut"))


def _position() -> int:
    """From the number that a person sees, which counts from 1; -1 where it is none."""
    return _form_number("paragraph") - 1


def _form_number(name: str) -> int:
    return max(0, min(request.form.get(name, 0, type=int), 2**31 - 1))


def _to(slug: str, document_id: int, *, number: int | None = None) -> AnyResponse:
    page = None if number is None else (number - 1) // ON_A_PAGE + 1
    anchor = None if number is None else f"p{number}"
    target = url_for(
        "documents.show",
        slug=slug,
        document_id=document_id,
        page=page if page != 1 else None,
        _anchor=anchor,
    )
    return redirect(target, 303)
