"""Policies close what needs no person: a preview of each, and the run that writes gold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from annotator.domain import adjudication as settling
from annotator.domain.adjudication import Closing, Pick, Standing
from annotator.domain.codebook import Question
from annotator.errors import DataInvalid
from annotator.services.adjudication.batches import write_batch
from annotator.services.adjudication.beliefs import Beliefs, beliefs
from annotator.services.adjudication.dockets import Case, cases
from annotator.services.adjudication.index import Docket
from annotator.services.scoring_frame import is_scored

UNANIMOUS: Final = "unanimous"
MAJORITY: Final = "majority"
MODEL: Final = "model"
POLICIES: Final = (UNANIMOUS, MAJORITY, MODEL)
LEFT: Final[tuple[Standing, ...]] = ("disputed", "waiting", "single", "unanswered")
SHOWN: Final = 50

NO_POLICY: Final = "“{policy}” is not a policy: choose among {known}."
AT_LEAST_TWO: Final = "A majority needs at least 2 votes: give a number from 2 up."
NO_MARGIN: Final = (
    "The margin must be 1 or more: the leading answer needs more votes than the next."
)
NOT_A_PROBABILITY: Final = "The threshold must be above 0.5 and not above 1, such as 0.95."
NO_QUESTION: Final = "The project adjudicates no question “{question}”: choose among {known}."


@dataclass(frozen=True, slots=True)
class Policy:
    """What closes by itself.

    `unanimous`: two or more votes, all the same. `majority`: an answer with `at_least` votes and
    `margin` more than the next. `model`: an answer to which the model that the data gate chose
    gives a probability of `threshold` or more. With `question` only this one is decided.
    """

    name: str = UNANIMOUS
    at_least: int = 2
    margin: int = 1
    threshold: float = 0.95
    question: str | None = None

    def parameters(self) -> dict[str, Any]:
        """What a run of it is kept with: only what it looks at."""
        given: dict[str, Any] = {} if self.question is None else {"question": self.question}
        if self.name == MAJORITY:
            given |= {"at_least": self.at_least, "margin": self.margin}
        if self.name == MODEL:
            given |= {"threshold": self.threshold}
        return given

    def check(self) -> None:
        """Raises:
        DataInvalid: there is no such policy, or a number is out of range.
        """
        if self.name not in POLICIES:
            raise DataInvalid(NO_POLICY.format(policy=self.name, known=", ".join(POLICIES)))
        if self.at_least < 2:  # noqa: PLR2004 - one vote has nobody to agree with
            raise DataInvalid(AT_LEAST_TWO)
        if self.margin < 1:
            raise DataInvalid(NO_MARGIN)
        if not 0.5 < self.threshold <= 1:  # noqa: PLR2004 - of two answers one is above one half
            raise DataInvalid(NOT_A_PROBABILITY)


DEFAULT: Final = Policy()


@dataclass(frozen=True, slots=True)
class Example:
    """What a policy would decide of one question of a subject."""

    subject_id: int
    question: str
    ruling: settling.Ruling


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What a policy did, or would do. `batch_id` is None if there was nothing to do.

    `decided` and `void` count questions of subjects that got gold. `left` counts those that have
    none after it, by where they stand: disputed, waiting for their gate, single (one vote),
    unanswered.
    `questions` is decided by question. So decided + void + settled before + left is everything
    that was asked of the `subjects` that anyone labelled, but for gold that became void.
    `models` and `reasons` say which model the policy `model` asked, and why. `examples` are the
    first that it would decide.
    """

    policy: str
    batch_id: int | None
    subjects: int
    settled_before: int
    decided: int
    void: int
    left: dict[str, int]
    questions: dict[str, int]
    models: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()


def is_adjudicated(question: Question) -> bool:
    """Whether disagreement about the question is settled at all."""
    return is_scored(question)


def preview_policy(
    session: Session, *, project_id: int, policy: Policy = DEFAULT, examples: int = SHOWN
) -> PolicyReport:
    """What `apply_policy` would do just now; nothing is written.

    Raises:
        DataInvalid: there is no such policy, or no such question.
    """
    closings, believed = _closings(session, project_id, policy)
    found = (
        Example(case.subject_id, code, ruling)
        for case, closing in closings
        for code, ruling in closing.rulings.items()
        if ruling.state == "decided"
    )
    first = tuple(each for each, _ in zip(found, range(examples), strict=False))
    return _report(policy, None, closings, believed, first)


