"""How often a person's labels were those of others, told so that nobody's label can be inferred.

Only of rounds that are closed: before that it would be feedback, and people who have feedback no
longer label independently. The share is given in words, to the nearest tenth and never as "all" or
"none", since an exact number would give away what others said of each paragraph.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.codebook import Question
from annotator.domain.identity import pseudonym
from annotator.services.agreement.parts import counted
from annotator.services.judging import JudgmentRow, Judgments, judgments_by_round
from annotator.store.queries import judgments as queries
from annotator.store.queries import progress

LEAST_SHARED: Final = 20
LEAST_OTHERS: Final = 2
LEAST_OF_EACH: Final = 5
NEARLY_ALL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Compared:
    """A question with how often the labels were the same, in words; None where too few are shared.

    `items` are those of the person that others labelled, too.
    """

    question: Question
    items: int
    words: str | None


@dataclass(frozen=True, slots=True)
class ComparedRound:
    """`questions` is empty while the round is open."""

    name: str
    is_open: bool
    questions: tuple[Compared, ...]


def compared(session: Session, *, project_id: int, user_id: int) -> tuple[ComparedRound, ...]:
    """One for each round in which the person has work, newest first."""
    rounds = progress.progress(session, project_id=project_id, user_id=user_id)
    if all(each.is_open for each in rounds):
        return tuple(ComparedRound(each.name, is_open=True, questions=()) for each in rounds[::-1])
    person = queries.annotators(session, project_id)[user_id]
    name = pseudonym(queries.pseudonym_key(session, project_id), person.name)
    judgments = judgments_by_round(session, project_id=project_id)
    return tuple(
        ComparedRound(
            each.name,
            each.is_open,
            () if each.is_open else _questions(judgments[each.name], name),
        )
        for each in rounds[::-1]
    )


def in_words(share: float) -> str:
    """A share between 0 and 1 as a gentle sentence says it, to the nearest tenth.

    >>> [in_words(share) for share in (1.0, 0.94, 0.52, 0.07, 0.0)]
    ['nearly always', 'about 9 times in 10', 'about 5 times in 10', 'about 1 time in 10', 'seldom']
    """
    if share >= NEARLY_ALL:
        return "nearly always"
    tenths = min(9, round(share * 10))
    if share <= 1 - NEARLY_ALL or not tenths:
        return "seldom"
    return f"about {tenths} time{'' if tenths == 1 else 's'} in 10"


def _questions(judgments: Judgments, name: str) -> tuple[Compared, ...]:
    found = (_compared(judgments, question, name) for question in judgments.questions)
    return tuple(each for each in found if each.items)


def _compared(judgments: Judgments, question: Question, name: str) -> Compared:
    groups: dict[str, list[JudgmentRow]] = defaultdict(list)
    for row in counted(judgments, question.code):
        groups[row.item_id].append(row)
    shares: list[float] = []
    met: Counter[str] = Counter()
    for group in groups.values():
        own = [row.label for row in group if row.annotator_id == name]
        if own:
            others = [row for row in group if row.annotator_id != name]
            met.update(row.annotator_id for row in others)
            shares.append(sum(row.label == own[0] for row in others) / len(others))
    several = sum(times >= LEAST_OF_EACH for times in met.values()) >= LEAST_OTHERS
    enough = len(shares) >= LEAST_SHARED and several
    words = in_words(sum(shares) / len(shares)) if enough else None
    return Compared(question, len(shares), words)
