"""What the chosen model of annotators takes for right, over all votes of a project."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.adjudication import Answer
from annotator.domain.codebook import Question
from annotator.services.adjudication.dockets import Case
from annotator.services.scoring_frame import DEFAULT_SEED, scale_of

if TYPE_CHECKING:
    from annotator.domain.certainty import Certainty

NO_MODEL: Final = frozenset({"vote", "median"})


@dataclass(frozen=True, slots=True)
class Beliefs:
    """`of[subject][question]` is the likeliest answer and its probability, 0 to 1.

    `models` says of each question which model the data gate chose, and `reasons` why. A question
    for which the vote stands has no beliefs.
    """

    of: Mapping[int, Mapping[str, tuple[Answer, float]]]
    models: dict[str, str]
    reasons: dict[str, str]


def beliefs(cases: Sequence[Case], *, only: str | None = None) -> Beliefs:
    """Estimate, question by question, from every vote that may become gold."""
    questions = {question.code: question for case in cases for question in case.questions}
    of: dict[int, dict[str, tuple[Answer, float]]] = {case.subject_id: {} for case in cases}
    models: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for code, question in questions.items():
        if only not in {None, code}:
            continue
        voted = [case for case in cases if case.votes.get(code)]
        if not voted:
            continue
        found, answers = _certainty(question, voted)
        models[code], reasons[code] = found.choice.model, found.choice.reason
        if found.choice.model in NO_MODEL:
            continue
        for case, item in zip(voted, found.items, strict=True):
            label, probability = max(item.posterior.items(), key=lambda pair: pair[1])
            of[case.subject_id][code] = answers[label], probability
    return Beliefs(of, models, reasons)


def _certainty(question: Question, voted: Sequence[Case]) -> tuple["Certainty", dict[str, Answer]]:
    import numpy as np  # noqa: PLC0415 - not on the start-up path

    from annotator.domain.certainty import certainty  # noqa: PLC0415 - loads numpy

    code = question.code
    answers = {_label(a): a for case in voted for a in case.votes[code].values()}
    labels = sorted(answers)
    people = sorted({person for case in voted for person in case.votes[code]})
    numbers = {name: number for number, name in enumerate(labels)}
    raters = {person: number for number, person in enumerate(people)}
    triples = [
        (item, raters[person], numbers[_label(answer)])
        for item, case in enumerate(voted)
        for person, answer in case.votes[code].items()
    ]
    items, who, codes = (np.array(column, np.int64) for column in _columns(triples))
    found = certainty(
        items,
        who,
        codes,
        len(voted),
        labels,
        [str(person) for person in people],
        seed=DEFAULT_SEED,
        scale=scale_of(question),
        intervals=False,
    )
    return found, answers


def _columns(triples: Iterable[tuple[int, int, int]]) -> Any:  # noqa: ANN401 - three of ints
    return zip(*triples, strict=True)


def _label(answer: Answer) -> str:
    return "|".join(answer)