def preview_of(docket: Docket) -> PolicyReport:
    """What the policy `unanimous` would do, from the docket that is kept."""
    before, after, decided = Counter[str](), Counter[str](), Counter[str]()
    subjects = void = 0
    for standings, number in docket.standings.items():
        subjects += number
        closing = standings.closing
        for counter, where in ((before, closing.before), (after, closing.after)):
            for each in where.values():
                counter[each] += number
        for code, ruling in closing.rulings.items():
            decided[code] += number * (ruling.state == "decided")
            void += number * (ruling.state == "void")
    return PolicyReport(
        policy=UNANIMOUS,
        batch_id=None,
        subjects=subjects,
        settled_before=before["settled"],
        decided=decided.total(),
        void=void,
        left={where: after[where] for where in LEFT if after[where]},
        questions={code: number for code, number in decided.items() if number},
    )


def apply_policy(
    session: Session,
    *,
    project_id: int,
    policy: Policy = DEFAULT,
    actor_id: int | None,
    now: datetime,
) -> PolicyReport:
    """Give gold to whatever needs no person, as one batch that can be undone.

    Only questions that apply by the gold of their gate are decided; those that by gold do not apply
    become void. One vote alone stays open. Run again, it finds nothing to do.

    Raises:
        DataInvalid: there is no such policy, or no such question.
        Conflict: someone settled one of the questions in the same moment.
    """
    closings, believed = _closings(session, project_id, policy)
    report = _report(policy, None, closings, believed)
    if not report.decided and not report.void:
        return report
    batch_id = write_batch(
        session,
        [(case, closing.rulings) for case, closing in closings],
        project_id=project_id,
        policy=policy.name,
        method=policy.name,
        parameters=policy.parameters() | ({"models": believed.models} if believed else {}),
        actor_id=actor_id,
        now=now,
    )
    return _report(policy, batch_id, closings, believed)


def _closings(
    session: Session, project_id: int, policy: Policy
) -> tuple[list[tuple[Case, Closing]], Beliefs | None]:
    policy.check()
    found = cases(session, project_id=project_id)
    if policy.question is not None:
        known = {question.code for case in found for question in case.questions}
        if policy.question not in known:
            listed = ", ".join(sorted(known)) or "none, since nothing is labelled yet"
            raise DataInvalid(NO_QUESTION.format(question=policy.question, known=listed))
    believed = beliefs(found, only=policy.question) if policy.name == MODEL else None
    return [
        (
            case,
            settling.close(
                case.questions,
                case.votes,
                case.gold,
                _pick(policy, case, believed),
                only=policy.question,
            ),
        )
        for case in found
    ], believed


def _pick(policy: Policy, case: Case, believed: Beliefs | None) -> Pick:
    if believed is not None:
        return settling.by_belief(believed.of[case.subject_id], policy.threshold)
    if policy.name == MAJORITY:
        return settling.by_majority(policy.at_least, policy.margin)
    return settling.unanimous


def _report(
    policy: Policy,
    batch_id: int | None,
    closings: Sequence[tuple[Case, Closing]],
    believed: Beliefs | None,
    examples: tuple[Example, ...] = (),
) -> PolicyReport:
    before = _count(closing.before.values() for _, closing in closings)
    after = _count(closing.after.values() for _, closing in closings)
    made = [pair for _, closing in closings for pair in closing.rulings.items()]
    decided = Counter(code for code, ruling in made if ruling.state == "decided")
    return PolicyReport(
        policy=policy.name,
        batch_id=batch_id,
        subjects=len(closings),
        settled_before=before["settled"],
        decided=decided.total(),
        void=len(made) - decided.total(),
        left={where: after[where] for where in LEFT if after[where]},
        questions=dict(decided),
        models=believed.models if believed else {},
        reasons=believed.reasons if believed else {},
        examples=examples,
    )


def _count(groups: Iterable[Iterable[Standing]]) -> Counter[Standing]:
    return Counter(where for group in groups for where in group)
