"""How adjudicators decide: how far they agree, and how often they overrule the majority.

Agreement is over what was decided twice: the first decision against the second, which was made
without votes and without the first. Shares have Wilson's interval.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from annotator.domain.codebook import Question
from annotator.services.codebooks import codebook_of
from annotator.services.judging import label_of
from annotator.services.scoring_frame import DEFAULT_SEED, is_scored, scale_of
from annotator.store.queries import decisions as queries
from annotator.store.queries import judgments
from annotator.store.queries.decisions import Decided

REPLICATES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, with its 95 % interval; None where there is nothing to have a share of."""

    hits: int
    of: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class AdjudicationFigures:
    """`agreement` has for each question decided twice what `domain.scoring` says of it.

    `left_out` counts pairs without two single answers. `overruled` are shares of the decisions
    where annotators had a majority, in all and by person; `changed` that of blind decisions that
    were changed once the votes were seen. `both_right` is by question, of all that is decided.
    """

    decisions: int
    agreement: list[dict[str, Any]]
    left_out: int
    overruled: Share
    by_person: dict[str, Share]
    changed: Share
    both_right: dict[str, Share]
    outcomes: dict[str, int]
    causes: dict[str, int]
    self_adjudicated: int
    consensus: int


def adjudication_figures(session: Session, *, project_id: int) -> AdjudicationFigures:
    """All of it, from the decisions that stand."""
    rows = queries.all_decisions(session, project_id)
    first = list({(r.subject_id, r.question): r for r in rows if not r.second}.values())
    questions = {
        question.code: question
        for version in judgments.versions(session, project_id).values()
        for question in codebook_of(version).asked.values()
        if is_scored(question)
    }
    agreement, left_out = _agreement(first, [r for r in rows if r.second], questions)
    people = sorted({row.adjudicator for row in first})
    return AdjudicationFigures(
        decisions=len(first),
        agreement=agreement,
        left_out=left_out,
        overruled=_overruled(first),
        by_person={
            name: _overruled([row for row in first if row.adjudicator == name]) for name in people
        },
        changed=_share([row.alternatives != row.blind for row in first if row.blind is not None]),
        both_right={
            code: _share([len(row.alternatives or ()) > 1 for row in first if row.question == code])
            for code in questions
            if any(row.question == code and row.outcome == "decided" for row in first)
        },
        outcomes=dict(Counter(row.outcome for row in first)),
        causes=dict(Counter(row.cause for row in first if row.cause)),
        self_adjudicated=sum(row.self_adjudicated for row in first),
        consensus=sum(row.consensus for row in first),
    )


def _overruled(rows: Iterable[Decided]) -> Share:
    return _share([row.overruled for row in rows if row.overruled is not None])


def _share(found: Sequence[bool]) -> Share:
    if not found:
        return Share(0, 0, None, None)
    from annotator.domain.certainty.proportion import wilson  # noqa: PLC0415 - its package loads numpy

    low, high = wilson(sum(found) / len(found), len(found))
    return Share(sum(found), len(found), low, high)


def _agreement(
    first: Sequence[Decided], second: Sequence[Decided], questions: Mapping[str, Question]
) -> tuple[list[dict[str, Any]], int]:
    """Scored pairs of decisions, and how many pairs were left out."""
    from annotator.domain.judgments import Judgment  # noqa: PLC0415
    from annotator.domain.scoring import rounded, score  # noqa: PLC0415 - loads numpy

    known = {(row.subject_id, row.question): row for row in first}
    rows, left_out = [], 0
    for again in second:
        one = known.get((again.subject_id, again.question))
        if one is None or again.question not in questions:
            continue
        question = questions[again.question]
        labels = [_label(question, each) for each in (one, again)]
        if None in labels:
            left_out += 1
            continue
        rows += [
            Judgment(
                item=str(row.subject_id),
                annotator=row.adjudicator,
                question=row.question,
                label=label,
                document=None if row.document_id is None else str(row.document_id),
            )
            for row, label in zip((one, again), labels, strict=True)
        ]
    if not rows:
        return [], left_out
    scales = {code: scale_of(questions[code]) for code in {row.question for row in rows}}
    found: dict[str, Any] = rounded(
        {"q": score(rows, scales, seed=DEFAULT_SEED, replicates=REPLICATES)["questions"]}
    )
    return found["q"], left_out


def _label(question: Question, row: Decided) -> str | None:
    """The one right answer, unless it is none or means that nothing can be judged."""
    if row.alternatives is None or len(row.alternatives) != 1:
        return None
    label = label_of(question, row.alternatives[0])
    return None if label in question.missing_codes else label
