"""All figures of a project's judgments, with what a lead needs to read them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from annotator.domain.codebook import Question
from annotator.services.agreement.gold_of_people import KnownGold, against_gold, gold_of_people
from annotator.services.agreement.intra_annotator import intra_annotator_entry
from annotator.services.judging import Judgments, project_judgments
from annotator.services.scoring_frame import DEFAULT_SEED, Frame

REPLICATES = 1_000
GATED = "gated"


def score_project(
    session: Session,
    *,
    project_id: int,
    round_name: str | None = None,
    seed: int = DEFAULT_SEED,
    replicates: int = REPLICATES,
) -> dict[str, Any]:
    """What `agreement --json` prints: the shape of `score --json`, and what only a project knows.

    Beside `questions` stand the `rounds` that were scored, the codebook version, seed and
    replicates. Each question also has its `scope`, the `threshold` that the lead stated before the
    round (or None), `counted` judgments, and how many `gated` ones never came to it. `counted` and
    the numbers of `excluded` add up to `judgments`. `gold` is as of `score --gold`, against what
    people decided; `intra_annotator` is what a retest says; each is None where there is none.

    Raises:
        NotFound: no round has this name.
    """
    judgments = project_judgments(session, project_id=project_id, round_name=round_name, seed=seed)
    gold = gold_of_people(session, project_id=project_id)
    return scored_in_full(judgments, gold, replicates=replicates)


def scored_in_full(
    judgments: Judgments,
    gold: Sequence[KnownGold],
    *,
    replicates: int = REPLICATES,
    only: str | None = None,
    aggregates: Collection[str] | None = None,
) -> dict[str, Any]:
    """`scored` with what cannot be made again from the rows that count: gold and retests."""
    from annotator.domain.scoring import rounded  # noqa: PLC0415 - it loads numpy

    found = scored(judgments, replicates=replicates, only=only, gold=gold, aggregates=aggregates)
    for entry in found["questions"]:
        again = intra_annotator_entry(judgments, entry["question"], replicates=replicates)
        entry["intra_annotator"] = rounded(again)
    return found


def scored(
    judgments: Judgments,
    *,
    replicates: int = REPLICATES,
    only: str | None = None,
    gold: Sequence[KnownGold] | None = None,
    aggregates: Collection[str] | None = None,
) -> dict[str, Any]:
    """The figures of judgments that are at hand already, as a release has them.

    With `only` there is no other question in `questions`; it is the code of one that is scored.
    With `gold` each question has `gold`, the accuracy against it, or None without such gold: of
    annotators, and of these `aggregates` or of all.
    """
    # They load numpy, which the web process must not do before someone asks for figures.
    from annotator.domain.long_table import LongTable  # noqa: PLC0415
    from annotator.domain.scoring import rounded  # noqa: PLC0415
    from annotator.domain.scoring.table import scored_questions  # noqa: PLC0415

    scales = judgments.scales if only is None else {only: judgments.scales[only]}
    table = LongTable.of([row.judgment() for row in judgments.rows if row.question in scales])
    found = scored_questions(table, scales, seed=judgments.seed, replicates=replicates)
    entries = [each.entry() for each in found]
    if gold is not None:
        for entry, each in zip(entries, found, strict=True):
            entry["gold"] = against_gold(each, judgments, gold, aggregates=aggregates)
    result: dict[str, Any] = rounded(reported(judgments, entries, replicates=replicates))
    return result


def reported(
    frame: Frame | Judgments, entries: Iterable[dict[str, Any]], *, replicates: int
) -> dict[str, Any]:
    """The entries of `score --json` with what only a project knows; see `score_project`."""
    questions = {question.code: question for question in frame.questions}
    return {
        "rounds": list(frame.scored),
        "codebook_version": frame.codebook_version,
        "seed": frame.seed,
        "replicates": replicates,
        "questions": [
            _with_facts(entry, questions[entry["question"]], frame.thresholds) for entry in entries
        ],
    }


def _with_facts(
    entry: dict[str, Any], question: Question, thresholds: Mapping[str, float]
) -> dict[str, Any]:
    excluded = entry["excluded"]
    return entry | {
        "scope": question.scope,
        "threshold": threshold_of(question, thresholds),
        "counted": entry["judgments"] - sum(excluded.values()),
        "gated": excluded.get(GATED, 0),
    }


def threshold_of(question: Question, thresholds: Mapping[str, float]) -> float | None:
    """What the lead stated before the round: of this question, or once for all made from one."""
    return thresholds.get(question.code, thresholds.get(question.base))
