"""A person's own pages in a project: how far they are, and what they have labelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request

from annotator.domain.codebook import Codebook
from annotator.services import codebook_news, mine
from annotator.services.agreement import own
from annotator.services.mine import Asked, OwnProgress
from annotator.store.queries import cleaning, projects
from annotator.store.queries import mine as queries
from annotator.store.queries.mine import STATES, Filter, OwnRound
from annotator.web.access import Policy, database, now, person, project, requires

LONGEST_SEARCH: Final = 200

blueprint = Blueprint("mine", __name__, url_prefix="/projects/<slug>/mine")


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """An entry of the filter by answer; `value` is what the address holds of it."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its labels, for the filter by answer."""

    name: str
    choices: tuple[AnswerChoice, ...]


@blueprint.get("")
@requires(Policy.MEMBER)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    asked = {"project_id": project().id, "user_id": person().id}
    with database().read() as session:
        rounds = mine.progress(session, **asked, now=now())
        news = codebook_news.news(session, **asked)
        own = projects.own_progress(session, **asked)
        here = [one.round.round_id for one in rounds]
        cleaned = cleaning.documents_done(session, here, user_id=person().id)
    return render_template(
        "mine/index.html", rounds=rounds, news=news, own=own, cleaned=cleaned, pace=pace
    )


@blueprint.get("/annotations")
@requires(Policy.MEMBER)
def annotations(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    mine_here = {"project_id": project().id, "user_id": person().id}
    with database().read() as session:
        rounds = queries.rounds(session, **mine_here)
        questions = questions_of(mine.codebooks_of(session, **mine_here))
        chosen = chosen_in(request.args, rounds, questions)
        asked = asked_for(chosen)
        page = request.args.get("page", 1, type=int)
        listed = mine.annotations(session, **mine_here, asked=asked, page=page)
    return render_template(
        "mine/annotations.html",
        listed=listed,
        rounds=rounds,
        states=STATES,
        questions=questions,
        chosen=chosen,
    )


@blueprint.get("/compared")
@requires(Policy.MEMBER)
def compared(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    """How often their labels were those of others; nothing of any other person is in it."""
    here = project()
    with database().read() as session:
        rounds = own.compared(session, project_id=here.id, user_id=person().id)
    lang = next(iter(here.languages), "en")
    return render_template("mine/compared.html", rounds=rounds, lang=lang, own=own)


def chosen_in(
    fields: Mapping[str, str], rounds: Sequence[OwnRound], questions: Sequence[Question]
) -> dict[str, str]:
    """The filters in the address; what the page does not offer is as if it were not chosen."""
    offered = {
        "round": {str(one.id) for one in rounds},
        "state": set(STATES),
        "answer": {choice.value for question in questions for choice in question.choices},
    }
    chosen = {name: fields[name] for name in offered if fields.get(name) in offered[name]}
    words = fields.get("q", "").strip()[:LONGEST_SEARCH]
    return chosen | {"q": words} if words else chosen


def asked_for(chosen: Mapping[str, str]) -> Asked:
    question, _, label = chosen.get("answer", "").partition(":")
    return Asked(
        Filter(
            round_id=int(chosen["round"]) if "round" in chosen else None,
            state=chosen.get("state"),
            question=question or None,
            label=label or None,
        ),
        words=chosen.get("q", ""),
    )


def questions_of(books: tuple[Codebook, ...]) -> tuple[Question, ...]:
    """Every question of these versions once, under its newest name; `books` come newest first."""
    names: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for book in books:
        lang = book.languages[0]
        for question in book.asked.values():
            if question.scale in {"text", "interval"}:
                continue
            names.setdefault(question.code, question.name_in(lang))
            known = labels.setdefault(question.code, {})
            for label in question.labels:
                known.setdefault(label.code, label.name_in(lang))
    return tuple(
        Question(
            name,
            (
                AnswerChoice(code, "Any answer"),
                *(AnswerChoice(f"{code}:{label}", text) for label, text in labels[code].items()),
            ),
        )
        for code, name in names.items()
    )


def pace(progress: OwnProgress) -> str:
    """Seconds at the median as people say them, or a dash where no time was taken."""
    seconds = progress.work.seconds
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"  # noqa: PLR2004 - digits
