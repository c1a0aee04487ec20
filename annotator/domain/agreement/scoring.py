"""The agreement of a whole table of judgments, in the shape that `score --json` prints."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from annotator.domain.agreement.additive import Additive, Figure, figure
from annotator.domain.agreement.alpha import (
    alpha_of,
    alpha_without_each,
    krippendorff_alpha,
    label_alphas,
)
from annotator.domain.agreement.confusion import confusions
from annotator.domain.agreement.gating import ungated_alpha
from annotator.domain.agreement.offered import Offered
from annotator.domain.agreement.pairs import pairs
from annotator.domain.agreement.percent import PercentAgreement
from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable
from annotator.domain.scales import Scale
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
    check_table(table, scales)
    return {
        "questions": [
            _question(question, table.question(question), scale, seed, replicates)
            for question, scale in scales.items()
        ]
    }


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


def _question(
    question: str, given: LongTable, scale: Scale, seed: int, replicates: int
) -> dict[str, Any]:
    offered = Offered.of(given, scale, seed=seed)
    ratings = offered.ratings
    ungated = ungated_alpha(offered.rows, scale, seed=seed, replicates=replicates)
    return {
        "question": question,
        "scale": str(scale),
        "items": len(np.unique(given.items)),
        "judgments": len(given),
        "pairable_items": len(ratings.item_names),
        "excluded": offered.excluded(),
        "statistics": _statistics(offered, seed, replicates),
        "ungated_alpha": asdict(ungated),
        "labels": [
            {"label": label, "count": count, "alpha": alpha}
            for label, (count, alpha) in label_alphas(ratings).items()
        ],
        "confusions": [asdict(confusion) for confusion in confusions(ratings)],
        "pairs": [asdict(pair) for pair in pairs(ratings)],
        "annotators": _annotators(offered),
    }


def _statistics(offered: Offered, seed: int, replicates: int) -> dict[str, dict[str, Any]]:
    ratings = offered.ratings
    statistics: dict[str, Additive] = {
        "percent_agreement": PercentAgreement(),
        "krippendorff_alpha": alpha_of(ratings),
    }
    if not len(ratings):
        return {name: asdict(Figure(None, why=offered.why_nothing())) for name in statistics}
    resampling = offered.resampling(seed=seed, replicates=replicates)
    return {name: asdict(figure(one, ratings, resampling)) for name, one in statistics.items()}


def _annotators(offered: Offered) -> list[dict[str, Any]]:
    """Everyone with a judgment that was offered, by name; `judgments` are those that count in the
    end.
    """
    ratings, names = offered.ratings, offered.given.names.annotators
    without = alpha_without_each(ratings)
    counts = np.bincount(ratings.raters, minlength=len(ratings.rater_names)).tolist()
    judgments = dict(zip(ratings.rater_names, counts, strict=True))
    whole = krippendorff_alpha(ratings)
    present = np.unique(offered.given.annotators[offered.given.counted]).tolist()
    return [
        {
            "annotator": names[number],
            "judgments": judgments.get(names[number], 0),
            "alpha_without": without.get(names[number], whole),
            "competence": None,
        }
        for number in present
    ]
