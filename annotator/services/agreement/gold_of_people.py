"""How often annotators and aggregates are right, where people have decided what is right.

Gold that follows from votes would only say who votes with the many. What somebody decided alone
says nothing about their own labels, so that their figure leaves it out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from annotator.domain.codebook import Question
from annotator.services.judging import Judgments, label_of
from annotator.store.queries import agreement as queries
from annotator.store.queries.agreement import GoldByPeople as KnownGold

if TYPE_CHECKING:
    from annotator.domain.certainty import Accuracy
    from annotator.domain.scoring.question import ScoredQuestion
    from annotator.domain.scoring.span_question import SpanQuestion

__all__ = ["KnownGold", "against_gold", "gold_of_people"]


def gold_of_people(session: Session, *, project_id: int) -> Sequence[KnownGold]:
    """What a person decided, or several in consensus."""
    return queries.gold_by_people(session, project_id)


def against_gold(
    question: "ScoredQuestion | SpanQuestion",
    judgments: Judgments,
    gold: Sequence[KnownGold],
    *,
    aggregates: Collection[str] | None = None,
) -> dict[str, Any] | None:
    """What `score --gold --json` prints of a question; None where no item of it has such gold.

    With `aggregates`, only these stand beside the annotators, and no other model is estimated.

    Every alternative of an item is right. Gold under a codebook whose labels mean something else
    is passed over. Nobody is held against a decision that they took part in.
    """
    from annotator.domain.certainty import MODELS  # noqa: PLC0415 - loads numpy
    from annotator.domain.scoring.question import ScoredQuestion  # noqa: PLC0415

    if not isinstance(question, ScoredQuestion):
        return None
    (asked,) = (each for each in judgments.questions if each.code == question.name)
    known = [
        one for one in gold if one.question == asked.code and one.version in judgments.comparable
    ]
    if not known:
        # Every model would be estimated for nothing.
        return None
    rows = judgments.of_question(asked.code)
    items = {row.subject_id: row.item_id for row in rows}
    users = {row.user_id: row.annotator_id for row in rows}
    pairs: list[tuple[str, str]] = []
    decided: dict[str, set[str]] = defaultdict(set)
    for one in known:
        item = items.get(one.subject_id)
        if item is None:
            continue
        pairs += [(item, label) for label in _labels(asked, one)]
        for user in users.keys() & set(one.people):
            decided[users[user]].add(item)
    if not pairs:
        return None
    wanted = MODELS if aggregates is None else aggregates
    found = question.against(pairs, aggregates=tuple(wanted))
    if not found.items:
        return None
    unlabelled = len({item for item, _ in pairs}.difference(question.item_names))
    annotators = [
        _without(question, pairs, one, decided[one.name]) if one.name in decided else one
        for one in found.annotators
    ]
    return replace(found, annotators=annotators, unlabelled=unlabelled).facts()


def _labels(asked: Question, gold: KnownGold) -> Iterator[str]:
    """Every label that is right; where only “cannot judge” is, there is nothing to be right on."""
    for labels in gold.alternatives:
        if not asked.missing_codes.intersection(labels):
            yield label_of(asked, labels)


def _without(
    question: "ScoredQuestion", pairs: Sequence[tuple[str, str]], one: "Accuracy", own: set[str]
) -> "Accuracy":
    """The accuracy of an annotator on the items that others decided."""
    others = [pair for pair in pairs if pair[0] not in own]
    found = question.against(others, aggregates=())
    return next(each for each in found.annotators if each.name == one.name)
