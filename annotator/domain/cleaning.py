"""The questions of a clean-up round, and which answers to them leave nothing else to be asked.

A codebook marks the questions by which text is told from noise. Where they are a gate and at most
one question behind it, a whole document fits on a page; where they are more, each paragraph has its
own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain import answers as answering
from annotator.domain.codebook import CLEANUP, Codebook, Question

_ONE_LABEL = frozenset({"nominal", "ordinal"})


@dataclass(frozen=True, slots=True)
class Gate:
    """What is asked of every paragraph, and what is asked where its answer calls for it."""

    question: Question
    follow_up: Question | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        return (self.question,) if self.follow_up is None else (self.question, self.follow_up)

    @property
    def opening(self) -> tuple[str, ...]:
        """Labels of the gate for which the follow-up is asked."""
        if self.follow_up is None:
            return ()
        return self.follow_up.show_if[0].labels


def gate_of(codebook: Codebook, *, blind: bool) -> Gate | None:
    """The gate of a clean-up round; None where the codebook asks there what no line has room for.

    Args:
        codebook: the version that the round is labelled under.
        blind: whether the round is source-blind.
    """
    asked = codebook.expanded("paragraph", kind=CLEANUP, blind=blind)
    if not 0 < len(asked) <= 2 or not all(_fits(question) for question in asked):  # noqa: PLR2004
        return None
    if asked[0].show_if or not asked[0].required:
        return None
    if len(asked) == 1:
        return Gate(asked[0])
    conditions = asked[1].show_if
    if [condition.question for condition in conditions] != [asked[0].code]:
        return None
    return Gate(*asked)


def is_noise(codebook: Codebook, answers: Mapping[str, list[str]], *, blind: bool) -> bool:
    """Whether these answers to the gate leave nothing to be asked but the clean-up questions.

    Answers that the codebook does not know, such as those under another version, are no noise:
    what they meant is for a person to say.
    """
    asked_first = codebook.expanded("paragraph", kind=CLEANUP, blind=blind)[:1]
    if not all(question.code in answers for question in asked_first):
        return False
    if answering.problems(codebook, "paragraph", answers, kind=CLEANUP, blind=blind, partial=True):
        return False
    asked = answering.applicable(codebook, "paragraph", answers, blind=blind)
    return all(question.cleanup for question in asked)


def _fits(question: Question) -> bool:
    """One label from a list: a line has no room for words, sets and marked passages."""
    return question.scale in _ONE_LABEL and question.spans == "none"
