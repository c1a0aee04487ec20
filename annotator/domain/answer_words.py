"""Answers as a person reads them: names in place of codes."""

from collections.abc import Mapping, Sequence

from annotator.domain.codebook import Codebook, Question

NONE = "None of these"


def in_words(
    codebook: Codebook, answers: Mapping[str, Sequence[str]], lang: str
) -> tuple[tuple[str, str], ...]:
    """Pairs of a question's name and its answer, in the codebook's order.

    Answers to what the codebook does not ask are left out; a text stands as it was written.
    """
    return tuple(
        (question.name_in(lang), _answer(question, answers[question.code], lang))
        for question in codebook.asked.values()
        if question.code in answers
    )


def _answer(question: Question, answer: Sequence[str], lang: str) -> str:
    labels = question.by_code
    names = [labels[code].name_in(lang) if code in labels else code for code in answer]
    return ", ".join(names) or NONE
