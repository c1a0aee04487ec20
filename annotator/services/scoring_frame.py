"""What of a project is scored: its rounds, the codebook versions that are pooled, the questions.

The judgments that are counted within it stand in `annotator.services.judging`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from annotator.domain.codebook import Codebook, Question
from annotator.domain.exclusions import Counting, RoundKind
from annotator.domain.scales import Scale
from annotator.errors import NotFound
from annotator.services.codebooks import codebook_of
from annotator.store.labelling import CodebookVersion
from annotator.store.queries import judgments as queries
from annotator.store.queries.judgments import RoundFacts

DEFAULT_SEED = 1
NO_ROUND = "The project has no round “{name}”; its rounds are: {known}."
NO_ROUNDS = "The project has no round “{name}”: nothing has been assigned yet."
SCOPES = ("paragraph", "document", "source")


@dataclass(frozen=True, slots=True)
class Frame:
    """What of a project is scored. The codebook and its version are None before the first round."""

    counting: Counting
    questions: tuple[Question, ...]
    codebook: Codebook | None
    codebook_version: int | None
    thresholds: dict[str, float]
    rounds: tuple[RoundFacts, ...]
    scored: tuple[str, ...]
    seed: int


def frame_of(
    session: Session,
    *,
    project_id: int,
    round_name: str | None = None,
    seed: int = DEFAULT_SEED,
) -> Frame:
    """Which rounds, versions and questions are scored, by the rules of `project_judgments`.

    Raises:
        NotFound: no round has this name.
    """
    rounds = queries.rounds(session, project_id)
    versions = queries.versions(session, project_id)
    scored = _scored(rounds, round_name)
    newest = max((each.version for each in scored), default=None)
    codebook = None if newest is None else codebook_of(versions[newest])
    counting = Counting(
        round=round_name,
        kinds=frozenset(cast("RoundKind", each.kind) for each in scored),
        codebook_versions=None if newest is None else comparable(versions, newest),
    )
    return Frame(
        counting=counting,
        questions=_scored_questions(codebook, scored),
        codebook=codebook,
        codebook_version=newest,
        thresholds=_thresholds(scored),
        rounds=tuple(rounds),
        scored=tuple(each.name for each in scored),
        seed=seed,
    )


def scale_of(question: Question) -> Scale:
    """How the statistics compare the labels of a question that they take.

    Labels that mean "cannot judge" are no part of it. Labels of one value share a rank.
    """
    labels = [label for label in question.labels if not label.missing]
    if question.scale == "ordinal":
        ranks = {label.code: label.value for label in labels if label.value is not None}
        ordered = sorted(ranks, key=lambda code: ranks[code])
        return Scale("ordinal", tuple(ordered), ranks)
    if question.scale == "interval":
        return Scale("interval")
    codes = tuple(label.code for label in labels)
    return Scale("set", codes) if question.scale == "set" else Scale("nominal", codes)


def is_scored(question: Question) -> bool:
    """Whether agreement is computed on the question, and disagreement about it settled."""
    return question.agreement and question.scale != "text"


def comparable(versions: Mapping[int, CodebookVersion], newest: int) -> frozenset[int]:
    """The numbers of the versions whose labels mean what those of `newest` mean.

    An editorial version carries over the one before it, and so on backwards. A lead may declare so
    by mistake: a version that has other label codes is never pooled.
    """
    same = [newest]
    codes = _label_codes(versions[newest])
    for number in sorted((n for n in versions if n < newest), reverse=True):
        if not versions[same[-1]].editorial or _label_codes(versions[number]) != codes:
            break
        same.append(number)
    return frozenset(same)


def _label_codes(version: CodebookVersion) -> dict[str, tuple[str, ...]]:
    asked = codebook_of(version).asked.values()
    return {question.code: question.label_codes for question in asked if is_scored(question)}


def _scored(rounds: Sequence[RoundFacts], round_name: str | None) -> list[RoundFacts]:
    if round_name is None:
        main = [each for each in rounds if each.kind == "main"]
        return main or [each for each in rounds if each.kind == "pilot"]
    named = [each for each in rounds if each.name == round_name]
    if not named:
        known = ", ".join(each.name for each in rounds)
        sentence = NO_ROUND if rounds else NO_ROUNDS
        raise NotFound(sentence.format(name=round_name, known=known))
    return named


def _scored_questions(
    codebook: Codebook | None, rounds: Sequence[RoundFacts]
) -> tuple[Question, ...]:
    """What the rounds ask and agreement is computed on, in the codebook's order."""
    if codebook is None:
        return ()
    asked = {
        question.code
        for each in rounds
        for scope in SCOPES
        for question in codebook.expanded(scope, kind=each.kind, blind=each.blind)
    }
    return tuple(q for q in codebook.asked.values() if q.code in asked and is_scored(q))


def _thresholds(rounds: Sequence[RoundFacts]) -> dict[str, float]:
    """What the lead stated; where rounds differ, the newest."""
    stated: dict[str, float] = {}
    for each in rounds:
        stated |= {code: float(value) for code, value in each.thresholds.items()}
    return stated
