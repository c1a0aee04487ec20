"""The agreement of a whole table of judgments, in the shape that `score --json` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable
from annotator.domain.scales import Scale
from annotator.domain.scoring.question import ScoredQuestion
from annotator.domain.scoring.span_question import SpanQuestion
from annotator.domain.table_checks import check_table

SIGNIFICANT_DIGITS = 12


def score(
    judgments: LongTable | Sequence[Judgment],
    scales: Mapping[str, Scale],
    *,
    seed: int,
    replicates: int = 1000,
) -> dict[str, Any]:
    """`{"questions": [...]}` with an entry for each question of `scales`, in its order; others are
    passed over.

    Rows that carry a code in `excluded` do not count; of the rest, missing labels, copies of a
    near-duplicate and judgments alone on their item are excluded here. `judgments` is always the
    counted ones plus the `excluded`. The order of the rows does not matter. The seed is a whole
    number from 0; `replicates` 0 leaves the intervals out.

    Figures that are undefined are None with `why`. Raises `DataInvalid` if the rows contradict each
    other or their scales (see `check_table`).
    """
    table = judgments if isinstance(judgments, LongTable) else LongTable.of(judgments)
    questions = scored_questions(table, scales, seed=seed, replicates=replicates)
    return {"questions": [question.entry() for question in questions]}


def scored_questions(
    table: LongTable,
    scales: Mapping[str, Scale],
    *,
    seed: int,
    replicates: int,
    competence_intervals: bool = False,
) -> list[ScoredQuestion | SpanQuestion]:
    """The questions of `scales`, of which nothing is computed before it is asked for.

    An interval of competence estimates its model some twenty times more, so it is left out unless
    asked for. Raises `DataInvalid` if the rows contradict each other or their scales.
    """
    check_table(table, scales)
    return [
        SpanQuestion(name, table.question(name), scale, seed, replicates)
        if scale.kind == "span"
        else ScoredQuestion(
            name, table.question(name), scale, seed, replicates, competence_intervals
        )
        for name, scale in scales.items()
    ]


def rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same JSON value with every float cut to 12 significant digits, as it is written to files.

    >>> rounded({"value": 2 / 3, "labels": [0.1 + 0.2], "n": 7})
    {'value': 0.666666666667, 'labels': [0.3], 'n': 7}
    """
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    return value
