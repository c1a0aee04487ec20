"""Rounds, for leads: give out documents, see how far people are, close, and move open work."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FloatField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from annotator.errors import AnnotatorError, Conflict, DataInvalid, NotFound
from annotator.services import assigning, survivors
from annotator.services.assigning import AssignReport
from annotator.services.survivors import LeftOut
from annotator.store.queries import assigning as people_queries
from annotator.store.queries import cleaning
from annotator.store.queries import rounds as queries
from annotator.web.access import Policy, database, now, person, project, requires

MOVED_ON = 303

KINDS = {
    "main": "main: the labels that count",
    "pilot": "pilot: try out codebook and people",
    "training": "training: for practice, never counted",
    "cleanup": "cleanup: ask only what is text and what is noise",
    "retest": "retest: the same people, their own paragraphs again",
}
BLINDNESS = {
    "": "as the project is set",
    "yes": "no, hide where documents come from",
    "no": "yes, show where documents come from",
}
SUGGESTIONS = {
    "": "no, or as the round was begun",
    "after_choice": "yes, after they have chosen themselves",
    "random_share": "yes, beforehand, on a random 30 % of the paragraphs",
}
NAME_NEEDED = "Give the round a name, such as main."
OVERLAP_NEEDED = "Give the number of people who label each paragraph, 1 or more."
SHARE_WRONG = "Give a share from 1 to 100 percent."
SEED_WRONG = "Give a whole number from 0 to 2,147,483,647, or leave it empty."
THRESHOLD_LINE = (
    "“{line}” is not a threshold: write one a line, a question and a number, such as content 0.8."
)
BEGUN = (
    "The round “{name}” has begun: {paragraphs} paragraphs, "
    "{assignments} tasks with the documents. "
    "Paragraphs by person: {people}."
)
EXTENDED = (
    "The round “{name}” has {paragraphs} more paragraphs: {assignments} tasks with the documents. "
    "Paragraphs by person: {people}."
)
CLOSED = "The round is closed. {unfinished} open tasks were taken back. {ratings}"
RATINGS = "{count} ratings of sources were given to those who labelled them."
NO_RATINGS = "There are no sources to rate."
MOVED = "{moved} open tasks were moved."
KEPT = " {kept} stayed, since the other person has the same ones already."

blueprint = Blueprint("rounds", __name__)

Page = AnyResponse | str | tuple[str, int]


class AssignForm(FlaskForm):  # type: ignore[misc]
    """The shape only; whether it can be given out is for `assigning.assign` to say."""

    name = StringField("Name", default="main", validators=[InputRequired(NAME_NEEDED)])
    kind = SelectField(
        "Kind", choices=[SelectChoice(value=kind, label=KINDS[kind]) for kind in KINDS]
    )
    overlap = IntegerField(
        "People for each paragraph",
        default=2,
        validators=[InputRequired(OVERLAP_NEEDED), NumberRange(1, 100, OVERLAP_NEEDED)],
    )
    percent = FloatField(
        "Share labelled by several, in percent",
        default=100,
        validators=[InputRequired(SHARE_WRONG), NumberRange(0.1, 100, SHARE_WRONG)],
    )
    blind = SelectField(
        "Do annotators see the source?",
        choices=[SelectChoice(value=value, label=BLINDNESS[value]) for value in BLINDNESS],
    )
    suggestions = SelectField(
        "Do annotators see what the machine takes for noise?",
        default="",
        choices=[SelectChoice(value=value, label=SUGGESTIONS[value]) for value in SUGGESTIONS],
    )
    seed = IntegerField(
        "Seed", validators=[Optional(), NumberRange(0, assigning.LARGEST_SEED, SEED_WRONG)]
    )
    thresholds = TextAreaField(
        "Agreement you want, stated beforehand",
        render_kw={"rows": 3, "placeholder": "content 0.8"},
    )


@blueprint.get("/projects/<slug>/rounds")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> Page:  # noqa: ARG001 - the policy reads the slug
    return _page(AssignForm(formdata=None))


@blueprint.post("/projects/<slug>/rounds")
@requires(Policy.PROJECT_LEAD)
def assign(slug: str) -> Page:
    form = AssignForm()
    if not form.validate():
        return _page(form), DataInvalid.status
    try:
        with database().write() as session:
            report = assigning.assign(
                session,
                project_id=project().id,
                overlap=form.overlap.data,
                round_name=form.name.data,
                kind=form.kind.data,
                sample_share=form.percent.data / 100,
                seed=form.seed.data,
                blind=_yes_or_no(form.blind.data),
                suggestions=form.suggestions.data or None,
                thresholds=_thresholds(form.thresholds.data),
                actor_id=person().id,
                now=now(),
            )
    except (DataInvalid, Conflict, NotFound) as error:
        return _page(form, problem=error), error.status
    flash(_in_words(report), "success")
    return redirect(url_for(".index", slug=slug), MOVED_ON)


@blueprint.post("/projects/<slug>/rounds/<int:round_id>/close")
@requires(Policy.PROJECT_LEAD)
def close(slug: str, round_id: int) -> Page:
    with database().write() as session:
        report = assigning.close_round(
            session, project_id=project().id, round_id=round_id, actor_id=person().id, now=now()
        )
    ratings = RATINGS.format(count=report.ratings) if report.ratings else NO_RATINGS
    flash(CLOSED.format(unfinished=report.unfinished, ratings=ratings), "success")
    return redirect(url_for(".index", slug=slug), MOVED_ON)


@blueprint.post("/projects/<slug>/rounds/<int:round_id>/move")
@requires(Policy.PROJECT_LEAD)
def move(slug: str, round_id: int) -> Page:
    try:
        with database().write() as session:
            report = assigning.reassign(
                session,
                project_id=project().id,
                from_user_id=_number("from_user"),
                to_user_id=_number("to_user"),
                round_id=round_id,
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        return _page(AssignForm(formdata=None), problem=error), error.status
    flash(MOVED.format(moved=report.moved) + _kept(report.kept), "success")
    return redirect(url_for(".index", slug=slug), MOVED_ON)


def _page(form: AssignForm, *, problem: AnnotatorError | None = None) -> str:
    with database().read() as session:
        rounds = queries.rounds_shown(session, project().id)
        flags = queries.flags(session, project().id)
        annotators = people_queries.annotators(session, project().id)
        cleaned = cleaning.documents_done(session, [one.id for one in rounds])
        left_out = survivors.left_out(session, project_id=project().id)
    return render_template(
        "rounds/index.html",
        form=form,
        rounds=rounds,
        flags=flags,
        annotators=annotators,
        cleaned=cleaned,
        left_out=survivors.in_words(left_out),
        problem=problem,
    )


def _yes_or_no(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def _thresholds(text: str | None) -> dict[str, float] | None:
    """Lines of a question and a number; None when nothing is written."""
    found: dict[str, float] = {}
    for line in (text or "").splitlines():
        words = line.replace("=", " ").replace(":", " ").replace(",", ".").split()
        if not words:
            continue
        try:
            question, value = words
            found[question] = float(value)
        except ValueError as error:
            raise DataInvalid(THRESHOLD_LINE.format(line=line.strip()[:60])) from error
    return found or None


def _number(name: str) -> int:
    """An id from a list of choices; 0, which nobody has, when it is none."""
    value = request.form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _in_words(report: AssignReport) -> str:
    people = ", ".join(f"{name} ({count})" for name, count in report.people.items())
    sentence = (BEGUN if report.begun else EXTENDED).format(
        name=report.round_name,
        paragraphs=report.paragraphs,
        assignments=report.assignments,
        people=people,
    )
    left = survivors.in_words(LeftOut(report.considered, report.left_out_by))
    return f"{sentence} {left}".rstrip()


def _kept(count: int) -> str:
    return KEPT.format(kept=count) if count else ""
