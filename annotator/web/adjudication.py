"""Settling disagreement: what is left, and one subject at a time.

Showing a subject is a change (it is kept for that lead, and it is noted who saw the votes), so it
begins with a POST; a GET of the page without the lease shows the text alone. Where the project
decides blind first, the votes come only after the lead has decided without them.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from annotator.domain.codebook import Codebook
from annotator.domain.identity import pseudonym
from annotator.errors import AnswersInvalid, DataInvalid, NotFound
from annotator.services.adjudication import copies, deciding, leases, seconds, undoing
from annotator.services.adjudication.deciding import Consensus, Settled
from annotator.services.adjudication.dockets import Case, ruling_of
from annotator.services.adjudication.policies import preview_of
from annotator.services.adjudication.queue import queue
from annotator.services.adjudication.settings import settings_of
from annotator.services.codebooks import codebook_of
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions as made
from annotator.store.queries import judgments
from annotator.store.queries.decisions import DecisionRow, LastDecision
from annotator.store.queries.readings import Reading, reading_of
from annotator.web.access import (
    NO_SUCH_PAGE,
    Policy,
    database,
    dockets,
    now,
    person,
    project,
    requires,
)
from annotator.web.adjudication_filters import choices_of, filters_of, kept
from annotator.web.adjudication_form import OUTCOMES, DecisionForm, ruling_in_words

Page = AnyResponse | str | tuple[str, int]

NOTHING_LEFT = "Nothing is left that you can settle."
TAKEN_BACK = "Your last decision was taken back: decide anew."
NOBODY = "Nobody in this project is named “{name}”: write the names as people sign in."
NO_DAY = "The day of the consensus must be written as 2025-01-31."
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
    """One subject as the page shows it.

    `blind`: the lead has it and has not decided yet without the votes, so they are not shown.
    `copies` are the other documents that the text stands in, `members` who can be in a consensus.
    """

    reading: Reading
    case: Case
    voters: dict[int, Voter]
    held_by_me: bool
    held_by_other: bool
    blind: bool
    seen: int
    decided: dict[str, LastDecision]
    own: bool
    copies: int
    members: dict[int, str]


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
    sheet = _sheet(subject_id)
    return _page(sheet, _form(sheet))


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
    sheet = _sheet(subject_id)
    form = _form(sheet, request.form)
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
    sheet = _sheet(subject_id)
    form = _form(sheet, request.form)
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


def _sheet(subject_id: int) -> Sheet:
    where, me = project(), person()
    with database().read() as session:
        reading = reading_of(session, project_id=where.id, subject_id=subject_id)
        if reading is None:
            raise NotFound(NO_SUCH_PAGE)
        case = leases.find_case(session, project_id=where.id, subject_id=subject_id)
        holder = queries.leases(session, where.id, now=now()).get(subject_id)
        people = judgments.annotators(session, where.id)
        key = judgments.pseudonym_key(session, where.id)
        seen = made.decision_count(session, subject_id)
        decided = made.last_decisions(session, subject_id)
        own = me.id in queries.annotated(
            session, where.id, user_ids=[me.id], subject_id=subject_id
        ).get(subject_id, set())
        blind = settings_of(session, where.id).blind_first and not made.has_seen_votes(
            session, subject_id=subject_id, user_id=me.id
        )
        for code, each in made.blind_decisions(session, subject_id, me.id).items():
            held = LastDecision(me.id, each.outcome, each.alternatives, None, None)
            decided.setdefault(code, held)
        others = len(copies.others(session, project_id=where.id, subject_id=subject_id))
        members = queries.members(session, where.id)
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
        blind=blind,
        seen=seen,
        decided=decided,
        own=own,
        copies=others,
        members=members,
    )


def _form(sheet: Sheet, sent: MultiDict[str, str] | None = None) -> DecisionForm:
    case, standings = sheet.case, sheet.case.standings
    if sheet.blind:
        asked = [q for q in case.questions if standings[q.code] == "disputed"]
        return DecisionForm(asked, {}, {}, seen=sheet.seen, sent=sent)
    settled = {code for code, ruling in case.gold.items() if ruling.state != "void"}
    asked = [q for q in case.questions if standings[q.code] == "disputed" or q.code in settled]
    standing = {
        code: each
        for code, each in sheet.decided.items()
        if code in settled or standings.get(code) == "disputed"
    }
    for code in settled - standing.keys():
        ruling = case.gold[code]
        alternatives = [list(each) for each in ruling.alternatives]
        standing[code] = LastDecision(0, ruling.state, alternatives, None, None)
    return DecisionForm(
        asked, case.votes, standing, seen=sheet.seen, settled=settled - {*case.disputed}, sent=sent
    )


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


def question_names(codebooks: Iterable[Codebook]) -> dict[str, str]:
    """The names of questions by code; where versions differ, that of the newest."""
    lang = language()
    return {q.code: q.name_in(lang) for each in codebooks for q in each.asked.values()}


def language() -> str:
    return next(iter(project().languages), "en")


def outcome_in_words(row: DecisionRow) -> str:
    if row.alternatives is None:
        return OUTCOMES[row.outcome].lower()
    return " or ".join(" + ".join(each) or "none of these" for each in row.alternatives)
