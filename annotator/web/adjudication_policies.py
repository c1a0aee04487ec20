"""Policies that close what needs no person: what one would do, doing it, and undoing a run."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from annotator.errors import DataInvalid
from annotator.services.adjudication import batches, policies
from annotator.services.adjudication.policies import Policy as Closing
from annotator.services.adjudication.policies import PolicyReport
from annotator.services.codebooks import codebook_of
from annotator.store.queries import agreement as places
from annotator.store.queries import judgments
from annotator.web.access import Policy, database, now, person, project, requires
from annotator.web.adjudication_form import ruling_in_words
from annotator.web.adjudication_sheet import language, question_names

NOTHING_TO_SETTLE = "There was nothing to settle: no agreed question is without gold."
UNDONE = "Undone: {count:,} gold labels were taken back."
NUMBERS = "At least, margin and threshold must be numbers, such as 2, 1 and 0.95."

blueprint = Blueprint("adjudication_policies", __name__, url_prefix="/projects/<slug>/adjudicate")

Page = AnyResponse | str | tuple[str, int]


@blueprint.get("/policy")
@requires(Policy.PROJECT_LEAD)
def show(slug: str) -> Page:  # noqa: ARG001 - the policy has loaded the project
    try:
        wanted = _wanted(request.args)
        with database().read() as session:
            report = policies.preview_policy(session, project_id=project().id, policy=wanted)
    except DataInvalid as error:
        return _page(Closing(), None, problem=str(error)), error.status
    return _page(wanted, report)


@blueprint.post("/policy")
@requires(Policy.PROJECT_LEAD)
def apply(slug: str) -> Page:
    try:
        wanted = _wanted(request.form)
        with database().write() as session:
            report = policies.apply_policy(
                session,
                project_id=project().id,
                policy=wanted,
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        return _page(Closing(), None, problem=str(error)), error.status
    if report.batch_id is None:
        flash(NOTHING_TO_SETTLE, "info")
    else:
        how = "that all agree on" if wanted.name == policies.UNANIMOUS else f"by {wanted.name}"
        flash(
            f"Settled {report.decided:,} questions {how}; {report.void:,} do not apply by that.",
            "success",
        )
    return redirect(url_for("adjudication.index", slug=slug), 303)


@blueprint.post("/batches/<int:batch_id>/undo")
@requires(Policy.PROJECT_LEAD)
def undo(slug: str, batch_id: int) -> AnyResponse:
    with database().write() as session:
        taken = batches.undo_batch(
            session, project_id=project().id, batch_id=batch_id, actor_id=person().id, now=now()
        )
    flash(UNDONE.format(count=taken), "success")
    return redirect(url_for("adjudication.index", slug=slug), 303)


def _wanted(given: MultiDict[str, str]) -> Closing:
    """Raises:
    DataInvalid: a number is none, or out of range, or there is no such policy.
    """
    default = Closing()
    try:
        wanted = Closing(
            name=given.get("policy") or default.name,
            at_least=int(given.get("at_least") or default.at_least),
            margin=int(given.get("margin") or default.margin),
            threshold=float(given.get("threshold") or default.threshold),
            question=given.get("question") or None,
        )
    except ValueError as error:
        raise DataInvalid(NUMBERS) from error
    wanted.check()
    return wanted


def _page(wanted: Closing, report: PolicyReport | None, *, problem: str | None = None) -> str:
    lang = language()
    with database().read() as session:
        versions = judgments.versions(session, project().id)
        codebooks = [codebook_of(each) for each in versions.values()]
        ids = [each.subject_id for each in report.examples] if report else []
        texts = places.texts(session, ids)
    asked = {code: question for each in codebooks for code, question in each.asked.items()}
    names = question_names(codebooks)
    return render_template(
        "adjudication/policy.html",
        wanted=wanted,
        report=report,
        problem=problem,
        policies=policies.POLICIES,
        names={code: name for code, name in names.items() if policies.is_adjudicated(asked[code])},
        examples=[
            (
                each.subject_id,
                names.get(each.question, each.question),
                texts.get(each.subject_id, ""),
                ruling_in_words(asked[each.question], each.ruling, lang),
            )
            for each in (report.examples if report else ())
        ],
    )
