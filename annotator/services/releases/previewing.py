"""What a release would hold, and what a lead may want to know before it is made.

Counted by the database within the time of a page. The release itself counts anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.codebook import Question
from annotator.domain.release_choices import TEXTS_UNLICENSED, Choices
from annotator.services.codebooks import codebook_of
from annotator.services.releases.offering import (
    chosen_questions,
    released_questions,
    released_version,
    require_offered,
)
from annotator.services.releases.writing import require_documents
from annotator.services.scoring_frame import frame_of
from annotator.store.queries import release_counts as counting
from annotator.store.queries import releases as queries
from annotator.store.settling import METHODS_BY_PEOPLE

# With so few, who knows the team knows whose competence is whose.
RECOGNISED_BELOW: Final = 6

OPEN = "{open:,} of {given:,} tasks are not done yet; what they would have said will be missing."
NOBODY = "Nobody has labelled anything yet, so there is no agreement to release."
ALONE = "Only one person has labelled, so there is no agreement."
NO_GOLD = (
    "Nothing is settled yet, so there is no gold, only votes and how likely each label is. Settle "
    "the disagreements first if you want gold."
)
NO_GOLD_ON = "There is no gold on {questions}."
OTHER_VERSION = (
    "{count:,} settled labels are of another version of the codebook, and are left out and counted."
)
NO_LANGUAGE_KNOWN = (
    "{count:,} documents are left out because their language is not known; correct it on their "
    "pages."
)
NO_LICENCE = "No licence of the labels is named; without one nobody else may use them."
NO_TEXTS_LICENCE = (
    "The texts are given in full, and no licence of theirs is named. Where you may not pass them "
    "on, release their hash instead."
)
RECOGNISED = "The competence of {count} people is told: so few are easily recognised."


@dataclass(frozen=True, slots=True)
class GoldCount:
    """Settled labels of one question that the release would have, by whom they were settled."""

    question: Question
    people: int
    rules: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`given` and `done` count tasks, an item for one person; `people` those who did any."""

    documents: int
    paragraphs: int
    given: int
    done: int
    people: int
    language: str
    gold: tuple[GoldCount, ...]
    warnings: tuple[str, ...]


def preview(session: Session, *, project_id: int, choices: Choices) -> Preview:
    """Count what a release with these choices would hold.

    Raises:
        DataInvalid: the project has no documents, or no such question, language or source.
    """
    require_documents(session, project_id)
    frame = frame_of(session, project_id=project_id)
    version, versions = released_version(session, project_id, frame)
    codebook = codebook_of(version)
    questions = chosen_questions(released_questions(frame, codebook), choices)
    rows = queries.documents(session, project_id)
    require_offered(choices, rows, queries.sources(session, project_id))
    scope = counting.Scope(project_id, choices.languages)
    held = counting.holdings(session, scope)
    settled = counting.gold(session, scope)
    gold = tuple(_gold(question, settled, versions, choices) for question in questions)
    elsewhere = sum(row.count for row in settled if row.version not in versions)
    return Preview(
        documents=held.documents,
        paragraphs=held.paragraphs,
        given=held.given,
        done=held.done,
        people=held.people,
        language=codebook.languages[0],
        gold=gold,
        warnings=(
            *_on_work(held),
            *_on_gold(gold, codebook.languages[0], elsewhere),
            *_on_choices(choices, held),
        ),
    )


def _gold(
    question: Question,
    settled: list[counting.GoldCountRow],
    versions: frozenset[int],
    choices: Choices,
) -> GoldCount:
    own = [
        row
        for row in settled
        if row.question == question.code and row.state == "decided" and row.version in versions
    ]
    people = sum(row.count for row in own if row.method in METHODS_BY_PEOPLE)
    rules = sum(row.count for row in own if row.method not in METHODS_BY_PEOPLE)
    return GoldCount(question, people, 0 if choices.gold == "people" else rules)


def _on_work(held: counting.Holdings) -> Iterator[str]:
    if held.people == 0:
        yield NOBODY
    elif held.people == 1:
        yield ALONE
    if held.people and held.done < held.given:
        yield OPEN.format(open=held.given - held.done, given=held.given)


def _on_gold(gold: tuple[GoldCount, ...], language: str, elsewhere: int) -> Iterator[str]:
    without = [each.question.name_in(language) for each in gold if not each.people + each.rules]
    if len(without) == len(gold):
        yield NO_GOLD
    elif without:
        yield NO_GOLD_ON.format(questions=", ".join(f"“{name}”" for name in without))
    if elsewhere:
        yield OTHER_VERSION.format(count=elsewhere)


def _on_choices(choices: Choices, held: counting.Holdings) -> Iterator[str]:
    if choices.languages and held.unknown:
        yield NO_LANGUAGE_KNOWN.format(count=held.unknown)
    if not choices.licence:
        yield NO_LICENCE
    if choices.texts == "full" and choices.texts_licence == TEXTS_UNLICENSED:
        yield NO_TEXTS_LICENCE
    if choices.competence and held.people < RECOGNISED_BELOW:
        yield RECOGNISED.format(count=held.people)
