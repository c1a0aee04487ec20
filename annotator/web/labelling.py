"""The labelling page: the next task of the caller, or an earlier one, as a form.

A document of a clean-up round has a page of its own: `annotator.web.cleaning`.

It works as a plain form. With scripts (static/label/) the page keeps going by itself: it saves and
asks for more through the API, and comes back here only to be loaded. Everything about a task is
read by its id and the caller's, so another's task is not found.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from annotator.domain.answer_words import in_words
from annotator.domain.codebook import Codebook
from annotator.errors import AnswersInvalid, Conflict, DataInvalid, StaleAnnotation
from annotator.services import annotating, cleaning, codebook_news, sheets
from annotator.services.sheets import Sheet
from annotator.store.queries import progress as queries
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.api.sheets import ahead_json, sheet_json
from annotator.web.label_form import LabelForm

SKIPPED = "Skipped. You can come back to it with Back."
FLAGGED = "The lead will see your note."
MOVED_ON = 303
# The paragraph and the next three, so that the page can go on without waiting.
AT_ONCE = 4

blueprint = Blueprint("labelling", __name__)

Page = AnyResponse | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """What is saved on the server, in words, beside what the page brought."""

    revision: int
    settled: bool
    answers: tuple[tuple[str, str], ...]
    note: str | None


@blueprint.get("/projects/<slug>/label")
@requires(Policy.MEMBER)
def label(slug: str) -> Page:
    asked = {"project_id": project().id, "user_id": person().id}
    with database().read() as session:
        ahead = sheets.next_sheets(session, n=AT_ONCE, **asked)
        last_id = None if ahead.sheets else queries.last_id(session, **asked)
    if not ahead.sheets:
        return render_template(
            "labelling/done.html", slug=slug, rounds=ahead.rounds, last_id=last_id
        )
    sheet = ahead.sheets[0]
    if cleaning.is_cleaned_whole(sheet):
        return redirect(url_for("cleaning.show", slug=slug, assignment_id=sheet.task.id), MOVED_ON)
    return _page(sheet, LabelForm(sheet.codebook, sheet.task))


@blueprint.get("/projects/<slug>/label/<int:assignment_id>")
@requires(Policy.MEMBER)
def task(slug: str, assignment_id: int) -> Page:  # noqa: ARG001 - the policy reads the slug
    sheet = _sheet(assignment_id)
    return _page(sheet, LabelForm(sheet.codebook, sheet.task))


@blueprint.post("/projects/<slug>/label/<int:assignment_id>")
@requires(Policy.MEMBER)
def save(slug: str, assignment_id: int) -> Page:
    sheet = _sheet(assignment_id)
    form = LabelForm(sheet.codebook, sheet.task, request.form)
    try:
        sent = form.save()
        with database().write() as session:
            annotating.save_annotation(
                session,
                assignment_id=assignment_id,
                user_id=person().id,
                save=sent,
                now=now(),
            )
    except AnswersInvalid as error:
        form.problems = error.problems
        return _page(sheet, form), error.status
    except StaleAnnotation as error:
        form.renew(error.revision)
        return _page(sheet, form, stored=_stored(sheet, error)), error.status
    return redirect(url_for(".label", slug=slug), MOVED_ON)


@blueprint.post("/projects/<slug>/label/<int:assignment_id>/skip")
@requires(Policy.MEMBER)
def skip(slug: str, assignment_id: int) -> Page:
    sheet = _sheet(assignment_id)
    reason = request.form.get("reason", "")
    try:
        with database().write() as session:
            annotating.skip(
                session,
                assignment_id=assignment_id,
                user_id=person().id,
                reason=reason,
                now=now(),
            )
    except (DataInvalid, Conflict) as error:
        return _page(sheet, LabelForm(sheet.codebook, sheet.task), skip=str(error)), error.status
    flash(SKIPPED, "success")
    return redirect(url_for(".label", slug=slug), MOVED_ON)


@blueprint.post("/projects/<slug>/label/<int:assignment_id>/flag")
@requires(Policy.MEMBER)
def flag(slug: str, assignment_id: int) -> Page:
    sheet = _sheet(assignment_id)
    try:
        with database().write() as session:
            annotating.flag(
                session,
                assignment_id=assignment_id,
                user_id=person().id,
                note=request.form.get("reason", ""),
                now=now(),
            )
    except DataInvalid as error:
        return _page(sheet, LabelForm(sheet.codebook, sheet.task), flag=str(error)), error.status
    flash(FLAGGED, "success")
    return redirect(url_for(".task", slug=slug, assignment_id=assignment_id), MOVED_ON)


def _sheet(assignment_id: int) -> Sheet:
    with database().read() as session:
        return sheets.sheet_of(
            session,
            project_id=project().id,
            assignment_id=assignment_id,
            user_id=person().id,
        )


def _page(
    sheet: Sheet,
    form: LabelForm,
    *,
    stored: Stored | None = None,
    skip: str | None = None,
    flag: str | None = None,
) -> str:
    me = person().id
    with database().read() as session:
        ahead = sheets.next_sheets(session, project_id=project().id, user_id=me, n=AT_ONCE)
        previous = sheets.previous_id(session, sheet=sheet, user_id=me)
        news = codebook_news.news(session, project_id=project().id, user_id=me)
    return render_template(
        "labelling/task.html",
        sheet=sheet,
        task=sheet.task,
        form=form,
        questions=form.shown(_language(sheet.codebook)),
        previous=previous,
        news=news,
        data={
            "sheet": sheet_json(sheet) | {"previous": previous},
            "ahead": ahead_json(ahead),
            "refused": bool(form.problems or stored),
        },
        stored=stored,
        skip_problem=skip,
        flag_problem=flag,
    )


def _language(codebook: Codebook) -> str:
    """The first language of the codebook: the pages around it are in English, too."""
    return codebook.languages[0]


def _stored(sheet: Sheet, error: StaleAnnotation) -> Stored:
    answers = error.annotation.get("answers", {})
    return Stored(
        revision=error.revision,
        settled=error.settled,
        answers=in_words(sheet.codebook, answers, _language(sheet.codebook)),
        note=error.annotation.get("note"),
    )
