"""Settling disagreement: what is left, and one subject at a time.

Showing a subject is a change (it is kept for that lead, and it is noted who saw the votes), so it
begins with a POST; a GET of the page without the lease shows the text alone. Where the project
decides blind first, the votes come only after the lead has decided without them.
"""

from contextlib import suppress
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from annotator.errors import AnswersInvalid, DataInvalid
from annotator.services.adjudication import copies, deciding, leases, seconds, undoing
from annotator.services.adjudication.deciding import Consensus, Settled
from annotator.services.adjudication.dockets import Case, ruling_of
from annotator.services.adjudication.policies import preview_of
from annotator.services.adjudication.queue import queue
from annotator.services.adjudication.settings import settings_of
from annotator.services.codebooks import codebook_of
from annotator.store.queries import decisions as made
from annotator.store.queries import judgments
from annotator.store.queries.readings import reading_of
from annotator.web.access import (
    Policy,
    database,
    dockets,
    now,
    person,
    project,
    requires,
)
from annotator.web.adjudication_filters import choices_of, filters_of, kept
from annotator.web.adjudication_form import DecisionForm, ruling_in_words
from annotator.web.adjudication_sheet import (
    Sheet,
    form_of,
    language,
    outcome_in_words,
    question_names,
    sheet_of,
)

Page = AnyResponse | str | tuple[str, int]

NOTHING_LEFT = "Nothing is left that you can settle."
TAKEN_BACK = "Your last decision was taken back: decide anew."
NOBODY = "Nobody in this project is named “{name}”: write the names as people sign in."
NO_DAY = "The day of the consensus must be written as 2025-01-31."
RECENT = 20

blueprint = Blueprint("adjudication", __name__, url_prefix="/projects/<slug>/adjudicate")


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    where, me = project(), person()
    filters = filters_of(request.args, where.id)
    asked = {"project_id": where.id, "user_id": me.id}
    found, preview, standing, choices = dockets().look(
        where.id,
        lambda session, docket: (
            queue(session, now=now(), filters=filters, docket=docket, **asked),
            preview_of(docket),
            docket.where,
            choices_of(docket, where.id, filters),
        ),
    )
    with database().read() as session:
        first = found.offered[0].subject_id if found.offered else None
        upcoming = first and reading_of(session, project_id=where.id, subject_id=first)
        runs = made.batches(session, where.id)
        recent = made.recent_decisions(session, where.id, most=RECENT)
        versions = judgments.versions(session, where.id)
        twice = len(seconds.waiting(session, **asked))
        blind_first = settings_of(session, where.id).blind_first
        undoable = bool(made.last_step(session, where.id, user_id=me.id))
    return render_template(
        "adjudication/index.html",
        queue=found,
        upcoming=upcoming,
        question=filters.question,
        filters=filters,
        kept=kept(request.args),
        choices=choices,
        preview=preview,
        standing=standing,
        twice=twice,
        blind_first=blind_first,
        undoable=undoable,
        batches=runs,
        recent=[(row, outcome_in_words(row)) for row in recent],
        names=question_names(codebook_of(each) for each in versions.values()),
    )


@blueprint.post("/next")
@requires(Policy.PROJECT_LEAD)
def next_subject(slug: str) -> AnyResponse:
    return _to_next(slug, request.form.get("instead_of", type=int))


@blueprint.post("/undo")
@requires(Policy.PROJECT_LEAD)
def undo(slug: str) -> AnyResponse:
    me, where = person().id, project().id
    with database().write() as session:
        subject_id = undoing.undo_last(session, project_id=where, user_id=me, now=now())
        leases.take(session, project_id=where, subject_id=subject_id, user_id=me, now=now())
    flash(TAKEN_BACK, "success")
    return redirect(url_for(".show", slug=slug, subject_id=subject_id, **kept(request.form)), 303)


