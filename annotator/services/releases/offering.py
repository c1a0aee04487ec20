"""What a release of a project can hold: the questions, languages and sources to choose from."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook, Question
from annotator.domain.release_choices import Choices
from annotator.errors import DataInvalid
from annotator.services.codebooks import codebook_of, latest
from annotator.services.scoring_frame import Frame, comparable, frame_of, questions_asked
from annotator.store.labelling import CodebookVersion
from annotator.store.queries import judgments as facts
from annotator.store.queries import releases as queries

NO_QUESTION: Final = (
    "The codebook scores no question “{name}”, so the release cannot have it; its questions are "
    "{known}."
)
NO_LANGUAGE: Final = (
    "No document is in the language “{name}”, so nothing of it can be released; there is {known}."
)
NO_SOURCE: Final = "The project has no source “{name}”, whose texts were to be withheld."


@dataclass(frozen=True, slots=True)
class Offer:
    """Languages with how many documents are in each; `unknown` documents have no language."""

    questions: tuple[Question, ...]
    language: str
    languages: dict[str, int]
    unknown: int
    sources: tuple[str, ...]


def offer(session: Session, project_id: int) -> Offer:
    """What there is to choose from."""
    frame = frame_of(session, project_id=project_id)
    version, _ = released_version(session, project_id, frame)
    codebook = codebook_of(version)
    languages = queries.languages(session, project_id)
    return Offer(
        questions=released_questions(frame, codebook),
        language=codebook.languages[0],
        languages={lang: count for lang, count in languages.items() if lang is not None},
        unknown=languages.get(None, 0),
        sources=tuple(sorted(queries.sources(session, project_id))),
    )


def released_version(
    session: Session, project_id: int, frame: Frame
) -> tuple[CodebookVersion, frozenset[int]]:
    """The codebook of the release, and the numbers of those whose labels mean the same."""
    if frame.codebook_version is None:
        newest = latest(session, project_id)
        return newest, frozenset({newest.number})
    versions = facts.versions(session, project_id)
    return versions[frame.codebook_version], comparable(versions, frame.codebook_version)


def released_questions(frame: Frame, codebook: Codebook) -> tuple[Question, ...]:
    """Those that are scored; before any round is, what was settled in the others is released."""
    return frame.questions or questions_asked(codebook, frame.rounds)


def chosen_questions(questions: tuple[Question, ...], choices: Choices) -> tuple[Question, ...]:
    """Those that a release has, named as asked (stance.russia) or as written (stance).

    Raises:
        DataInvalid: one is named that is not there.
    """
    known = {name for question in questions for name in (question.code, question.base)}
    for name in choices.questions:
        if name not in known:
            listed = ", ".join(question.code for question in questions) or "none"
            raise DataInvalid(NO_QUESTION.format(name=name, known=listed))
    wanted = set(choices.questions)
    return tuple(q for q in questions if not wanted or not wanted.isdisjoint((q.code, q.base)))


def require_offered(
    choices: Choices, documents: list[queries.DocumentRow], sources: list[str]
) -> None:
    """Raises:
    DataInvalid: the choices name a language or a source that there is not.
    """
    languages = Counter(row.lang for row in documents if row.lang)
    for name in choices.languages:
        if name not in languages:
            known = ", ".join(sorted(languages)) or "none that is known"
            raise DataInvalid(NO_LANGUAGE.format(name=name, known=known))
    for name in choices.withheld_sources:
        if name not in sources:
            raise DataInvalid(NO_SOURCE.format(name=name))
