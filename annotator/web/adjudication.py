"""Settling disagreement: what is left, one subject at a time, and the policy that needs nobody.

Showing the votes is a change (it is noted that the lead saw them, and the subject is kept for that
lead), so it begins with a POST; a GET of the page without the lease shows the text alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from annotator.domain.codebook import Codebook
from annotator.domain.identity import pseudonym
from annotator.errors import AnswersInvalid, DataInvalid, NotFound
from annotator.services import adjudicating, disputes
from annotator.services.adjudicating import Settled
from annotator.services.codebooks import codebook_of
from annotator.services.dockets import Case, ruling_of
from annotator.store.queries import adjudication as queries
from annotator.store.queries import judgments
from annotator.store.queries.adjudication import DecisionRow, LastDecision
from annotator.store.queries.readings import Reading, reading_of
from annotator.web.access import NO_SUCH_PAGE, Policy, database, now, person, project, requires
from annotator.web.adjudication_form import OUTCOMES, DecisionForm, ruling_in_words

Page = AnyResponse | str | tuple[str, int]

NOTHING_LEFT = "Nothing is left that you can settle."
NOTHING_TO_SETTLE = "There was nothing to settle: no agreed question is without gold."
UNDONE = "Undone: {count:,} gold labels were taken back."
RECENT = 20

blueprint = Blueprint("adjudication", __name__, url_prefix="/projects/<slug>/adjudicate")


@dataclass(frozen=True, slots=True)
class Voter:
    """An annotator under a pseudonym; `colour` numbers the class that the page gives it."""

    name: str
    colour: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject as the page shows it; `form` is None while the lead does not hold it."""

    reading: Reading
    case: Case
    voters: dict[int, Voter]
    held_by_me: bool
    held_by_other: bool
    seen: int
    decided: dict[str, LastDecision]
    own: bool


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    where, me = project(), person()
    question = request.args.get("question") or None
    with database().read() as session:
        queue = disputes.queue(
            session, project_id=where.id, user_id=me.id, now=now(), question=question
        )
        first = queue.offered[0].subject_id if queue.offered else None
        upcoming = first and reading_of(session, project_id=where.id, subject_id=first)
        preview = adjudicating.preview_policy(session, project_id=where.id)
        runs = queries.batches(session, where.id)
        recent = queries.recent_decisions(session, where.id, most=RECENT)
        versions = judgments.versions(session, where.id)
    return render_template(
        "adjudication/index.html",
        queue=queue,
        upcoming=upcoming,
        question=question,
        preview=preview,
        batches=runs,
        recent=[(row, _outcome(row)) for row in recent],
        names=_question_names(codebook_of(each) for each in versions.values()),
    )


@blueprint.post("/next")
@requires(Policy.PROJECT_LEAD)
def next_subject(slug: str) -> AnyResponse:
    question = request.form.get("question") or None
    put_off = request.form.get("instead_of", type=int)
    return _to_next(slug, question, put_off)


