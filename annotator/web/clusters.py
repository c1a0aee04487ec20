"""Clusters of near-duplicates: one decision settles all their lines, and can be undone."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from annotator.domain.propagation import Choice
from annotator.errors import DataInvalid
from annotator.services.propagation import batches, deciding, following, showing
from annotator.services.propagation.following import FollowReport
from annotator.store.queries import clusters as queries
from annotator.store.queries import sources
from annotator.web.access import LARGEST_ID, Policy, database, now, person, project, requires

Page = AnyResponse | str | tuple[str, int]

KINDS = {"exact": "the same text", "near": "nearly the same"}
STATES = {"undecided": "undecided", "decided": "decided", "reopened": "reopened by a label"}
MOVING = frozenset("jk")
DECIDED = "Settled {lines}. {tasks}"
TAKEN_BACK = "{count:,} open tasks were taken back."
UNDONE = "Undone: the gold of {lines} was taken away."
LEFT_OUT = "The line was left out of the decision."
FOLLOWED = "{settled:,} lines in {groups:,} groups follow from labels; {reopened:,} were reopened."

blueprint = Blueprint("clusters", __name__, url_prefix="/projects/<slug>/clusters")


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> Page:  # noqa: ARG001 - the policy has loaded the project
    return _list()


@blueprint.get("/<int:cluster_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, cluster_id: int) -> Page:  # noqa: ARG001 - the policy has loaded the project
    return _one(cluster_id)


@blueprint.post("/<int:cluster_id>")
@requires(Policy.PROJECT_LEAD)
def decide(slug: str, cluster_id: int) -> Page:
    from_list = bool(request.form.get("from_list"))
    try:
        with database().write() as session:
            done = deciding.decide(
                session,
                project_id=project().id,
                cluster_id=cluster_id,
                choice=request.form.get("choice", ""),
                left_out=request.form.getlist("left_out", type=int),
                actor_id=person().id,
                now=now(),
            )
    except DataInvalid as error:
        page = _list(error) if from_list else _one(cluster_id, error)
        return page, error.status
    tasks = TAKEN_BACK.format(count=done.taken_back) if done.taken_back else ""
    flash(DECIDED.format(lines=_lines(done.settled), tasks=tasks).strip(), "success")
    if from_list:
        return redirect(url_for(".index", slug=slug, **_chosen()), 303)
    return redirect(url_for(".show", slug=slug, cluster_id=cluster_id), 303)


@blueprint.post("/follow")
@requires(Policy.PROJECT_LEAD)
def follow(slug: str) -> Page:
    with database().write() as session:
        report = following.follow(session, project_id=project().id, actor_id=person().id, now=now())
    flash(_followed(report), "success")
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post("/decisions/<int:batch_id>/undo")
@requires(Policy.PROJECT_LEAD)
def undo(slug: str, batch_id: int) -> Page:
    with database().write() as session:
        count = batches.undo(
            session, project_id=project().id, batch_id=batch_id, actor_id=person().id, now=now()
        )
    flash(UNDONE.format(lines=_lines(count)), "success")
    return _back(slug)


@blueprint.post("/decisions/<int:batch_id>/leave-out/<int:subject_id>")
@requires(Policy.PROJECT_LEAD)
def leave_out(slug: str, batch_id: int, subject_id: int) -> Page:
    with database().write() as session:
        batches.leave_out(
            session,
            project_id=project().id,
            batch_id=batch_id,
            subject_id=subject_id,
            actor_id=person().id,
            now=now(),
        )
    flash(LEFT_OUT, "success")
    return _back(slug)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _back(slug: str) -> AnyResponse:
    cluster_id = request.form.get("cluster", type=int)
    if cluster_id is not None and 0 < cluster_id <= LARGEST_ID:
        return redirect(url_for(".show", slug=slug, cluster_id=cluster_id), 303)
    return redirect(url_for(".index", slug=slug), 303)


def _list(problem: DataInvalid | None = None) -> str:
    chosen, lang = _chosen(), _language()
    page = max(1, chosen.get("page", 1))
    where = project().id
    with database().read() as session:
        choices = showing.choices_of(session, project_id=where, lang=lang)
        found, total = (
            queries.clusters(
                session,
                project_id=where,
                gate=next(iter(choices[0].answers)),
                state=chosen.get("state"),
                kind=chosen.get("kind"),
                source_id=chosen.get("source"),
                page=page,
            )
            if choices
            else ([], 0)
        )
        shown = showing.clusters_shown(session, found, project_id=where, lang=lang) if found else []
        known = sources.sources(session, project_id=where)
        errors = following.errors(session, project_id=where)
    return render_template(
        "clusters/index.html",
        clusters=shown,
        choices=choices,
        keys=_keys(choices),
        chosen=chosen,
        kinds=KINDS,
        states=STATES,
        sources=known,
        total=total,
        page=page,
        pages=-(-total // queries.ON_A_PAGE),
        errors=errors,
        problem=problem,
    )


def _one(cluster_id: int, problem: DataInvalid | None = None) -> str:
    where, lang = project().id, _language()
    with database().read() as session:
        choices = showing.choices_of(session, project_id=where, lang=lang)
        row, members = showing.members_shown(session, project_id=where, cluster_id=cluster_id)
        (shown,) = showing.clusters_shown(session, [row], project_id=where, lang=lang)
        decisions = queries.propagations(session, project_id=where, cluster_ids=[cluster_id])
    return render_template(
        "clusters/show.html",
        cluster=shown,
        members=members,
        choices=choices,
        keys=_keys(choices),
        decisions=decisions,
        in_words={choice.code: " / ".join(choice.names) for choice in choices},
        problem=problem,
    )


def _chosen() -> dict[str, Any]:
    """The filters of the list that make sense; `state` is undecided unless all are asked for."""
    given = request.values
    state = given.get("state", "undecided")
    found: dict[str, Any] = {"state": state} if state in STATES else {}
    if given.get("kind") in KINDS:
        found["kind"] = given["kind"]
    for name in ("source", "page"):
        number = given.get(name, type=int)
        if number is not None and 0 < number <= LARGEST_ID // queries.ON_A_PAGE:
            found[name] = number
    return found


def _keys(choices: Sequence[Choice]) -> dict[str, str]:
    """The key of each choice, by its code: that of its label, each for one choice only.

    Kinds of noise come first, since that is what a list of repeated lines is mostly about; text
    with a key that is taken gets the capital letter. `j` and `k` move.
    """
    found: dict[str, str] = {}
    for choice in sorted(choices, key=lambda one: not one.noise):
        taken = {*MOVING, *found.values()}
        offered = (choice.key or "", (choice.key or "").upper())
        key = next((each for each in offered if each and each not in taken), None)
        if key is not None:
            found[choice.code] = key
    return found


def _followed(report: FollowReport) -> str:
    return FOLLOWED.format(settled=report.settled, groups=report.groups, reopened=report.reopened)


def _language() -> str:
    return next(iter(project().languages), "en")
