"""The figures of one question as a lead sees them first, from sums that are kept."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from annotator.domain.codebook import Question
from annotator.domain.exclusions import EXCLUSIONS
from annotator.services.live.counted import COUNTS, GATED, SINGLE_CODED, Counted

if TYPE_CHECKING:
    from annotator.domain.agreement import Confusion, Figure
    from annotator.domain.agreement.additive import Outlook

TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Headline:
    """Alpha and percent of a question with what is behind them; intervals by the jackknife.

    `items` have two judgments that count or more, of `all_items`; `annotators` gave one at least,
    `alone` are those who gave one to which nobody else has a second; the judgments are those
    `counted` and the `excluded` by their codes. `ungated` is alpha with dropping out at a gate as
    one more answer. `labels` are names with how often they were given and their own alpha,
    `confusions` the pairs of labels that met most often.
    """

    question: Question
    alpha: "Figure"
    percent: "Figure"
    ungated: "Figure"
    threshold: float | None
    outlook: "Outlook"
    items: int
    all_items: int
    annotators: int
    alone: int
    counted: int
    excluded: dict[str, int]
    labels: tuple[tuple[str, int, float | None], ...]
    confusions: tuple["Confusion", ...]

    @property
    def judgments(self) -> int:
        return self.counted + sum(self.excluded.values())


def headline(counted: Counted, thresholds: Mapping[str, float]) -> Headline:
    from annotator.domain.agreement.running import kept  # noqa: PLC0415 - loads numpy

    question, figures = counted.question, counted.figures
    # A threshold may be stated once for all questions that were made from one.
    threshold = thresholds.get(question.code, thresholds.get(question.base))
    noun = _noun(question)
    alpha, outlook = kept(figures.alpha(), noun, threshold=threshold)
    percent, _ = kept(figures.percent(), noun)
    if not figures.items:
        alpha = percent = replace(alpha, why=counted.why_nothing())
    return Headline(
        question=question,
        alpha=alpha,
        percent=percent,
        ungated=_ungated(counted),
        threshold=threshold,
        outlook=outlook,
        items=figures.items,
        all_items=counted.items,
        annotators=len(counted.raters[COUNTS]),
        alone=len(counted.raters[SINGLE_CODED]),
        counted=counted.codes[COUNTS],
        excluded={code: counted.codes[code] for code in EXCLUSIONS if counted.codes[code]},
        labels=tuple(figures.labels()),
        confusions=tuple(figures.confusions()),
    )


def _ungated(counted: Counted) -> "Figure":
    from annotator.domain.agreement import Figure  # noqa: PLC0415 - loads numpy
    from annotator.domain.agreement.running import kept  # noqa: PLC0415

    if not counted.codes[GATED]:
        return Figure(None, why="not_gated")
    figures = counted.ungated
    joined = counted.joined(figures.documents())
    alpha, _ = kept(figures.alpha(), _noun(counted.question), joined=joined)
    return alpha if figures.items else replace(alpha, why=counted.why_nothing_ungated())


def are_close(one: Headline, other: Headline) -> bool:
    """Whether both say the same, figures to nine digits."""
    return _counts(one) == _counts(other) and all(map(_close, _values(one), _values(other)))


def _counts(one: Headline) -> list[object]:
    names = [label[:2] for label in one.labels]
    reasons = [each.why for each in (one.alpha, one.percent, one.ungated)]
    numbers = [one.items, one.all_items, one.annotators, one.counted]
    return [numbers, one.excluded, names, one.confusions, reasons]


def _values(one: Headline) -> list[float | None]:
    figures = [
        value
        for each in (one.alpha, one.percent, one.ungated)
        for value in (each.value, each.low, each.high)
    ]
    return figures + [label[2] for label in one.labels]


def _close(one: float | None, another: float | None) -> bool:
    if one is None or another is None:
        return one is another
    return math.isclose(one, another, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _noun(question: Question) -> str:
    return "items" if question.scope == "source" else "documents"
