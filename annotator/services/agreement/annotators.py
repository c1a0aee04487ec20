"""Each annotator beside the others: how much, how fast, how often the same, and what differs."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from annotator.domain.codebook import Question
from annotator.services.agreement.parts import counted, ratings_of
from annotator.services.agreement.slices import rolling
from annotator.services.judging import JudgmentRow, Judgments

if TYPE_CHECKING:
    from annotator.domain.agreement import AgainstOthers


@dataclass(frozen=True, slots=True)
class Pace:
    """How much somebody did: `tasks` saved, `seconds` of one at the median if any were taken."""

    tasks: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class OnQuestion:
    """One annotator on one question, over the judgments that count.

    `share` of their labels are the `commonest`. `alpha` is that of everybody, `alpha_without` that
    of the others alone; both are over `items` with two labels or more. `competence` is None where
    no model of it was fitted; `model` is the one that was, and `because` a sentence that says why.
    """

    question: Question
    labels: int
    commonest: str
    share: float
    others: "AgainstOthers"
    alpha: float | None
    alpha_without: float | None
    items: int
    competence: float | None
    model: str
    because: str


@dataclass(frozen=True, slots=True)
class Drift:
    """How often the annotator said what others said, 0 to 1, on items labelled in a stretch."""

    first: datetime
    last: datetime
    items: int
    same: float


def paces(judgments: Judgments) -> dict[str, Pace]:
    """Of everybody with something to do in the rounds that are scored, by pseudonym."""
    tasks: dict[str, dict[tuple[int, str], float | None]] = defaultdict(dict)
    for row in judgments.rows:
        saved = tasks[row.annotator_id]
        if row.round in judgments.scored and row.revision is not None:
            saved[row.subject_id, row.round] = row.seconds
    return {name: _pace(list(saved.values())) for name, saved in sorted(tasks.items())}


def same_as_others(judgments: Judgments) -> dict[str, dict[str, tuple[int, float]]]:
    """For each question, then annotator: the items shared with others, and the share that is equal.

    Annotators who share no item of a question are left out.
    """
    found: dict[str, dict[str, tuple[int, float]]] = {}
    for question in judgments.scales:
        by_item: dict[str, list[JudgmentRow]] = defaultdict(list)
        for row in counted(judgments, question):
            by_item[row.item_id].append(row)
        shares: dict[str, list[float]] = defaultdict(list)
        for group in by_item.values():
            for row in group:
                shares[row.annotator_id].append(_equal(row, group))
        found[question] = {
            name: (len(each), sum(each) / len(each)) for name, each in sorted(shares.items())
        }
    return found


def on_questions(
    judgments: Judgments, annotator: str, entries: Sequence[dict[str, Any]]
) -> tuple[OnQuestion, ...]:
    """One for each question on which the annotator has a judgment that counts.

    `entries` are the questions of `scored`, of everybody.
    """
    figures = {each["question"]: each for each in entries}
    made = (
        _on_question(question, figures[question.code], judgments, annotator)
        for question in judgments.questions
    )
    return tuple(each for each in made if each is not None)


def drift(judgments: Judgments, question: str, annotator: str) -> tuple[Drift, ...]:
    """Rolling windows over the items that the annotator shares with others, in the order saved.

    A window has a sixth of the items, and twenty at least; the next one begins half a window later,
    the last one ends with the last item. Nothing where there are not enough items for two.
    """
    items: dict[str, list[JudgmentRow]] = defaultdict(list)
    for row in counted(judgments, question):
        items[row.item_id].append(row)
    points = sorted(
        (row.saved_at, _equal(row, group))
        for group in items.values()
        for row in group
        if row.annotator_id == annotator and row.saved_at is not None
    )
    return tuple(
        Drift(part[0][0], part[-1][0], len(part), sum(share for _, share in part) / len(part))
        for part in rolling(points)
    )


def _equal(row: JudgmentRow, group: Sequence[JudgmentRow]) -> float:
    """The share of the others in the group who said the same."""
    return (sum(each.label == row.label for each in group) - 1) / (len(group) - 1)


def _on_question(
    question: Question, figures: dict[str, Any], judgments: Judgments, annotator: str
) -> OnQuestion | None:
    from annotator.domain.agreement import against_others  # noqa: PLC0415 - loads numpy

    rows = counted(judgments, question.code)
    own = Counter(row.label or "" for row in rows if row.annotator_id == annotator)
    if not own:
        return None
    commonest, times = min(own.items(), key=lambda pair: (-pair[1], pair[0]))
    entry = next(each for each in figures["annotators"] if each["annotator"] == annotator)
    return OnQuestion(
        question=question,
        labels=own.total(),
        commonest=commonest,
        share=times / own.total(),
        others=against_others(ratings_of(rows, judgments, question.code), annotator),
        alpha=figures["statistics"]["krippendorff_alpha"]["value"],
        alpha_without=entry["alpha_without"],
        items=figures["pairable_items"],
        competence=entry["competence"],
        model=figures["model"]["name"],
        because=figures["model"]["reason"],
    )


def _pace(seconds: Sequence[float | None]) -> Pace:
    timed = sorted(each for each in seconds if each is not None)
    middle = len(timed) // 2
    # The mean of the two in the middle where there are two.
    return Pace(len(seconds), (timed[middle] + timed[~middle]) / 2 if timed else None)
