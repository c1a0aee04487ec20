"""What is settled on a question before and after labels were copied to repeated lines."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotator.domain.codebook import Question
from annotator.services.judging import label_of
from annotator.store.queries import agreement as queries

PROPAGATED = "propagated"


@dataclass(frozen=True, slots=True)
class Settled:
    """How many paragraphs have a label as gold: by people and their votes, and with copies of it.

    `label` is None for those of which several labels are right.
    """

    label: str | None
    before: int
    after: int


def before_and_after(
    session: Session, question: Question, *, project_id: int
) -> tuple[Settled, ...]:
    """One for each label that is gold, the commonest first; nothing where none was propagated.

    Withdrawn documents are left out, and so is what has no label: void or undecidable.
    """
    before: Counter[str | None] = Counter()
    after: Counter[str | None] = Counter()
    for method, alternatives in queries.gold_of_question(
        session, project_id, question=question.code
    ):
        label = label_of(question, alternatives[0]) if len(alternatives) == 1 else None
        after[label] += 1
        before[label] += method != PROPAGATED
    if before == after:
        return ()
    ordered = sorted(after.items(), key=lambda each: (-each[1], each[0] or ""))
    return tuple(Settled(label, before[label], count) for label, count in ordered)
