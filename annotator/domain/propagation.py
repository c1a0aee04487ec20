"""When a label of one paragraph holds for its near-duplicates, too.

Only noise goes to what is nearly the same, and by itself only within a source. Main text goes to
identical text, by a person: its near-duplicate is usually a teaser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.domain import answers as answering
from annotator.domain import cleaning
from annotator.domain.codebook import CLEANUP, Codebook, Question

LEAD: Final = "lead"
AGREEING_LABELS: Final = "agreeing_labels"
DOCUMENTS_NEEDED: Final = 2
# A label of a codebook for copies: the first one in a document is what was copied, and stays.
REPEAT: Final = "repeat"

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a lead can say of a whole cluster; `names` are those of its labels, `key` the last
    one's.
    """

    code: str
    answers: dict[str, list[str]]
    names: tuple[str, ...]
    noise: bool
    key: str | None = None

    @property
    def spares_first(self) -> bool:
        """Whether the first copy in a document is left as it is."""
        return any(labels == [REPEAT] for labels in self.answers.values())


@dataclass(frozen=True, slots=True)
class Vote:
    """What a person says of one paragraph; answers to the clean-up questions only."""

    annotation_id: int
    subject_id: int
    document_id: int
    source_id: int
    answers: dict[str, list[str]]


def is_noise(codebook: Codebook, answers: Answers) -> bool:
    """As `cleaning.is_noise` has it, whatever is hidden of the source."""
    given = {code: list(labels) for code, labels in answers.items()}
    return cleaning.is_noise(codebook, given, blind=False)


def cleaned(codebook: Codebook, answers: Answers) -> dict[str, list[str]]:
    """The answers to the clean-up questions that apply, in the codebook's order."""
    given = {code: list(labels) for code, labels in answers.items()}
    asked = answering.applicable(codebook, "paragraph", given, kind=CLEANUP)
    return {question.code: given[question.code] for question in asked if question.code in given}


def choices(codebook: Codebook, lang: str) -> tuple[Choice, ...]:
    """What can be said of a cluster: each label of the first clean-up question, and for noise each
    label of the one that follows from it. Empty if the codebook has no clean-up question.
    """
    first = next(iter(_nominal(codebook, {})), None)
    if first is None:
        return ()
    found: list[Choice] = []
    for label in first.labels:
        if label.missing:
            continue
        answers = {first.code: [label.code]}
        noise = is_noise(codebook, answers)
        detail = next((q for q in _nominal(codebook, answers) if q.code != first.code), None)
        name = label.name_in(lang)
        kinds = [kind for kind in (detail.labels if detail else ()) if not kind.missing]
        if noise and detail is not None and kinds:
            found += [
                Choice(
                    f"{label.code}.{kind.code}",
                    answers | {detail.code: [kind.code]},
                    (name, kind.name_in(lang)),
                    noise=True,
                    key=kind.key,
                )
                for kind in kinds
            ]
        # What is mixed is another mixture in each text: nothing can be said of all.
        elif noise or detail is None:
            found.append(Choice(label.code, answers, (name,), noise=noise, key=label.key))
    return tuple(found)


def agreed(codebook: Codebook, votes: Sequence[Vote]) -> dict[str, list[str]] | None:
    """What the votes on one cluster in one source say together; None if not enough do.

    Enough are noise in two documents, and no vote for anything else. Where the kinds of noise
    differ, only what all say holds.
    """
    if len({vote.document_id for vote in votes}) < DOCUMENTS_NEEDED:
        return None
    if not all(is_noise(codebook, vote.answers) for vote in votes):
        return None
    first = votes[0].answers
    shared = {
        code: labels
        for code, labels in first.items()
        if all(vote.answers.get(code) == labels for vote in votes)
    }
    return shared if is_noise(codebook, shared) else None


def contrary(codebook: Codebook, answers: Answers, votes: Sequence[Vote]) -> Vote | None:
    """The first vote that calls text what these answers call noise, or the other way round."""
    noise = is_noise(codebook, answers)
    return next((v for v in votes if is_noise(codebook, v.answers) != noise), None)


def _nominal(codebook: Codebook, answers: dict[str, list[str]]) -> tuple[Question, ...]:
    asked = answering.applicable(codebook, "paragraph", answers, kind=CLEANUP)
    return tuple(question for question in asked if question.scale == "nominal")
