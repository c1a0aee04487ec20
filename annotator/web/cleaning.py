"""The clean-up page: a document of a clean-up round as one form, a line for each paragraph.

It works as a plain form. With scripts (static/clean/) it is done by single keys, saves through the
API and goes on to the next document without a reload.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from annotator.errors import SavesRefused
from annotator.services import cleaning, codebook_news
from annotator.services.cleaning import CleaningPage
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.cleaning_form import CleaningForm, language

MOVED_ON = 303
SAVED = "{count} of {total} lines were saved."
ALL_OPEN = "Nothing was chosen, so nothing was saved."

blueprint = Blueprint("cleaning", __name__, url_prefix="/projects/<slug>/clean")

Page = AnyResponse | str | tuple[str, int]


@blueprint.get("/<int:assignment_id>")
@requires(Policy.MEMBER)
def show(slug: str, assignment_id: int) -> Page:
    page = _loaded(assignment_id)
    if page is None:
        return redirect(url_for("labelling.task", slug=slug, assignment_id=assignment_id), MOVED_ON)
    return _page(CleaningForm(page))


@blueprint.post("/<int:assignment_id>")
@requires(Policy.MEMBER)
def save(slug: str, assignment_id: int) -> Page:
    page = _loaded(assignment_id)
    if page is None:
        return redirect(url_for("labelling.task", slug=slug, assignment_id=assignment_id), MOVED_ON)
    form = CleaningForm(page, request.form)
    try:
        saves = form.saves()
        with database().write() as session:
            cleaning.save_page(
                session, project_id=project().id, user_id=person().id, saves=saves, now=now()
            )
    except SavesRefused as error:
        form.refused.update(error.refused)
        return _page(form), error.status
    flash(_told(page, len(saves)), "success")
    if page.following is None:
        return redirect(url_for("labelling.label", slug=slug), MOVED_ON)
    return redirect(url_for(".show", slug=slug, assignment_id=page.following), MOVED_ON)


def _loaded(assignment_id: int) -> CleaningPage | None:
    with database().read() as session:
        return cleaning.page_of(
            session,
            project_id=project().id,
            assignment_id=assignment_id,
            user_id=person().id,
        )


def _page(form: CleaningForm) -> str:
    page = form.page
    with database().read() as session:
        news = codebook_news.news(session, project_id=project().id, user_id=person().id)
    return render_template(
        "cleaning/document.html",
        page=page,
        form=form,
        lines=list(form.lines()),
        lang=language(page.codebook),
        news=news,
        data=_data(page, is_refused=bool(form.refused)),
    )


def _data(page: CleaningPage, *, is_refused: bool) -> dict[str, Any]:
    """What scripts need beside the form itself."""
    return {
        "round": page.round_name,
        "following": page.following,
        "can_be_saved": page.can_be_saved,
        "refused": is_refused,
        "questions": [
            {"code": question.code, "required": question.required}
            for question in page.gate.questions
        ],
        "opening": page.gate.opening,
        "lines": [
            {
                "id": line.task.id,
                "revision": line.task.revision,
                "answers": line.task.answers,
                "note": line.task.note,
            }
            | ({"suggestion": asdict(line.task.suggestion)} if line.task.suggestion else {})
            | ({"repeat_of": line.repeat_of} if line.repeat_of else {})
            for line in page.lines
        ],
    }


def _told(page: CleaningPage, saved: int) -> str:
    return SAVED.format(count=saved, total=len(page.lines)) if saved else ALL_OPEN