@blueprint.get("/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, subject_id: int) -> str:  # noqa: ARG001 - the policy has loaded the project
    sheet = _sheet(subject_id)
    return _page(sheet, _form(sheet))


@blueprint.post("/<int:subject_id>/take")
@requires(Policy.PROJECT_LEAD)
def take(slug: str, subject_id: int) -> AnyResponse:
    with database().write() as session:
        disputes.take(
            session,
            project_id=project().id,
            subject_id=subject_id,
            user_id=person().id,
            now=now(),
        )
    return redirect(url_for(".show", slug=slug, subject_id=subject_id), 303)


@blueprint.post("/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def decide(slug: str, subject_id: int) -> Page:
    sheet = _sheet(subject_id)
    form = _form(sheet, request.form)
    try:
        seen, decisions = form.decisions()
        with database().write() as session:
            settled = adjudicating.decide(
                session,
                project_id=project().id,
                subject_id=subject_id,
                user_id=person().id,
                decisions=decisions,
                seen=seen,
                now=now(),
            )
    except AnswersInvalid as error:
        form.problems |= error.problems
        return _page(sheet, form), error.status
    except DataInvalid as error:
        form.problems["page"] = str(error)
        return _page(sheet, form), error.status
    flash(_in_words(settled), "success")
    return _to_next(slug, request.form.get("question") or None, None)


@blueprint.post("/policy")
@requires(Policy.PROJECT_LEAD)
def apply_policy(slug: str) -> AnyResponse:
    with database().write() as session:
        report = adjudicating.apply_policy(
            session, project_id=project().id, actor_id=person().id, now=now()
        )
    if report.batch_id is None:
        flash(NOTHING_TO_SETTLE, "info")
    else:
        flash(
            f"Settled {report.decided:,} questions that all agree on; "
            f"{report.void:,} do not apply by that.",
            "success",
        )
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post("/batches/<int:batch_id>/undo")
@requires(Policy.PROJECT_LEAD)
def undo(slug: str, batch_id: int) -> AnyResponse:
    with database().write() as session:
        taken = adjudicating.undo_batch(
            session, project_id=project().id, batch_id=batch_id, actor_id=person().id, now=now()
        )
    flash(UNDONE.format(count=taken), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _to_next(slug: str, question: str | None, put_off: int | None) -> AnyResponse:
    with database().write() as session:
        subject_id = disputes.take_next(
            session,
            project_id=project().id,
            user_id=person().id,
            now=now(),
            question=question,
            instead_of=put_off,
        )
    if subject_id is None:
        flash(NOTHING_LEFT, "info")
        return redirect(url_for(".index", slug=slug), 303)
    target = url_for(".show", slug=slug, subject_id=subject_id, question=question)
    return redirect(target, 303)


def _sheet(subject_id: int) -> Sheet:
    where, me = project(), person()
    with database().read() as session:
        reading = reading_of(session, project_id=where.id, subject_id=subject_id)
        if reading is None:
            raise NotFound(NO_SUCH_PAGE)
        case = disputes.find_case(session, project_id=where.id, subject_id=subject_id)
        holder = queries.leases(session, where.id, now=now()).get(subject_id)
        people = judgments.annotators(session, where.id)
        key = judgments.pseudonym_key(session, where.id)
        seen = queries.decision_count(session, subject_id)
        decided = queries.last_decisions(session, subject_id)
        own = subject_id in queries.annotated(session, where.id, user_ids=[me.id])
    said = {user for votes in (*case.votes.values(), *case.gated.values()) for user in votes}
    names = {user: pseudonym(key, people[user].name) for user in said}
    ordered = sorted(names, key=names.__getitem__)
    return Sheet(
        reading=reading,
        case=case,
        voters={
            user: Voter(names[user], number % 6 + 1, case.notes.get(user))
            for number, user in enumerate(ordered)
        },
        held_by_me=holder == me.id,
        held_by_other=holder not in {None, me.id},
        seen=seen,
        decided=decided,
        own=own,
    )


def _form(sheet: Sheet, sent: MultiDict[str, str] | None = None) -> DecisionForm:
    case = sheet.case
    standings = case.standings
    decided = {
        code: each
        for code, each in sheet.decided.items()
        if code in case.gold and case.gold[code].state != "void"
    }
    asked = [q for q in case.questions if standings[q.code] == "disputed" or q.code in decided]
    return DecisionForm(asked, case.votes, decided, seen=sheet.seen, sent=sent)


def _page(sheet: Sheet, form: DecisionForm) -> str:
    case, lang = sheet.case, _language()
    shown = form.shown(lang)
    listed = {each.code for each in shown}
    agreed = [
        (question.name_in(lang), words)
        for question in case.questions
        if question.code not in listed and (words := _agreed(case, question.code, lang))
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
        question=request.values.get("question") or None,
    )


def _agreed(case: Case, code: str, lang: str) -> str | None:
    """What is settled or undisputed, as far as it helps to decide the rest."""
    question = case.codebook.question(code)
    ruling = case.gold.get(code)
    if ruling is None and case.standings[code] in {"unanimous", "waiting"}:
        ruling = ruling_of("decided", list(case.votes[code].values())[:1])
    if ruling is None or ruling.state == "void":
        return None
    return ruling_in_words(question, ruling, lang)


def _in_words(settled: Settled) -> str:
    parts = [f"Settled {settled.decided} question{'s' if settled.decided > 1 else ''}."]
    if settled.voided:
        parts.append(f"Does not apply any more: {', '.join(settled.voided)}.")
    if settled.freed:
        parts.append(f"Applies again: {', '.join(settled.freed)}.")
    if settled.left:
        parts.append(f"Still in dispute there: {', '.join(settled.left)}.")
    return " ".join(parts)


def _question_names(codebooks: Iterable[Codebook]) -> dict[str, str]:
    """The names of questions by code; where versions differ, that of the newest."""
    lang = _language()
    return {q.code: q.name_in(lang) for each in codebooks for q in each.asked.values()}


def _language() -> str:
    return next(iter(project().languages), "en")


def _outcome(row: DecisionRow) -> str:
    if row.alternatives is None:
        return OUTCOMES[row.outcome].lower()
    return " or ".join(" + ".join(each) or "none of these" for each in row.alternatives)
