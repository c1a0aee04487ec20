"""What a lead looks at beside the queue: second decisions, figures, what the codebook leaves
unclear, the same text with different gold, and how the project adjudicates.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from annotator.errors import AnswersInvalid, DataInvalid
from annotator.services.adjudication import consistency, figures, seconds
from annotator.services.adjudication.settings import (
    NOT_A_SHARE,
    Settings,
    change_settings,
    settings_of,
)
from annotator.services.codebooks import codebook_of
from annotator.store.queries import adjudication as queries
from annotator.store.queries import agreement as places
from annotator.store.queries import decisions as made
from annotator.store.queries import judgments
from annotator.store.queries.readings import reading_of
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.adjudication_form import CAUSE_NAMES, DecisionForm, ruling_in_words
from annotator.web.adjudication_sheet import language, question_names

NONE_WAITS = "Nothing waits for a second decision by you."
THANKS = "Kept. Gold stays what it was; the two decisions count for the agreement of adjudicators."
CHANGED = "Changed: it holds for what is decided from now on."
ACCEPTED = "Accepted: the difference is no longer listed, unless the gold changes."
PERCENT = 100

blueprint = Blueprint("adjudication_review", __name__, url_prefix="/projects/<slug>/adjudicate")

Page = AnyResponse | str | tuple[str, int]


@blueprint.post("/second")
@requires(Policy.PROJECT_LEAD)
def next_second(slug: str) -> AnyResponse:
    with database().write() as session:
        subject_id = seconds.take_second(
            session, project_id=project().id, user_id=person().id, now=now()
        )
    if subject_id is None:
        flash(NONE_WAITS, "info")
        return redirect(url_for("adjudication.index", slug=slug), 303)
    return redirect(url_for(".second", slug=slug, subject_id=subject_id), 303)


@blueprint.get("/second/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def second(slug: str, subject_id: int) -> str:  # noqa: ARG001 - the policy has loaded the project
    return _second_page(subject_id, _second_form(subject_id))


@blueprint.post("/second/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def decide_second(slug: str, subject_id: int) -> Page:
    form = _second_form(subject_id, request.form)
    try:
        _, decisions = form.decisions()
        with database().write() as session:
            seconds.decide_second(
                session,
                project_id=project().id,
                subject_id=subject_id,
                user_id=person().id,
                decisions=decisions,
                now=now(),
            )
    except AnswersInvalid as error:
        form.problems |= error.problems
        return _second_page(subject_id, form), error.status
    except DataInvalid as error:
        form.problems["page"] = str(error)
        return _second_page(subject_id, form), error.status
    flash(THANKS, "success")
    return next_second(slug)


@blueprint.get("/figures")
@requires(Policy.PROJECT_LEAD)
def show_figures(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    with database().read() as session:
        found = figures.adjudication_figures(session, project_id=project().id)
        settings = settings_of(session, project().id)
    return render_template(
        "adjudication/figures.html",
        figures=found,
        settings=settings,
        names=_names(),
        causes=CAUSE_NAMES,
    )


@blueprint.post("/settings")
@requires(Policy.PROJECT_LEAD)
def change(slug: str) -> AnyResponse:
    try:
        with database().write() as session:
            change_settings(
                session,
                project_id=project().id,
                settings=Settings(
                    "blind_first" in request.form, _share(request.form.get("second_percent", ""))
                ),
                actor_id=person().id,
                now=now(),
            )
        flash(CHANGED, "success")
    except DataInvalid as error:
        flash(str(error), "error")
    return redirect(url_for(".show_figures", slug=slug), 303)


@blueprint.get("/unclear")
@requires(Policy.PROJECT_LEAD)
def unclear(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    with database().read() as session:
        last = {
            (row.subject_id, row.question): row
            for row in made.all_decisions(session, project().id)
            if not row.second
        }
        rows = [row for row in last.values() if row.outcome == "codebook_unclear"]
        texts = places.texts(session, [row.subject_id for row in rows])
    order = list(_names())
    return render_template(
        "adjudication/unclear.html",
        rows=sorted(rows, key=lambda row: order.index(row.question)),
        texts=texts,
        names=_names(),
        causes=CAUSE_NAMES,
    )


@blueprint.get("/consistency")
@requires(Policy.PROJECT_LEAD)
def show_consistency(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    with database().read() as session:
        found = consistency.differences(session, project_id=project().id)
        versions = judgments.versions(session, project().id)
    asked = {c: q for each in versions.values() for c, q in codebook_of(each).asked.items()}
    words = {
        (each.signature, at.subject_id): ruling_in_words(
            asked[each.question], at.ruling, language()
        )
        for each in found
        for at in each.places
    }
    return render_template(
        "adjudication/consistency.html",
        open_ones=[each for each in found if each.reason is None],
        accepted=[each for each in found if each.reason is not None],
        words=words,
        names=_names(),
    )


@blueprint.post("/consistency")
@requires(Policy.PROJECT_LEAD)
def accept(slug: str) -> AnyResponse:
    try:
        with database().write() as session:
            consistency.accept(
                session,
                project_id=project().id,
                cluster_id=request.form.get("cluster", 0, type=int),
                question=request.form.get("question", ""),
                signature=request.form.get("signature", ""),
                reason=request.form.get("reason", ""),
                user_id=person().id,
                now=now(),
            )
        flash(ACCEPTED, "success")
    except DataInvalid as error:
        flash(str(error), "error")
    return redirect(url_for(".show_consistency", slug=slug), 303)


def _share(percent: str) -> float:
    """Raises:
    DataInvalid: it is no number.
    """
    try:
        return float(percent) / PERCENT
    except ValueError as error:
        raise DataInvalid(NOT_A_SHARE) from error


def _names() -> dict[str, str]:
    with database().read() as session:
        versions = judgments.versions(session, project().id)
    return question_names(codebook_of(each) for each in versions.values())


def _second_form(subject_id: int, sent: MultiDict[str, str] | None = None) -> DecisionForm:
    with database().read() as session:
        _, questions = seconds.asked(
            session, project_id=project().id, subject_id=subject_id, user_id=person().id
        )
    return DecisionForm(questions, {}, {}, seen=0, sent=sent)


def _second_page(subject_id: int, form: DecisionForm) -> str:
    with database().read() as session:
        reading = reading_of(session, project_id=project().id, subject_id=subject_id)
        holder = queries.leases(session, project().id, now=now()).get(subject_id)
    return render_template(
        "adjudication/second.html",
        reading=reading,
        subject_id=subject_id,
        held_by_me=holder == person().id,
        questions=form.shown(language()),
        problem=form.problems.get("page"),
    )
