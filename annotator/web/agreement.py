"""The agreement of a project, question by question, for its leads."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from annotator.domain.codebook import Question
from annotator.domain.exclusions import EXCLUSIONS, WHY
from annotator.domain.identity import pseudonym
from annotator.services.agreement import scored
from annotator.services.judging import Judgments
from annotator.store.queries import judgments as queries
from annotator.web.access import Policy, database, live_agreement, project, requires
from annotator.web.plots import Estimate, IntervalPlot, interval_plot

SCOPES = {"paragraph": "Paragraphs", "document": "Documents", "source": "Sources"}
ABOVE = "the interval is above it"
BELOW = "the interval is below it"
AROUND = "the interval holds it"
VALUE_ABOVE = "the value is not below it"
VALUE_BELOW = "the value is below it"
EMPTY_SET = "none of these"
# Seconds that a request waits for the first count of a project, before its page says so.
PATIENCE = 2.0

blueprint = Blueprint("agreement", __name__)


@dataclass(frozen=True, slots=True)
class LabelShare:
    name: str
    count: int
    share: float
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Exclusion:
    code: str
    count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every two annotators: `cells[row][column]` is empty on and above the diagonal."""

    names: tuple[str, ...]
    cells: tuple[tuple[dict[str, Any] | None, ...], ...]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as the page shows it; `score` is its entry of `agreement --json`."""

    code: str
    name: str
    scope: str
    score: dict[str, Any]
    alpha: dict[str, Any]
    percent: dict[str, Any]
    ungated: dict[str, Any]
    threshold: float | None
    verdict: str | None
    met: bool | None
    exclusions: tuple[Exclusion, ...]
    labels: tuple[LabelShare, ...]
    confusions: tuple[tuple[str, str, int], ...]
    matrix: Matrix
    annotators: tuple[tuple[str, dict[str, Any]], ...]


@blueprint.get("/projects/<slug>/agreement")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    chosen = request.args.get("round") or None
    where = project()
    judgments = live_agreement().judgments(
        project_id=where.id, round_name=chosen, patience=PATIENCE
    )
    with database().read() as session:
        people = queries.annotators(session, where.id)
        key = queries.pseudonym_key(session, where.id)
    names = {pseudonym(key, each.name): each.name for each in people.values()}
    lang = where.languages[0] if where.languages else "en"
    views = _views(judgments, names, lang)
    return render_template(
        "agreement/index.html",
        judgments=judgments,
        chosen=chosen,
        groups=_groups([view for view in views if view.score["judgments"]]),
        untouched=[view.name for view in views if not view.score["judgments"]],
        plot=_plot(views),
        why=WHY,
    )


def _views(judgments: Judgments, names: dict[str, str], lang: str) -> list[QuestionView]:
    questions = {question.code: question for question in judgments.questions}
    return [
        _view(entry, questions[entry["question"]], names, lang)
        for entry in scored(judgments)["questions"]
    ]


def _groups(views: list[QuestionView]) -> list[tuple[str, list[QuestionView]]]:
    found = [(title, [v for v in views if v.scope == scope]) for scope, title in SCOPES.items()]
    return [(title, group) for title, group in found if group]


def _view(
    entry: dict[str, Any], question: Question, names: dict[str, str], lang: str
) -> QuestionView:
    labels = {label.code: label.name_in(lang) for label in question.labels}
    alpha = entry["statistics"]["krippendorff_alpha"]
    verdict, met = against(alpha, entry["threshold"])
    total = sum(label["count"] for label in entry["labels"]) or 1
    return QuestionView(
        code=question.code,
        name=question.name_in(lang),
        scope=question.scope,
        score=entry,
        alpha=alpha,
        percent=entry["statistics"]["percent_agreement"],
        ungated=entry["ungated_alpha"],
        threshold=entry["threshold"],
        verdict=verdict,
        met=met,
        exclusions=tuple(
            Exclusion(code, count, EXCLUSIONS[code]) for code, count in entry["excluded"].items()
        ),
        labels=tuple(
            LabelShare(
                name=_named(each["label"], labels),
                count=each["count"],
                share=each["count"] / total,
                alpha=each["alpha"],
            )
            for each in entry["labels"]
            if each["count"]
        ),
        confusions=tuple(
            (_named(each["a"], labels), _named(each["b"], labels), each["times"])
            for each in entry["confusions"]
        ),
        matrix=_matrix(entry["pairs"], names),
        annotators=tuple((names[each["annotator"]], each) for each in entry["annotators"]),
    )


def against(alpha: dict[str, Any], threshold: float | None) -> tuple[str | None, bool | None]:
    """How alpha stands to the threshold that was stated, in words, and whether it was reached.

    Nothing where either is missing. Neither reached nor missed while the interval holds it.
    """
    value, low, high = alpha["value"], alpha["low"], alpha["high"]
    if value is None or threshold is None:
        return None, None
    if low is None or high is None:
        return (VALUE_ABOVE, True) if value >= threshold else (VALUE_BELOW, False)
    if low >= threshold:
        return ABOVE, True
    return (BELOW, False) if high < threshold else (AROUND, None)


def _named(label: str, names: dict[str, str]) -> str:
    """A label as people know it; a set is the names of its labels."""
    if not label:
        return EMPTY_SET
    return " + ".join(names.get(code, code) for code in label.split("|"))


def _matrix(pairs: list[dict[str, Any]], names: dict[str, str]) -> Matrix:
    people = sorted({each[side] for each in pairs for side in ("a", "b")}, key=names.__getitem__)
    met = {frozenset((each["a"], each["b"])): each for each in pairs}
    return Matrix(
        names=tuple(names[each] for each in people),
        cells=tuple(
            tuple(met.get(frozenset((row, column))) for column in people[:number])
            for number, row in enumerate(people)
        ),
    )


def _plot(views: list[QuestionView]) -> IntervalPlot | None:
    estimates = [
        Estimate(
            view.name, view.alpha["value"], view.alpha["low"], view.alpha["high"], view.threshold
        )
        for view in views
        if view.alpha["value"] is not None
    ]
    return interval_plot(estimates) if estimates else None