@blueprint.get("/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, subject_id: int) -> str:  # noqa: ARG001 - the policy has loaded the project
    sheet = sheet_of(subject_id)
    return _page(sheet, form_of(sheet))


@blueprint.post("/<int:subject_id>/take")
@requires(Policy.PROJECT_LEAD)
def take(slug: str, subject_id: int) -> AnyResponse:
    with database().write() as session:
        leases.take(
            session,
            project_id=project().id,
            subject_id=subject_id,
            user_id=person().id,
            now=now(),
        )
    return redirect(url_for(".show", slug=slug, subject_id=subject_id), 303)


@blueprint.post("/<int:subject_id>/blind")
@requires(Policy.PROJECT_LEAD)
def decide_blind(slug: str, subject_id: int) -> Page:
    sheet = sheet_of(subject_id)
    form = form_of(sheet, request.form)
    try:
        _, decisions = form.decisions()
        with database().write() as session:
            deciding.decide_blind(
                session,
                project_id=project().id,
                subject_id=subject_id,
                user_id=person().id,
                decisions=decisions,
                now=now(),
            )
    except AnswersInvalid as error:
        form.problems |= error.problems
        return _page(sheet, form), error.status
    return redirect(url_for(".show", slug=slug, subject_id=subject_id, **kept(request.form)), 303)


@blueprint.post("/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def decide(slug: str, subject_id: int) -> Page:
    sheet = sheet_of(subject_id)
    form = form_of(sheet, request.form)
    try:
        settled, copied = _decided(subject_id, form, sheet.members)
    except AnswersInvalid as error:
        form.problems |= error.problems
        return _page(sheet, form), error.status
    except DataInvalid as error:
        form.problems["page"] = str(error)
        return _page(sheet, form), error.status
    flash(_in_words(settled, copied), "success")
    return _to_next(slug, None)


def _decided(subject_id: int, form: DecisionForm, members: dict[int, str]) -> tuple[Settled, int]:
    seen, decisions = form.decisions()
    asked = {"project_id": project().id, "subject_id": subject_id, "user_id": person().id}
    with database().write() as session:
        settled = deciding.decide(
            session,
            decisions=decisions,
            seen=seen,
            consensus=_consensus(members),
            own_declared="own_declared" in request.form,
            now=now(),
            **asked,
        )
        copied = 0
        if "copies" in request.form:
            copied = copies.copy_decisions(
                session, decision_ids=dict(settled.decision_ids), now=now(), **asked
            )
    return settled, copied


def _named(names: str, members: dict[int, str]) -> list[int]:
    """Raises:
    DataInvalid: nobody of the project has one of the names.
    """
    by_name = {name.casefold(): user for user, name in members.items()}
    given = [name.strip() for name in names.split(",") if name.strip()]
    for name in given:
        if name.casefold() not in by_name:
            raise DataInvalid(NOBODY.format(name=name[:60]))
    return [by_name[name.casefold()] for name in given]


def _consensus(members: dict[int, str]) -> Consensus | None:
    """What was sent of one; None where nothing was.

    Raises:
        DataInvalid: the day is none, or nobody has one of the names.
    """
    names, day, reason = (
        request.form.get(name, "").strip()
        for name in ("participants", "agreed_on", "agreed_reason")
    )
    if not (names or day or reason):
        return None
    people = _named(names, members)
    agreed_on = None
    with suppress(ValueError):
        agreed_on = date.fromisoformat(day) if day else None
    if day and agreed_on is None:
        raise DataInvalid(NO_DAY)
    return Consensus(tuple(people), agreed_on, reason or None)


def _to_next(slug: str, put_off: int | None) -> AnyResponse:
    where, me = project().id, person().id
    filters = filters_of(request.form, where)

    waiting = dockets().look(
        where,
        lambda session, docket: queue(
            session, project_id=where, user_id=me, now=now(), filters=filters, docket=docket
        ),
    )
    with database().write() as session:
        subject_id = leases.take_next(
            session,
            project_id=where,
            user_id=me,
            now=now(),
            instead_of=put_off,
            found=waiting,
        )
    if subject_id is None:
        flash(NOTHING_LEFT, "info")
        return redirect(url_for(".index", slug=slug), 303)
    target = url_for(".show", slug=slug, subject_id=subject_id, **kept(request.form))
    return redirect(target, 303)


def _page(sheet: Sheet, form: DecisionForm) -> str:
    case, lang = sheet.case, language()
    shown = form.shown(lang)
    listed = {each.code for each in shown}
    agreed = [
        (question.name_in(lang), words)
        for question in case.questions
        if question.code not in listed
        and (words := _agreed(case, question.code, lang, blind=sheet.blind))
    ]
    return render_template(
        "adjudication/show.html",
        sheet=sheet,
        case=case,
        questions=shown,
        disputed=set(case.disputed),
        agreed=agreed,
        seen=form.fields["seen"].data,
        problem=form.problems.get("page"),
        kept=kept(request.values),
        sent=request.form,
        today=now().date().isoformat(),
    )


def _agreed(case: Case, code: str, lang: str, *, blind: bool) -> str | None:
    """What is settled or undisputed, as far as it helps to decide the rest."""
    question = case.codebook.question(code)
    ruling = case.gold.get(code)
    if ruling is None and not blind and case.standings[code] in {"unanimous", "waiting"}:
        ruling = ruling_of("decided", list(case.votes[code].values())[:1])
    if ruling is None or ruling.state == "void":
        return None
    return ruling_in_words(question, ruling, lang)


def _in_words(settled: Settled, copied: int) -> str:
    parts = [f"Settled {settled.decided} question{'s' if settled.decided > 1 else ''}."]
    if settled.voided:
        parts.append(f"Does not apply any more: {', '.join(settled.voided)}.")
    if settled.freed:
        parts.append(f"Applies again: {', '.join(settled.freed)}.")
    if settled.left:
        parts.append(f"Still in dispute there: {', '.join(settled.left)}.")
    if copied:
        parts.append(f"Copied to {copied} other place{'s' if copied > 1 else ''} of the same text.")
    if settled.recoded:
        parts.append(f"Asked for the rest: {settled.recoded} who had taken it for boilerplate.")
    return " ".join(parts)
