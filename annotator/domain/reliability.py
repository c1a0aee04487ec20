"""How reliable a source is: the weighted share of criteria that it passes."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain.codebook import Codebook, Question

_YES = ("yes",)
_NO = ("no",)


@dataclass(frozen=True, slots=True)
class WeightedShare:
    """Passes among the criteria that could be judged.

    Sums of weights are in `passes` and `total`; `unjudged` names the criteria that are in neither
    sum, because the rater could not tell or did not answer.
    """

    passes: float
    total: float
    unjudged: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Passes / total, 0 to 1; None when not one criterion could be judged."""
        return self.passes / self.total if self.total else None


def weighted_share(codebook: Codebook, answers: Mapping[str, list[str]]) -> WeightedShare:
    """The share of passes in one rater's answers about one source.

    A criterion is a source question with a `weight`; `yes` is a pass, or `no` where it is
    `reversed`. A criterion with any other answer, such as `cannot_tell`, leaves both sums.
    """
    passes = total = 0.0
    unjudged = []
    for question in criteria(codebook):
        answer = tuple(answers.get(question.code, ()))
        if answer not in (_YES, _NO):
            unjudged.append(question.code)
            continue
        weight = question.weight or 0.0
        total += weight
        passes += weight if (answer == _NO) is question.reversed else 0.0
    return WeightedShare(passes, total, tuple(unjudged))


def criteria(codebook: Codebook) -> tuple[Question, ...]:
    """The source questions that count towards the share, in the codebook's order."""
    return tuple(q for q in codebook.expanded("source") if q.weight is not None)
